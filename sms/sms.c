/* The messages of this daemon: how they come, rest and go. Owns them and all the parts they pass
 * through. Runs on the main thread. Who is next is turn.c; how one try goes, try.c and message.c;
 * where messages come from, outbox.c; which gateway, route.c. SPDX-License-Identifier: MIT */
#include "sms/sms.h"

#include "base/clock.h"
#include "base/mem.h"
#include "sms/ahead.h"
#include "sms/delivery.h"
#include "sms/joins.h"
#include "sms/live.h"
#include "sms/trial.h"
#include "sms/turn.h"
#include <assert.h>
#include <string.h>

enum {
    TELLING_MAX = 512, /* the store is being told of, or next at a gateway, beside those there */
    LATE_MAX = 256,    /* messages that are too late ended at once: calls of the store */
};

/* --- what a message holds --- */

static void give_back(struct message *m)
{
    ahead_leave(m);
    route_unsent(&m->hold);
    if (m->state == MESSAGE_TRYING)
        m->sms->trying--;
    if (m->state == MESSAGE_LEARNING)
        m->sms->learning--;
}

/* --- messages come, rest and go --- */

static void lane_put(struct message *m)
{
    message_set_state(m, MESSAGE_WAITING);
    m->tried = 0;
    outbox_rest(m->entry, false);
    lanes_put(&m->sms->lanes, m);
}

static void on_rested(void *arg)
{
    struct message *m = arg;
    if (m->state == MESSAGE_ENDING) {
        try_end(m);
        return;
    }
    lane_put(m);
    sms_turn(m->sms);
}

static void rest(struct message *m, enum message_state state, int64_t in_ms)
{
    give_back(m);
    message_set_state(m, state);
    outbox_rest(m->entry, true);
    if (!m->rest)
        m->rest = timer_new(m->sms->loop, on_rested, m);
    timer_once(m->rest, in_ms);
    sms_turn(m->sms);
}

void sms_rest(struct message *m, int64_t in_ms)
{
    rest(m, MESSAGE_RESTING, in_ms);
}

void sms_ending(struct message *m, int64_t in_ms)
{
    rest(m, MESSAGE_ENDING, in_ms);
}

void sms_learned(struct message *m)
{
    give_back(m);
    lane_put(m);
    sms_turn(m->sms);
}

static void message_free(struct message *m)
{
    struct sms *s = m->sms;
    *(m->prev ? &m->prev->next : &s->messages) = m->next;
    if (m->next)
        m->next->prev = m->prev;
    timer_free(m->rest);
    message_forget(m);
    mem_free(m->taken);
    mem_free(m);
}

void sms_over(struct message *m, bool in_stream)
{
    struct sms *s = m->sms;
    struct outbox_entry *e = m->entry;
    give_back(m);
    message_free(m);
    if (in_stream)
        outbox_remove(s->outbox, e);
    else
        outbox_release(s->outbox, e);
    sms_turn(s);
}

static void on_entry(void *arg, struct outbox_entry *e)
{
    struct sms *s = arg;
    struct message *m = MEM_NEW(struct message);
    m->sms = s;
    m->entry = e;
    m->lane = lane_of(e->kind);
    m->class = prefixes_classes(routes_prefixes(s->routes)) > 1 ? LANE_CLASS_UNKNOWN : 0;
    m->gateway = "";
    m->next = s->messages;
    if (m->next)
        m->next->prev = m;
    s->messages = m;
    lanes_put(&s->lanes, m);
    /* Not at once: the rest of this read may hold a more urgent one. */
    sms_turn(s);
}

/* What waits for a gateway, or rests, may be worth nothing any more. */
static void on_second(void *arg)
{
    struct sms *s = arg;
    int n = 0;
    for (struct message *m = s->messages, *next; m && n < LATE_MAX && !s->stopped; m = next) {
        next = m->next;
        if ((m->state != MESSAGE_WAITING && m->state != MESSAGE_RESTING) || message_left_ms(m) > 0)
            continue;
        n++;
        if (m->state == MESSAGE_RESTING) {
            timer_stop(m->rest);
            lane_put(m);
        }
        turn_begin(m);
    }
    ahead_look(s);
    sms_turn(s); /* the hour of the cap may be over */
}

/* --- the whole --- */

void sms_follow(struct sms *s, struct str hall)
{
    outbox_follow(s->outbox, hall);
    live_follow(s->live, hall);
}

void sms_wake(struct sms *s, struct str hall)
{
    outbox_wake(s->outbox, hall);
}

void sms_stop(struct sms *s)
{
    s->stopped = true;
    outbox_stop(s->outbox);
    ahead_stop(s);
    sms_trials_end(s);
    routes_leave(s->routes);
    live_stop(s->live);
}

bool sms_idle(const struct sms *s)
{
    for (const struct message *m = s->messages; m; m = m->next)
        if (m->state == MESSAGE_TRYING || m->state == MESSAGE_ENDING)
            return false;
    return delivery_idle(s->delivery) &&
           (!s->stopped || (routes_have_left(s->routes) && live_idle(s->live)));
}

static void on_change(void *arg)
{
    struct sms *s = arg;
    /* Within a gateway's own call there is no telling what it can take. */
    if (s->turn)
        sms_turn(s);
}

struct sms *sms_new(struct loop *l, struct store *store, const struct sms_deps *deps)
{
    struct sms *s = MEM_NEW(struct sms);
    s->loop = l;
    s->store = store;
    s->deps = *deps;
    s->delivery = delivery_new(l, store);
    s->joins = joins_new(store, deps->seal);
    turns_init(s);
    s->routes = routes_new(&(struct routes_config){.loop = l,
                                                   .settings = deps->settings,
                                                   .delivery = s->delivery,
                                                   .joins = s->joins,
                                                   .on_inbound = deps->on_inbound,
                                                   .inbound_arg = deps->inbound_arg,
                                                   .on_change = on_change,
                                                   .arg = s});
    if (!s->routes) {
        turns_clear(s);
        delivery_free(s->delivery);
        joins_free(s->joins);
        mem_free(s);
        return NULL;
    }
    s->retry = (struct retry_rules){.max_tries = deps->settings->sms_retry_max_tries,
                                    .first_ms = deps->settings->sms_retry_first_ms,
                                    .max_ms = deps->settings->sms_retry_max_ms};
    s->trying_max = 2 * routes_windows(s->routes) + TELLING_MAX;
    lanes_init(&s->lanes, prefixes_classes(routes_prefixes(s->routes)));
    s->live = live_new(l, store, s->routes, deps);
    s->outbox = outbox_new(l, store, deps->consumer, on_entry, s);
    s->second = timer_new(l, on_second, s);
    timer_every(s->second, 1000);
    return s;
}

void sms_free(struct sms *s)
{
    if (!s)
        return;
    s->freeing = true;
    routes_free(s->routes);
    sms_trials_free(s);
    while (s->messages)
        message_free(s->messages);
    outbox_free(s->outbox);
    live_free(s->live);
    delivery_free(s->delivery);
    joins_free(s->joins);
    lanes_clear(&s->lanes);
    turns_clear(s);
    timer_free(s->second);
    mem_free(s);
}
