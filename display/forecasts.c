/* Forecasts on streams: one frame a hall and channel, whole each time, sent where another thing is
 * told than last; and which boards and kiosks are there to be told. Run by one worker thread. To
 * tell more of a forecast, see core/outlook.c. SPDX-License-Identifier: MIT */
#include "display/inside.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of business time, as the hall's own limit (board_seconds, 30 at least) is. */
enum { SEEN_AGAIN_MS = 15000 };
/* Of real time: a page that tells how it is tells so every minute. When it has missed two of them
 * it hangs, however alive its connection is. */
enum { FROZEN_MS = 150000 };

static void make_frame(struct hub_hall *k, const struct outlook *o, enum channel c)
{
    bool staff = c == CHANNEL_STAFF;
    uint64_t tag = staff ? o->staff_tag : o->tag;
    if (k->forecast[c] != NULL && k->forecast_tag[c] == tag)
        return;
    struct buf b;
    buf_init(&b);
    outlook_json(o, staff, &b);
    text_unref(k->forecast[c]);
    k->forecast[c] = text_event(STR(""), "forecast", buf_str(&b));
    k->forecast_tag[c] = tag;
    buf_clear(&b);
}

void forecasts_new(struct hub_hall *k)
{
    const struct outlook *o = outlooks_get(k->hub->outlooks, str_of(k->code), clock_now_ms());
    if (o == NULL)
        return;
    make_frame(k, o, CHANNEL_BOARD);
    make_frame(k, o, CHANNEL_STAFF);
}

struct text *forecasts_next(struct subscriber *s)
{
    struct hub_hall *k = s->hall;
    if (k->forecast[s->channel] == NULL || s->forecast == k->forecast_tag[s->channel])
        return NULL;
    s->forecast = k->forecast_tag[s->channel];
    return text_ref(k->forecast[s->channel]);
}

void forecasts_clear(struct hub_hall *k)
{
    for (int c = 0; c < CHANNEL_TICKET; c++)
        text_unref(k->forecast[c]);
}

const struct eta_said *forecasts_of(const struct hub_hall *k, const struct fold_ticket *t)
{
    if (strcmp(t->state, "waiting") != 0 && strcmp(t->state, "coming") != 0)
        return NULL;
    const struct outlook *o = outlooks_get(k->hub->outlooks, str_of(k->code), clock_now_ms());
    return o != NULL ? outlook_find(o, t->id) : NULL;
}

static void on_seen(void *arg, const struct store_reply *r)
{
    struct hub_hall *k = arg;
    k->calls--;
    if (r->err != ERR_NONE)
        log_debug("hall %s: its boards were not reported: %s", k->code, err_code(r->err));
    if (k->dead)
        hub_hall_free(k);
}

static bool names_of(const struct hub_hall *k, struct buf *names)
{
    const struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry)
    if (s->device[0] != '\0') {
        if (names->len > 0)
            buf_add_char(names, ',');
        buf_add_c(names, s->device);
    }
    return names->len > 0;
}

void forecasts_seen(struct hub_hall *k)
{
    int64_t now_ms = clock_now_ms();
    if (k->state != HALL_READY || now_ms - k->seen_ms < SEEN_AGAIN_MS || k->hub->draining ||
        !store_ready(k->hub->store, NULL))
        return;
    struct buf names;
    buf_init(&names);
    k->seen_ms = now_ms;
    if (names_of(k, &names)) {
        char now[24], frozen[24];
        snprintf(now, sizeof now, "%" PRId64, now_ms);
        snprintf(frozen, sizeof frozen, "%" PRId64, (int64_t)FROZEN_MS * clock_speed());
        /* No day: whether one is over is for commands to find out. */
        const struct str argv[] = {str_of(now), STR(""),         STR("system:"),
                                   STR(""),     buf_str(&names), str_of(frozen)};
        struct store_call call = {.function = "device_seen",
                                  .tag = str_of(k->code),
                                  .repeatable = true,
                                  .argc = 6,
                                  .argv = argv,
                                  .fn = on_seen,
                                  .arg = k};
        k->calls++;
        store_call(k->hub->store, &call);
    }
    buf_clear(&names);
}
