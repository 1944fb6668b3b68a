/* The printers of the halls. Of several daemons on one store the one that holds the lease drives
 * all printers of a hall; it reads the jobs that are wanted whenever one is asked for, when it
 * begins, and after anything went wrong. That a job is printed once does not hang on the lease:
 * each is claimed in the store first (daemon/lua/print.lua). Main thread. Jobs: print_job.c; health
 * and alarms: print_health.c. SPDX-License-Identifier: MIT */
#include "display/print.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "display/print_inside.h"
#include "loop/timer.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    TICK_MS = 1000,
    LEASE_MS = 15000, /* so long after a daemon died another one prints */
    RENEW_MS = 5000,
    ARGS_MAX = 5,
    COMMON_ARGS = 4, /* now, request, who, day */
};

void print_call(struct print_hall *h, const char *function, bool reading, const struct str *args,
                int argc, store_fn fn, void *arg)
{
    char now[24];
    struct str argv[COMMON_ARGS + ARGS_MAX] = {STR(""), STR(""), STR("system:print"), STR("")};
    int common = reading ? 1 : COMMON_ARGS;

    assert(argc <= ARGS_MAX);
    (void)snprintf(now, sizeof(now), "%" PRId64, clock_now_ms()); /* any int64 fits */
    argv[0] = str_of(now);
    for (int i = 0; i < argc; i++)
        argv[common + i] = args[i];
    /* Each of them can be asked twice: a claim that is repeated is refused, and then not used. */
    struct store_call call = {
        .function = function,
        .tag = str_of(h->code),
        .read_only = reading,
        .repeatable = reading || strcmp(function, "print_set") != 0,
        .argc = common + argc,
        .argv = argv,
        .fn = fn,
        .arg = arg,
    };
    store_call(h->print->deps.store, &call);
}

struct print_job *print_job_find(const struct print_hall *h, struct str id)
{
    struct printer *p;
    struct print_job *j;

    TAILQ_FOREACH(p, &h->printers, entry)
    {
        if (p->now && str_is(id, p->now->id))
            return p->now;
        TAILQ_FOREACH(j, &p->jobs, entry)
        if (str_is(id, j->id))
            return j;
    }
    return NULL;
}

/* --- jobs --- */

static void on_job(struct print_hall *h, const json_t *job)
{
    struct str id = json_str(job, "job"), state = json_str(job, "state");
    struct printer *p = print_printer_find(h, json_str(job, "printer"));

    if (print_job_find(h, id))
        return;
    if (str_is(state, "printing"))
        /* Begun by a daemon that died, or by us before: the paper may be out. Never again. */
        print_job_give_up(h, id, "unknown", "interrupted");
    else if (!p)
        print_job_give_up(h, id, "failed", "printer_gone");
    else
        printer_add(p, job);
}

static void on_list(void *arg, const struct store_reply *reply)
{
    struct print_hall *h = arg;
    struct json_where where;
    json_t *one;
    size_t i;

    h->calls--;
    h->listing = false;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (!json) {
        h->dirty = true; /* with the next tick */
        return;
    }
    json_array_foreach(json_object_get(json, "jobs"), i, one)
    {
        if (h->held)
            on_job(h, one);
    }
    json_decref(json);
    struct printer *p;
    TAILQ_FOREACH(p, &h->printers, entry)
    printer_go_on(p);
    if (h->dirty)
        print_look(h);
}

void print_look(struct print_hall *h)
{
    h->dirty = true;
    if (!h->held || h->listing || h->print->stopped || !store_ready(h->print->deps.store, NULL))
        return;
    h->dirty = false;
    h->listing = true;
    h->calls++;
    print_call(h, "print_list", true, NULL, 0, on_list, h);
}

/* --- the lease --- */

static void on_lease(void *arg, const struct store_reply *reply)
{
    struct print_hall *h = arg;
    bool held = reply->err == ERR_NONE && memmem(reply->text.p, reply->text.len, "true", 4);
    struct printer *p;

    h->calls--;
    h->leasing = false;
    if (held == h->held)
        return;
    h->held = held;
    log_info("hall %s: its printers are %s", h->code,
             held ? "driven by this daemon" : "left to another daemon");
    if (held) {
        print_look(h);
        return;
    }
    TAILQ_FOREACH(p, &h->printers, entry)
    printer_drop_jobs(p);
}

