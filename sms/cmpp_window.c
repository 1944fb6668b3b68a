/* Owns the SUBMITs of a CMPP connection from the moment they are sent to their answer: no more than
 * the contract's window at once, the parts of a message one behind the other. A part without an
 * answer in time is not sent again: whoever asked decides, since the gateway may have it. Runs on
 * the main thread. SPDX-License-Identifier: MIT */
#include "sms/cmpp_inside.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "sms/cmpp_result.h"
#include "sms/cmpp_text.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static_assert((int)GATEWAY_IDS_MAX >= (int)PARTS_MAX, "an id for each part");

/* A message on its way. */
struct cmpp_trip {
    struct cmpp_trip *next; /* of those not sent */
    gateway_fn fn;
    void *arg;
    int total, sent, waiting, taken; /* parts; waiting: for their answer */
    int badness;                     /* of what result says; see badness_of() */
    struct gateway_result result;
    struct cmpp_submit parts[PARTS_MAX];
};

/* A part that is not answered. */
struct cmpp_flight {
    struct cmpp_flight *next;
    struct cmpp_trip *trip;
    int part;
    uint32_t sequence;
    int64_t sent_ms;
};

bool cmpp_window_is_empty(const struct cmpp_gateway *g)
{
    return !g->window.first && !g->window.queued;
}

int cmpp_window_room(struct cmpp_gateway *g)
{
    int room = g->settings->window - g->window.count;
    if (room < 0 || g->window.queued)
        room = 0;
    g->window.full = room == 0;
    return room;
}

void cmpp_window_freed(struct cmpp_gateway *g)
{
    if (!g->window.full || g->state != CMPP_UP || !cmpp_window_room(g))
        return;
    if (g->events.on_room)
        g->events.on_room(g->events.arg);
}

/* --- how a message ends --- */

/* Of several parts the worst decides: what will never work, then what nobody knows. */
static int badness_of(enum gateway_outcome outcome, bool uncertain)
{
    static const int worse[] = {
        [GATEWAY_OK] = 0,       [GATEWAY_TEMPFAIL] = 1, [GATEWAY_THROTTLED] = 2,
        [GATEWAY_PERMFAIL] = 4, [GATEWAY_CONFIG] = 4,
    };
    return uncertain ? 3 : worse[outcome];
}

static void spoil(struct cmpp_trip *t, enum gateway_outcome outcome, bool uncertain,
                  const char *reason)
{
    int badness = badness_of(outcome, uncertain);
    t->total = t->sent; /* the rest stays here */
    if (badness <= t->badness)
        return;
    t->badness = badness;
    t->result.outcome = outcome;
    t->result.uncertain = uncertain;
    (void)snprintf(t->result.reason, sizeof t->result.reason, "%s", reason);
}

static void finish(struct cmpp_trip *t)
{
    if (t->waiting || t->sent < t->total)
        return;
    /* Of a part that was taken another try would be a second one. */
    if (t->taken &&
        (t->result.outcome == GATEWAY_TEMPFAIL || t->result.outcome == GATEWAY_THROTTLED)) {
        t->result.outcome = GATEWAY_TEMPFAIL;
        t->result.uncertain = true;
    }
    if (t->result.outcome == GATEWAY_OK) {
        t->result.id_count = t->total;
        (void)snprintf(t->result.reason, sizeof t->result.reason, "accepted");
    }
    t->fn(t->arg, &t->result);
    mem_free(t);
}

/* --- sending --- */

static struct cmpp_flight *oldest(struct cmpp_gateway *g)
{
    return g->window.first;
}

static void patience_begin(struct cmpp_gateway *g)
{
    if (oldest(g))
        timer_once(g->window.patience,
                   oldest(g)->sent_ms + g->settings->timeout_ms - clock_mono_ms());
    else
        timer_stop(g->window.patience);
}

static void send_part(struct cmpp_gateway *g, struct cmpp_trip *t)
{
    struct cmpp_flight *f = MEM_NEW(struct cmpp_flight);
    struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .submit = t->parts[t->sent]};
    bool was_empty = !oldest(g);
    cmpp_ask(g, &pdu);
    *f = (struct cmpp_flight){NULL, t, t->sent++, pdu.sequence, clock_mono_ms()};
    *g->window.last = f;
    g->window.last = &f->next;
    g->window.count++;
    t->waiting++;
    if (was_empty)
        patience_begin(g);
}

static void queue(struct cmpp_gateway *g, struct cmpp_trip *t)
{
    *g->window.queued_last = t;
    g->window.queued_last = &t->next;
    g->window.queued_count++;
}

static void queue_reset(struct cmpp_gateway *g)
{
    g->window.queued = NULL;
    g->window.queued_last = &g->window.queued;
    g->window.queued_count = 0;
}

/* No part of another message comes between those of one. */
static void pump(struct cmpp_gateway *g)
{
    struct cmpp_trip *t;
    while ((t = g->window.queued)) {
        while (t->sent < t->total && g->window.count < g->settings->window)
            send_part(g, t);
        if (t->sent < t->total)
            return;
        g->window.queued = t->next;
        if (!t->next)
            g->window.queued_last = &g->window.queued;
        g->window.queued_count--;
    }
}

static void refuse(gateway_fn fn, void *arg, enum gateway_outcome outcome, const char *reason)
{
    struct gateway_result r = {.outcome = outcome};
    (void)snprintf(r.reason, sizeof r.reason, "%s", reason);
    fn(arg, &r);
}

