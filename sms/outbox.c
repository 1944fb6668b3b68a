/* What is to be sent: each hall's outbox stream, read as the consumer group "sms". Owns the entries
 * that were read and have not ended. An entry stays in the stream, pending for this consumer, until
 * its message has ended; so after a crash the same daemon reads its own pending entries again at
 * once, and any other daemon takes them over when they have been idle for a minute. What is held
 * here is claimed anew long before that. Runs on the main thread. Fields of an entry are listed in
 * fields[] and in daemon/lua. SPDX-License-Identifier: MIT */
#include "sms/outbox.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "loop/timer.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
    TICK_MS = 5000,  /* a lost bell costs so much of the 3 minutes a call is worth */
    RENEW_TICKS = 4, /* every 20 s: thrice within IDLE_MS */
    HELD_MAX = 512,  /* of one hall, 700 bytes each; the rest waits in the stream */
    READ_MAX = 64,   /* entries read at once: a reply of some 20 KB */
};
#define IDLE_MS "60000" /* longer than a try takes (60 s at most, claimed anew meanwhile) */

enum step {
    STEP_GROUP, /* the consumer group has to be made, if it is not there */
    STEP_OWN,   /* reading what this consumer had begun before */
    STEP_NEW,   /* reading what is new */
};

struct outbox_hall {
    struct outbox *outbox;
    struct outbox_hall *next;
    char *code;
    enum step step;
    char cursor[44]; /* STEP_OWN: behind this entry */
    bool busy;       /* a read is on its way */
    size_t asked;    /* for at most so many entries */
    bool again;      /* and there may be more behind it */
    int held;
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

/* Text fields of an entry, by their name in the stream. */
static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
#define FIELD(name, member)                                                                        \
    {                                                                                              \
        name, offsetof(struct outbox_entry, member), sizeof((struct outbox_entry *)0)->member      \
    }
    FIELD("t", ticket), FIELD("n", number),     FIELD("l", language),    FIELD("c", counter),
    FIELD("a", ahead),  FIELD("p", record),     FIELD("s", service),     FIELD("d", code),
    FIELD("w", alarm),  FIELD("u", alarm_name), FIELD("v", alarm_value),
#undef FIELD
};

static void hall_read(struct outbox_hall *h);

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

static bool copy_text(char *out, size_t size, struct str s)
{
    if (s.len >= size || memchr(s.p, 0, s.len))
        return false;
    memcpy(out, s.p, s.len);
    out[s.len] = 0;
    return true;
}

static bool set_field(struct outbox_entry *e, struct str name, struct str value)
{
    if (str_is(name, "k"))
        return text_kind_find(value, &e->kind);
    if (str_is(name, "b"))
        return str_to_i64(value, 0, INT64_MAX, &e->at_ms);
    if (str_is(name, "x"))
        return str_to_i64(value, 1, INT64_MAX, &e->expires_ms);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (str_is(name, fields[i].name))
            return copy_text((char *)e + fields[i].offset, fields[i].size, value);
    return true; /* a newer library may say more */
}

static bool entry_fill(struct outbox_entry *e, struct str id, const struct store_value *flat)
{
    size_t n = store_value_count(flat);
    e->kind = TEXT_KINDS;
    if (n == 0 || n % 2 || !copy_text(e->id, sizeof e->id, id))
        return false;
    for (size_t i = 0; i < n; i += 2)
        if (!set_field(e, store_value_str(store_value_at(flat, i)),
                       store_value_str(store_value_at(flat, i + 1))))
            return false;
    /* A code, a warning and a block are about a phone number, not a ticket or booking. */
    return e->kind != TEXT_KINDS && e->expires_ms && *e->record;
}

