/* What a message says and to whom: its number is opened for one try only and wiped after it, its
 * text made of the hall's words as they are now and handed to the gateway that was chosen. Every
 * step is a callback on the main thread. A new variable is a row of struct text_request. How a try
 * begins and ends is try.c. SPDX-License-Identifier: MIT */
#include "sms/message.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metric.h"
#include "sms/live.h"
#include "sms/report.h"
#include "sms/words.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    STORE_PAUSE_MS = 2000, /* the store is away: as often as its own deadline */
    ID_MAX = 80,           /* "<hall>.<outbox id>" */
};

static const char *const state_names[] = {"waiting", "learning", "trying", "resting", "ending"};

void message_set_state(struct message *m, enum message_state to)
{
    static const unsigned legal[] = {
        [MESSAGE_WAITING] = 1u << MESSAGE_TRYING | 1u << MESSAGE_LEARNING | 1u << MESSAGE_ENDING,
        [MESSAGE_LEARNING] = 1u << MESSAGE_WAITING | 1u << MESSAGE_RESTING,
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

int64_t message_left_ms(const struct message *m)
{
    /* What is left of business time, in real time: the two differ in a demonstration only. */
    return (m->entry->expires_ms - clock_now_ms()) / clock_speed();
}

bool message_is_fresh(const struct message *m)
{
    return m->own || m->entry->is_new;
}

void message_forget(struct message *m)
{
    explicit_bzero(m->to, sizeof m->to);
}

static void on_gateway(void *arg, const struct gateway_result *r)
{
    struct message *m = arg;
    if (!m->sms->freeing)
        try_answered(m, r);
}

/* For a gateway that takes none but its own texts: which one, and all that could stand in it. */
static void add_template(const struct message *m, const struct text_variables *v,
                         struct gateway_param params[TEXT_VARIABLES_MAX],
                         struct gateway_message *out)
{
    const struct sms_template *t = settings_template(
        m->hold.route->settings, str_of(text_kind_name(m->entry->kind)), v->language);
    for (int i = 0; i < v->n; i++) /* none where the gateway takes texts */
        params[i] = (struct gateway_param){v->v[i].name, v->v[i].value};
    out->template_code = t ? str_of(t->code) : STR("");
    out->params = params;
    out->param_count = (size_t)v->n;
}

static void hand_over(struct message *m, struct str text, const struct text_variables *variables)
{
    struct sms *s = m->sms;
    const struct route *route = m->hold.route;
    const struct words *w = outbox_hall_kept(m->entry->hall, OUTBOX_KEEPS_WORDS);
    char id[ID_MAX];
    struct buf report;
    struct gateway_param params[TEXT_VARIABLES_MAX];
    struct gateway_message gm = {.to_e164 = m->to,
                                 .country = json_str(words_config(w), "country"),
                                 .text = text,
                                 .size = encoding_measure(text, NULL, 0),
                                 .valid_ms = message_left_ms(m)};
    m->parts = gm.size.parts;
    m->gateway = route->settings->name;
    snprintf(id, sizeof id, "%s.%s", outbox_hall_code(m->entry->hall).p, m->entry->id);
    gm.id = str_of(id);
    buf_init(&report);
    if (*s->deps.public_url)
        report_url(s->deps.public_url, route->settings, gm.id, &report);
    gm.report_url = buf_str(&report);
    add_template(m, variables, params, &gm);
    live_sends(s->live, words_zone(w));
    route_sent(&m->hold, gm.size.parts, clock_mono_us());
    route->ops->send(route->self, &gm, on_gateway, m);
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

/* Whether it may go on to a gateway: otherwise it has ended, or waits for room. */
static bool finds_way(struct message *m)
{
    if (m->sms->stopped) /* the gateways have been told to take leave */
        try_later(m, "stopped");
    else if (message_left_ms(m) <= 0)
        try_give_up(m, "expired", "late");
    else if (m->ahead_of)
        sms_ready(m);
    else if (!m->hold.route && !sms_route(m))
        try_later(m, "no_room");
    else
        return true;
    return false;
}

/* The hall's words are there. */
static void send_text(struct message *m)
{
    const struct outbox_entry *e = m->entry;
    const struct words *w = outbox_hall_kept(e->hall, OUTBOX_KEEPS_WORDS);
    struct buf text, link, code;
    if (!finds_way(m))
        return;
    buf_init(&text);
    buf_init(&link);
    buf_init(&code);
    if (*e->code && !open_sealed(m, "otp/", str_of(e->code), &code)) {
        buf_clear(&code);
        try_finish(m, "rejected", "code_unreadable");
        return;
    }
    bool by_template = strcmp(m->hold.route->settings->mode, "template") == 0;
    if (by_template || text_has_link(words_config(w), e->kind, str_of(e->language)))
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
                                     .reason = str_of(e->reason),
                                     .of_booking = strstr(e->ticket, "-b") != NULL,
                                     .alarm = str_of(e->alarm),
                                     .alarm_name = str_of(e->alarm_name),
                                     .alarm_value = str_of(e->alarm_value),
                                     .gateway_signs = m->hold.route->settings->adds_signature};
    struct text_variables variables = {.n = 0, .language = req.language};
    const char *why = text_write(words_config(w), &req, &text);
    if (by_template)
        text_variables_fill(words_config(w), &req, &variables);
    if (why)
        try_finish(m, "rejected", why);
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
        message_forget(m);
        sms_rest(m, STORE_PAUSE_MS);
        return;
    }
    words_free(outbox_hall_kept(h, OUTBOX_KEEPS_WORDS));
    outbox_hall_keep(h, OUTBOX_KEEPS_WORDS, w, words_free);
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

const char *message_number(struct message *m, const json_t *reply)
{
    struct str sealed = json_str(reply, "phone"), plain = json_str(reply, "plain");
    if (!sealed.len && !plain.len)
        return "phone_gone";
    bool ok = plain.len ? take_number(m, plain) : open_number(m, sealed);
    return ok ? NULL : "phone_unreadable";
}

void message_send(struct message *m, struct str version)
{
    if (words_are(outbox_hall_kept(m->entry->hall, OUTBOX_KEEPS_WORDS), version))
        send_text(m);
    else
        fetch_words(m);
}

void message_send_again(struct message *m)
{
    send_text(m);
}
