/* One hall as a hub sees it: loaded from a snapshot and the stream's last events, then kept up
 * event by event. While it loads, events queue up; the snapshot names the event it stands at, so
 * nothing is applied twice or missed. Run by one worker thread. SPDX-License-Identifier: MIT */
#include "display/inside.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* So long one snapshot serves all consoles that come. A console in doubt comes back after 3 s
 * (FRESH_MIN_MS of the page) and must not be given again what it had doubts about. */
enum { STAFF_SNAPSHOT_MS = 2000 };

static const char *const channel_names[CHANNELS] = {"board", "staff", "ticket"};

struct str hub_hall_event_id(const struct hub_hall *k, uint64_t seq, char out[EVENT_ID_MAX])
{
    int n = snprintf(out, EVENT_ID_MAX, "%" PRIu64 "-%" PRIu64, k->epoch, seq);
    return (struct str){out, (size_t)n};
}

static void queue_clear(struct hub_hall *k)
{
    struct queued_event *q;
    while ((q = TAILQ_FIRST(&k->queue)) != NULL) {
        TAILQ_REMOVE(&k->queue, q, entry);
        text_unref(q->json);
        mem_free(q);
    }
}

struct hub_hall *hub_hall_of(struct hub *h, struct str code, bool make)
{
    struct hub_hall *k;
    TAILQ_FOREACH(k, &h->halls, entry)
    if (!k->dead && str_is(code, k->code))
        return k;
    if (!make || code.len >= HALL_MAX)
        return NULL;
    k = MEM_NEW(struct hub_hall);
    k->hub = h;
    memcpy(k->code, code.p, code.len);
    k->fold = fold_new();
    k->board = board_new();
    ring_init(&k->ring, 0);
    TAILQ_INIT(&k->subscribers);
    TAILQ_INIT(&k->pendings);
    TAILQ_INIT(&k->queue);
    TAILQ_INSERT_TAIL(&h->halls, k, entry);
    k->idle_since_ms = clock_mono_ms();
    hub_hall_load(k);
    return k;
}

void hub_hall_free(struct hub_hall *k)
{
    if (!k->dead)
        TAILQ_REMOVE(&k->hub->halls, k, entry);
    k->dead = true;
    if (k->calls > 0) /* an answer of the store still comes */
        return;
    queue_clear(k);
    ring_clear(&k->ring);
    fold_free(k->fold);
    board_free(k->board);
    text_unref(k->staff_snapshot);
    forecasts_clear(k);
    mem_free(k);
}

/* True when the hall was given up meanwhile. */
static bool answered(struct hub_hall *k)
{
    k->calls--;
    if (!k->dead)
        return false;
    hub_hall_free(k);
    return true;
}

static void waiting_member(struct hub_hall *k, const char *line, struct buf *out)
{
    if (line[0] != '\0' && line[0] != '@' && line[0] != '&')
        json_add_member_i64(out, line, fold_waiting(k->fold, line));
}

static struct text *staff_frame(const struct hub_hall *k, uint64_t seq, struct str json)
{
    char id_room[EVENT_ID_MAX];
    struct str id = hub_hall_event_id(k, seq, id_room);
    struct buf b;
    buf_init(&b);
    buf_addf(&b, "{\"id\":\"" STR_FMT "\",", STR_ARG(id));
    buf_add(&b, json.p + 1, json.len - 1);
    struct text *t = text_event(id, "change", buf_str(&b));
    buf_clear(&b);
    return t;
}

/* A line that an event has changed, and whether among its first. */
struct touched {
    const char *line; /* "" : none */
    bool first;
};

static void add_touched(struct hub_hall *k, const struct touched *one, const struct touched *two,
                        struct buf *out)
{
    bool same = strcmp(one->line, two->line) == 0;
    const struct touched all[] = {{one->line, one->first || (same && two->first)},
                                  {same ? "" : two->line, two->first}};
    json_add_key(out, "waiting");
    buf_add_char(out, '{');
    for (int i = 0; i < 2; i++)
        waiting_member(k, all[i].line, out);
    buf_add_char(out, '}');
    bool any = false;
    for (int i = 0; i < 2; i++) {
        if (!all[i].first || !fold_is_public_line(all[i].line))
            continue;
        if (!any) {
            json_add_key(out, "next");
            buf_add_char(out, '{');
        }
        any = true;
        json_add_key(out, all[i].line);
        fold_next_json(k->fold, all[i].line, out);
    }
    if (any)
        buf_add_char(out, '}');
}

