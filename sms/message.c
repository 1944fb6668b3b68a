/* One try of one message: tell the store that it begins, open the number, make the text, hand it to
 * the gateway, tell the store how it ended. Every step is a callback on the main thread. The sealed
 * number is opened for one try only and wiped after it. When a daemon dies between the gateway's
 * answer and message_end, or no answer comes, nobody knows whether the message went out: it is sent
 * again where a second copy does no harm (text_kind_repeats()), and ends as "unknown" elsewhere.
 * SPDX-License-Identifier: MIT */
#include "sms/message.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "sms/words.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STORE_PAUSE_MS = 2000, /* the store is away: as often as its own deadline */
    ID_MAX = 80,           /* "<hall>.<outbox id>" */
    COMMON_ARGS = 4,       /* now, request, who, day */
    CALL_ARGS_MAX = 6,
};

static const char *const state_names[] = {"waiting", "trying", "resting", "ending"};

void message_set_state(struct message *m, enum message_state to)
{
    static const unsigned legal[] = {
        [MESSAGE_WAITING] = 1u << MESSAGE_TRYING,
        [MESSAGE_TRYING] = 1u << MESSAGE_RESTING | 1u << MESSAGE_ENDING,
        [MESSAGE_RESTING] = 1u << MESSAGE_WAITING,
        [MESSAGE_ENDING] = 1u << MESSAGE_ENDING,
    };
    assert(legal[m->state] & 1u << to);
    (void)legal; /* where assertions are off */
    log_debug("hall %s message %s: %s -> %s", outbox_hall_code(m->entry->hall).p, m->entry->id,
              state_names[m->state], state_names[to]);
    m->state = to;
}

static int64_t left_ms(const struct message *m)
{
    /* What is left of business time, in real time: the two differ in a demonstration only. */
    return (m->entry->expires_ms - clock_now_ms()) / clock_speed();
}

/* Calls a writing function of the library. No request id: repeating these changes nothing but a
 * count. */
static void call(struct message *m, const char *function, int argc, const struct str *args,
                 store_fn fn)
{
    char now[24];
    struct str argv[COMMON_ARGS + CALL_ARGS_MAX] = {STR(""), STR(""), STR("system:sms"), STR("")};
    assert(argc <= CALL_ARGS_MAX);
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    argv[0] = str_of(now);
    memcpy(argv + COMMON_ARGS, args, (size_t)argc * sizeof args[0]);
    store_call(m->sms->store, &(struct store_call){.function = function,
                                                   .tag = outbox_hall_code(m->entry->hall),
                                                   .argc = COMMON_ARGS + argc,
                                                   .argv = argv,
                                                   .fn = fn,
                                                   .arg = m});
}

/* The store says that there is nothing to send any more. */
static bool is_over(enum err err)
{
    return err == ERR_MESSAGE_STATE || err == ERR_MESSAGE_UNKNOWN || err == ERR_HALL_UNKNOWN;
}

static void finish(struct message *m, const char *outcome, const char *reason)
{
    explicit_bzero(m->to, sizeof m->to);
    m->outcome = outcome;
    snprintf(m->reason, sizeof m->reason, "%s", reason);
    message_end(m);
}

/* No further try: a message that a gateway may have all the same is neither late nor refused. */
static void give_up(struct message *m, const char *outcome, const char *reason)
{
    finish(m, m->doubt ? "unknown" : outcome, reason);
}

static void log_end(const struct message *m)
{
    const struct outbox_entry *e = m->entry;
    bool ok = strcmp(m->outcome, "accepted") == 0;
    log_write(ok ? LOG_INFO : LOG_WARN, "hall %s message %s (%s %s): %s%s%s, try %d",
              outbox_hall_code(e->hall).p, e->id, text_kind_name(e->kind), e->number, m->outcome,
              *m->reason ? " " : "", m->reason, m->tries);
    metric_add(METRIC_MESSAGES, m->outcome, 1);
}

static void on_ended(void *arg, const struct store_reply *reply)
{
    struct message *m = arg;
    bool again = strcmp(m->outcome, "retry") == 0;
    if (m->sms->freeing)
        return;
    if (reply->err == ERR_NONE) {
        log_end(m);
        if (again)
            sms_rest(m, m->rest_ms);
        else
            sms_over(m, false);
    } else if (is_over(reply->err)) {
        sms_over(m, true);
    } else if (again) {
        sms_rest(m, m->rest_ms); /* only the event is missing */
    } else {
        sms_ending(m, STORE_PAUSE_MS);
    }
}

void message_end(struct message *m)
{
    char parts[12] = "";
    if (m->parts)
        snprintf(parts, sizeof parts, "%d", m->parts);
    const struct str args[] = {str_of(m->entry->id), str_of(m->outcome),
                               str_of(m->sms->gateway_settings->name), str_of(m->reason),
                               str_of(parts)};
    call(m, "message_end", 5, args, on_ended);
}

