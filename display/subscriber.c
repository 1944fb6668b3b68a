/* One stream: what it is sent next. Order: what is queued for it alone, a snapshot when one is due,
 * the ring, a heartbeat. A reader so slow that the ring has moved on is given a fresh snapshot. Run
 * by one worker thread. SPDX-License-Identifier: MIT */
#include "display/inside.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/metric.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const channel_names[CHANNELS] = {"board", "staff", "ticket"};

/* While the store is away nothing new can be known: the page is told, so that it does not call old
 * numbers live. */
static struct text *heartbeat(struct subscriber *s)
{
    char data[112], id_room[EVENT_ID_MAX];
    struct str id = hub_hall_event_id(s->hall, s->hall->seq, id_room);
    const char *behind = store_ready(s->hall->hub->store, NULL) ? "" : ",\"behind\":true";
    int n = snprintf(data, sizeof data, "{\"now\":%" PRId64 ",\"event\":\"" STR_FMT "\"%s}",
                     clock_now_ms(), STR_ARG(id), behind);
    s->heartbeat = false;
    return text_event(STR(""), "hb", (struct str){data, (size_t)n});
}

static struct text *snapshot(struct subscriber *s)
{
    uint64_t seq;
    struct text *t = hub_hall_snapshot(s->hall, s->channel, &seq);
    if (t == NULL)
        return NULL;
    s->resync = false;
    s->snapshot_after = false;
    s->next_seq = seq + 1;
    s->ahead_until_ms =
        clock_mono_ms() + AHEAD_MS; /* the store's snapshot may be newer than the fold */
    return t;
}

static struct text *resync(struct subscriber *s, const char *why)
{
    s->resync = true;
    metric_add(METRIC_STREAM_RESYNCS, why, 1);
    return snapshot(s);
}

static struct text *from_ring(struct subscriber *s)
{
    struct hub_hall *k = s->hall;
    if (s->next_seq > k->seq + 1)
        return clock_mono_ms() < s->ahead_until_ms ? NULL : resync(s, "future");
    if (s->next_seq < k->ring.first)
        return resync(s, "slow");
    while (s->next_seq <= k->seq) {
        struct text *t = ring_at(&k->ring, s->next_seq++, s->channel);
        if (t != NULL)
            return text_ref(t);
    }
    return s->snapshot_after ? snapshot(s) : NULL;
}

static struct text *next_text(struct subscriber *s)
{
    struct text *t = s->queued;
    s->queued = NULL;
    if (t != NULL)
        return t;
    if (s->channel != CHANNEL_TICKET && s->hall->state == HALL_READY) {
        t = s->resync ? snapshot(s) : from_ring(s);
        /* Not before the page knows the hall, nor while it may know more than this worker. */
        if (t == NULL && !s->resync && s->next_seq <= s->hall->seq + 1)
            t = forecasts_next(s);
        if (t != NULL)
            return t;
    }
    return s->heartbeat ? heartbeat(s) : NULL;
}

static ssize_t on_read(void *arg, char *out, size_t max)
{
    struct subscriber *s = arg;
    size_t used = 0;
    if (s->gone)
        return -1;
    while (used < max) {
        if (s->now == NULL) {
            s->now = next_text(s);
            s->sent = 0;
        }
        if (s->now == NULL)
            break;
        size_t left = s->now->len - s->sent, n = left < max - used ? left : max - used;
        memcpy(out + used, s->now->p + s->sent, n);
        used += n;
        s->sent += n;
        if (s->sent == s->now->len) {
            text_unref(s->now);
            s->now = NULL;
        }
    }
    if (used == 0 && s->hall->hub->draining)
        return -1;
    return (ssize_t)used;
}

static void release(struct subscriber *s)
{
    text_unref(s->now);
    text_unref(s->queued);
    mem_free(s);
}

static void on_closed(void *arg)
{
    struct subscriber *s = arg;
    struct hub_hall *k = s->hall;
    TAILQ_REMOVE(&k->subscribers, s, entry);
    k->n_subscribers--;
    k->hub->n_streams--;
    k->idle_since_ms = clock_mono_ms();
    metric_add(METRIC_STREAMS, channel_names[s->channel], -1);
    release(s);
}

static const struct http_stream_ops ops = {.read = on_read, .closed = on_closed};

/* Where the stream begins: behind the event its reader names, if the ring still has what follows.
 */
