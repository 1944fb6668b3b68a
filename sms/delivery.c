/* Reports of gateways that speak of messages by ids of their own. The store keeps, for each
 * gateway, which id is which part of which message; so a report may come in by any link of any
 * daemon, and before the answer that tells its id: it is parked then, and given out to whoever
 * brings the ids. From the id it goes on to the message in its hall, where a part has one fate
 * only, however often it is told. Owns what has not reached the store. Runs on its creator's
 * thread. SPDX-License-Identifier: MIT */
#include "sms/delivery.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "loop/timer.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    AGAIN_MS = 2000,     /* the store is away */
    GIVE_UP_MS = 600000, /* so long the store parks what came before the ids */
    MESSAGE_MAX = 80,    /* "<hall>.<outbox id>" */
    COMMON_ARGS = 4,     /* now, request, who, day */
};
#define GATEWAYS_TAG STR("sms")

/* Ids on their way into the store. */
struct ids {
    struct delivery *delivery;
    struct ids *prev, *next;
    char *gateway;
    char message[MESSAGE_MAX];
    struct gateway_result result;
    int64_t until_ms;
    struct timer *again;
};

/* A report on its way: by the gateway's id to the message, then to its hall. */
struct trip {
    struct delivery *delivery;
    struct trip *prev, *next;
    void (*done)(void *done_arg, bool ok); /* NULL: it was parked, its gateway waits no more */
    void *done_arg;
    char state[16];
    char reason[GATEWAY_ID_MAX + 1];
};

struct delivery {
    struct loop *loop;
    struct store *store;
    struct ids *ids;
    struct trip *trips;
    bool freeing;
};

/* args: behind the common ones. */
static void call(struct delivery *d, const char *function, struct str tag, int argc,
                 const struct str *args, store_fn fn, void *arg)
{
    char now[24];
    struct str argv[COMMON_ARGS + 2 + GATEWAY_IDS_MAX] = {STR(""), STR(""), STR("system:sms"),
                                                          STR("")};
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    argv[0] = str_of(now);
    memcpy(argv + COMMON_ARGS, args, (size_t)argc * sizeof args[0]);
    /* Each of them may be done twice. */
    store_call(d->store, &(struct store_call){.function = function,
                                              .tag = tag,
                                              .repeatable = true,
                                              .argc = COMMON_ARGS + argc,
                                              .argv = argv,
                                              .fn = fn,
                                              .arg = arg});
}

/* --- from the message to its hall --- */

static void trip_free(struct trip *t)
{
    *(t->prev ? &t->prev->next : &t->delivery->trips) = t->next;
    if (t->next)
        t->next->prev = t->prev;
    mem_free(t);
}

static struct trip *trip_new(struct delivery *d, struct str state, struct str reason)
{
    struct trip *t = MEM_NEW(struct trip);
    t->delivery = d;
    t->next = d->trips;
    if (t->next)
        t->next->prev = t;
    d->trips = t;
    str_copy(state, t->state, sizeof t->state);
    str_copy(reason, t->reason, sizeof t->reason);
    return t;
}

static void trip_done(struct trip *t, bool ok)
{
    if (t->done)
        t->done(t->done_arg, ok);
    trip_free(t);
}

static void on_reported(void *arg, const struct store_reply *reply)
{
    struct trip *t = arg;
    struct json_where where;
    bool away = reply->err != ERR_NONE && err_status(reply->err) >= 500;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (json_is_true(json_object_get(json, "moved")))
        metric_add(METRIC_MESSAGES, json_str(json, "state").p, 1);
    json_decref(json);
    /* A message that was forgotten meanwhile is no reason to bring its report again. */
    trip_done(t, !away);
}

/* message: "<hall>.<outbox id>". */
static void tell_hall(struct trip *t, struct str message, int64_t part)
{
    char number[24];
    struct str hall, rest = message;
    if (!str_cut(&rest, '.', &hall) || !hall.len || !rest.len) {
        log_error("sms: the store keeps an id for no message");
        trip_done(t, true);
        return;
    }
    snprintf(number, sizeof number, "%" PRId64, part);
    const struct str args[] = {rest, str_of(number), str_of(t->state), str_of(t->reason)};
    call(t->delivery, "message_report", hall, 4, args, on_reported, t);
}

