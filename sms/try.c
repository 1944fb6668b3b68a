/* One try of one message: tell the store that it begins, send it (message.c), and tell the store
 * what came of it. Every step is a callback on the main thread. A gateway that fails for reasons of
 * its own is followed by another one within the same try, where no gateway can have the message.
 * When a daemon dies between the gateway's answer and message_end, or no answer comes, nobody knows
 * whether the message went out: it is sent again where a second copy does no harm
 * (text_kind_repeats()), and ends as "unknown" elsewhere. SPDX-License-Identifier: MIT */
#include "sms/ahead.h"
#include "sms/batch.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "sms/delivery.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STORE_PAUSE_MS = 2000, /* the store is away: as often as its own deadline */
};

/* The store says that there is nothing to send any more. */
static bool is_over(enum err err)
{
    return err == ERR_MESSAGE_STATE || err == ERR_MESSAGE_UNKNOWN || err == ERR_HALL_UNKNOWN;
}

/* --- how it ends --- */

void try_finish(struct message *m, const char *outcome, const char *reason)
{
    message_forget(m);
    ahead_leave(m);
    route_unsent(&m->hold); /* one that was not handed over, or nothing */
    m->outcome = outcome;
    snprintf(m->reason, sizeof m->reason, "%s", reason);
    try_end(m);
}

void try_give_up(struct message *m, const char *outcome, const char *reason)
{
    try_finish(m, m->doubt ? "unknown" : outcome, reason);
}

static void log_end(const struct message *m)
{
    const struct outbox_entry *e = m->entry;
    bool ok = strcmp(m->outcome, "accepted") == 0;
    log_write(ok ? LOG_INFO : LOG_WARN, "hall %s message %s (%s %s): %s%s%s, try %d%s%s",
              outbox_hall_code(e->hall).p, e->id, text_kind_name(e->kind), e->number, m->outcome,
              *m->reason ? " " : "", m->reason, m->tries, *m->gateway ? " by " : "", m->gateway);
    metric_add(METRIC_MESSAGES, m->outcome, 1);
}

void try_ended(struct message *m, enum err err)
{
    bool again = strcmp(m->outcome, "retry") == 0;
    if (err == ERR_NONE) {
        log_end(m);
        if (again)
            sms_rest(m, m->rest_ms);
        else
            sms_over(m, false);
    } else if (is_over(err)) {
        sms_over(m, true);
    } else if (again) {
        sms_rest(m, m->rest_ms); /* only the event is missing */
    } else {
        sms_ending(m, STORE_PAUSE_MS);
    }
}

/* The ids of the gateway go their own way: reports that come before the message has ended are
 * kept with it, and those that came before the ids wait in the store. */
void try_end(struct message *m)
{
    if (m->taken)
        delivery_ids(m->sms->delivery, m->gateway, outbox_hall_code(m->entry->hall),
                     str_of(m->entry->id), m->taken);
    mem_free(m->taken);
    m->taken = NULL;
    batch_end(m);
}

/* --- what the gateway said --- */

/* pause_ms: until the next try; 0: as long as such messages wait. */
static void put_off(struct message *m, int64_t pause_ms, const char *reason)
{
    int64_t left_ms = message_left_ms(m);
    if (pause_ms) {
        m->throttled++;
        m->rest_ms = pause_ms < left_ms ? pause_ms : RETRY_EXPIRES;
    } else {
        m->rest_ms = retry_in_ms(&m->sms->retry, m->tries - m->throttled, left_ms, arc4random());
    }
    if (m->rest_ms == RETRY_NO_MORE)
        try_give_up(m, "rejected", reason);
    else if (m->rest_ms == RETRY_EXPIRES)
        try_give_up(m, "expired", reason);
    else
        try_finish(m, "retry", reason);
}

void try_later(struct message *m, const char *reason)
{
    put_off(m, STORE_PAUSE_MS, reason);
}

void try_put_back(struct message *m)
{
    put_off(m, 1, "no_room");
}

/* No gateway has the message: the next one may, at once. */
static void fail_over(struct message *m, const struct gateway_result *r)
{
    int64_t pause_ms = 0;
    if (r->outcome == GATEWAY_THROTTLED)
        pause_ms = r->pause_ms > 0 ? r->pause_ms : ROUTE_PAUSE_MS;
    if (sms_route(m))
        message_send_again(m);
    else
        put_off(m, pause_ms, r->reason);
}