/* Folds one event, and tells what it changed in lines. True when it changed one. */
static bool fold_event(struct hub_hall *k, const json_t *e, struct buf *change)
{
    char left[FOLD_CODE_MAX] = "";
    struct touched from = {.line = left}, to = {.line = ""};
    const struct fold_ticket *t = fold_find(k->fold, json_str(e, "ticket"));
    if (t != NULL && strcmp(t->state, "waiting") == 0) {
        strcpy(left, t->line);
        from.first = fold_ahead(k->fold, t) < FOLD_NEXT;
    }
    t = fold_apply(k->fold, e);
    if (t == NULL) /* a message or a booking that only names a ticket: no line has changed */
        return false;
    if (fold_ended(t))
        subscriber_ticket(k, t);
    if (strcmp(t->state, "waiting") == 0)
        to = (struct touched){t->line, fold_ahead(k->fold, t) < FOLD_NEXT};
    if (from.line[0] == '\0' && to.line[0] == '\0')
        return false;
    add_touched(k, &from, &to, change);
    return true;
}

/* What follows from an event, or-ed. */
enum { EVENT_CONFIGURES = 1, EVENT_FOR_BOARDS = 2, EVENT_FOR_CITIZENS = 4 };

/* Folds one event into fold and board (live) or, for events before the snapshot, into the board
 * alone. */
static unsigned apply(struct hub_hall *k, uint64_t seq, struct str text, bool live)
{
    struct json_where where;
    json_t *e = json_read(text, &where);
    if (!json_is_object(e) || text.len < 2) {
        log_error("hall %s event %" PRIu64 ": not an object", k->code, seq);
        json_decref(e);
        e = json_object();
        text = STR("{}");
    }
    struct buf change;
    buf_init(&change);
    buf_add_char(&change, '{');
    json_add_member_i64(&change, "at", json_i64(e, "at", 0));
    bool shows = board_apply(k->board, e, &change);
    if (live)
        shows = fold_event(k, e, &change) || shows;
    buf_add_char(&change, '}');
    char id_room[EVENT_ID_MAX];
    struct text *board =
        shows ? text_event(hub_hall_event_id(k, seq, id_room), "change", buf_str(&change)) : NULL;
    ring_add(&k->ring, seq, board, staff_frame(k, seq, text));
    struct str type = json_str(e, "type");
    unsigned follows = shows ? EVENT_FOR_BOARDS : 0;
    if (str_is(type, "hall.configured"))
        follows |= EVENT_CONFIGURES;
    if (!str_is(type, "ticket.shown")) /* one for each call, and only staff see it */
        follows |= EVENT_FOR_CITIZENS;
    buf_clear(&change);
    json_decref(e);
    return follows;
}

static void on_tickets_due(void *arg)
{
    struct hub_hall *k = arg;
    if (answered(k))
        return;
    k->tickets_due = false;
    if (k->state == HALL_READY)
        subscriber_tickets(k);
}

void hub_hall_event(struct hub_hall *k, uint64_t epoch, uint64_t seq, struct str json)
{
    if (k->state == HALL_LOADING) {
        struct queued_event *q = MEM_NEW(struct queued_event);
        *q = (struct queued_event){.epoch = epoch, .seq = seq, .json = text_new(json)};
        TAILQ_INSERT_TAIL(&k->queue, q, entry);
        return;
    }
    if (epoch == k->epoch && seq <= k->seq)
        return;
    if (epoch != k->epoch || seq != k->seq + 1) {
        log_warn("hall %s: event %" PRIu64 "-%" PRIu64 " after %" PRIu64 "-%" PRIu64
                 ", taking a fresh snapshot",
                 k->code, epoch, seq, k->epoch, k->seq);
        hub_reset(k->hub, str_of(k->code));
        return;
    }
    k->seq = seq;
    unsigned follows = apply(k, seq, json, true);
    if (!k->tickets_due &&
        follows & EVENT_FOR_CITIZENS) { /* once a turn, however many events it brought */
        k->tickets_due = true;
        k->calls++;
        loop_defer(k->hub->loop, on_tickets_due, k);
    }
    if (follows & EVENT_CONFIGURES) /* counters may have come and gone */
        hub_reset(k->hub, str_of(k->code));
    /* Boards without a frame to send are not bothered, but kept within the ring. */
    if (follows & EVENT_FOR_BOARDS || seq % (RING_SIZE / 4) == 0)
        subscriber_wake_all(k);
    else
        subscriber_wake_staff(k);
}

