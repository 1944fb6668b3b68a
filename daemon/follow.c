/* Owns main's list of halls: read from the store at the start and whenever one was registered, and
 * ticked every few seconds, so that a hall's day closes and its due work is done when nobody is
 * about. Any number of daemons may tick; the library makes it idempotent. Main thread.
 * SPDX-License-Identifier: MIT */
#include "follow.h"
#include "api/args.h"
#include "api/halls.h"
#include "api/moment.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/timer.h"
#include <stdio.h>
#include <string.h>

enum {
    TICK_MS = 5000, /* of business time: how late a missed ticket may expire or a day may close */
    TICK_MIN_MS = 100, /* of real time, however fast a demo's clock runs */
};

struct followed {
    struct followed *next;
    struct follow *follow;
    char code[HALL_CODE_MAX + 1];
    bool busy; /* a tick is on its way */
};

struct follow {
    struct loop *loop;
    struct store *store;
    struct halls *halls; /* for their zones */
    struct timer *tick;
    struct followed *first;
    int count;
    bool refreshing, again;
    void (*on_hall)(void *arg, struct str hall);
    void *arg;
};

static void on_tick(void *arg);

struct follow *follow_new(struct loop *l, struct store *s,
                          void (*on_hall)(void *arg, struct str hall), void *arg)
{
    struct follow *f = MEM_NEW(struct follow);

    f->loop = l;
    f->store = s;
    f->halls = halls_new(s, NULL, NULL);
    f->on_hall = on_hall;
    f->arg = arg;
    f->tick = timer_new(l, on_tick, f);
    int64_t every_ms = TICK_MS / clock_speed();
    timer_every(f->tick, every_ms > TICK_MIN_MS ? every_ms : TICK_MIN_MS);
    return f;
}

void follow_free(struct follow *f)
{
    if (!f)
        return;
    timer_free(f->tick);
    for (struct followed *h = f->first, *next; h; h = next) {
        next = h->next;
        mem_free(h);
    }
    halls_free(f->halls);
    mem_free(f);
}

static void add(struct follow *f, struct str code)
{
    for (struct followed *h = f->first; h; h = h->next)
        if (str_is(code, h->code))
            return;
    struct followed *h = MEM_NEW(struct followed);
    memcpy(h->code, code.p, code.len); /* args_is_code() has bounded it */
    h->follow = f;
    h->next = f->first;
    f->first = h;
    f->count++;
    log_info("hall %s: followed", h->code);
    f->on_hall(f->arg, code);
}

static void tick_hall(struct followed *h, struct hall *hall);

static void on_ticked(void *arg, const struct store_reply *reply)
{
    struct followed *h = arg;
    struct hall *hall = halls_find(h->follow->halls, str_of(h->code));

    h->busy = false;
    if (reply->err != ERR_NONE) {
        log_debug("hall %s: not ticked: %s", h->code, err_code(reply->err));
        return;
    }
    if (hall && memmem(reply->text.p, reply->text.len, "\"more\":true", 11))
        tick_hall(h, hall);
}

static void tick_hall(struct followed *h, struct hall *hall)
{
    int64_t now_ms = clock_now_ms();
    int64_t quiet_ms, till_ms;
    char now[MOMENT_MAX], quiet[MOMENT_MAX], till[MOMENT_MAX];
    struct str argv[] = {moment_text(now_ms, now),       STR(""), STR("system:"),
                         str_of(hall_day(hall, now_ms)), STR(""), STR("")};

    if (hall_quiet(hall, now_ms, &quiet_ms, &till_ms)) {
        argv[4] = moment_text(quiet_ms, quiet);
        argv[5] = moment_text(till_ms, till);
    }
    struct store_call call = {
        .function = "hall_tick",
        .tag = str_of(h->code),
        .repeatable = true,
        .argc = sizeof(argv) / sizeof(argv[0]),
        .argv = argv,
        .fn = on_ticked,
        .arg = h,
    };
    h->busy = true;
    store_call(h->follow->store, &call);
}

static void on_loaded(void *arg, struct hall *hall, enum err err)
{
    struct followed *h = arg;

    h->busy = false;
    if (hall)
        tick_hall(h, hall);
}

static void on_tick(void *arg)
{
    struct follow *f = arg;

    if (!store_ready(f->store, NULL))
        return;
    for (struct followed *h = f->first; h; h = h->next) {
        struct hall *hall = halls_find(f->halls, str_of(h->code));
        if (h->busy)
            continue;
        if (hall) {
            tick_hall(h, hall);
        } else {
            h->busy = true;
            halls_load(f->halls, str_of(h->code), on_loaded, h);
        }
    }
}

static void on_codes(void *arg, const struct store_reply *reply)
{
    struct follow *f = arg;
    struct json_where where;

    f->refreshing = false;
    if (reply->err != ERR_NONE) {
        log_debug("halls: the list cannot be read: %s", err_code(reply->err));
        return; /* asked for again when the store is ready */
    }
    json_t *codes = json_read(reply->text, &where);
    const json_t *list = json_object_get(codes, "halls");
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct str code = str_of(json_string_value(json_array_get(list, i)));
        if (args_is_code(code))
            add(f, code);
    }
    json_decref(codes);
    if (f->again)
        follow_refresh(f);
}

void follow_refresh(struct follow *f)
{
    char now[MOMENT_MAX];

    f->again = f->refreshing;
    if (f->refreshing)
        return;
    struct str argv[] = {moment_text(clock_now_ms(), now)};
    struct store_call call = {
        .function = "hall_codes",
        .tag = STR("sys"),
        .read_only = true,
        .argc = 1,
        .argv = argv,
        .fn = on_codes,
        .arg = f,
    };
    f->refreshing = true;
    store_call(f->store, &call);
}

void follow_event(struct follow *f, struct str tag, struct str json)
{
    bool is_system = str_is(tag, "sys");

    if (is_system && memmem(json.p, json.len, "\"hall.registered\"", 17))
        follow_refresh(f);
    else if (!is_system && memmem(json.p, json.len, "\"hall.configured\"", 17))
        halls_drop(f->halls, tag);
}

void follow_reset(struct follow *f, struct str tag)
{
    if (str_is(tag, "sys"))
        follow_refresh(f);
    else
        halls_drop(f->halls, tag);
}

struct hall *follow_hall(struct follow *f, struct str code)
{
    struct hall *hall = halls_find(f->halls, code);

    for (struct followed *h = f->first; h && !hall; h = h->next) {
        if (!str_is(code, h->code) || h->busy)
            continue;
        h->busy = true;
        halls_load(f->halls, code, on_loaded, h);
    }
    return hall;
}

int follow_count(const struct follow *f)
{
    return f->count;
}
