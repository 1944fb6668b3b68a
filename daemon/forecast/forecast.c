/* Owns the halls whose waits are forecast, and when: soon after something changed, a little later
 * while it goes on changing, and now and then because time alone passes. A hall that nobody uses is
 * not looked at. Main thread; the work itself is on a job thread (run.c).
 * SPDX-License-Identifier: MIT */
#include "forecast/forecast.h"
#include "base/clock.h"
#include "base/mem.h"
#include "forecast/inside.h"
#include <string.h>

enum {
    LOOK_MS = 100,
    RUN_AGAIN_MS = 1000,   /* not sooner, however much happens; */
    RUN_TICKETS = 500,     /* and a second later for so many tickets: each page is told them */
    RUN_ANYWAY_MS = 15000, /* of business time, when nothing happens */
    BOOKINGS_AGAIN_MS = 2000,
};

static void look_at(struct forecast_hall *h)
{
    int64_t mono_ms = clock_mono_ms(), now_ms = clock_now_ms();
    int64_t again_ms = RUN_AGAIN_MS * (1 + (h->scene ? h->scene->alive / RUN_TICKETS : 0));

    if (h->state == FORECAST_EMPTY && !h->running && h->calls == 0 && mono_ms >= h->load_again_ms &&
        h->forecast->loading < LOADING_MAX)
        forecast_load(h);
    if (h->state != FORECAST_READY)
        return;
    if (h->bookings_due && !h->bookings_asked && h->day != 0 &&
        mono_ms - h->bookings_ms >= BOOKINGS_AGAIN_MS)
        forecast_ask_bookings(h);
    bool anyway = now_ms - h->run_ms >= RUN_ANYWAY_MS && scene_in_use(h->scene);
    if (h->running || mono_ms - h->run_mono_ms < again_ms || !(h->dirty || anyway))
        return;
    (void)forecast_run(h); /* the queue of jobs is full: with the next look */
}

static void on_look(void *arg)
{
    struct forecast *f = arg;

    if (f->stopping || !store_ready(f->deps.store, NULL))
        return;
    for (struct forecast_hall *h = f->first; h; h = h->next)
        look_at(h);
}

struct forecast *forecast_new(const struct forecast_deps *deps)
{
    struct forecast *f = MEM_NEW(struct forecast);

    f->deps = *deps;
    f->look = timer_new(deps->loop, on_look, f);
    timer_every(f->look, LOOK_MS);
    return f;
}

void forecast_free(struct forecast *f)
{
    if (!f)
        return;
    timer_free(f->look);
    for (struct forecast_hall *h = f->first, *next; h; h = next) {
        next = h->next;
        forecast_unload(h);
        alarms_free(h);
        mem_free(h);
    }
    mem_free(f);
}

void forecast_stop(struct forecast *f)
{
    f->stopping = true;
    timer_stop(f->look);
}

static struct forecast_hall *find(const struct forecast *f, struct str code)
{
    struct forecast_hall *h = f->first;

    while (h && !str_is(code, h->code))
        h = h->next;
    return h;
}

void forecast_follow(struct forecast *f, struct str hall)
{
    if (find(f, hall) || hall.len >= ETA_CODE_MAX)
        return;
    struct forecast_hall *h = MEM_NEW(struct forecast_hall);
    h->forecast = f;
    h->last = &h->first;
    h->run_mono_ms = -RUN_AGAIN_MS;
    h->bookings_ms = -BOOKINGS_AGAIN_MS;
    str_copy(hall, h->code, sizeof(h->code));
    h->next = f->first;
    f->first = h;
}

void forecast_event(struct forecast *f, struct str hall, uint64_t epoch, uint64_t seq,
                    struct str json)
{
    struct forecast_hall *h = find(f, hall);
    struct json_where where;

    if (!h || h->state == FORECAST_EMPTY || f->stopping)
        return;
    if (str_starts(json, "{\"type\":\"message.submitted\"")) {
        /* Half of what a busy outbox tells, and nothing hangs on it. */
        forecast_take(h, epoch, seq, NULL);
        return;
    }
    json_t *event = json_read(json, &where);
    if (json_is_object(event))
        forecast_take(h, epoch, seq, event);
    else
        json_decref(event);
}

void forecast_reset(struct forecast *f, struct str hall)
{
    struct forecast_hall *h = find(f, hall);

    if (!h)
        return;
    if (h->state == FORECAST_READY)
        forecast_unload(h);
    h->stale = h->state == FORECAST_LOADING;
}
