/* What the SMPP driver sends: a message as its parts, back to back, as many at once as the window
 * allows, and what the centre answers. A message is answered once all its parts are. One of which
 * some parts were taken and others not, or not answered, may be there: that is said, and nothing is
 * sent twice here. How a text becomes parts is smpp_cut.c. Main thread.
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "sms/smpp_inside.h"
#include <stdio.h>
#include <string.h>

enum { FULL_PAUSE_MS = 50 /* for a caller that has not asked for room */ };

/* One message on its way. */
struct smpp_trip {
    struct smpp *gateway;
    gateway_fn fn;
    void *arg;
    int parts, open; /* open: not answered yet */
    bool taken, failed, lost;
    struct gateway_result result;
};

/* --- answers --- */

static void result_say(struct gateway_result *r, enum gateway_outcome outcome, bool uncertain,
                       const char *reason)
{
    char word[GATEWAY_REASON_MAX + 1];

    snprintf(word, sizeof(word), "%s", reason); /* it may be r's own */
    memset(r, 0, sizeof(*r));
    r->outcome = outcome;
    r->uncertain = uncertain;
    memcpy(r->reason, word, sizeof(word));
}

/* A message that is at fault stays so, whatever became of its other parts. */
static void settle(struct smpp_trip *t)
{
    struct gateway_result *r = &t->result;

    if (t->failed && r->outcome == GATEWAY_PERMFAIL)
        result_say(r, GATEWAY_PERMFAIL, false, r->reason);
    else if (t->lost || (t->failed && t->taken))
        result_say(r, GATEWAY_TEMPFAIL, true, r->reason);
    for (int i = 0; i < r->id_count; i++)
        if (!r->ids[i][0])
            r->id_count = 0; /* it will not report on all of them */
}

static void finish(struct smpp_trip *t)
{
    settle(t);
    t->fn(t->arg, &t->result);
    mem_free(t);
}

static void fail(struct smpp_trip *t, enum gateway_outcome outcome, const char *reason,
                 int64_t pause_ms)
{
    if (t->failed || t->lost)
        return;
    t->failed = true;
    result_say(&t->result, outcome, false, reason);
    t->result.pause_ms = pause_ms;
}

/* What was not sent yet goes no further when another part has failed. */
static void drop_queued(struct smpp *g, struct smpp_trip *t)
{
    struct smpp_part *p = TAILQ_FIRST(&g->queued), *next;

    for (; p; p = next) {
        next = TAILQ_NEXT(p, next);
        if (p->trip != t)
            continue;
        TAILQ_REMOVE(&g->queued, p, next);
        g->queued_count--;
        t->open--;
        mem_free(p);
    }
}

/* A part is over; its trip may end with it. */
static void part_over(struct smpp *g, struct smpp_part *p)
{
    struct smpp_trip *t = p->trip;

    TAILQ_REMOVE(&g->waiting, p, next);
    g->waiting_count--;
    mem_free(p);
    t->open--;
    if ((t->failed || t->lost) && t->open > 0 && g->queued_count > 0)
        drop_queued(g, t);
    if (t->open == 0)
        finish(t);
}

static void part_lost(struct smpp *g, struct smpp_part *p, const char *reason)
{
    struct smpp_trip *t = p->trip;

    if (!t->failed && !t->lost)
        result_say(&t->result, GATEWAY_TEMPFAIL, true, reason);
    t->lost = true;
    part_over(g, p);
}

static void write_out(struct smpp *g)
{
    struct smpp_part *p;

    while (g->state == SMPP_BOUND && g->waiting_count < g->settings->window &&
           (p = TAILQ_FIRST(&g->queued))) {
        TAILQ_REMOVE(&g->queued, p, next);
        g->queued_count--;
        p->deadline_ms = clock_mono_ms() + g->settings->timeout_ms;
        TAILQ_INSERT_TAIL(&g->waiting, p, next);
        g->waiting_count++;
        sms_link_send(g->link, p->frame, p->n);
    }
    p = TAILQ_FIRST(&g->waiting);
    if (p && !g->answers_armed) {
        g->answers_armed = true;
        timer_once(g->answers, p->deadline_ms - clock_mono_ms());
    }
}

static void go_on(struct smpp *g)
{
    if (g->closed)
        return;
    write_out(g);
    smpp_tell_room(g);
    smpp_leave_further(g);
}

static struct smpp_part *find(const struct smpp *g, uint32_t sequence)
{
    struct smpp_part *p;

    TAILQ_FOREACH(p, &g->waiting, next) /* nearly always the first */
    if (p->sequence == sequence)
        return p;
    return NULL;
}

bool smpp_submit_answered(struct smpp *g, const struct smpp_header *h, const uint8_t *body,
                          size_t n)
{
    struct smpp_part *p = find(g, h->sequence);
    struct gateway_result word;

    if (!p)
        return false;
    struct smpp_trip *t = p->trip;
    smpp_status_read(g->settings, h->status, &word);
    if (h->command == SMPP_GENERIC_NACK && word.outcome == GATEWAY_OK)
        result_say(&word, GATEWAY_TEMPFAIL, false, "smpp_nack");
    if (word.outcome == GATEWAY_OK) {
        t->taken = true;
        smpp_id_read(smpp_read_id(body, n), g->id_base, false, t->result.ids[p->index]);
    } else {
        if (word.outcome != GATEWAY_THROTTLED) /* those come by the hundred */
            log_warn("sms gateway %s: submit_sm refused: %s", g->settings->name, word.reason);
        fail(t, word.outcome, word.reason, word.pause_ms);
    }
    part_over(g, p);
    go_on(g);
    return true;
}

