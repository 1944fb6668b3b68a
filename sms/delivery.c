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
#include "sms/gather.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    AGAIN_MS = 2000,     /* the store is away */
    GIVE_UP_MS = 600000, /* so long the store parks what came before the ids */
    MESSAGE_MAX = 80,    /* "<hall>.<outbox id>" */
    COMMON_ARGS = 4,     /* now, request, who, day */
    CALL_ARGS_MAX = 1 + BATCH_MAX * (2 + GATEWAY_IDS_MAX),
};
#define GATEWAYS_TAG STR("sms")

/* Ids on their way into the store. */
struct ids {
    struct delivery *delivery;
    struct ids *prev, *next;
    struct ids *due_next; /* of those to be told, or of one call */
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
    struct ids *due; /* of these: to be told in the next call */
    struct ids **due_end;
    int due_n;
    struct timer *gather; /* until they are told, though no more came */
    bool telling;         /* a call is on its way */
    struct event *turn;   /* runs behind all that happens in this turn of the loop */
    struct trip *trips;
    bool freeing;
};

/* args: behind the common ones. */
static void call(struct delivery *d, const char *function, struct str tag, int argc,
                 const struct str *args, store_fn fn, void *arg)
{
    char now[24];
    struct str argv[COMMON_ARGS + CALL_ARGS_MAX] = {STR(""), STR(""), STR("system:sms"), STR("")};
    assert(argc <= CALL_ARGS_MAX);
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

static void ids_free(struct ids *i)
{
    *(i->prev ? &i->prev->next : &i->delivery->ids) = i->next;
    if (i->next)
        i->next->prev = i->prev;
    timer_free(i->again);
    mem_free(i->gateway);
    mem_free(i);
}

/* Those that came before the ids. */
static void take_parked(struct delivery *d, const json_t *reports)
{
    for (size_t k = 0; k < json_array_size(reports); k++) {
        const json_t *report = json_array_get(reports, k);
        struct trip *t = trip_new(d, json_str(report, "state"), json_str(report, "reason"));
        tell_hall(t, json_str(report, "message"), json_i64(report, "part", 0));
    }
}

static void tell_soon(struct delivery *d)
{
    if (d->telling || !d->due)
        return;
    if (d->due_n >= GATHERED)
        event_active(d->turn, EV_TIMEOUT, 0);
    else
        timer_once(d->gather, GATHER_MS);
}

static void note_due(struct ids *i)
{
    struct delivery *d = i->delivery;
    i->due_next = NULL;
    *d->due_end = i;
    d->due_end = &i->due_next;
    d->due_n++;
    tell_soon(d);
}

static void on_again(void *arg)
{
    note_due(arg);
}

static void wait_for_store(struct ids *i)
{
    if (!i->again)
        i->again = timer_new(i->delivery->loop, on_again, i);
    timer_once(i->again, AGAIN_MS);
}

static void warn_unkept(const struct ids *i)
{
    log_warn("sms gateway %s: reports on message %s will find nobody", i->gateway, i->message);
}

/* The ids of one call, first to last. */
struct flight {
    struct delivery *delivery;
    struct ids *first;
};

static bool is_named(const json_t *list, const char *message)
{
    for (size_t k = 0; k < json_array_size(list); k++)
        if (strcmp(json_string_value(json_array_get(list, k)), message) == 0)
            return true;
    return false;
}

/* {"reports":[{"message":"h.1-0","part":1,"state":"delivered","reason":""}],"refused":["h.2-0"]} */
static void on_kept(void *arg, const struct store_reply *reply)
{
    struct flight *f = arg;
    struct delivery *d = f->delivery;
    struct json_where where;
    bool away = reply->err != ERR_NONE && err_status(reply->err) >= 500;
    struct ids *i = d->freeing ? NULL : f->first, *next;
    json_t *json = reply->err == ERR_NONE && i ? json_read(reply->text, &where) : NULL;
    d->telling = false;
    for (; i; i = next) {
        next = i->due_next;
        if (away && clock_mono_ms() < i->until_ms) {
            wait_for_store(i);
            continue;
        }
        if (!json || is_named(json_object_get(json, "refused"), i->message))
            warn_unkept(i);
        ids_free(i);
    }
    take_parked(d, json_object_get(json, "reports"));
    json_decref(json);
    mem_free(f);
    if (!d->freeing && reply->err != ERR_STOPPING)
        tell_soon(d);
}

/* Takes the first one, and what else of its gateway stands behind it, off the list. */
static int take_due(struct delivery *d, struct ids *taken[BATCH_MAX])
{
    int n = 0;
    const char *gateway = d->due->gateway;
    struct ids **at = &d->due;
    while (*at && n < BATCH_MAX) {
        struct ids *i = *at;
        if (strcmp(i->gateway, gateway) != 0) {
            at = &i->due_next;
            continue;
        }
        *at = i->due_next;
        i->due_next = NULL;
        if (n > 0)
            taken[n - 1]->due_next = i;
        taken[n++] = i;
    }
    d->due_n -= n;
    for (d->due_end = &d->due; *d->due_end;)
        d->due_end = &(*d->due_end)->due_next;
    return n;
}

static void tell(struct delivery *d)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    static_assert(GATEWAY_IDS_MAX < 10, "one digit says how many ids there are");
    struct ids *taken[BATCH_MAX];
    struct str args[CALL_ARGS_MAX];
    if (d->telling || !d->due)
        return;
    int n = take_due(d, taken), argc = 0;
    args[argc++] = str_of(taken[0]->gateway);
    for (int k = 0; k < n; k++) {
        const struct gateway_result *r = &taken[k]->result;
        args[argc++] = str_of(taken[k]->message);
        args[argc++] = str_of(digits[r->id_count]);
        for (int p = 0; p < r->id_count; p++)
            args[argc++] = str_of(r->ids[p]);
    }
    struct flight *f = MEM_NEW(struct flight);
    *f = (struct flight){.delivery = d, .first = taken[0]};
    d->telling = true;
    call(d, "gateway_ids", GATEWAYS_TAG, argc, args, on_kept, f);
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    tell(arg);
}

static void on_gathered(void *arg)
{
    tell(arg);
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
    note_due(i);
}

/* --- the whole --- */

struct delivery *delivery_new(struct loop *l, struct store *s)
{
    struct delivery *d = MEM_NEW(struct delivery);
    d->loop = l;
    d->store = s;
    d->due_end = &d->due;
    d->gather = timer_new(l, on_gathered, d);
    d->turn = event_new(loop_base(l), -1, 0, on_turn, d);
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
    event_free(d->turn);
    timer_free(d->gather);
    while (d->ids)
        ids_free(d->ids);
    assert(!d->trips); /* the store, freed before, has answered all of them */
    mem_free(d);
}
