/* An event loop and what was put off to its next turn. Each loop belongs to the thread that runs
 * it; nothing here but loop_library_*() (main, before and after all threads) is called from another
 * one.
 * SPDX-License-Identifier: MIT */
#include "loop/loop.h"

#include "base/log.h"
#include "base/mem.h"

#include <event2/thread.h>
#include <signal.h>
#include <stdlib.h>

struct deferred {
    struct deferred *next;
    loop_fn fn;
    void *arg;
};

struct loop {
    char *name;
    struct event_base *base;
    struct event *turn; /* the timer of no time that runs what was put off */
    struct deferred *first;
    struct deferred **last;
    bool stopping;
};

void loop_library_init(void)
{
    /* A peer that hangs up is reported by write() itself; the signal would end the process. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || evthread_use_pthreads() != 0) {
        log_error("loop: libevent cannot use threads");
        abort();
    }
}

void loop_library_free(void)
{
    libevent_global_shutdown();
}

/* What a deferred call defers again waits for the turn after this one. */
static void run_deferred(struct loop *l)
{
    struct deferred *d = l->first;

    l->first = NULL;
    l->last = &l->first;
    while (d != NULL) {
        struct deferred *next = d->next;

        d->fn(d->arg);
        mem_free(d);
        d = next;
    }
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    run_deferred(arg);
}

/* libevent's cached time lags behind by as long as a turn takes, and deadlines would come early. */
static struct event_base *base_new(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;

    if (config != NULL && event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME) == 0)
        base = event_base_new_with_config(config);
    if (config != NULL)
        event_config_free(config);
    return base;
}

struct loop *loop_new(const char *name)
{
    struct loop *l = MEM_NEW(struct loop);

    l->name = mem_strdup(name);
    l->last = &l->first;
    l->base = base_new();
    if (l->base != NULL)
        l->turn = evtimer_new(l->base, on_turn, l);
    if (l->turn == NULL) {
        log_error_errno("loop %s: libevent gives no event base", name);
        abort(); /* out of file descriptors at the very start: nothing could be served */
    }
    return l;
}

void loop_free(struct loop *l)
{
    if (l == NULL)
        return;
    while (l->first != NULL)
        run_deferred(l);
    event_free(l->turn);
    event_base_free(l->base);
    mem_free(l->name);
    mem_free(l);
}

void loop_run(struct loop *l)
{
    while (!l->stopping) {
        if (event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY) == -1) {
            log_error("loop %s: libevent reports an error", l->name);
            abort(); /* a loop that cannot wait would spin or serve nobody */
        }
    }
    l->stopping = false;
}

void loop_stop(struct loop *l)
{
    l->stopping = true;
    event_base_loopbreak(l->base);
}

struct event_base *loop_base(struct loop *l)
{
    return l->base;
}

const char *loop_name(const struct loop *l)
{
    return l->name;
}

void loop_defer(struct loop *l, loop_fn fn, void *arg)
{
    static const struct timeval no_time;
    struct deferred *d = MEM_NEW(struct deferred);

    d->fn = fn;
    d->arg = arg;
    /* A timer instead of event_active(): that would run still in this turn, before other sockets.
     */
    if (l->first == NULL)
        evtimer_add(l->turn, &no_time);
    *l->last = d;
    l->last = &d->next;
}
