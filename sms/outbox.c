/* What is to be sent: each hall's outbox stream, read as the consumer group "sms". Owns the entries
 * that were read and have not ended. An entry stays in the stream, pending for this consumer, until
 * its message has ended; so after a crash the same daemon reads its own pending entries again at
 * once, and any other daemon takes them over when they have been idle for a minute. What is held
 * here is claimed anew long before that.
 *
 * Memory is bounded, and a long queue hides nothing urgent: everything new is read at once, but of
 * what can wait only so much is held. The rest, and what must not go out yet (quiet hours), is left
 * pending in the stream, and found again by a sweep over the pending entries when there is room or
 * the time has come (outbox_read.c). Runs on the main thread. SPDX-License-Identifier: MIT */
#include "sms/outbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "sms/outbox_inside.h"
#include <string.h>

enum {
    TICK_MS = 1000,     /* what was not to go out before now does */
    LOOK_TICKS = 5,     /* a lost bell costs so much of the 3 minutes a call is worth */
    RENEW_TICKS = 20,   /* thrice within the minute after which others take over */
    HELD_MAX = 1024,    /* of one hall, a kilobyte each; the rest waits in the stream */
    PATIENT_MAX = 768,  /* of these, of kinds that can wait */
    RESTING_MAX = 2048, /* beside these: waiting for their next try, while a gateway is broken */
    RENEW_MAX = 500,    /* claimed anew with one command */
};

struct str outbox_hall_code(const struct outbox_hall *h)
{
    return str_of(h->code);
}

void outbox_hall_keep(struct outbox_hall *h, enum outbox_keeps what, void *user,
                      void (*free_fn)(void *user))
{
    h->kept[what].user = user;
    h->kept[what].free_fn = free_fn;
}

void *outbox_hall_kept(const struct outbox_hall *h, enum outbox_keeps what)
{
    return h->kept[what].user;
}

void outbox_command(struct outbox_hall *h, int argc, const struct str *argv, store_fn fn)
{
    store_command(h->outbox->store, str_of(h->code), argc, argv, fn, h);
}

/* --- what is held --- */

/* Entries beyond what may rest take the room of others. */
static int too_many_resting(const struct outbox_hall *h)
{
    return h->resting > RESTING_MAX ? h->resting - RESTING_MAX : 0;
}

int outbox_room(const struct outbox_hall *h)
{
    return HELD_MAX - (h->held - h->resting) - too_many_resting(h);
}

int outbox_patient_room(const struct outbox_hall *h)
{
    int own = PATIENT_MAX - h->patient - too_many_resting(h), all = outbox_room(h);
    return own < all ? own : all;
}

static bool has_room(const struct outbox_hall *h, const struct outbox_entry *e)
{
    return (text_kind_can_wait(e->kind) ? outbox_patient_room(h) : outbox_room(h)) > 0;
}

static void count_held(struct outbox_entry *e, int n)
{
    struct outbox_hall *h = e->hall;
    h->held += n;
    h->resting += e->resting ? n : 0;
    h->patient += !e->resting && text_kind_can_wait(e->kind) ? n : 0;
    h->outbox->held += n;
    metric_set(METRIC_MESSAGES_PENDING, NULL, h->outbox->held);
}

void outbox_rest(struct outbox_entry *e, bool rests)
{
    count_held(e, -1);
    e->resting = rests;
    count_held(e, 1);
    if (rests)
        outbox_read_next(e->hall);
}

static void on_ignored(void *arg, const struct store_reply *reply)
{
}

static void stream_remove(struct outbox_hall *h, struct str id)
{
    char key[64];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    outbox_command(h, 4, (struct str[]){STR("XACK"), k, STR("sms"), id}, on_ignored);
    outbox_command(h, 3, (struct str[]){STR("XDEL"), k, id}, on_ignored);
}

static void hold(struct outbox_hall *h, struct outbox_entry *e)
{
    e->prev = h->last;
    *(h->last ? &h->last->next : &h->first) = e;
    h->last = e;
    table_add(&h->held_by_id, &e->node, str_of(e->id));
    count_held(e, 1);
    h->outbox->fn(h->outbox->arg, e);
}

/* Not yet: it stays pending. */
static bool is_for_later(struct outbox_hall *h, const struct outbox_entry *e)
{
    if (e->not_before_ms <= clock_now_ms())
        return false;
    if (!h->due_ms || e->not_before_ms < h->due_ms)
        h->due_ms = e->not_before_ms;
    return true;
}

