/* The hub: opens streams, hands events to the halls that somebody watches, beats every stream's
 * heart. Run by one worker thread. To extend: a channel is a value of enum channel, frames in
 * hub_hall.c, a function to open it here. SPDX-License-Identifier: MIT */
#include "display/inside.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"

#include <string.h>

/* A hall nobody watches any more is given up after this: a board that reloads finds it warm. */
enum { HALL_KEPT_MS = 60000, HEARTBEAT_MS = 1000 };

static void each_second(struct hub_hall *k, int slot)
{
    struct hub *h = k->hub;
    struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry)
    {
        s->heartbeat = s->heartbeat || s->slot == slot;
        if (s->heartbeat || s->next_seq > k->seq + 1)
            http_stream_wake(s->stream);
    }
    forecasts_seen(k);
    if (k->state == HALL_LOADING && k->calls == 0 && (k->n_subscribers > 0 || k->n_pendings > 0) &&
        !h->draining)
        hub_hall_load(k); /* the store was away the last time */
    if (k->n_subscribers == 0 && k->n_pendings == 0 &&
        clock_mono_ms() - k->idle_since_ms > HALL_KEPT_MS)
        hub_hall_free(k);
}

static void on_heartbeat(void *arg)
{
    struct hub *h = arg;
    h->slot = (h->slot + 1) % HEARTBEAT_SLOTS;
    struct hub_hall *k = TAILQ_FIRST(&h->halls), *next;
    for (; k != NULL; k = next) {
        next = TAILQ_NEXT(k, entry);
        each_second(k, h->slot);
    }
}

struct hub *hub_new(struct loop *l, struct store *store, const struct outlooks *outlooks)
{
    struct hub *h = MEM_NEW(struct hub);
    h->loop = l;
    h->store = store;
    h->outlooks = outlooks;
    TAILQ_INIT(&h->halls);
    h->heartbeat = timer_new(l, on_heartbeat, h);
    timer_every(h->heartbeat, HEARTBEAT_MS);
    return h;
}

void hub_free(struct hub *h)
{
    timer_free(h->heartbeat);
    struct hub_hall *k, *next;
    for (k = TAILQ_FIRST(&h->halls); k != NULL; k = next) {
        next = TAILQ_NEXT(k, entry);
        hub_hall_free(k); /* what is still deferred frees it later */
    }
    mem_free(h);
}

/* A kiosk is known to the hub as "kiosk:" and its name. */
static bool is_device(const char *device, struct str name)
{
    static const char kiosk[] = "kiosk:";
    bool of_kiosk = strncmp(device, kiosk, sizeof kiosk - 1) == 0;
    return str_is(name, of_kiosk ? device + sizeof kiosk - 1 : device);
}

/* Its token is worthless from now on, and so is what was opened with it. */
static void end_device(struct hub *h, struct str name)
{
    struct hub_hall *k;
    struct subscriber *s;
    struct pending *p, *next;
    TAILQ_FOREACH(k, &h->halls, entry)
    {
        TAILQ_FOREACH(s, &k->subscribers, entry)
        if (is_device(s->device, name)) {
            s->gone = true;
            http_stream_wake(s->stream);
        }
        for (p = TAILQ_FIRST(&k->pendings); p != NULL; p = next) {
            next = TAILQ_NEXT(p, entry);
            if (!is_device(p->device, name))
                continue;
            TAILQ_REMOVE(&k->pendings, p, entry);
            k->n_pendings--;
            hub_refuse(p->req, ERR_UNAUTHENTICATED);
            mem_free(p);
        }
    }
}

static void system_event(struct hub *h, struct str json)
{
    static const char removed[] = "\"type\":\"device.removed\"";
    struct json_where where;
    if (memmem(json.p, json.len, removed, sizeof removed - 1) == NULL)
        return;
    json_t *e = json_read(json, &where);
    struct str name = json_str(e, "device");
    if (str_is(json_str(e, "type"), "device.removed") && name.len > 0)
        end_device(h, name);
    json_decref(e);
}

void hub_event(struct hub *h, struct str hall, uint64_t epoch, uint64_t seq, struct str json)
{
    if (str_is(hall, "sys")) { /* no hall has that code */
        system_event(h, json);
        return;
    }
    struct hub_hall *k = hub_hall_of(h, hall, false);
    if (k == NULL)
        return;
    hub_hall_event(k, epoch, seq, json);
}

