/* Who is next: at the end of each turn of the loop in which something happened, the most urgent
 * messages that can go on are set going, and the store is told of them. Owns the timer and the
 * event for that. Main thread. SPDX-License-Identifier: MIT */
#include "sms/turn.h"

#include "base/clock.h"
#include "sms/ahead.h"
#include "sms/batch.h"
#include "sms/live.h"

enum { LEARNING_MAX = 32 /* numbers asked for at once */ };

void turn_begin(struct message *m)
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
    for (size_t r = 0; r < routes_count(s->routes); r++) {
        struct message *m = s->ready[lane][r].first;
        if (!m)
            continue;
        struct route_choice c = choose(m);
        if (c.route) {
            ahead_leave(m);
            message_send_again(m);
            return true;
        }
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
        turn_begin(m);
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

static void on_time(void *arg)
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

void turns_init(struct sms *s)
{
    s->pace = timer_new(s->loop, on_time, s);
    s->gather = timer_new(s->loop, on_time, s);
    s->turn = event_new(loop_base(s->loop), -1, 0, on_turn, s);
}

void turns_clear(struct sms *s)
{
    event_free(s->turn);
    timer_free(s->pace);
    timer_free(s->gather);
}
