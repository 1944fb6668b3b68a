/* Owns the SUBSCRIBE connection and, for each followed hall, how far its stream has been read. Runs
 * on the thread of its loop.
 *
 * A message of the bell carries no data: it only says that a hall is worth reading. At most one
 * read of a hall is under way; what rings meanwhile makes it read once more. LOOK asks for the
 * newest id alone (cheap; at the start, and every POLL_MS in case a message was lost), READ for the
 * events behind the last one delivered. The subscription is never given up on a live connection.
 * SPDX-License-Identifier: MIT */
#include "store/bell.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/timer.h"
#include "store/command.h"
#include "store/link.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    PAGE = 256,          /* some 100 kB of events in one reply */
    POLL_MS = 2000,      /* how late an event may be whose message was lost */
    TICK_MS = 200,       /* how evenly the polls of many halls are spread */
    AGAIN_MS = 200,      /* after a read that failed: the store comes back on its own */
    SILENT_US = 5000000, /* no message for so long: ask whether the connection still lives */
    TAG_MAX = 40,        /* a hall's code has at most 32 bytes */
};

enum step { IDLE, LOOK, READ };

struct id {
    uint64_t epoch;
    uint64_t seq;
};

struct hall {
    struct bell *bell; /* NULL: the bell was freed while a read was under way */
    char tag[TAG_MAX];
    char key[TAG_MAX + 16];
    bool placed; /* last says where to go on */
    struct id last;
    enum step step;
    bool again; /* rang while a read was under way */
    int64_t poll_at_ms;
};

struct bell {
    struct store *store;
    const struct bell_ops *ops;
    void *arg;
    struct link *link;
    struct timer *tick;
    struct hall **halls; /* sorted by tag */
    int count;
    bool pinged;
};

static void on_read(void *arg, const struct store_reply *reply);

static struct str hall_tag(const struct hall *h)
{
    return str_of(h->tag);
}

static int id_compare(struct id a, struct id b)
{
    if (a.epoch != b.epoch)
        return a.epoch < b.epoch ? -1 : 1;
    return a.seq < b.seq ? -1 : a.seq > b.seq;
}

static bool id_parse(struct str text, struct id *id)
{
    struct str epoch;
    int64_t e;
    int64_t s;

    if (!str_cut(&text, '-', &epoch) || !str_to_i64(epoch, 0, INT64_MAX, &e) ||
        !str_to_i64(text, 0, INT64_MAX, &s))
        return false;
    *id = (struct id){(uint64_t)e, (uint64_t)s};
    return true;
}

/* Where tag stands among the halls, or would stand. */
static int place_of(const struct bell *b, struct str tag, bool *found)
{
    int low = 0;
    int high = b->count;

    *found = false;
    while (low < high && !*found) {
        int mid = (low + high) / 2;
        const char *other = b->halls[mid]->tag;
        int order = strncmp(other, tag.p, tag.len);
        if (order == 0 && other[tag.len] == '\0')
            *found = true;
        if (*found || order >= 0)
            high = mid;
        else
            low = mid + 1;
    }
    return high;
}

static struct hall *hall_find(const struct bell *b, struct str tag)
{
    bool found;
    int at = place_of(b, tag, &found);

    return found ? b->halls[at] : NULL;
}

static void start(struct hall *h, enum step step)
{
    struct str look[] = {STR("XREVRANGE"), str_of(h->key), STR("+"),
                         STR("-"),         STR("COUNT"),   STR("1")};
    char from[48];
    char page[8];

    if (h->step != IDLE) {
        h->again = true;
        return;
    }
    h->again = false;
    h->step = h->placed ? step : LOOK;
    h->poll_at_ms = clock_mono_ms() + POLL_MS;
    if (h->step == LOOK) {
        store_command(h->bell->store, hall_tag(h), 6, look, on_read, h);
        return;
    }
    (void)snprintf(from, sizeof(from), "(%" PRIu64 "-%" PRIu64, h->last.epoch, h->last.seq);
    (void)snprintf(page, sizeof(page), "%d", PAGE); /* both fit any number */
    struct str read[] = {STR("XRANGE"), str_of(h->key), str_of(from),
                         STR("+"),      STR("COUNT"),   str_of(page)};
    store_command(h->bell->store, hall_tag(h), 6, read, on_read, h);
}