static void add_old(void *arg, const struct fold_ticket *t)
{
    board_add_old(arg, t);
}

static void fail(struct hub_hall *k, enum err e)
{
    struct pending *p;
    while ((p = TAILQ_FIRST(&k->pendings)) != NULL) {
        TAILQ_REMOVE(&k->pendings, p, entry);
        k->n_pendings--;
        hub_refuse(p->req, e);
        mem_free(p);
    }
}

static void ready(struct hub_hall *k)
{
    fold_each_at_counter(k->fold, add_old, k->board);
    k->history = k->seq;
    k->state = HALL_READY;
    forecasts_new(k);
    log_debug("hall %s: loaded at event %" PRIu64 "-%" PRIu64, k->code, k->epoch, k->seq);
    TAILQ_HEAD(, queued_event) queue = TAILQ_HEAD_INITIALIZER(queue);
    TAILQ_CONCAT(&queue, &k->queue, entry);
    struct queued_event *q;
    while ((q = TAILQ_FIRST(&queue)) != NULL) {
        TAILQ_REMOVE(&queue, q, entry);
        hub_hall_event(k, q->epoch, q->seq, (struct str){q->json->p, q->json->len});
        text_unref(q->json);
        mem_free(q);
    }
    struct pending *p;
    while (k->state == HALL_READY && (p = TAILQ_FIRST(&k->pendings)) != NULL) {
        TAILQ_REMOVE(&k->pendings, p, entry);
        k->n_pendings--;
        hub_answer(k, p);
    }
    subscriber_tickets(k);
    subscriber_wake_all(k);
}

static void on_history(void *arg, const struct store_reply *r)
{
    struct hub_hall *k = arg;
    if (answered(k))
        return;
    if (r->err != ERR_NONE) {
        fail(k, r->err);
        return;
    }
    size_t n = store_value_count(r->value);
    ring_clear(&k->ring);
    bool begun = false;
    for (size_t i = n; i-- > 0;) {
        const struct store_value *entry = store_value_at(r->value, i);
        uint64_t epoch, seq;
        if (!ring_event_id(store_value_str(store_value_at(entry, 0)), &epoch, &seq) ||
            epoch != k->epoch || seq > k->seq || (begun && seq != k->ring.last + 1))
            continue;
        if (!begun)
            ring_init(&k->ring, seq - 1);
        begun = true;
        (void)apply(k, seq, store_value_str(store_value_at(store_value_at(entry, 1), 1)), false);
    }
    if (k->ring.last != k->seq) { /* no history: what comes next still fits */
        ring_clear(&k->ring);
        ring_init(&k->ring, k->seq);
    }
    ready(k);
}

/* Keeps the answer of hall_snapshot as the staff channel's snapshot frame. */
static bool keep_snapshot(struct hub_hall *k, const json_t *j, struct str text, uint64_t *epoch)
{
    if (!ring_event_id(json_str(j, "event"), epoch, &k->staff_seq))
        return false;
    struct buf b;
    buf_init(&b);
    buf_addf(&b, "{\"now\":%" PRId64 ",\"hall\":\"%s\",", clock_now_ms(), k->code);
    buf_add(&b, text.p + 1, text.len - 1);
    text_unref(k->staff_snapshot);
    k->staff_snapshot = text_event(json_str(j, "event"), "snapshot", buf_str(&b));
    k->staff_snapshot_ms = clock_mono_ms();
    buf_clear(&b);
    return true;
}

static void ask_history(struct hub_hall *k)
{
    char key[64], count[12];
    snprintf(count, sizeof count, "%d", RING_SIZE);
    struct str tag = str_of(k->code);
    const struct str argv[] = {STR("XREVRANGE"), store_key_events(key, sizeof key, tag),
                               STR("+"),         STR("-"),
                               STR("COUNT"),     str_of(count)};
    k->calls++;
    store_command(k->hub->store, tag, 6, argv, on_history, k);
}

