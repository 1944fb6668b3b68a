/* What a forecast gives the store: numbers left, first promises, who is to come now, who waits
 * longer than promised; and at the end of a day what it taught. Every daemon does; the library
 * makes it once. Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "forecast/inside.h"
#include <stdio.h>
#include <string.h>

enum {
    /* The store goes by a forecast for two minutes: half of that, so that one call that fails does
     * no harm. */
    SET_AGAIN_MS = 60000,
    /* One call's worth of either; the rest comes with the next forecast. */
    LIST_MAX = 200,
};

struct telling {
    struct forecast_hall *hall;
    int count;
    char come[LIST_MAX][ETA_ID_MAX]; /* told to come, if the store says so */
    int promised_count;
    char promised[LIST_MAX][ETA_ID_MAX];
    int late_count;
    char late[LIST_MAX][ETA_ID_MAX];
};

/* What one call says, as lists of JSON. */
struct sayings {
    struct buf promises, come, late;
};

static void on_told(void *arg, const struct store_reply *reply)
{
    struct telling *t = arg;
    struct forecast_hall *h = t->hall;

    h->calls--;
    if (reply->err != ERR_NONE) {
        log_debug("hall %s: the forecast was not taken: %s", h->code, err_code(reply->err));
        h->set_ms = 0; /* once more with the next one */
        mem_free(t);
        return;
    }
    for (int i = 0; h->scene && i < t->count; i++) {
        struct scene_ticket *one = scene_find(h->scene, str_of(t->come[i]));
        if (one)
            one->told_ms = clock_now_ms();
    }
    for (int i = 0; h->scene && i < t->promised_count; i++) {
        struct scene_ticket *one = scene_find(h->scene, str_of(t->promised[i]));
        if (one)
            one->promised = true;
    }
    for (int i = 0; h->scene && i < t->late_count; i++) {
        struct scene_ticket *one = scene_find(h->scene, str_of(t->late[i]));
        if (one)
            one->late_ms = clock_now_ms();
    }
    mem_free(t);
}

/* How many of its line stand before it; only asked where nothing can be predicted. */
static int ahead_of(const struct scene *s, const struct scene_ticket *t)
{
    int n = 0;

    for (const struct scene_ticket *o = scene_first(s); o; o = scene_next(s, o))
        n += o->state == SCENE_WAITING && strcmp(o->line, t->line) == 0 &&
             (o->rank_ms < t->rank_ms || (o->rank_ms == t->rank_ms && strcmp(o->id, t->id) < 0));
    return n;
}

/* In time for the way there; where there is no prediction, by position as the library would. */
static bool is_to_come(const struct forecast_hall *h, const struct scene_ticket *t,
                       const struct eta_said *said)
{
    const struct hall_rules *rules = &h->plan->rules;

    if (!t->phone || t->told_ms > 0)
        return false;
    if (!said)
        return ahead_of(h->scene, t) <= rules->come_now_ahead;
    int travel = t->travel_minutes >= 0 ? t->travel_minutes : rules->travel_minutes;
    return said->low <= travel + rules->come_now_margin_minutes;
}

/* Later by more than the hall's minutes than it was promised; what was told since, the store knows.
 */
static bool is_late(const struct forecast_hall *h, const struct scene_ticket *t,
                    const struct eta_said *said, int64_t at_ms)
{
    int64_t most_ms = h->plan->delay_ms;

    return most_ms > 0 && t->phone && said && t->due_ms > 0 && t->delays == 0 &&
           at_ms + (int64_t)said->likely * MINUTE_MS > t->due_ms + most_ms &&
           at_ms - t->late_ms >= most_ms;
}

static void add_promise(struct telling *t, const char *id, const struct eta_said *said,
                        struct buf *out)
{
    buf_addf(out, "%s[\"%s\",%d,%d,%d]", t->promised_count ? "," : "", id, said->low, said->likely,
             said->high);
    str_copy(str_of(id), t->promised[t->promised_count++], ETA_ID_MAX);
}