static void lease(struct print_hall *h)
{
    char ms[16];
    int64_t now_ms = clock_mono_ms();

    if (h->leasing || (h->leased_ms > 0 && now_ms - h->leased_ms < RENEW_MS))
        return;
    (void)snprintf(ms, sizeof(ms), "%d", LEASE_MS); /* an int fits */
    const struct str args[] = {STR("printers"), str_of(h->print->deps.holder), str_of(ms)};
    h->leasing = true;
    h->leased_ms = now_ms;
    h->calls++;
    print_call(h, "lease_take", false, args, 3, on_lease, h);
}

/* --- time --- */

static void tick_hall(struct print_hall *h)
{
    struct print *print = h->print;
    struct print_view view;
    struct printer *p, *next;

    if (!print->deps.hall(print->deps.arg, str_of(h->code), &view))
        return;
    print_read_file(h, &view);
    for (p = TAILQ_FIRST(&h->printers); p; p = next) {
        next = TAILQ_NEXT(p, entry);
        if (p->gone && printer_is_idle(p))
            printer_free(p);
    }
    if (TAILQ_EMPTY(&h->printers))
        return;
    lease(h);
    if (h->dirty)
        print_look(h);
    TAILQ_FOREACH(p, &h->printers, entry)
    printer_go_on(p);
}

static void on_tick(void *arg)
{
    struct print *print = arg;
    struct print_hall *h;

    if (print->stopped || !store_ready(print->deps.store, NULL))
        return;
    TAILQ_FOREACH(h, &print->halls, entry)
    tick_hall(h);
}

/* --- from outside --- */

static struct print_hall *hall_find(struct print *p, struct str code)
{
    struct print_hall *h;

    TAILQ_FOREACH(h, &p->halls, entry)
    if (str_is(code, h->code))
        return h;
    return NULL;
}

void print_follow(struct print *p, struct str code)
{
    if (code.len >= PRINT_CODE_MAX || hall_find(p, code))
        return;
    struct print_hall *h = MEM_NEW(struct print_hall);
    str_copy(code, h->code, sizeof(h->code));
    h->print = p;
    h->version = -1;
    TAILQ_INIT(&h->printers);
    TAILQ_INSERT_TAIL(&p->halls, h, entry);
}

void print_event(struct print *p, struct str code, struct str json)
{
    static const char asked[] = "\"type\":\"print.asked\"";
    struct print_hall *h;

    if (!memmem(json.p, json.len, asked, sizeof(asked) - 1))
        return;
    h = hall_find(p, code);
    if (h)
        print_look(h);
}

void print_reset(struct print *p, struct str code)
{
    struct print_hall *h = hall_find(p, code);

    if (h)
        print_look(h);
}

void print_forecast(struct print *p, struct outlook *o)
{
    outlooks_put(p->outlooks, outlook_ref(o));
}

void print_stop(struct print *p)
{
    struct print_hall *h;
    struct printer *one;

    p->stopped = true;
    TAILQ_FOREACH(h, &p->halls, entry)
    TAILQ_FOREACH(one, &h->printers, entry)
    printer_drop_jobs(one); /* the next daemon finds them in the store */
}

bool print_idle(const struct print *p)
{
    const struct print_hall *h;
    const struct printer *one;

    TAILQ_FOREACH(h, &p->halls, entry)
    TAILQ_FOREACH(one, &h->printers, entry)
    if (one->now)
        return false;
    return true;
}

struct print *print_new(const struct print_deps *deps)
{
    struct print *p = MEM_NEW(struct print);

    p->deps = *deps;
    p->outlooks = outlooks_new();
    TAILQ_INIT(&p->halls);
    p->tick = timer_new(deps->loop, on_tick, p);
    timer_every(p->tick, TICK_MS);
    return p;
}

void print_free(struct print *p)
{
    if (!p)
        return;
    timer_free(p->tick);
    outlooks_free(p->outlooks);
    while (!TAILQ_EMPTY(&p->halls)) {
        struct print_hall *h = TAILQ_FIRST(&p->halls);
        while (!TAILQ_EMPTY(&h->printers))
            printer_free(TAILQ_FIRST(&h->printers));
        TAILQ_REMOVE(&p->halls, h, entry);
        mem_free(h);
    }
    mem_free(p);
}