static void on_snapshot(void *arg, const struct store_reply *r)
{
    struct hub_hall *k = arg;
    if (answered(k))
        return;
    if (r->err != ERR_NONE) {
        log_warn("hall %s: no snapshot: %s", k->code, err_code(r->err));
        fail(k, r->err);
        return;
    }
    struct json_where where;
    json_t *j = json_read(r->text, &where);
    if (j == NULL || !keep_snapshot(k, j, r->text, &k->epoch)) {
        log_error("hall %s: the snapshot cannot be read", k->code);
        fail(k, ERR_INTERNAL);
        json_decref(j);
        return;
    }
    k->seq = k->staff_seq;
    fold_load(k->fold, j);
    board_clear(k->board);
    board_load(k->board, j);
    json_decref(j);
    ask_history(k);
}

static void ask_snapshot(struct hub_hall *k, store_fn fn)
{
    char now[24];
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[] = {str_of(now)};
    struct store_call call = {.function = "hall_snapshot",
                              .tag = str_of(k->code),
                              .read_only = true,
                              .argc = 1,
                              .argv = argv,
                              .fn = fn,
                              .arg = k};
    k->calls++;
    store_call(k->hub->store, &call);
}

void hub_hall_load(struct hub_hall *k)
{
    if (k->calls > 0 && k->state == HALL_LOADING)
        return; /* under way */
    k->state = HALL_LOADING;
    ask_snapshot(k, on_snapshot);
}

static void on_staff_snapshot(void *arg, const struct store_reply *r)
{
    struct hub_hall *k = arg;
    if (answered(k))
        return;
    k->staff_asked = false;
    struct json_where where;
    uint64_t epoch = k->epoch;
    json_t *j = r->err == ERR_NONE ? json_read(r->text, &where) : NULL;
    if (j != NULL)
        (void)keep_snapshot(k, j, r->text,
                            &epoch); /* another epoch: the bell will say so and reset the hall */
    json_decref(j);
    if (r->err == ERR_NONE) /* else the next heartbeat asks again, not this very turn */
        subscriber_wake_all(k);
}

static struct text *staff_snapshot(struct hub_hall *k, uint64_t *seq)
{
    /* Older than half the ring and its reader might fall behind while it reads. */
    bool fresh = k->staff_snapshot != NULL &&
                 clock_mono_ms() - k->staff_snapshot_ms < STAFF_SNAPSHOT_MS &&
                 k->staff_seq + RING_SIZE / 2 > k->seq && k->staff_seq + 1 >= k->ring.first;
    if (!fresh) {
        if (!k->staff_asked) {
            k->staff_asked = true;
            ask_snapshot(k, on_staff_snapshot);
        }
        return NULL;
    }
    *seq = k->staff_seq;
    return text_ref(k->staff_snapshot);
}

void hub_hall_board_json(struct hub_hall *k, struct buf *out)
{
    char id_room[EVENT_ID_MAX];
    buf_add_char(out, '{');
    json_add_member_str(out, "event", hub_hall_event_id(k, k->seq, id_room));
    json_add_member_i64(out, "now", clock_now_ms());
    json_add_member_cstr(out, "hall", k->code);
    board_json(k->board, out);
    json_add_key(out, "waiting");
    fold_waiting_json(k->fold, out);
    json_add_key(out, "next");
    fold_next_all_json(k->fold, out);
    buf_add_char(out, '}');
}

struct text *hub_hall_snapshot(struct hub_hall *k, enum channel c, uint64_t *seq)
{
    if (k->state != HALL_READY)
        return NULL;
    struct text *t;
    if (c == CHANNEL_STAFF) {
        t = staff_snapshot(k, seq);
    } else {
        char id_room[EVENT_ID_MAX];
        struct buf b;
        buf_init(&b);
        hub_hall_board_json(k, &b);
        t = text_event(hub_hall_event_id(k, k->seq, id_room), "snapshot", buf_str(&b));
        buf_clear(&b);
        *seq = k->seq;
    }
    if (t != NULL)
        log_debug("hall %s: snapshot for a %s stream", k->code, channel_names[c]);
    return t;
}
