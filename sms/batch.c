/* Gathers what the store is to be told of messages, and calls it: for each hall message_start and
 * message_end, of at most BATCH_MAX messages each; what comes while a call is on its way is the
 * next one. Who has a place at a gateway begins at once; others are told of together, as a call by
 * itself costs as much as some messages in it. The library takes each message of a call by itself,
 * so that what is wrong with one is answered for that one. Owns the lists, not the messages. Main
 * thread. SPDX-License-Identifier: MIT */
#include "sms/batch.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "sms/gather.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    COMMON_ARGS = 4, /* now, request, who, day */
    START_ARGS = 8,  /* of each message; as in message.lua */
    END_ARGS = 5,
    NUMBER_CHARS = 24,
    FLYING_MAX = 2, /* so that the store has the next one when it has done this one */
};

enum telling { TELL_START, TELL_END, TELLINGS };

/* Of one hall, in the order they came. */
struct queue {
    struct message *first, *last;
    int n;
    int flying;       /* calls on their way */
    bool urgent;      /* one of them has its place at a gateway */
    int64_t since_ms; /* the first came */
};

/* Of one hall. */
struct batch {
    struct sms *sms;
    struct outbox_hall *hall;
    struct batch *due_next;
    bool due;
    struct queue queues[TELLINGS];
};

/* One call on its way. */
struct flight {
    struct batch *batch;
    enum telling what;
    int n;
    struct message *messages[BATCH_MAX];
    char numbers[BATCH_MAX][NUMBER_CHARS]; /* an argument of each */
};

/* --- what is gathered --- */

static void batch_free(void *batch)
{
    mem_free(batch);
}

static struct batch *batch_of(struct message *m)
{
    struct outbox_hall *h = m->entry->hall;
    struct batch *b = outbox_hall_kept(h, OUTBOX_KEEPS_BATCH);
    if (!b) {
        b = MEM_NEW(struct batch);
        b->sms = m->sms;
        b->hall = h;
        outbox_hall_keep(h, OUTBOX_KEEPS_BATCH, b, batch_free);
    }
    return b;
}

static void note_due(struct batch *b)
{
    if (!b->due) {
        b->due = true;
        b->due_next = b->sms->due;
        b->sms->due = b;
    }
    sms_turn(b->sms);
}

static void gather(struct message *m, enum telling what)
{
    struct batch *b = batch_of(m);
    struct queue *q = &b->queues[what];
    m->telling_next = NULL;
    *(q->last ? &q->last->telling_next : &q->first) = m;
    q->last = m;
    if (q->n++ == 0)
        q->since_ms = clock_mono_ms();
    q->urgent = q->urgent || (what == TELL_START && !m->ahead_of);
    note_due(b);
}

void batch_start(struct message *m)
{
    gather(m, TELL_START);
}

void batch_end(struct message *m)
{
    gather(m, TELL_END);
}

/* --- the answer --- */

/* One message's: what stands in the answer for it, or NULL and why. */
static void answered(struct flight *f, int i, enum err err, const json_t *json,
                     const struct str version)
{
    struct message *m = f->messages[i];
    struct str code = json_str(json, "error");
    if (code.len)
        err = err_find(code);
    if (err != ERR_NONE)
        json = NULL;
    else if (!json)
        err = ERR_INTERNAL;
    if (f->what == TELL_START)
        try_started(m, err, json, version);
    else
        try_ended(m, err);
}

static void on_answer(void *arg, const struct store_reply *reply)
{
    struct flight *f = arg;
    struct batch *b = f->batch;
    struct queue *q = &b->queues[f->what];
    struct json_where where;
    json_t *json = NULL;
    if (!b->sms->freeing) {
        q->flying--;
        /* A store that is going takes no further call. */
        if (q->first && reply->err != ERR_STOPPING)
            note_due(b);
        if (reply->err == ERR_NONE)
            json = json_read(reply->text, &where);
        const json_t *list = json_object_get(json, "messages");
        for (int i = 0; i < f->n; i++)
            answered(f, i, reply->err, json_array_get(list, (size_t)i), json_str(json, "version"));
        json_decref(json);
    }
    mem_free(f);
}