static bool hall_holds(const struct outbox_hall *h, struct str id)
{
    for (const struct outbox_entry *e = h->first; e; e = e->next)
        if (str_is(id, e->id))
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

static void count_held(struct outbox_hall *h, int n)
{
    h->held += n;
    h->outbox->held += n;
    metric_set(METRIC_MESSAGES_PENDING, NULL, h->outbox->held);
}

static void entry_take(struct outbox_hall *h, const struct store_value *v, bool is_new)
{
    struct str id = store_value_str(store_value_at(v, 0));
    const struct store_value *flat = store_value_at(v, 1);
    if (!id.len || hall_holds(h, id))
        return;
    struct outbox_entry *e = MEM_NEW(struct outbox_entry);
    if (!entry_fill(e, id, flat)) {
        /* Empty: it ended while its end was on the way to the daemon that had it. */
        if (store_value_count(flat))
            log_error("hall %s message " STR_FMT ": not an entry of ours", h->code, STR_ARG(id));
        stream_remove(h, id);
        mem_free(e);
        return;
    }
    e->hall = h;
    e->is_new = is_new;
    e->prev = h->last;
    *(h->last ? &h->last->next : &h->first) = e;
    h->last = e;
    count_held(h, 1);
    h->outbox->fn(h->outbox->arg, e);
}

static void entries_take(struct outbox_hall *h, const struct store_value *entries, bool are_new)
{
    for (size_t i = 0; i < store_value_count(entries) && !h->outbox->stopped; i++)
        entry_take(h, store_value_at(entries, i), are_new);
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

static void on_claimed(void *arg, const struct store_reply *reply)
{
    entries_take(arg, store_value_at(reply->value, 1), false);
}

/* What another daemon began and did not end. */
static void claim_idle(struct outbox_hall *h)
{
    char key[64], count[16];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    int room = HELD_MAX - h->held;
    if (room <= 0)
        return;
    snprintf(count, sizeof count, "%d", room < READ_MAX ? room : READ_MAX);
    const struct str argv[] = {
        STR("XAUTOCLAIM"), k,          STR("sms"),   str_of(h->outbox->consumer),
        STR(IDLE_MS),      STR("0-0"), STR("COUNT"), str_of(count)};
    command(h, sizeof argv / sizeof argv[0], argv, on_claimed);
}

static void own_again(struct outbox_hall *h)
{
    h->step = STEP_OWN;
    copy_text(h->cursor, sizeof h->cursor, STR("0"));
}

static void own_next(struct outbox_hall *h, const struct store_value *entries)
{
    size_t n = store_value_count(entries);
    struct str last = store_value_str(store_value_at(store_value_at(entries, n - 1), 0));
    if (n == 0 || !copy_text(h->cursor, sizeof h->cursor, last)) {
        h->step = STEP_NEW;
        claim_idle(h);
    }
    h->again = true;
}

static void on_read(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    h->busy = false;
    if (is_error(reply, "NOGROUP")) { /* the store was emptied */
        h->step = STEP_GROUP;
        h->again = true;
    } else if (reply->err != ERR_NONE) {
        /* Entries may have been given to this consumer in an answer that was lost. The tick tries
         * again. */
        if (h->step == STEP_NEW)
            own_again(h);
        return;
    } else {
        const struct store_value *entries = entries_of(reply);
        entries_take(h, entries, h->step == STEP_NEW);
        if (h->step == STEP_OWN)
            own_next(h, entries);
        else if (store_value_count(entries) == h->asked)
            h->again = true;
    }
    if (h->again)
        hall_read(h);
}

static void on_group(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    h->busy = false;
    if (reply->err != ERR_NONE)
        return;
    own_again(h);
    hall_read(h);
}

/* From 0: what was queued before there was a group is sent as well. Within a script, since that the
 * group is there already is no error worth a line in the log. */
static void group_make(struct outbox_hall *h, struct str key)
{
    static const char script[] =
        "local r = redis.pcall('XGROUP', 'CREATE', KEYS[1], 'sms', '0', 'MKSTREAM') "
        "if r.err and r.err:sub(1, 9) ~= 'BUSYGROUP' then return r end return 'OK'";
    command(h, 4, (struct str[]){STR("EVAL"), STR(script), STR("1"), key}, on_group);
}

static void hall_read(struct outbox_hall *h)
{
    char key[64], count[16];
    struct outbox *o = h->outbox;
    int room = HELD_MAX - h->held;
    if (h->busy || o->stopped || room <= 0) {
        h->again = true;
        return;
    }
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    h->busy = true;
    h->again = false;
    if (h->step == STEP_GROUP) {
        group_make(h, k);
        return;
    }
    h->asked = (size_t)(room < READ_MAX ? room : READ_MAX);
    snprintf(count, sizeof count, "%zu", h->asked);
    const struct str argv[] = {STR("XREADGROUP"),
                               STR("GROUP"),
                               STR("sms"),
                               str_of(o->consumer),
                               STR("COUNT"),
                               str_of(count),
                               STR("STREAMS"),
                               k,
                               h->step == STEP_OWN ? str_of(h->cursor) : STR(">")};
    command(h, sizeof argv / sizeof argv[0], argv, on_read);
}

/* Says of everything held that somebody cares for it. */
static void claim_held(struct outbox_hall *h)
{
    char key[64];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    struct str argv[HELD_MAX + 6] = {STR("XCLAIM"), k, STR("sms"), str_of(h->outbox->consumer),
                                     STR("0")};
    int argc = 5;
    for (const struct outbox_entry *e = h->first; e && argc < HELD_MAX + 5; e = e->next)
        argv[argc++] = str_of(e->id);
    argv[argc++] = STR("JUSTID");
    if (h->first)
        command(h, argc, argv, on_ignored);
}

static void on_tick(void *arg)
{
    struct outbox *o = arg;
    bool renew = ++o->ticks % RENEW_TICKS == 0;
    if (o->stopped || !store_ready(o->store, NULL))
        return;
    for (struct outbox_hall *h = o->halls; h; h = h->next) {
        hall_read(h);
        if (renew && h->step == STEP_NEW) {
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
    h->next = o->halls;
    o->halls = h;
    hall_read(h);
}

void outbox_wake(struct outbox *o, struct str code)
{
    struct outbox_hall *h = hall_find(o, code);
    if (h)
        hall_read(h);
}

void outbox_release(struct outbox *o, struct outbox_entry *e)
{
    struct outbox_hall *h = e->hall;
    *(e->prev ? &e->prev->next : &h->first) = e->next;
    *(e->next ? &e->next->prev : &h->last) = e->prev;
    count_held(h, -1);
    mem_free(e);
    if (h->again && !h->busy && h->held == HELD_MAX - READ_MAX) /* there is room again */
        hall_read(h);
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