static void reset(struct hall *h, const char *why)
{
    log_warn("bell of hall %s: %s, a fresh snapshot is due", h->tag, why);
    h->bell->ops->reset(h->bell->arg, hall_tag(h));
}

/* The JSON of an entry is its one field "e"; empty when it is none of ours. */
static struct str entry_json(const struct store_value *entry)
{
    const struct store_value *fields = store_value_at(entry, 1);

    for (size_t i = 0; i + 1 < store_value_count(fields); i += 2)
        if (str_is(store_value_str(store_value_at(fields, i)), "e"))
            return store_value_str(store_value_at(fields, i + 1));
    return STR("");
}

static void deliver(struct hall *h, const struct store_value *entry)
{
    struct bell_event event = {.hall = hall_tag(h), .json = entry_json(entry)};
    struct id id;

    if (!id_parse(store_value_str(store_value_at(entry, 0)), &id)) {
        log_error("bell of hall %s: an entry of its stream has no id", h->tag);
        return;
    }
    bool first = h->last.epoch == 0 && id.seq == 1; /* the stream was empty until now */
    if (!first && id.epoch != h->last.epoch)
        reset(h, "its stream was made anew");
    else if (!first && id.seq != h->last.seq + 1)
        reset(h, "events were trimmed before they were read");
    h->last = id;
    event.epoch = id.epoch;
    event.seq = id.seq;
    if (event.json.len > 0)
        h->bell->ops->event(h->bell->arg, &event);
    else
        log_error("bell of hall %s: entry %" PRIu64 "-%" PRIu64 " holds no event", h->tag, id.epoch,
                  id.seq);
}

/* The newest id is known: the start, or whether there is anything to read, or that the stream went
 * back (its store was lost, or an older copy restored). */
static void looked(struct hall *h, const struct store_value *entries)
{
    struct id newest = {0, 0};
    struct str text = store_value_str(store_value_at(store_value_at(entries, 0), 0));

    if (text.len > 0 && !id_parse(text, &newest)) {
        log_error("bell of hall %s: its stream has an id that is none", h->tag);
        return;
    }
    bool back = h->placed && id_compare(newest, h->last) < 0;
    bool placed = h->placed;
    h->placed = true;
    if (!placed || back)
        h->last = newest;
    if (back)
        reset(h, "its stream went back");
    else if (!placed)
        h->bell->ops->reset(h->bell->arg, hall_tag(h)); /* what a snapshot shows from now on fits */
    if (id_compare(newest, h->last) > 0)
        h->again = true;
}

static void on_read(void *arg, const struct store_reply *reply)
{
    struct hall *h = arg;
    enum step step = h->step;
    size_t count = store_value_count(reply->value);

    h->step = IDLE;
    if (h->bell == NULL) {
        mem_free(h);
        return;
    }
    if (reply->err != ERR_NONE) {
        h->again = false;
        h->poll_at_ms = clock_mono_ms() + AGAIN_MS;
        return;
    }
    if (step == LOOK)
        looked(h, reply->value);
    for (size_t i = 0; step == READ && i < count; i++)
        deliver(h, store_value_at(reply->value, i));
    if (h->again || (step == READ && count == PAGE))
        start(h, READ);
}

static void on_message(struct bell *b, struct str text)
{
    struct str tag = {NULL, 0};
    struct id id;

    struct hall *h = str_cut(&text, ' ', &tag) ? hall_find(b, tag) : NULL;
    if (h == NULL)
        return; /* of a hall that nobody here follows */
    if (str_is(text, "outbox"))
        b->ops->outbox(b->arg, hall_tag(h));
    else if (!id_parse(text, &id))
        log_error("bell of hall %s: a message that is none of ours", h->tag);
    else if (!h->placed || id_compare(id, h->last) > 0)
        start(h, READ);
    else if (id.epoch != h->last.epoch)
        start(h, LOOK); /* else a message of an event that was read already */
}