static void add_come(struct telling *t, const char *id, struct buf *out)
{
    buf_addf(out, "%s\"%s\"", t->count ? "," : "", id);
    str_copy(str_of(id), t->come[t->count++], ETA_ID_MAX);
}

static void add_late(struct telling *t, const char *id, const struct eta_said *said,
                     struct buf *out)
{
    buf_addf(out, "%s[\"%s\",%d]", t->late_count ? "," : "", id, said->likely);
    str_copy(str_of(id), t->late[t->late_count++], ETA_ID_MAX);
}

static void add_tickets(struct telling *t, const struct outlook *o, struct sayings *say)
{
    const struct eta_world *w = o->world;

    for (int i = 0; i < w->in.ticket_count; i++) {
        const char *id = w->ids[i];
        const struct scene_ticket *one = scene_find(t->hall->scene, str_of(id));
        const struct eta_said *said = outlook_find(o, id);
        if (!one || (one->state != SCENE_WAITING && one->state != SCENE_COMING))
            continue;
        if (said && !one->promised && one->delays == 0 && t->promised_count < LIST_MAX)
            add_promise(t, id, said, &say->promises);
        if (t->count < LIST_MAX && is_to_come(t->hall, one, said))
            add_come(t, id, &say->come);
        if (t->late_count < LIST_MAX && is_late(t->hall, one, said, o->at_ms))
            add_late(t, id, said, &say->late);
    }
}

static char *left_json(const struct eta_basis *b, const int *left)
{
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    for (int s = 0; s < b->services; s++)
        json_add_member_i64(&out, b->service_codes[s], left[s]);
    buf_add_char(&out, '}');
    return buf_take(&out, NULL);
}

void tell_store(struct forecast_hall *h, const struct outlook *o, const int *left)
{
    struct telling *t = MEM_NEW(struct telling);
    struct sayings say;
    struct buf json;
    char *numbers = left_json(o->world->basis, left);

    t->hall = h;
    buf_init(&say.promises);
    buf_init(&say.come);
    buf_init(&say.late);
    buf_init(&json);
    add_tickets(t, o, &say);
    bool same = h->left && strcmp(h->left, numbers) == 0;
    bool recent = o->at_ms - h->set_ms < SET_AGAIN_MS && h->set_ms > 0;
    if (same && recent && t->count == 0 && t->promised_count == 0 && t->late_count == 0) {
        mem_free(numbers);
        mem_free(t);
    } else {
        buf_addf(&json,
                 "{\"left\":%s,\"promises\":[" STR_FMT "],\"come\":[" STR_FMT "],\"late\":[" STR_FMT
                 "]}",
                 numbers, STR_ARG(buf_str(&say.promises)), STR_ARG(buf_str(&say.come)),
                 STR_ARG(buf_str(&say.late)));
        mem_free(h->left);
        h->left = numbers;
        h->set_ms = o->at_ms;
        struct str arg = buf_str(&json);
        forecast_call(h, "forecast_set", false, &arg, 1, on_told, t);
    }
    buf_clear(&say.promises);
    buf_clear(&say.come);
    buf_clear(&say.late);
    buf_clear(&json);
}

static void on_closed(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;

    h->calls--;
    if (reply->err != ERR_NONE)
        log_warn("hall %s: the day's statistics were not kept: %s", h->code, err_code(reply->err));
    else if (memmem(reply->text.p, reply->text.len, "\"kept\":true", 11))
        log_info("hall %s: the day's statistics are kept", h->code);
}

void tell_day(struct forecast_hall *h, struct str day, int64_t at_ms)
{
    struct buf learned, statistics;

    buf_init(&learned);
    buf_init(&statistics);
    lessons_json(h->lessons, &learned);
    stats_json(h->stats, at_ms, &statistics);
    struct str args[] = {day, buf_str(&learned), buf_str(&statistics)};
    forecast_call(h, "day_close", false, args, 3, on_closed, h);
    buf_clear(&learned);
    buf_clear(&statistics);
}