static void on_gateway(void *arg, const struct gateway_result *r)
{
    struct message *m = arg;
    struct sms *s = m->sms;
    if (s->freeing)
        return;
    if (r->outcome == GATEWAY_OK) {
        finish(m, "accepted", r->reason);
        return;
    }
    if (r->outcome == GATEWAY_PERMFAIL || r->outcome == GATEWAY_CONFIG) {
        finish(m, "rejected", r->reason);
        return;
    }
    m->doubt = m->doubt || r->uncertain;
    if (r->uncertain && !text_kind_repeats(m->entry->kind)) {
        finish(m, "unknown", r->reason);
        return;
    }
    int64_t in_ms = retry_in_ms(&s->retry, m->tries - m->throttled, left_ms(m), arc4random());
    if (r->outcome == GATEWAY_THROTTLED) {
        rate_pause(&s->rate, clock_mono_us(), r->pause_ms);
        m->throttled++;
        in_ms = r->pause_ms < left_ms(m) ? r->pause_ms : RETRY_EXPIRES;
    }
    m->rest_ms = in_ms;
    if (in_ms == RETRY_NO_MORE)
        give_up(m, "rejected", r->reason);
    else if (in_ms == RETRY_EXPIRES)
        give_up(m, "expired", r->reason);
    else
        finish(m, "retry", r->reason);
}

/* For a gateway that takes none but its own texts: which one, and all that could stand in it. */
static void add_template(const struct message *m, const struct text_variables *v,
                         struct gateway_param params[TEXT_VARIABLES_MAX],
                         struct gateway_message *out)
{
    const struct sms_template *t = settings_template(
        m->sms->gateway_settings, str_of(text_kind_name(m->entry->kind)), v->language);
    for (int i = 0; i < v->n; i++)
        params[i] = (struct gateway_param){v->v[i].name, v->v[i].value};
    out->template_code = t ? str_of(t->code) : STR("");
    out->params = params;
    out->param_count = (size_t)v->n;
}

static void hand_over(struct message *m, struct str text, const struct text_variables *variables)
{
    struct sms *s = m->sms;
    const struct words *w = outbox_hall_kept(m->entry->hall);
    char id[ID_MAX];
    struct buf report;
    struct gateway_param params[TEXT_VARIABLES_MAX];
    struct gateway_message gm = {.to_e164 = m->to,
                                 .country = json_str(words_config(w), "country"),
                                 .text = text,
                                 .size = encoding_measure(text, NULL, 0),
                                 .valid_ms = left_ms(m)};
    m->parts = gm.size.parts;
    snprintf(id, sizeof id, "%s.%s", outbox_hall_code(m->entry->hall).p, m->entry->id);
    gm.id = str_of(id);
    buf_init(&report);
    if (*s->deps.public_url)
        report_url(s->deps.public_url, s->gateway_settings, gm.id, &report);
    gm.report_url = buf_str(&report);
    add_template(m, variables, params, &gm);
    if (gm.size.parts > 1) /* one was taken when the try began */
        rate_take(&s->rate, clock_mono_us(), gm.size.parts - 1);
    s->gateway->send(s->gateway_self, &gm, on_gateway, m);
    buf_clear(&report);
}

static void add_link(const struct message *m, struct buf *out)
{
    const struct sms_deps *d = &m->sms->deps;
    struct str hall = outbox_hall_code(m->entry->hall);
    char code[SEAL_LINK_CHARS + 1];
    /* 1795465432000-A012 is a ticket, -b1017 a booking, -w1018 a place on the waitlist. */
    const char *dash = strchr(m->entry->ticket, '-');
    const char *url = dash && (dash[1] == 'b' || dash[1] == 'w') ? d->booking_url : d->ticket_url;
    if (!*url || !dash)
        return;
    seal_link(d->seal, hall, str_of(m->entry->ticket), code);
    buf_addf(out, "%s" STR_FMT ".%s.%s", url, STR_ARG(hall), m->entry->ticket, code);
}

/* What was sealed for this phone record: the number itself, or ("otp/") a code for it. */
static bool open_sealed(const struct message *m, const char *what, struct str sealed,
                        struct buf *plain)
{
    char context[128];
    snprintf(context, sizeof context, "%s/%s%s", outbox_hall_code(m->entry->hall).p, what,
             m->entry->record);
    buf_reserve(plain, SEAL_TEXT_MAX); /* so that no copy is left behind by growing */
    return seal_open_text(m->sms->deps.seal, sealed, str_of(context), plain);
}

