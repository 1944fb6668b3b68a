/* What is to be sent: each hall's outbox stream, read as the consumer group "sms". Owns the entries
 * that were read and have not ended. An entry stays in the stream, pending for this consumer, until
 * its message has ended; so after a crash the same daemon reads its own pending entries again at
 * once, and any other daemon takes them over when they have been idle for a minute. What is held
 * here is claimed anew long before that.
 *
 * Memory is bounded, and a long queue hides nothing urgent: everything new is read at once, but of
 * what can wait only so much is held. The rest, and what must not go out yet (quiet hours), is left
 * pending in the stream, and found again by a sweep over the pending entries when there is room or
 * the time has come. Runs on the main thread. SPDX-License-Identifier: MIT */
#include "sms/outbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "loop/timer.h"
#include "sms/outbox_entry.h"
#include <stdio.h>
#include <string.h>

enum {
    TICK_MS = 1000,     /* what was not to go out before now does */
    LOOK_TICKS = 5,     /* a lost bell costs so much of the 3 minutes a call is worth */
    RENEW_TICKS = 20,   /* thrice within IDLE_MS */
    HELD_MAX = 512,     /* of one hall, a kilobyte each; the rest waits in the stream */
    PATIENT_MAX = 384,  /* of these, of kinds that can wait */
    RESTING_MAX = 2048, /* beside these: waiting for their next try, while a gateway is broken */
    READ_MAX = 64,      /* entries read at once: a reply of some 20 KB */
    RENEW_MAX = 500,    /* claimed anew with one command */
    ID_CHARS = 44,
};
#define IDLE_MS "60000" /* longer than a try takes (60 s at most, claimed anew meanwhile) */

enum step {
    STEP_GROUP, /* the consumer group has to be made, if it is not there */
    STEP_SCAN,  /* all that is pending is looked through, for what is urgent */
    STEP_READ,  /* reading what is new, and sweeping what is pending where there is room */
};

struct outbox_hall {
    struct outbox *outbox;
    struct outbox_hall *next;
    char *code;
    enum step step;
    bool busy;              /* a read is on its way */
    bool reading_new;       /* that one */
    size_t asked;           /* for at most so many entries */
    bool again;             /* there may be new ones */
    bool sweeping;          /* over the pending ones; */
    char cursor[ID_CHARS];  /* behind this one */
    struct outbox_id swept; /* the same */
    bool left;              /* the next sweep will find something */
    int64_t due_ms;         /* of those left pending for later, the first; 0: none */
    bool claiming;
    char claimed[ID_CHARS]; /* XAUTOCLAIM goes on here */
    bool claim_more;        /* it may find more */
    int held, patient, resting;
    struct outbox_entry *first, *last;
    void *user;
    void (*user_free)(void *user);
};

struct outbox {
    struct store *store;
    char *consumer;
    outbox_fn fn;
    void *arg;
    struct timer *tick;
    int ticks;
    int held;
    bool stopped;
    struct outbox_hall *halls;
};

static void hall_next(struct outbox_hall *h);

struct str outbox_hall_code(const struct outbox_hall *h)
{
    return str_of(h->code);
}

void outbox_hall_keep(struct outbox_hall *h, void *user, void (*free_fn)(void *user))
{
    h->user = user;
    h->user_free = free_fn;
}

void *outbox_hall_kept(const struct outbox_hall *h)
{
    return h->user;
}

static void command(struct outbox_hall *h, int argc, const struct str *argv, store_fn fn)
{
    store_command(h->outbox->store, str_of(h->code), argc, argv, fn, h);
}

/* --- what is held --- */

/* Entries beyond what may rest take the room of others. */
static int too_many_resting(const struct outbox_hall *h)
{
    return h->resting > RESTING_MAX ? h->resting - RESTING_MAX : 0;
}

static int room(const struct outbox_hall *h)
{
    return HELD_MAX - (h->held - h->resting) - too_many_resting(h);
}

static int patient_room(const struct outbox_hall *h)
{
    int own = PATIENT_MAX - h->patient - too_many_resting(h), all = room(h);
    return own < all ? own : all;
}

static bool has_room(const struct outbox_hall *h, const struct outbox_entry *e)
{
    return (text_kind_can_wait(e->kind) ? patient_room(h) : room(h)) > 0;
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
        hall_next(e->hall);
}

static bool hall_holds(const struct outbox_hall *h, struct outbox_id id)
{
    for (const struct outbox_entry *e = h->last; e; e = e->prev)
        if (outbox_id_compare(e->place, id) == 0)
            return true;
    return false;
}