static void took_over(struct message *m, const struct gateway_result *r)
{
    if (r->id_count > 0) {
        m->taken = MEM_NEW(struct gateway_result);
        *m->taken = *r;
    }
    metric_add(METRIC_GATEWAY_PARTS, m->gateway, m->parts);
    try_finish(m, "accepted", r->reason);
}

void try_answered(struct message *m, const struct gateway_result *r)
{
    struct route *route = m->hold.route;
    bool at_fault = r->outcome == GATEWAY_CONFIG || r->outcome == GATEWAY_TEMPFAIL;
    if (r->outcome != GATEWAY_THROTTLED) /* that one is merely busy, and waited for as such */
        m->tried |= 1u << (route - routes_list(m->sms->routes));
    route_answered(&m->hold, r, m->parts, clock_mono_us());
    sms_turn(m->sms); /* its place is free */
    if (at_fault)
        metric_add(METRIC_GATEWAY_FAILURES, m->gateway, 1);
    if (r->outcome == GATEWAY_CONFIG)
        log_error("sms gateway %s: %s: its account or settings are at fault, it gets no messages "
                  "for a while",
                  m->gateway, r->reason);
    m->doubt = m->doubt || r->uncertain;
    if (r->outcome == GATEWAY_OK)
        took_over(m, r);
    else if (r->outcome == GATEWAY_PERMFAIL)
        try_finish(m, "rejected", r->reason);
    else if (!r->uncertain)
        fail_over(m, r);
    else if (text_kind_repeats(m->entry->kind))
        put_off(m, 0, r->reason);
    else
        try_finish(m, "unknown", r->reason);
}

/* --- how it begins --- */

/* Whoever had it before is gone. */
static void taken_over(struct message *m)
{
    metric_add(METRIC_MESSAGES_REPEATED, text_kind_name(m->entry->kind), 1);
    m->doubt = true;
    if (text_kind_repeats(m->entry->kind))
        try_begin(m);
    else
        try_finish(m, "unknown", "taken_over");
}

static void started(struct message *m, const json_t *json, struct str version)
{
    m->tries = (int)json_i64(json, "tries", m->tries + 1);
    m->own = true;
    if (str_is(json_str(json, "state"), "uncertain")) {
        taken_over(m);
        return;
    }
    if (message_left_ms(m) <= 0) {
        try_give_up(m, "expired", "late");
        return;
    }
    const char *why = message_number(m, json);
    if (why)
        try_finish(m, "rejected", why);
    else
        message_send(m, version);
}

void try_started(struct message *m, enum err err, const json_t *json, struct str version)
{
    if (is_over(err))
        sms_over(m, true);
    else if (err == ERR_NONE)
        started(m, json, version);
    else
        sms_rest(m, STORE_PAUSE_MS);
}

void try_begin(struct message *m)
{
    /* How others left it only the store knows. */
    if (message_left_ms(m) <= 0 && message_is_fresh(m))
        try_give_up(m, "expired", "late");
    else
        batch_start(m);
}

/* --- which gateways serve it --- */

static void on_learned(void *arg, const struct store_reply *reply)
{
    struct message *m = arg;
    struct json_where where;
    if (m->sms->freeing)
        return;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (!json && reply->err != ERR_HALL_UNKNOWN) {
        sms_rest(m, STORE_PAUSE_MS);
        return;
    }
    /* One that is gone or cannot be read is refused in its try, whatever gateway that is for. */
    m->class = json && !message_number(m, json)
                   ? prefixes_class(routes_prefixes(m->sms->routes), m->to)
                   : 0;
    message_forget(m);
    json_decref(json);
    sms_learned(m);
}

void try_learn(struct message *m)
{
    char now[24];
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[] = {str_of(now), str_of(m->entry->record)};
    store_call(m->sms->store, &(struct store_call){.function = "message_phone",
                                                   .tag = outbox_hall_code(m->entry->hall),
                                                   .read_only = true,
                                                   .argc = 2,
                                                   .argv = argv,
                                                   .fn = on_learned,
                                                   .arg = m});
}