static void on_reply(void *arg, const struct store_value *v)
{
    struct bell *b = arg;
    struct str kind = store_value_str(store_value_at(v, 0));

    b->pinged = false;
    if (store_value_kind(v) == STORE_ERROR) {
        char why[160];
        struct str text = store_value_str(v);
        (void)snprintf(why, sizeof(why), "%.*s", text.len > 120 ? 120 : (int)text.len, text.p);
        link_drop(b->link, true, why);
    } else if (str_is(kind, "message")) {
        on_message(b, store_value_str(store_value_at(v, 2)));
    } else if (str_is(kind, "subscribe")) {
        link_settled(b->link);
        /* Whatever rang while nobody listened. */
        for (int i = 0; i < b->count; i++) {
            start(b->halls[i], READ);
            b->ops->outbox(b->arg, hall_tag(b->halls[i]));
        }
    }
}

static void send_command(struct bell *b, int argc, const struct str *argv)
{
    struct buf command;

    buf_init(&command);
    command_write(&command, argc, argv);
    link_send(b->link, buf_str(&command));
    buf_clear(&command);
}

static void on_up(void *arg)
{
    struct bell *b = arg;
    struct str argv[] = {STR("SUBSCRIBE"), STR("paihao:bell")};

    b->pinged = false;
    send_command(b, 2, argv);
}

static void on_down(void *arg, const char *why)
{
    log_debug("bell: %s", why); /* the store says it, too */
}

/* A connection that died without a word looks like a quiet hall. */
static void check_alive(struct bell *b)
{
    struct str argv[] = {STR("PING")};
    int64_t silent_us = clock_mono_us() - link_last_read_us(b->link);

    if (!link_is_up(b->link) || silent_us < SILENT_US)
        return;
    if (b->pinged && silent_us >= 2 * SILENT_US) {
        link_drop(b->link, false, "no answer");
    } else if (!b->pinged) {
        b->pinged = true;
        send_command(b, 1, argv);
    }
}

static void on_tick(void *arg)
{
    struct bell *b = arg;
    int64_t now_ms = clock_mono_ms();

    check_alive(b);
    for (int i = 0; i < b->count; i++)
        if (b->halls[i]->step == IDLE && b->halls[i]->poll_at_ms <= now_ms)
            start(b->halls[i], LOOK);
}

struct bell *bell_new(struct loop *l, const struct store_config *config, struct store *s,
                      const struct bell_ops *ops, void *arg)
{
    static const struct link_ops link_ops = {on_up, on_reply, on_down};
    struct bell *b = MEM_NEW(struct bell);

    b->store = s;
    b->ops = ops;
    b->arg = arg;
    b->tick = timer_new(l, on_tick, b);
    b->link = link_new(l, config, &link_ops, b);
    timer_every(b->tick, TICK_MS);
    return b;
}

void bell_free(struct bell *b)
{
    if (b == NULL)
        return;
    link_free(b->link);
    timer_free(b->tick);
    for (int i = 0; i < b->count; i++) {
        b->halls[i]->bell = NULL;
        if (b->halls[i]->step == IDLE)
            mem_free(b->halls[i]); /* else on_read() frees it */
    }
    mem_free(b->halls);
    mem_free(b);
}

void bell_follow(struct bell *b, struct str tag)
{
    bool found;
    int at = place_of(b, tag, &found);

    if (found)
        return;
    assert(tag.len > 0 && tag.len < TAG_MAX);
    struct hall *h = MEM_NEW(struct hall);
    h->bell = b;
    memcpy(h->tag, tag.p, tag.len);
    (void)store_key_events(h->key, sizeof(h->key), tag); /* NUL-terminated in place */
    b->halls = mem_realloc(b->halls, sizeof(struct hall *) * ((size_t)b->count + 1));
    memmove(&b->halls[at + 1], &b->halls[at], sizeof(struct hall *) * (size_t)(b->count - at));
    b->halls[at] = h;
    b->count++;
    start(h, LOOK);
}