static void on_ignored(void *arg, const struct store_reply *reply)
{
}

static void stream_remove(struct outbox_hall *h, struct str id)
{
    char key[64];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    command(h, 4, (struct str[]){STR("XACK"), k, STR("sms"), id}, on_ignored);
    command(h, 3, (struct str[]){STR("XDEL"), k, id}, on_ignored);
}

static void hold(struct outbox_hall *h, struct outbox_entry *e)
{
    e->prev = h->last;
    *(h->last ? &h->last->next : &h->first) = e;
    h->last = e;
    count_held(e, 1);
    h->outbox->fn(h->outbox->arg, e);
}

/* How an entry that was read fares. */
enum taking { TAKEN, LEFT, NO_ROOM };

/* Not yet: it stays pending. */
static bool is_for_later(struct outbox_hall *h, const struct outbox_entry *e)
{
    if (e->not_before_ms <= clock_now_ms())
        return false;
    if (!h->due_ms || e->not_before_ms < h->due_ms)
        h->due_ms = e->not_before_ms;
    return true;
}

static enum taking entry_take(struct outbox_hall *h, const struct store_value *v, bool is_new)
{
    struct str id = store_value_str(store_value_at(v, 0));
    const struct store_value *flat = store_value_at(v, 1);
    struct outbox_id place;
    if (!outbox_id_parse(id, &place) || hall_holds(h, place))
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

static bool copy_id(char out[ID_CHARS], struct str id)
{
    bool fits = id.len < ID_CHARS;
    str_copy(id, out, ID_CHARS);
    return fits;
}

/* New ones, or claimed ones: true when one was taken. What there is no room for is left to the
 * sweep: to the one under way where that has not come by yet. */
static bool entries_take(struct outbox_hall *h, const struct store_value *entries, bool are_new)
{
    bool any = false;
    for (size_t i = 0; i < store_value_count(entries) && !h->outbox->stopped; i++) {
        const struct store_value *v = store_value_at(entries, i);
        struct outbox_id id = {0, 0};
        enum taking how = entry_take(h, v, are_new);
        any = any || how == TAKEN;
        if (how == NO_ROOM && outbox_id_parse(store_value_str(store_value_at(v, 0)), &id) &&
            (!h->sweeping || outbox_id_compare(id, h->swept) <= 0))
            h->left = true;
    }
    return any;
}

/* XREADGROUP answers [[key, entries]], or nil when there is nothing. */
static const struct store_value *entries_of(const struct store_reply *reply)
{
    return store_value_at(store_value_at(reply->value, 0), 1);
}

static bool is_error(const struct store_reply *reply, const char *prefix)
{
    return store_value_kind(reply->value) == STORE_ERROR &&
           str_starts(store_value_str(reply->value), prefix);
}

/* --- what another daemon began and did not end --- */

static void on_claimed(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    const struct store_value *entries = store_value_at(reply->value, 1);
    struct str next = store_value_str(store_value_at(reply->value, 0));
    h->claiming = false;
    if (reply->err != ERR_NONE || !copy_id(h->claimed, next))
        return;
    /* What is merely moved from one daemon's pending entries to another's is no reason to hurry. */
    h->claim_more = entries_take(h, entries, false) && !str_is(next, "0-0");
    hall_next(h);
}

static void claim_idle(struct outbox_hall *h)
{
    char key[64], count[16];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    if (h->claiming || room(h) <= 0)
        return;
    h->claiming = true;
    h->claim_more = false;
    snprintf(count, sizeof count, "%d", READ_MAX);
    const struct str argv[] = {STR("XAUTOCLAIM"), k,
                               STR("sms"),        str_of(h->outbox->consumer),
                               STR(IDLE_MS),      str_of(h->claimed),
                               STR("COUNT"),      str_of(count)};
    command(h, sizeof argv / sizeof argv[0], argv, on_claimed);
}

/* --- reading --- */

static void sweep_from_start(struct outbox_hall *h)
{
    h->sweeping = true;
    h->left = false;
    h->due_ms = 0;
    h->swept = (struct outbox_id){0, 0};
    copy_id(h->cursor, STR("0"));
}

static void sweep_end(struct outbox_hall *h)
{
    h->sweeping = false;
    if (h->step != STEP_SCAN)
        return;
    h->step = STEP_READ;
    h->again = true;
    claim_idle(h);
}

/* A scan looks at everything, a sweep stops where there is no room any more. */
static void swept(struct outbox_hall *h, const struct store_value *entries)
{
    size_t n = store_value_count(entries);
    for (size_t i = 0; i < n && !h->outbox->stopped; i++) {
        const struct store_value *v = store_value_at(entries, i);
        enum taking how = entry_take(h, v, false);
        if (how == NO_ROOM && h->step != STEP_SCAN)
            return;
        h->left = h->left || how == NO_ROOM;
        if (!copy_id(h->cursor, store_value_str(store_value_at(v, 0))))
            break;
        (void)outbox_id_parse(str_of(h->cursor), &h->swept); /* entry_take() has parsed it */
    }
    if (n == 0)
        sweep_end(h);
}

static void on_read(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    h->busy = false;
    if (is_error(reply, "NOGROUP")) { /* the store was emptied */
        h->step = STEP_GROUP;
    } else if (reply->err != ERR_NONE) {
        /* Entries may have been given to this consumer in an answer that was lost. The tick tries
         * again. */
        h->step = STEP_SCAN;
        h->sweeping = false;
        return;
    } else if (h->reading_new) {
        const struct store_value *entries = entries_of(reply);
        (void)entries_take(h, entries, true);
        h->again = h->again || store_value_count(entries) == h->asked;
    } else {
        swept(h, entries_of(reply));
    }
    hall_next(h);
}

static void on_group(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    h->busy = false;
    if (reply->err != ERR_NONE)
        return;
    h->step = STEP_SCAN;
    h->sweeping = false;
    hall_next(h);
}

/* From 0: what was queued before there was a group is sent as well. Within a script, since that the
 * group is there already is no error worth a line in the log. */
static void group_make(struct outbox_hall *h)
{
    static const char script[] =
        "local r = redis.pcall('XGROUP', 'CREATE', KEYS[1], 'sms', '0', 'MKSTREAM') "
        "if r.err and r.err:sub(1, 9) ~= 'BUSYGROUP' then return r end return 'OK'";
    char key[64];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    h->busy = true;
    command(h, 4, (struct str[]){STR("EVAL"), STR(script), STR("1"), k}, on_group);
}

static void read_from(struct outbox_hall *h, const char *after, int count_max)
{
    char key[64], count[16];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    h->busy = true;
    h->reading_new = strcmp(after, ">") == 0;
    h->asked = (size_t)(count_max < READ_MAX ? count_max : READ_MAX);
    snprintf(count, sizeof count, "%zu", h->asked);
    const struct str argv[] = {
        STR("XREADGROUP"), STR("GROUP"),  STR("sms"),     str_of(h->outbox->consumer),
        STR("COUNT"),      str_of(count), STR("STREAMS"), k,
        str_of(after)};
    command(h, sizeof argv / sizeof argv[0], argv, on_read);
}

static bool wants_sweep(const struct outbox_hall *h)
{
    bool is_due = h->due_ms && h->due_ms <= clock_now_ms();
    return (h->sweeping || h->left || is_due) && patient_room(h) >= READ_MAX;
}

/* What is to be read next, if anything: the one place where that is decided. */
static void hall_next(struct outbox_hall *h)
{
    if (h->busy || h->outbox->stopped)
        return;
    if (h->step == STEP_GROUP) {
        group_make(h);
    } else if (h->step == STEP_READ && h->again && room(h) > 0) {
        h->again = false;
        read_from(h, ">", room(h));
    } else if (h->step == STEP_SCAN || wants_sweep(h)) {
        if (!h->sweeping)
            sweep_from_start(h);
        read_from(h, h->cursor, READ_MAX);
    } else if (h->claim_more && patient_room(h) >= READ_MAX) {
        claim_idle(h);
    }
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
        command(h, argc, argv, on_ignored);
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
        hall_next(h);
        if (renew && h->step == STEP_READ) {
            claim_held(h);
            claim_idle(h);
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
    copy_id(h->claimed, STR("0-0"));
    h->next = o->halls;
    o->halls = h;
    hall_next(h);
}

void outbox_wake(struct outbox *o, struct str code)
{
    struct outbox_hall *h = hall_find(o, code);
    if (!h)
        return;
    h->again = true;
    hall_next(h);
}

void outbox_release(struct outbox *o, struct outbox_entry *e)
{
    struct outbox_hall *h = e->hall;
    *(e->prev ? &e->prev->next : &h->first) = e->next;
    *(e->next ? &e->next->prev : &h->last) = e->prev;
    count_held(e, -1);
    mem_free(e);
    hall_next(h); /* there may be room again */
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
    if (h->user_free)
        h->user_free(h->user);
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
