/* One message by hand through one gateway. Owns the trials under way, until their gateway has
 * answered or is closed. Main thread. A further thing that a tester should know goes into answer().
 * SPDX-License-Identifier: MIT */
#include "sms/trial.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "sms/message.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    PATIENCE_MS = 20000, /* a person waits for it; some gateways may take a minute */
    WORTH_MS = 600000,   /* what comes later than that tells nothing */
    TRIAL_ID_MAX = 40,   /* "trial.1795465432000-1" */
};

struct trial {
    struct sms *sms;
    struct route *route;
    struct trial *next;
    sms_trial_fn fn; /* NULL: has been answered */
    void *arg;
    struct timer *patience;
    struct encoding_size size;
    int64_t begun_us;
    char to[PHONE_MAX + 1];
};

static const char *const outcomes[] = {
    [GATEWAY_OK] = "ok",
    [GATEWAY_TEMPFAIL] = "tempfail",
    [GATEWAY_THROTTLED] = "throttled",
    [GATEWAY_PERMFAIL] = "permfail",
    [GATEWAY_CONFIG] = "config",
};

static void add_ids(struct buf *out, const struct gateway_result *r)
{
    json_add_key(out, "ids");
    buf_add_char(out, '[');
    for (int i = 0; i < r->id_count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        json_add_cstr(out, r->ids[i]);
    }
    buf_add_char(out, ']');
}

static void answer(struct trial *t, const struct gateway_result *r)
{
    sms_trial_fn fn = t->fn;
    struct buf out;

    t->fn = NULL;
    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "outcome", outcomes[r->outcome]);
    json_add_member_bool(&out, "uncertain", r->outcome == GATEWAY_TEMPFAIL && r->uncertain);
    json_add_member_cstr(&out, "reason", r->reason);
    json_add_member_cstr(&out, "encoding", t->size.encoding == ENCODING_GSM7 ? "gsm7" : "ucs2");
    json_add_member_i64(&out, "parts", t->size.parts);
    add_ids(&out, r);
    json_add_member_i64(&out, "ms", (clock_mono_us() - t->begun_us) / 1000);
    buf_add_char(&out, '}');
    fn(t->arg, buf_str(&out));
    buf_clear(&out);
}

static void trial_free(struct trial *t)
{
    timer_free(t->patience);
    explicit_bzero(t->to, sizeof(t->to));
    mem_free(t);
}

static void unlink_trial(struct trial *t)
{
    struct trial **at = &t->sms->trials;

    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
}

static void on_answered(void *arg, const struct gateway_result *r)
{
    struct trial *t = arg;

    unlink_trial(t);
    route_by_hand(t->route, r, t->size.parts, clock_mono_us());
    if (t->fn)
        answer(t, r);
    trial_free(t);
}

/* Nobody waits any longer; the gateway's own answer still comes. */
static void on_patience(void *arg)
{
    answer(arg, &(struct gateway_result){
                    .outcome = GATEWAY_TEMPFAIL, .uncertain = true, .reason = "no_answer"});
}

static void begin(struct trial *t, struct str text)
{
    struct route *r = t->route;
    char id[TRIAL_ID_MAX];
    struct gateway_message m = {
        .to_e164 = t->to, .text = text, .size = t->size, .valid_ms = WORTH_MS};

    (void)snprintf(id, sizeof(id), "trial.%" PRId64 "-%" PRId64, clock_now_ms(),
                   ++t->sms->trial_count); /* fits */
    m.id = str_of(id);
    t->next = t->sms->trials;
    t->sms->trials = t;
    t->patience = timer_new(t->sms->loop, on_patience, t);
    timer_once(t->patience, PATIENCE_MS);
    rate_take(&r->rate, clock_mono_us(),
              t->size.parts);                  /* the next ones wait for it, not it for them */
    r->ops->send(r->self, &m, on_answered, t); /* t may be gone */
}

static struct route *route_of(struct sms *s, struct str gateway)
{
    struct route *list = routes_list(s->routes);

    for (size_t i = 0; i < routes_count(s->routes); i++)
        if (str_is(gateway, list[i].settings->name))
            return &list[i];
    return NULL;
}

void sms_trial(struct sms *s, const struct sms_trial *ask, sms_trial_fn fn, void *arg)
{
    struct route *r = route_of(s, ask->gateway);
    struct trial *t;

    if (s->stopped || !r) {
        fn(arg, STR(""));
        return;
    }
    t = MEM_NEW(struct trial);
    t->sms = s;
    t->route = r;
    t->fn = fn;
    t->arg = arg;
    t->begun_us = clock_mono_us();
    t->size = encoding_measure(ask->text, NULL, 0);
    str_copy(str_of(ask->to_e164), t->to, sizeof(t->to));
    if (t->size.parts <= TEXT_PARTS_MAX) {
        begin(t, ask->text);
        return;
    }
    answer(t, &(struct gateway_result){.outcome = GATEWAY_PERMFAIL, .reason = "text_long"});
    trial_free(t);
}

void sms_trials_end(struct sms *s)
{
    for (struct trial *t = s->trials; t; t = t->next) {
        timer_stop(t->patience);
        if (t->fn)
            t->fn(t->arg, STR(""));
        t->fn = NULL;
    }
}

void sms_trials_free(struct sms *s)
{
    while (s->trials) {
        struct trial *t = s->trials;
        s->trials = t->next;
        trial_free(t);
    }
}
