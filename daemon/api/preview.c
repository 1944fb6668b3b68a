/* POST /halls/{hall}/config/preview: what a hall file would change, before it is stored: hours and
 * slots of the next days beside the present ones, and the bookings that would no longer fit. The
 * hall of the file lives as long as the request. The worker's thread. SPDX-License-Identifier: MIT
 */
#include "api/conflict.h"
#include "api/hallfiles.h"
#include "api/slots.h"
#include <string.h>

enum {
    DAYS = 14, /* without a number: two weeks, so that each weekday is seen twice */
    DAYS_MAX = 62,
};

struct preview {
    struct hall hall; /* of the file */
    struct bookings *bookings;
    int days;
};

static void preview_end(struct preview *p)
{
    bookings_free(p->bookings);
    hall_clear(&p->hall);
}

static int open_minutes(struct hall *hall, int date)
{
    struct cal_span spans[OPEN_SPANS_MAX];
    int n = cal_open_spans(hall_rules_of(hall), date, spans, OPEN_SPANS_MAX), minutes = 0;

    for (int i = 0; i < n; i++)
        minutes += spans[i].to_minute - spans[i].from_minute;
    return minutes;
}

/* Of each pool: units at the times at which a booking may begin. */
static void add_slots(struct buf *out, const char *key, struct hall *hall, int date)
{
    json_add_key(out, key);
    buf_add_char(out, '{');
    for (size_t p = 0; p < hall->file->pool_count; p++) {
        const struct cal_day *d = hall_cal_day(hall, (int)p, date);
        int n[CAL_SHARES] = {0};
        for (int i = 0; i < d->n_cells; i++)
            for (int s = 0; s < CAL_SHARES; s++)
                n[s] += d->start[i] ? d->units[s][i] : 0;
        json_add_key(out, hall->file->pools[p].code);
        buf_addf(out, "{\"public\":%d,\"staff\":%d}", n[CAL_PUBLIC], n[CAL_STAFF]);
    }
    buf_add_char(out, '}');
}

static void add_days(struct buf *out, struct hall *before, struct hall *after, int first, int n)
{
    json_add_key(out, "days");
    buf_add_char(out, '[');
    for (int date = first; date < first + n; date++) {
        buf_add_c(out, date > first ? ",{" : "{");
        search_add_day(out, "day", date);
        json_add_member_i64(out, "open_before", open_minutes(before, date));
        json_add_member_i64(out, "open_after", open_minutes(after, date));
        add_slots(out, "slots_before", before, date);
        add_slots(out, "slots_after", after, date);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void answer(struct call *c, struct preview *p, struct hall *present)
{
    struct hall *after = &p->hall;
    struct buf out;
    int today = cal_date_at(hall_rules_of(after), c->now_ms);

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_i64(&out, "version", present->version);
    json_add_member_i64(&out, "base_minutes_before", hall_rules_of(present)->base_minutes);
    json_add_member_i64(&out, "base_minutes_after", hall_rules_of(after)->base_minutes);
    add_days(&out, present, after, today, p->days);
    conflicts_add_json(&out, p->bookings);
    buf_add_char(&out, '}');
    preview_end(p);
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct call *c = arg;
    struct preview *p = c->state;

    if (err == ERR_NONE) {
        answer(c, p, hall);
        return;
    }
    preview_end(p);
    call_problem(c, err, NULL, NULL);
}

static void on_offers(struct call *c, struct bookings *b, enum err err)
{
    struct hall *present = halls_find(c->api->halls, c->hall);

    c->state = b->arg;
    if (err == ERR_NONE && !present)
        halls_load(c->api->halls, c->hall, on_hall, c);
    else
        on_hall(c, present, err);
}

static void on_bookings(struct call *c, struct bookings *b, enum err err)
{
    struct preview *p = b->arg;

    if (err != ERR_NONE) {
        on_offers(c, b, err);
        return;
    }
    conflicts_find(&p->hall, b);
    for (int i = 0; i < b->n; i++)
        if (b->v[i].at_ms < c->now_ms)
            b->v[i].conflict = CONFLICT_NONE; /* has begun */
    conflicts_load_offers(c, b, on_offers);
}

void local_hall_preview(struct call *c)
{
    struct preview *p = arena_alloc(http_arena(c->req), sizeof(*p));
    struct str days = args_get(c->command, &c->args, "days");
    int64_t n = DAYS;

    buf_init(&p->hall.config);
    if (days.len > 0)
        (void)str_to_i64(days, 1, DAYS_MAX, &n); /* checked by its row */
    p->days = (int)n;
    if (!hallfile_of_body(c, &p->hall.file, &p->hall.zone))
        return;
    str_copy(c->hall, p->hall.code, sizeof(p->hall.code));
    int today = cal_date_at(hall_rules_of(&p->hall), c->now_ms);
    p->bookings = bookings_load(c, hall_date_begins_ms(&p->hall, today), 0, on_bookings);
    p->bookings->arg = p;
}
