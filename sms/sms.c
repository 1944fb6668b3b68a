/* Which message is next: lanes by urgency, each gateway as many at once and as fast as its contract
 * says, and none of them in the way of another. Owns the messages and all the parts they pass
 * through. Runs on the main thread. How one try goes is try.c and message.c; where messages come
 * from, outbox.c; which gateway, route.c. SPDX-License-Identifier: MIT */
#include "sms/sms.h"

#include "base/clock.h"
#include "base/mem.h"
#include "sms/ahead.h"
#include "sms/batch.h"
#include "sms/delivery.h"
#include "sms/live.h"
#include "sms/trial.h"
#include <assert.h>
#include <string.h>

enum {
    TELLING_MAX =
        128, /* messages the store is being told of, beside those at the gateways and next there */
    LEARNING_MAX = 32, /* numbers asked for at once */
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

static void begin(struct message *m)
{
    lanes_remove(&m->sms->lanes, m);
    lanes_forget(m);
    message_set_state(m, MESSAGE_TRYING);
    m->sms->trying++;
    try_begin(m);
}

static void learn(struct message *m)
{
    lanes_remove(&m->sms->lanes, m);
    message_set_state(m, MESSAGE_LEARNING);
    m->sms->learning++;
    try_learn(m);
}

/* --- who is next --- */

/* The hour's cap for all halls holds everything but codes and alarms, which have limits of their
 * own. */
static bool is_held(const struct message *m)
{
    return m->lane != LANE_CODE && m->lane != LANE_ALARM && live_is_capped(m->sms->live);
}

static struct route_choice choose(struct message *m)
{
    const struct route_ask ask = {.class = m->class,
                                  .tried = m->tried,
                                  .patient = text_kind_can_wait(m->entry->kind),
                                  .harmless = text_kind_repeats(m->entry->kind)};
    struct routes *r = m->sms->routes;
    int64_t now_us = clock_mono_us();
    struct route_choice c = route_choose(routes_list(r), routes_prefixes(r), &ask, now_us);
    if (c.route)
        route_take(c.route, &ask, now_us, &m->hold);
    return c;
}

bool sms_route(struct message *m)
{
    return !m->sms->stopped && choose(m).route != NULL;
}

/* Nobody serves such numbers: it ends without a try. */
static void refuse(struct message *m)
{
    lanes_remove(&m->sms->lanes, m);
    message_set_state(m, MESSAGE_ENDING);
    try_finish(m, "rejected", "no_route");
}

static void wait_until(int64_t *wait_ms, const struct route_choice *c)
{
    if (c->wait_ms >= 0 && (*wait_ms < 0 || c->wait_ms < *wait_ms))
        *wait_ms = c->wait_ms;
}

/* One that was begun ahead goes to its gateway; false where none has room for any. */
static bool step_ready(struct sms *s, enum lane lane, int64_t *wait_ms)
{
    const struct route *full = NULL;
    for (struct message *m = s->ready[lane].first; m; m = m->lane_next) {
        if (m->ahead_of == full)
            continue;
        struct route_choice c = choose(m);
        if (c.route) {
            ahead_leave(m);
            message_send_again(m);
            return true;
        }
        full = m->ahead_of;
        wait_until(wait_ms, &c);
    }
    return false;
}

/* One that waits; true when it goes on. */
static bool step_one(struct message *m, int64_t *wait_ms)
{
    if (m->class == LANE_CLASS_UNKNOWN) {
        if (m->sms->learning >= LEARNING_MAX)
            return false;
        learn(m);
        return true;
    }
    if (is_held(m))
        return false;
    struct route_choice c = choose(m);
    if (c.none)
        refuse(m);
    else if (c.route || ahead_take(m, c.full))
        begin(m);
    else
        wait_until(wait_ms, &c);
    return m->state != MESSAGE_WAITING;
}

/* The most urgent one that can go on, set going; false when there is none. wait_ms: to when time
 * alone may change that. */
static bool step(struct sms *s, int64_t *wait_ms)
{
    for (int lane = 0; lane < LANES; lane++) {
        struct message *m = NULL;
        if (step_ready(s, (enum lane)lane, wait_ms))
            return true;
        while (s->trying < s->trying_max &&
               (m = lanes_next(&s->lanes, (enum lane)lane, m ? m->place : 0)))
            if (step_one(m, wait_ms))
                return true;
    }
    return false;
}

static void pump(struct sms *s)
{
    int64_t wait_ms = ROUTE_WAIT_EVENT;
    while (!s->stopped) {
        wait_ms = ROUTE_WAIT_EVENT;
        if (!step(s, &wait_ms))
            break;
    }
    if (wait_ms >= 0)
        timer_once(s->pace, wait_ms);
}

static void on_pace(void *arg)
{
    sms_turn(arg);
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    struct sms *s = arg;
    s->turn_due = false;
    pump(s);
    batches_send(s);
}

/* An event without a descriptor that is made active runs behind all that happens in this turn. */
void sms_turn(struct sms *s)
{
    if (s->turn_due || s->freeing)
        return;
    s->turn_due = true;
    event_active(s->turn, EV_TIMEOUT, 0);
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
        begin(m);
    }
    ahead_look(s);
    sms_turn(s); /* the hour of the cap may be over */
}

/* --- the whole --- */

void sms_follow(struct sms *s, struct str hall)
{
    outbox_follow(s->outbox, hall);
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
    s->pace = timer_new(l, on_pace, s);
    s->turn = event_new(loop_base(l), -1, 0, on_turn, s);
    s->routes = routes_new(&(struct routes_config){.loop = l,
                                                   .settings = deps->settings,
                                                   .delivery = s->delivery,
                                                   .on_inbound = deps->on_inbound,
                                                   .inbound_arg = deps->inbound_arg,
                                                   .on_change = on_change,
                                                   .arg = s});
    if (!s->routes) {
        event_free(s->turn);
        timer_free(s->pace);
        delivery_free(s->delivery);
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
    lanes_clear(&s->lanes);
    event_free(s->turn);
    timer_free(s->pace);
    timer_free(s->second);
    mem_free(s);
}