/* --- from the gateway's id to the message --- */

static void on_found(void *arg, const struct store_reply *reply)
{
    struct trip *t = arg;
    struct json_where where;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    struct str message = json_str(json, "message");
    if (message.len)
        tell_hall(t, message, json_i64(json, "part", 0));
    else
        trip_done(t, json != NULL); /* parked, or the store is away */
    json_decref(json);
}

void delivery_report(struct delivery *d, struct str gateway, const struct gateway_report *report,
                     void (*done)(void *done_arg, bool ok), void *done_arg)
{
    struct trip *t = trip_new(d, str_of(gateway_fate_name(report->fate)), report->reason);
    t->done = done;
    t->done_arg = done_arg;
    const struct str args[] = {gateway, report->id, str_of(t->state), str_of(t->reason)};
    call(d, "gateway_report", GATEWAYS_TAG, 4, args, on_found, t);
}

/* --- the ids --- */

static void ids_tell(struct ids *i);

static void ids_free(struct ids *i)
{
    *(i->prev ? &i->prev->next : &i->delivery->ids) = i->next;
    if (i->next)
        i->next->prev = i->prev;
    timer_free(i->again);
    mem_free(i->gateway);
    mem_free(i);
}

/* Those that came before the ids: {"reports":[{"part":1,"state":"delivered","reason":""}]}. */
static void take_parked(struct ids *i, const json_t *reports)
{
    for (size_t k = 0; k < json_array_size(reports); k++) {
        const json_t *report = json_array_get(reports, k);
        struct trip *t =
            trip_new(i->delivery, json_str(report, "state"), json_str(report, "reason"));
        tell_hall(t, str_of(i->message), json_i64(report, "part", 0));
    }
}

static void on_again(void *arg)
{
    ids_tell(arg);
}

static void on_kept(void *arg, const struct store_reply *reply)
{
    struct ids *i = arg;
    struct json_where where;
    bool away = reply->err != ERR_NONE && err_status(reply->err) >= 500;
    if (i->delivery->freeing)
        return;
    if (away && clock_mono_ms() < i->until_ms) {
        if (!i->again)
            i->again = timer_new(i->delivery->loop, on_again, i);
        timer_once(i->again, AGAIN_MS);
        return;
    }
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (json)
        take_parked(i, json_object_get(json, "reports"));
    else
        log_warn("sms gateway %s: reports on message %s will find nobody", i->gateway, i->message);
    json_decref(json);
    ids_free(i);
}

static void ids_tell(struct ids *i)
{
    struct str args[2 + GATEWAY_IDS_MAX] = {str_of(i->gateway), str_of(i->message)};
    for (int k = 0; k < i->result.id_count; k++)
        args[2 + k] = str_of(i->result.ids[k]);
    call(i->delivery, "gateway_ids", GATEWAYS_TAG, 2 + i->result.id_count, args, on_kept, i);
}

void delivery_ids(struct delivery *d, const char *gateway, struct str hall, struct str message,
                  const struct gateway_result *result)
{
    struct ids *i = MEM_NEW(struct ids);
    i->delivery = d;
    i->next = d->ids;
    if (i->next)
        i->next->prev = i;
    d->ids = i;
    i->gateway = mem_strdup(gateway);
    snprintf(i->message, sizeof i->message, STR_FMT "." STR_FMT, STR_ARG(hall), STR_ARG(message));
    i->result = *result;
    i->until_ms = clock_mono_ms() + GIVE_UP_MS;
    ids_tell(i);
}

/* --- the whole --- */

struct delivery *delivery_new(struct loop *l, struct store *s)
{
    struct delivery *d = MEM_NEW(struct delivery);
    d->loop = l;
    d->store = s;
    return d;
}

bool delivery_idle(const struct delivery *d)
{
    return !d->ids;
}

void delivery_free(struct delivery *d)
{
    if (!d)
        return;
    d->freeing = true;
    while (d->ids)
        ids_free(d->ids);
    assert(!d->trips); /* the store, freed before, has answered all of them */
    mem_free(d);
}