enum taking outbox_take(struct outbox_hall *h, const struct store_value *v, bool is_new)
{
    struct str id = store_value_str(store_value_at(v, 0));
    const struct store_value *flat = store_value_at(v, 1);
    struct outbox_id place;
    if (!outbox_id_parse(id, &place) || table_find(&h->held_by_id, id))
        return LEFT;
    struct outbox_entry *e = MEM_NEW(struct outbox_entry);
    e->hall = h;
    e->is_new = is_new;
    if (!outbox_entry_fill(e, id, flat)) {
        /* Empty: it ended while its end was on the way to the daemon that had it. */
        if (store_value_count(flat))
            log_error("hall %s message " STR_FMT ": not an entry of ours", h->code, STR_ARG(id));
        stream_remove(h, id);
        mem_free(e);
        return LEFT;
    }
    enum taking how = is_for_later(h, e) ? LEFT : has_room(h, e) ? TAKEN : NO_ROOM;
    if (how == TAKEN)
        hold(h, e);
    else
        mem_free(e);
    return how;
}

/* Says of everything held that somebody cares for it. */
static void claim_held(struct outbox_hall *h)
{
    char key[64];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    const struct outbox_entry *e = h->first;
    while (e) {
        struct str argv[RENEW_MAX + 6] = {STR("XCLAIM"), k, STR("sms"), str_of(h->outbox->consumer),
                                          STR("0")};
        int argc = 5;
        for (; e && argc < RENEW_MAX + 5; e = e->next)
            argv[argc++] = str_of(e->id);
        argv[argc++] = STR("JUSTID");
        outbox_command(h, argc, argv, on_ignored);
    }
}

static void on_tick(void *arg)
{
    struct outbox *o = arg;
    bool renew = ++o->ticks % RENEW_TICKS == 0, look = o->ticks % LOOK_TICKS == 0;
    if (o->stopped || !store_ready(o->store, NULL))
        return;
    for (struct outbox_hall *h = o->halls; h; h = h->next) {
        h->again = h->again || look;
        outbox_read_next(h);
        if (renew && h->step == STEP_READ) {
            claim_held(h);
            outbox_claim_idle(h);
        }
    }
}

static struct outbox_hall *hall_find(struct outbox *o, struct str code)
{
    struct outbox_hall *h = o->halls;
    while (h && !str_is(code, h->code))
        h = h->next;
    return h;
}

void outbox_follow(struct outbox *o, struct str code)
{
    if (hall_find(o, code))
        return;
    struct outbox_hall *h = MEM_NEW(struct outbox_hall);
    h->outbox = o;
    h->code = mem_strndup(code.p, code.len);
    str_copy(STR("0-0"), h->claimed, sizeof h->claimed);
    h->next = o->halls;
    o->halls = h;
    outbox_read_next(h);
}

void outbox_wake(struct outbox *o, struct str code)
{
    struct outbox_hall *h = hall_find(o, code);
    if (!h)
        return;
    h->again = true;
    outbox_read_next(h);
}

void outbox_release(struct outbox *o, struct outbox_entry *e)
{
    struct outbox_hall *h = e->hall;
    table_remove(&h->held_by_id, &e->node);
    *(e->prev ? &e->prev->next : &h->first) = e->next;
    *(e->next ? &e->next->prev : &h->last) = e->prev;
    count_held(e, -1);
    mem_free(e);
    outbox_read_next(h); /* there may be room again */
}

void outbox_remove(struct outbox *o, struct outbox_entry *e)
{
    stream_remove(e->hall, str_of(e->id));
    outbox_release(o, e);
}

int outbox_held(const struct outbox *o)
{
    return o->held;
}

void outbox_stop(struct outbox *o)
{
    o->stopped = true;
}

struct outbox *outbox_new(struct loop *l, struct store *s, const char *consumer, outbox_fn fn,
                          void *arg)
{
    struct outbox *o = MEM_NEW(struct outbox);
    o->store = s;
    o->consumer = mem_strdup(consumer);
    o->fn = fn;
    o->arg = arg;
    o->tick = timer_new(l, on_tick, o);
    timer_every(o->tick, TICK_MS);
    return o;
}

static void hall_free(struct outbox_hall *h)
{
    while (h->first) {
        struct outbox_entry *e = h->first;
        h->first = e->next;
        mem_free(e);
    }
    table_clear(&h->held_by_id);
    for (int i = 0; i < OUTBOX_KEEPS; i++)
        if (h->kept[i].free_fn)
            h->kept[i].free_fn(h->kept[i].user);
    mem_free(h->code);
    mem_free(h);
}

void outbox_free(struct outbox *o)
{
    if (!o)
        return;
    timer_free(o->tick);
    while (o->halls) {
        struct outbox_hall *h = o->halls;
        o->halls = h->next;
        hall_free(h);
    }
    mem_free(o->consumer);
    mem_free(o);
}