void hub_reset(struct hub *h, struct str hall)
{
    struct hub_hall *k = hub_hall_of(h, hall, false);
    if (k == NULL)
        return;
    struct subscriber *s;
    TAILQ_FOREACH(s, &k->subscribers, entry) s->resync = true;
    metric_add(METRIC_STREAM_RESYNCS, "reset", k->n_subscribers);
    hub_hall_load(k);
}

void hub_forecast(struct hub *h, struct str hall)
{
    struct hub_hall *k = hub_hall_of(h, hall, false);
    if (k == NULL || k->state != HALL_READY)
        return;
    forecasts_new(k);
    subscriber_tickets(k);
    subscriber_wake_all(k);
}

void hub_drain(struct hub *h)
{
    h->draining = true;
    struct hub_hall *k;
    struct subscriber *s;
    TAILQ_FOREACH(k, &h->halls, entry)
    TAILQ_FOREACH(s, &k->subscribers, entry)
    http_stream_wake(s->stream);
}

int hub_streams(const struct hub *h)
{
    return h->n_streams;
}

void hub_refuse(struct http_request *req, enum err e)
{
    struct buf b;
    buf_init(&b);
    buf_add_char(&b, '{');
    json_add_member_cstr(&b, "type", "about:blank");
    json_add_member_cstr(&b, "title", err_title(e));
    json_add_member_i64(&b, "status", err_status(e));
    json_add_member_cstr(&b, "code", err_code(e));
    buf_add_char(&b, '}');
    const struct http_field retry = {"Retry-After", STR("2")};
    struct http_answer answer = {.status = err_status(e),
                                 .content_type = "application/problem+json",
                                 .body = buf_str(&b),
                                 .fields = &retry,
                                 .n_fields = err_status(e) == 503 ? 1 : 0};
    http_reply(req, &answer);
    buf_clear(&b);
}

static void reply_board(struct hub_hall *k, struct http_request *req)
{
    struct buf b;
    buf_init(&b);
    hub_hall_board_json(k, &b);
    struct http_answer answer = {
        .status = 200, .content_type = "application/json", .body = buf_str(&b)};
    http_reply(req, &answer);
    buf_clear(&b);
}

void hub_answer(struct hub_hall *k, struct pending *p)
{
    if (p->channel == CHANNELS)
        reply_board(k, p->req);
    else
        subscriber_open(k, p);
    mem_free(p);
}

/* who: a ticket's id on its own channel, else the name of a device. */
static void take(struct hub *h, struct http_request *req, struct str hall, struct str who,
                 int channel)
{
    struct hub_hall *k = h->draining ? NULL : hub_hall_of(h, hall, true);
    if (k == NULL || k->n_pendings >= PENDING_MAX) {
        hub_refuse(req, h->draining ? ERR_STOPPING : ERR_BUSY);
        return;
    }
    struct pending *p = MEM_NEW(struct pending);
    p->req = req;
    p->channel = channel;
    if (channel == CHANNEL_TICKET)
        str_copy(who, p->ticket, sizeof p->ticket);
    else
        str_copy(who, p->device, sizeof p->device);
    if (k->state == HALL_READY) {
        hub_answer(k, p);
        return;
    }
    TAILQ_INSERT_TAIL(&k->pendings, p, entry);
    k->n_pendings++;
    if (k->calls == 0)
        hub_hall_load(k); /* the store was away the last time */
}

void hub_open_board(void *hub, struct http_request *req, struct str hall, struct str device)
{
    take(hub, req, hall, device, CHANNEL_BOARD);
}

void hub_open_staff(void *hub, struct http_request *req, struct str hall, struct str ticket)
{
    (void)ticket;
    take(hub, req, hall, STR(""), CHANNEL_STAFF);
}

void hub_open_ticket(void *hub, struct http_request *req, struct str hall, struct str ticket)
{
    take(hub, req, hall, ticket, CHANNEL_TICKET);
}

void hub_board_json(void *hub, struct http_request *req, struct str hall, struct str ticket)
{
    (void)ticket;
    take(hub, req, hall, STR(""), CHANNELS);
}