static void begin_at(struct subscriber *s, struct str last)
{
    struct hub_hall *k = s->hall;
    struct str epoch;
    int64_t e, seq;
    s->resync = true;
    if (last.p == NULL || last.len == 0)
        return;
    bool read = str_cut(&last, '-', &epoch) && str_to_i64(epoch, 0, INT64_MAX, &e) &&
                str_to_i64(last, 0, INT64_MAX, &seq);
    const char *why = !read || (uint64_t)e != k->epoch    ? "unknown"
                      : (uint64_t)seq + 1 < k->ring.first ? "old"
                                                          : NULL;
    if (why != NULL) {
        metric_add(METRIC_STREAM_RESYNCS, why, 1);
        return;
    }
    s->resync = false;
    s->next_seq = (uint64_t)seq + 1;
    s->ahead_until_ms =
        clock_mono_ms() + AHEAD_MS; /* another worker may have told it more than this one knows */
    /* Frames read back from the store hold no waiting counts: a snapshot afterwards brings them. */
    s->snapshot_after = s->channel == CHANNEL_BOARD && s->next_seq <= k->history;
}

static uint64_t mix(uint64_t h, const void *p, size_t len)
{
    const unsigned char *c = p;
    for (size_t i = 0; i < len; i++)
        h = (h ^ c[i]) * 1099511628211u; /* FNV-1a */
    return h;
}

/* What the citizen's page shows, as one number: a frame is sent when it changes. */
static uint64_t look_of(const struct hub_hall *k, const struct fold_ticket *t)
{
    int ahead = fold_ahead(k->fold, t);
    const struct eta_said *said = forecasts_of(k, t);
    uint64_t h = 14695981039346656037u;
    h = mix(h, t->state, strlen(t->state));
    h = mix(h, t->counter, strlen(t->counter));
    h = mix(h, t->service, strlen(t->service));
    h = mix(h, &t->since_ms, sizeof t->since_ms);
    h = mix(h, &t->seen, sizeof t->seen);
    if (said != NULL)
        h = mix(h, said, sizeof *said);
    return mix(h, &ahead, sizeof ahead);
}

static void queue(struct subscriber *s, struct text *t)
{
    text_unref(s->queued);
    s->queued = t;
    if (s->stream != NULL)
        http_stream_wake(s->stream);
}

static void show_ticket(struct subscriber *s, const struct fold_ticket *t)
{
    struct hub_hall *k = s->hall;
    uint64_t look = look_of(k, t);
    if (look == s->shown)
        return;
    s->shown = look;
    char id_room[EVENT_ID_MAX];
    struct str id = hub_hall_event_id(k, k->seq, id_room);
    struct buf b;
    buf_init(&b);
    buf_add_char(&b, '{');
    json_add_member_str(&b, "event", id);
    json_add_member_i64(&b, "now", clock_now_ms());
    fold_ticket_json(k->fold, t, &b);
    const struct eta_said *said = forecasts_of(k, t);
    if (said != NULL)
        outlook_add_wait(&b, "wait", said);
    buf_add_char(&b, '}');
    queue(s, text_event(id, "ticket", buf_str(&b)));
    buf_clear(&b);
}

static struct subscriber *subscriber_new(struct hub_hall *k, enum channel c, struct str ticket)
{
    struct subscriber *s = MEM_NEW(struct subscriber);
    s->hall = k;
    s->channel = c;
    s->slot = (unsigned char)(k->hub->given++ % HEARTBEAT_SLOTS);
    s->heartbeat = true; /* the page sets its clock at once */
    size_t len = ticket.len < sizeof s->ticket ? ticket.len : sizeof s->ticket - 1;
    memcpy(s->ticket, len > 0 ? ticket.p : "", len);
    s->now = text_new(STR("retry: 2000\n\n"));
    return s;
}

struct ended {
    struct hub_hall *hall;
    struct http_request *req; /* NULL: streams that are open already */
    char ticket[FOLD_ID_MAX];
};

static struct text *ended_frame(const struct hub_hall *k, struct str json)
{
    char id_room[EVENT_ID_MAX];
    struct buf b;
    buf_init(&b);
    buf_addf(&b, "{\"event\":\"" STR_FMT "\",\"now\":%" PRId64 ",",
             STR_ARG(hub_hall_event_id(k, k->seq, id_room)), clock_now_ms());
    buf_add(&b, json.p + 1, json.len - 1);
    struct text *t = text_event(STR(""), "ticket", buf_str(&b));
    buf_clear(&b);
    return t;
}

