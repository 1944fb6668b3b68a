/* Which message is next: lanes by kind, a few tries at a time, no faster than the gateway's
 * contract. Owns the messages, the gateway and its connections. Runs on the main thread. How one
 * try goes is message.c; where messages come from, outbox.c. SPDX-License-Identifier: MIT */
#include "sms/sms.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fetch/fetch.h"
#include "sms/message.h"
#include "sms/trial.h"
#include <assert.h>
#include <string.h>

enum {
    TRYING_MAX = 16,         /* connections a gateway is given at once; its rate is kept apart */
    TRYING_PATIENT_MAX = 12, /* so that a slow gateway full of confirmations still takes a call */
};

static void pump(struct sms *s);

static void lane_put(struct message *m)
{
    struct lane *lane = &m->sms->lanes[m->entry->kind];
    m->behind = NULL;
    *(lane->last ? &lane->last->behind : &lane->first) = m;
    lane->last = m;
}

/* The most urgent one that may be tried now, or NULL. */
static struct message *lane_take(struct sms *s)
{
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        struct lane *lane = &s->lanes[kind];
        struct message *m = lane->first;
        if (!m ||
            (text_kind_can_wait((enum text_kind)kind) && s->trying_patient >= TRYING_PATIENT_MAX))
            continue;
        lane->first = m->behind;
        if (!lane->first)
            lane->last = NULL;
        return m;
    }
    return NULL;
}

static void slot_take(struct message *m)
{
    message_set_state(m, MESSAGE_TRYING);
    m->sms->trying++;
    m->sms->trying_patient += text_kind_can_wait(m->entry->kind);
}

static void slot_give(struct message *m)
{
    if (m->state != MESSAGE_TRYING)
        return;
    m->sms->trying--;
    m->sms->trying_patient -= text_kind_can_wait(m->entry->kind);
}

static void pump(struct sms *s)
{
    while (!s->stopped && s->trying < TRYING_MAX) {
        int64_t now_us = clock_mono_us();
        int64_t wait_us = rate_wait_us(&s->rate, now_us);
        if (wait_us) {
            timer_once(s->pace, (wait_us + 999) / 1000);
            return;
        }
        struct message *m = lane_take(s);
        if (!m)
            return;
        rate_take(&s->rate, now_us, 1);
        slot_take(m);
        message_try(m);
    }
}

static void on_pace(void *arg)
{
    pump(arg);
}

static void on_rested(void *arg)
{
    struct message *m = arg;
    if (m->state == MESSAGE_ENDING) {
        message_end(m);
        return;
    }
    message_set_state(m, MESSAGE_WAITING);
    lane_put(m);
    pump(m->sms);
}

static void rest(struct message *m, enum message_state state, int64_t in_ms)
{
    slot_give(m);
    message_set_state(m, state);
    if (!m->rest)
        m->rest = timer_new(m->sms->loop, on_rested, m);
    timer_once(m->rest, in_ms);
    pump(m->sms);
}

void sms_rest(struct message *m, int64_t in_ms)
{
    rest(m, MESSAGE_RESTING, in_ms);
}

void sms_ending(struct message *m, int64_t in_ms)
{
    rest(m, MESSAGE_ENDING, in_ms);
}

static void message_free(struct message *m)
{
    struct sms *s = m->sms;
    *(m->prev ? &m->prev->next : &s->messages) = m->next;
    if (m->next)
        m->next->prev = m->prev;
    timer_free(m->rest);
    explicit_bzero(m->to, sizeof m->to);
    mem_free(m);
}

void sms_over(struct message *m, bool in_stream)
{
    struct sms *s = m->sms;
    struct outbox_entry *e = m->entry;
    slot_give(m);
    message_free(m);
    if (in_stream)
        outbox_remove(s->outbox, e);
    else
        outbox_release(s->outbox, e);
    pump(s);
}

static void on_entry(void *arg, struct outbox_entry *e)
{
    struct sms *s = arg;
    struct message *m = MEM_NEW(struct message);
    m->sms = s;
    m->entry = e;
    m->next = s->messages;
    if (m->next)
        m->next->prev = m;
    s->messages = m;
    lane_put(m);
    /* Not at once: the rest of this read may hold a more urgent one. */
    timer_once(s->pace, 0);
}

void sms_follow(struct sms *s, struct str hall)
{
    outbox_follow(s->outbox, hall);
}

void sms_wake(struct sms *s, struct str hall)
{
    outbox_wake(s->outbox, hall);
}

void sms_stop(struct sms *s)
{
    s->stopped = true;
    outbox_stop(s->outbox);
    sms_trials_end(s);
}

bool sms_idle(const struct sms *s)
{
    for (const struct message *m = s->messages; m; m = m->next)
        if (m->state == MESSAGE_TRYING || m->state == MESSAGE_ENDING)
            return false;
    return true;
}

bool sms_gateway_of(const struct sms *s, struct str name, struct sms_gateway *out)
{
    *out = (struct sms_gateway){s->gateway, s->gateway_self};
    return str_is(name, s->gateway_settings->name);
}

static bool gateway_open(struct sms *s)
{
    const struct settings *settings = s->deps.settings;
    s->gateway_settings = settings_gateway(settings, str_of(settings->sms_default));
    assert(s->gateway_settings); /* settings_load() has seen to it */
    s->gateway = gateway_find(s->gateway_settings->kind);
    assert(s->gateway);
    s->gateway_self = s->gateway->open(
        &(struct gateway_env){.settings = s->gateway_settings, .loop = s->loop, .fetch = s->fetch});
    if (s->gateway_self)
        log_info("sms gateway %s: %s, %d a second", s->gateway_settings->name, s->gateway->kind,
                 s->gateway_settings->rate_per_second);
    return s->gateway_self != NULL;
}

struct sms *sms_new(struct loop *l, struct store *store, const struct sms_deps *deps)
{
    struct sms *s = MEM_NEW(struct sms);
    s->loop = l;
    s->store = store;
    s->deps = *deps;
    s->fetch = fetch_new(l, TRYING_MAX);
    if (!gateway_open(s)) {
        fetch_free(s->fetch);
        mem_free(s);
        return NULL;
    }
    s->retry = (struct retry_rules){.max_tries = deps->settings->sms_retry_max_tries,
                                    .first_ms = deps->settings->sms_retry_first_ms,
                                    .max_ms = deps->settings->sms_retry_max_ms};
    s->rate.per_second = s->gateway_settings->rate_per_second;
    s->pace = timer_new(l, on_pace, s);
    s->outbox = outbox_new(l, store, deps->consumer, on_entry, s);
    return s;
}

void sms_free(struct sms *s)
{
    if (!s)
        return;
    s->freeing = true;
    fetch_free(s->fetch);
    s->gateway->close(s->gateway_self);
    sms_trials_free(s);
    while (s->messages)
        message_free(s->messages);
    outbox_free(s->outbox);
    timer_free(s->pace);
    mem_free(s);
}