/* --- the call --- */

static int start_args(struct flight *f, struct str *argv)
{
    int argc = 0;
    for (int i = 0; i < f->n; i++) {
        const struct message *m = f->messages[i];
        const struct outbox_entry *e = m->entry;
        const struct str args[START_ARGS] = {
            str_of(e->id),
            str_of(text_kind_name(e->kind)),
            str_of(e->ticket),
            str_of(e->number),
            message_is_fresh(m) ? STR("1") : STR("0"),
            str_of(e->record),
            str_of(e->queued),
            str_of(e->day),
        };
        memcpy(argv + argc, args, sizeof args);
        argc += START_ARGS;
    }
    return argc;
}

static int end_args(struct flight *f, struct str *argv)
{
    int argc = 0;
    for (int i = 0; i < f->n; i++) {
        const struct message *m = f->messages[i];
        if (m->parts)
            snprintf(f->numbers[i], NUMBER_CHARS, "%d", m->parts);
        const struct str args[END_ARGS] = {str_of(m->entry->id), str_of(m->outcome),
                                           str_of(m->gateway), str_of(m->reason),
                                           str_of(f->numbers[i])};
        memcpy(argv + argc, args, sizeof args);
        argc += END_ARGS;
    }
    return argc;
}

/* No request id: repeating these changes nothing but a count. */
static void call(struct flight *f)
{
    char now[NUMBER_CHARS];
    struct str argv[COMMON_ARGS + BATCH_MAX * START_ARGS] = {STR(""), STR(""), STR("system:sms"),
                                                             STR("")};
    static_assert(START_ARGS >= END_ARGS, "they fit, too");
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    argv[0] = str_of(now);
    bool starts = f->what == TELL_START;
    int argc = starts ? start_args(f, argv + COMMON_ARGS) : end_args(f, argv + COMMON_ARGS);
    store_call(f->batch->sms->store,
               &(struct store_call){.function = starts ? "message_start" : "message_end",
                                    .tag = outbox_hall_code(f->batch->hall),
                                    .argc = COMMON_ARGS + argc,
                                    .argv = argv,
                                    .fn = on_answer,
                                    .arg = f});
}

static void send_one(struct batch *b, enum telling what)
{
    struct queue *q = &b->queues[what];
    struct flight *f = MEM_NEW(struct flight);
    f->batch = b;
    f->what = what;
    while (q->first && f->n < BATCH_MAX) {
        f->messages[f->n++] = q->first;
        q->first = q->first->telling_next;
        q->n--;
    }
    if (!q->first) {
        q->last = NULL;
        q->urgent = false;
    }
    q->flying++;
    call(f);
}

/* To be told now; what waits for others is told with them. */
static bool may_go(const struct batch *b, const struct queue *q)
{
    if (!q->first || q->flying == FLYING_MAX)
        return false;
    if (q->n >= GATHERED)
        return true;
    return q->flying == 0 &&
           (q->urgent || b->sms->stopped || clock_mono_ms() - q->since_ms >= GATHER_MS);
}

void batches_send(struct sms *s)
{
    struct batch **at = &s->due;
    while (*at) {
        struct batch *b = *at;
        bool waits = false;
        /* What begins first: somebody waits for it. */
        for (enum telling what = TELL_START; what < TELLINGS; what++) {
            struct queue *q = &b->queues[what];
            if (may_go(b, q))
                send_one(b, what);
            waits = waits || (q->first && q->flying == 0);
        }
        if (waits) {
            at = &b->due_next;
            continue;
        }
        *at = b->due_next;
        b->due = false;
    }
    if (s->due)
        timer_once(s->gather, GATHER_MS);
}