/* The hall's words are there. */
static void send_text(struct message *m)
{
    const struct outbox_entry *e = m->entry;
    const struct words *w = outbox_hall_kept(e->hall);
    struct buf text, link, code;
    if (left_ms(m) <= 0) {
        give_up(m, "expired", "late");
        return;
    }
    buf_init(&text);
    buf_init(&link);
    buf_init(&code);
    if (*e->code && !open_sealed(m, "otp/", str_of(e->code), &code)) {
        buf_clear(&code);
        finish(m, "rejected", "code_unreadable");
        return;
    }
    add_link(m, &link);
    const struct text_request req = {.kind = e->kind,
                                     .language = str_of(e->language),
                                     .number = str_of(e->number),
                                     .counter = str_of(e->counter),
                                     .ahead = str_of(e->ahead),
                                     .service = str_of(e->service),
                                     .link = buf_str(&link),
                                     .code = buf_str(&code),
                                     .zone = words_zone(w),
                                     .at_ms = e->at_ms,
                                     .of_booking = strstr(e->ticket, "-b") != NULL,
                                     .alarm = str_of(e->alarm),
                                     .alarm_name = str_of(e->alarm_name),
                                     .alarm_value = str_of(e->alarm_value),
                                     .gateway_signs = m->sms->gateway_settings->adds_signature};
    struct text_variables variables;
    const char *why = text_write(words_config(w), &req, &text);
    text_variables_fill(words_config(w), &req, &variables);
    if (why)
        finish(m, "rejected", why);
    else
        hand_over(m, buf_str(&text), &variables);
    text_variables_clear(&variables);
    explicit_bzero(code.p, code.len);
    buf_clear(&code);
    if (*e->code)
        explicit_bzero(text.p, text.len);
    buf_clear(&text);
    buf_clear(&link);
}

static void on_config(void *arg, const struct store_reply *reply)
{
    struct message *m = arg;
    struct outbox_hall *h = m->entry->hall;
    struct words *w = NULL;
    if (m->sms->freeing)
        return;
    if (reply->err == ERR_NONE)
        w = words_new(outbox_hall_code(h), reply->text);
    if (!w) {
        explicit_bzero(m->to, sizeof m->to);
        sms_rest(m, STORE_PAUSE_MS);
        return;
    }
    words_free(outbox_hall_kept(h));
    outbox_hall_keep(h, w, words_free);
    send_text(m);
}

static void fetch_words(struct message *m)
{
    char now[24];
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[] = {str_of(now)};
    store_call(m->sms->store, &(struct store_call){.function = "hall_config",
                                                   .tag = outbox_hall_code(m->entry->hall),
                                                   .read_only = true,
                                                   .argc = 1,
                                                   .argv = argv,
                                                   .fn = on_config,
                                                   .arg = m});
}

/* The number lives in m->to from here on. */
static bool open_number(struct message *m, struct str sealed)
{
    struct buf plain;
    buf_init(&plain);
    bool ok = open_sealed(m, "", sealed, &plain) && plain.len <= PHONE_MAX &&
              str_starts(buf_str(&plain), "+");
    if (ok)
        memcpy(m->to, plain.p, plain.len + 1);
    explicit_bzero(plain.p, plain.len);
    buf_clear(&plain);
    return ok;
}

/* An alarm phone's stands in the hall file, in clear. */
static bool take_number(struct message *m, struct str plain)
{
    bool ok = plain.len <= PHONE_MAX && str_starts(plain, "+");
    if (ok)
        memcpy(m->to, plain.p, plain.len + 1);
    return ok;
}

static void started(struct message *m, const json_t *reply)
{
    struct str sealed = json_str(reply, "phone"), plain = json_str(reply, "plain");
    m->tries = (int)json_i64(reply, "tries", m->tries + 1);
    m->own = true;
    if (str_is(json_str(reply, "state"), "uncertain")) { /* whoever had it before is gone */
        m->doubt = true;
        if (text_kind_repeats(m->entry->kind))
            message_try(m);
        else
            finish(m, "unknown", "taken_over");
        return;
    }
    if (left_ms(m) <= 0)
        give_up(m, "expired", "late");
    else if (!sealed.len && !plain.len)
        finish(m, "rejected", "phone_gone");
    else if (!(plain.len ? take_number(m, plain) : open_number(m, sealed)))
        finish(m, "rejected", "phone_unreadable");
    else if (words_are(outbox_hall_kept(m->entry->hall), json_str(reply, "version")))
        send_text(m);
    else
        fetch_words(m);
}

static void on_started(void *arg, const struct store_reply *reply)
{
    struct message *m = arg;
    struct json_where where;
    if (m->sms->freeing)
        return;
    if (is_over(reply->err)) {
        sms_over(m, true);
        return;
    }
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (json)
        started(m, json);
    else
        sms_rest(m, STORE_PAUSE_MS);
    json_decref(json);
}

void message_try(struct message *m)
{
    const struct outbox_entry *e = m->entry;
    bool fresh = m->own || e->is_new;
    char expires[24];
    if (left_ms(m) <= 0 && fresh) { /* how others left it only the store knows */
        give_up(m, "expired", "late");
        return;
    }
    snprintf(expires, sizeof expires, "%" PRId64, e->expires_ms);
    const struct str args[] = {str_of(e->id),     str_of(text_kind_name(e->kind)),
                               str_of(e->ticket), str_of(e->number),
                               str_of(expires),   fresh ? STR("1") : STR("0")};
    call(m, "message_start", 6, args, on_started);
}
