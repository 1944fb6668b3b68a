/* Messages begun before their gateway has room: while a window is full, the store is told of those
 * that come next, so that an answer of the gateway is followed by the next message at once and not
 * by a call of the store. Only kinds that may come twice are begun so, since a daemon that dies
 * leaves them as submitted: whoever takes them over repeats them. And only where the gateway
 * answers fast and its window alone is in the way, so that none lies begun for long; where that
 * goes wrong (it is throttled, or breaks) they go back. Who gets the room is decided when there is
 * room (turn.c). Main thread. SPDX-License-Identifier: MIT */
#include "sms/ahead.h"

#include "base/clock.h"

enum { PUT_BACK_MS = 5000 /* longer than most gateways pause */ };

bool ahead_take(struct message *m, struct route *full)
{
    if (!full || !text_kind_repeats(m->entry->kind) ||
        !route_may_begin_ahead(full, text_kind_can_wait(m->entry->kind)))
        return false;
    m->ahead_of = full;
    full->ahead++;
    return true;
}

static struct lane_queue *queue_of(struct message *m)
{
    struct sms *s = m->sms;
    return &s->ready[m->lane][m->ahead_of - routes_list(s->routes)];
}

void sms_ready(struct message *m)
{
    struct lane_queue *q = queue_of(m);
    m->ready = true;
    m->ready_ms = clock_mono_ms();
    m->lane_prev = q->last;
    m->lane_next = NULL;
    *(q->last ? &q->last->lane_next : &q->first) = m;
    q->last = m;
    sms_turn(m->sms);
}

void ahead_leave(struct message *m)
{
    if (!m->ahead_of)
        return;
    if (m->ready) {
        struct lane_queue *q = queue_of(m);
        *(m->lane_prev ? &m->lane_prev->lane_next : &q->first) = m->lane_next;
        *(m->lane_next ? &m->lane_next->lane_prev : &q->last) = m->lane_prev;
        m->lane_prev = m->lane_next = NULL;
        m->ready = false;
    }
    m->ahead_of->ahead--;
    m->ahead_of = NULL;
}

static void look_at(struct message *first, int64_t older_ms)
{
    int64_t now_ms = clock_mono_ms();
    for (struct message *m = first, *next; m; m = next) {
        next = m->lane_next;
        if (message_left_ms(m) <= 0) {
            try_give_up(m, "expired", "late");
        } else if (now_ms - m->ready_ms >= older_ms) {
            route_was_slow(m->ahead_of);
            try_put_back(m);
        }
    }
}

static void look(struct sms *s, int64_t older_ms)
{
    for (int lane = 0; lane < LANES; lane++)
        for (size_t r = 0; r < routes_count(s->routes); r++)
            look_at(s->ready[lane][r].first, older_ms);
}

void ahead_look(struct sms *s)
{
    look(s, PUT_BACK_MS);
}

void ahead_stop(struct sms *s)
{
    look(s, 0);
}
