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
    if (!full || !text_kind_repeats(m->entry->kind) || !message_is_fresh(m) ||
        !route_may_begin_ahead(full, text_kind_can_wait(m->entry->kind)))
        return false;
    m->ahead_of = full;
    full->ahead++;
    return true;
}

void sms_ready(struct message *m)
{
    struct lane_queue *q = &m->sms->ready[m->lane];
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
    struct lane_queue *q = &m->sms->ready[m->lane];
    if (!m->ahead_of)
        return;
    m->ahead_of->ahead--;
    m->ahead_of = NULL;
    if (!m->ready)
        return;
    m->ready = false;
    *(m->lane_prev ? &m->lane_prev->lane_next : &q->first) = m->lane_next;
    *(m->lane_next ? &m->lane_next->lane_prev : &q->last) = m->lane_prev;
    m->lane_prev = m->lane_next = NULL;
}

static void look(struct sms *s, int64_t older_ms)
{
    int64_t now_ms = clock_mono_ms();
    for (int lane = 0; lane < LANES; lane++) {
        for (struct message *m = s->ready[lane].first, *next; m; m = next) {
            next = m->lane_next;
            if (message_left_ms(m) <= 0) {
                try_give_up(m, "expired", "late");
            } else if (now_ms - m->ready_ms >= older_ms) {
                route_was_slow(m->ahead_of);
                try_put_back(m);
            }
        }
    }
}

void ahead_look(struct sms *s)
{
    look(s, PUT_BACK_MS);
}

void ahead_stop(struct sms *s)
{
    look(s, 0);
}