void smpp_submit_late(void *arg)
{
    struct smpp *g = arg;
    struct smpp_part *p;
    int64_t now_ms = clock_mono_ms();
    bool late = false;

    g->answers_armed = false;
    while (!g->closed && (p = TAILQ_FIRST(&g->waiting)) && p->deadline_ms <= now_ms) {
        late = true;
        log_warn("sms gateway %s: no answer to a submit_sm", g->settings->name);
        part_lost(g, p, "no_answer");
    }
    if (g->closed)
        return;
    if (late)
        smpp_enquire(g); /* is anybody there at all? */
    go_on(g);
}

void smpp_submit_lost(struct smpp *g, const char *reason)
{
    struct smpp_parts queued = TAILQ_HEAD_INITIALIZER(queued);
    struct smpp_part *p;

    /* Those never sent first: they are certain, unless another part of theirs was. */
    TAILQ_CONCAT(&queued, &g->queued, next);
    g->queued_count = 0;
    while (!g->closed && (p = TAILQ_FIRST(&g->waiting))) {
        struct smpp_part *q, *next;
        for (q = TAILQ_FIRST(&queued); q; q = next) {
            next = TAILQ_NEXT(q, next);
            if (q->trip != p->trip)
                continue;
            TAILQ_REMOVE(&queued, q, next);
            q->trip->open--;
            mem_free(q);
        }
        part_lost(g, p, reason);
    }
    while ((p = TAILQ_FIRST(&queued))) {
        struct smpp_trip *t = p->trip;
        TAILQ_REMOVE(&queued, p, next);
        mem_free(p);
        fail(t, GATEWAY_TEMPFAIL, "link_down", 0);
        if (--t->open > 0)
            continue;
        if (g->closed)
            mem_free(t);
        else
            finish(t);
    }
}

static void forget(struct smpp_parts *list)
{
    struct smpp_part *p;

    while ((p = TAILQ_FIRST(list))) {
        TAILQ_REMOVE(list, p, next);
        if (--p->trip->open == 0)
            mem_free(p->trip);
        mem_free(p);
    }
}

void smpp_submit_forget(struct smpp *g)
{
    forget(&g->queued);
    forget(&g->waiting);
    g->queued_count = g->waiting_count = 0;
}

bool smpp_submit_idle(const struct smpp *g)
{
    return g->queued_count + g->waiting_count == 0;
}

/* --- from above --- */

int smpp_room(void *self)
{
    struct smpp *g = self;
    int room = g->settings->window - g->waiting_count - g->queued_count;

    if (g->state != SMPP_BOUND || g->leaving || room < 0)
        room = 0;
    g->said_full = room == 0;
    return room;
}

void smpp_tell_room(struct smpp *g)
{
    if (g->said_full && g->env.events.on_room && smpp_room(g) > 0)
        g->env.events.on_room(g->env.events.arg);
}

static void refuse(gateway_fn fn, void *arg, enum gateway_outcome outcome, const char *reason)
{
    struct gateway_result r;

    memset(&r, 0, sizeof(r));
    result_say(&r, outcome, false, reason);
    r.pause_ms = outcome == GATEWAY_THROTTLED ? FULL_PAUSE_MS : 0;
    fn(arg, &r);
}

static void start(struct smpp *g, struct smpp_parts *list, gateway_fn fn, void *arg)
{
    struct smpp_trip *t = MEM_NEW(struct smpp_trip);
    struct smpp_part *p;

    *t = (struct smpp_trip){.gateway = g, .fn = fn, .arg = arg};
    snprintf(t->result.reason, sizeof(t->result.reason), "accepted");
    TAILQ_FOREACH(p, list, next)
    {
        p->trip = t;
        p->index = t->parts++;
    }
    t->open = t->parts;
    t->result.id_count = t->parts;
    g->queued_count += t->parts;
    TAILQ_CONCAT(&g->queued, list, next);
    write_out(g);
}

void smpp_send(void *self, const struct gateway_message *m, gateway_fn fn, void *arg)
{
    struct smpp *g = self;
    struct smpp_parts list = TAILQ_HEAD_INITIALIZER(list);
    const char *why;

    if (g->state != SMPP_BOUND || g->leaving) {
        refuse(fn, arg, g->refusal[0] ? GATEWAY_CONFIG : GATEWAY_TEMPFAIL,
               g->refusal[0] ? g->refusal : "link_down");
    } else if (smpp_room(g) == 0) {
        refuse(fn, arg, GATEWAY_THROTTLED, "window_full");
    } else if ((why = smpp_cut(g, m, &list))) {
        smpp_parts_free(&list);
        refuse(fn, arg, strcmp(why, "settings") == 0 ? GATEWAY_CONFIG : GATEWAY_PERMFAIL, why);
    } else {
        start(g, &list, fn, arg);
    }
}