/* Whether the codec takes all of it: what comes from elsewhere (the number) may be too long. */
static bool fits(const struct cmpp_gateway *g, const struct cmpp_submit *parts, int n)
{
    struct buf b;
    bool good = true;
    buf_init(&b);
    for (int i = 0; i < n && good; i++) {
        struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .layout = g->layout, .submit = parts[i]};
        good = cmpp_write(&pdu, &b);
    }
    buf_clear(&b);
    return good;
}

/* room() counts messages and does not know their parts, so there may be more of them than fit:
 * these wait here, no more than a window of them. */
void cmpp_window_send(struct cmpp_gateway *g, const struct gateway_message *m, gateway_fn fn,
                      void *arg)
{
    if (g->window.queued_count >= g->settings->window) {
        refuse(fn, arg, GATEWAY_TEMPFAIL, "window_full");
        return;
    }
    struct cmpp_trip *t = MEM_NEW(struct cmpp_trip);
    t->fn = fn;
    t->arg = arg;
    t->total = cmpp_submits(g->settings, m, clock_now_ms(), ++g->reference, t->parts);
    if (t->total && fits(g, t->parts, t->total)) {
        queue(g, t);
        pump(g);
        return;
    }
    const char *reason = t->total ? "number_bad" : "text_long";
    mem_free(t);
    refuse(fn, arg, GATEWAY_PERMFAIL, reason);
}

/* --- answers --- */

/* Takes it out of the window; NULL: it is not there any more. */
static struct cmpp_flight *take(struct cmpp_gateway *g, uint32_t sequence)
{
    struct cmpp_flight **at = &g->window.first, *f;
    while (*at && (*at)->sequence != sequence)
        at = &(*at)->next;
    f = *at;
    if (!f)
        return NULL;
    *at = f->next;
    if (!f->next)
        g->window.last = at;
    g->window.count--;
    f->trip->waiting--;
    return f;
}

/* After a part has left the window, whichever way. */
static void taken(struct cmpp_gateway *g, struct cmpp_flight *f)
{
    struct cmpp_trip *t = f->trip;
    mem_free(f);
    pump(g);
    finish(t);
}

static void judge(struct cmpp_gateway *g, struct cmpp_flight *f, const struct cmpp_answer *a)
{
    char reason[GATEWAY_REASON_MAX + 1];
    struct cmpp_trip *t = f->trip;
    if (a->result == 0) {
        (void)snprintf(t->result.ids[f->part], sizeof t->result.ids[0], CMPP_ID, a->msg_id);
        t->taken++;
        return;
    }
    enum gateway_outcome outcome = cmpp_result_outcome(g->settings, a->result, reason);
    log_warn("sms gateway %s: Result %" PRIu32 " (%s)", g->settings->name, a->result, reason);
    spoil(t, outcome, false, reason);
}

void cmpp_window_answer(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    struct cmpp_flight *f = take(g, pdu->sequence);
    if (!f) {
        log_info("sms gateway %s: an answer to nothing, or late", g->settings->name);
        return;
    }
    judge(g, f, &pdu->answer);
    taken(g, f);
    patience_begin(g);
    cmpp_window_freed(g);
    cmpp_quiet(g);
}

/* Where nobody has said anything since, that is worth a question, before more messages go that way.
 */
static void on_patience(void *arg)
{
    struct cmpp_gateway *g = arg;
    int64_t due_ms = clock_mono_ms() - g->settings->timeout_ms;
    struct cmpp_flight *f;
    while ((f = oldest(g)) && f->sent_ms <= due_ms) {
        if (f->sent_ms > g->heard_ms)
            cmpp_test(g);
        log_warn("sms gateway %s: no answer to a message", g->settings->name);
        (void)take(g, f->sequence);
        spoil(f->trip, GATEWAY_TEMPFAIL, true, "no_answer");
        taken(g, f);
    }
    patience_begin(g);
    cmpp_window_freed(g);
    cmpp_quiet(g);
}

void cmpp_window_init(struct cmpp_gateway *g)
{
    g->window.last = &g->window.first;
    queue_reset(g);
    g->window.patience = timer_new(g->loop, on_patience, g);
}

void cmpp_window_lost(struct cmpp_gateway *g)
{
    struct cmpp_flight *f;
    struct cmpp_trip *unsent = g->window.queued, *t;
    queue_reset(g);
    while ((f = oldest(g))) {
        t = f->trip;
        (void)take(g, f->sequence);
        spoil(t, GATEWAY_TEMPFAIL, true, "link_lost");
        mem_free(f);
        if (t != unsent)
            finish(t);
    }
    while ((t = unsent)) {
        unsent = t->next;
        spoil(t, GATEWAY_TEMPFAIL, t->sent > 0, "link_lost");
        finish(t);
    }
    timer_stop(g->window.patience);
}

void cmpp_window_clear(struct cmpp_gateway *g)
{
    struct cmpp_trip *unsent = g->window.queued, *t;
    struct cmpp_flight *f;
    while ((f = oldest(g))) {
        t = f->trip;
        (void)take(g, f->sequence);
        mem_free(f);
        if (!t->waiting && t != unsent)
            mem_free(t);
    }
    while ((t = unsent)) {
        unsent = t->next;
        mem_free(t);
    }
    timer_free(g->window.patience);
}