static void start(struct subscriber *s, struct http_request *req);

static void show_ended(struct ended *e, struct str json)
{
    struct hub_hall *k = e->hall;
    struct subscriber *s;
    if (e->req != NULL) {
        s = subscriber_new(k, CHANNEL_TICKET, str_of(e->ticket));
        s->over = true;
        s->queued = ended_frame(k, json);
        start(s, e->req);
        return;
    }
    TAILQ_FOREACH(s, &k->subscribers, entry)
    if (s->channel == CHANNEL_TICKET && strcmp(s->ticket, e->ticket) == 0)
        queue(s, ended_frame(k, json));
}

/* A ticket that is not alive any more: its last state, and heartbeats from then on. */
static void on_ended_ticket(void *arg, const struct store_reply *r)
{
    struct ended *e = arg;
    struct hub_hall *k = e->hall;
    k->calls--;
    if (!k->dead && r->err == ERR_NONE)
        show_ended(e, r->text);
    else if (e->req != NULL)
        hub_refuse(e->req, k->dead ? ERR_STOPPING : r->err);
    if (k->dead)
        hub_hall_free(k);
    mem_free(e);
}

static void ask_ended(struct hub_hall *k, struct http_request *req, struct str ticket)
{
    struct ended *e = MEM_NEW(struct ended);
    *e = (struct ended){.hall = k, .req = req};
    memcpy(e->ticket, ticket.p, ticket.len < FOLD_ID_MAX ? ticket.len : FOLD_ID_MAX - 1);
    char now[24];
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[] = {str_of(now), ticket};
    struct store_call call = {.function = "ticket_own",
                              .tag = str_of(k->code),
                              .read_only = true,
                              .argc = 2,
                              .argv = argv,
                              .fn = on_ended_ticket,
                              .arg = e};
    k->calls++;
    store_call(k->hub->store, &call);
}

void subscriber_ticket(struct hub_hall *k, const struct fold_ticket *t)
{
    struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry)
    if (s->channel == CHANNEL_TICKET && strcmp(s->ticket, t->id) == 0) {
        show_ticket(s, t);
        s->over = true;
    }
}

void subscriber_tickets(struct hub_hall *k)
{
    struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry)
    {
        if (s->channel != CHANNEL_TICKET)
            continue;
        const struct fold_ticket *t = fold_find(k->fold, str_of(s->ticket));
        if (t != NULL)
            show_ticket(s, t);
        else if (!s->over)
            ask_ended(k, NULL, str_of(s->ticket)); /* ended while the hall was loaded anew */
        s->over = t == NULL || fold_ended(t);      /* an end may be undone */
    }
}

void subscriber_wake_all(struct hub_hall *k)
{
    struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry)
    if (s->channel != CHANNEL_TICKET)
        http_stream_wake(s->stream);
}

void subscriber_wake_staff(struct hub_hall *k)
{
    struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry)
    if (s->channel == CHANNEL_STAFF)
        http_stream_wake(s->stream);
}

static void start(struct subscriber *s, struct http_request *req)
{
    struct hub_hall *k = s->hall;
    TAILQ_INSERT_TAIL(&k->subscribers, s, entry);
    s->stream = http_stream_open(req, &ops, s);
    if (s->stream == NULL) { /* sent elsewhere (307) */
        TAILQ_REMOVE(&k->subscribers, s, entry);
        release(s);
        return;
    }
    k->n_subscribers++;
    k->hub->n_streams++;
    metric_add(METRIC_STREAMS, channel_names[s->channel], 1);
    http_stream_wake(s->stream);
}

void subscriber_open(struct hub_hall *k, struct pending *p)
{
    enum channel c = (enum channel)p->channel;
    struct str ticket = str_of(p->ticket);
    const struct fold_ticket *t = c == CHANNEL_TICKET ? fold_find(k->fold, ticket) : NULL;
    if (c == CHANNEL_TICKET && t == NULL) {
        ask_ended(k, p->req, ticket);
        return;
    }
    struct subscriber *s = subscriber_new(k, c, ticket);
    strcpy(s->device, p->device);
    if (t != NULL)
        show_ticket(s, t);
    else
        begin_at(s, http_header(p->req, "Last-Event-ID"));
    start(s, p->req);
}
