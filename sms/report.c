/* Delivery reports. They come late, twice, before the answer to the message they speak of, or
 * never: so they are written down beside the message and move nothing else. Which words of a
 * gateway mean what is in its settings (report_states); everything else is acknowledged and
 * dropped, since a gateway that gets an error keeps repeating itself. Runs on the worker that read
 * the request. SPDX-License-Identifier: MIT */
#include "sms/report.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HALL_CODE_MAX = 32 };

struct sms_report {
    const struct settings *settings;
    struct store *store;
};

/* One report on its way into the store; lives in the request's arena. */
struct report_call {
    struct http_request *req;
    const char *state;
};

void report_url(const char *public_url, const struct sms_gateway_settings *gateway,
                struct str message, struct buf *out)
{
    if (!*gateway->report_secret)
        return;
    buf_addf(out, "%s/api/v1/sms/%s/report/%s?message=" STR_FMT, public_url, gateway->name,
             gateway->report_secret, STR_ARG(message));
}

bool report_secret_ok(const struct sms_gateway_settings *gateway, struct str secret)
{
    struct str own = str_of(gateway->report_secret);
    volatile unsigned char difference = 0;
    if (!own.len || own.len != secret.len)
        return false;
    for (size_t i = 0; i < own.len; i++)
        difference |= (unsigned char)(own.p[i] ^ secret.p[i]);
    return difference == 0;
}

const char *report_state(const struct sms_gateway_settings *gateway, struct str state)
{
    for (size_t i = 0; i < gateway->report_state_count; i++) {
        const struct sms_report_state *s = &gateway->report_states[i];
        if (str_is(state, s->from))
            return strcmp(s->to, "ignored") == 0 ? NULL : s->to;
    }
    return NULL;
}

static bool is_hall_code(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool in_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!in_word && (i == 0 || (c != '-' && c != '_')))
            return false;
    }
    return s.len > 0 && s.len <= HALL_CODE_MAX;
}

bool report_message(struct str message, struct str *hall, struct str *id)
{
    struct str rest = message, ms;
    int64_t n;
    if (!str_cut(&rest, '.', hall) || !is_hall_code(*hall))
        return false;
    *id = rest;
    return str_cut(&rest, '-', &ms) && str_to_i64(ms, 0, INT64_MAX, &n) &&
           str_to_i64(rest, 0, INT64_MAX, &n);
}

static void acknowledge(struct http_request *req)
{
    http_reply(req, &(struct http_answer){.status = 200,
                                          .content_type = "text/plain; charset=utf-8",
                                          .body = STR("ok\n"),
                                          .body_is_static = true});
}

/* The API's form of a refusal (RFC 9457); its own function stands on a floor beside this one. */
static void refuse(struct http_request *req, enum err err, const char *field)
{
    struct buf body;
    buf_init(&body);
    buf_addf(&body, "{\"type\":\"/problems/%s\"", err_code(err));
    json_add_member_cstr(&body, "title", err_title(err));
    json_add_member_i64(&body, "status", err_status(err));
    json_add_member_cstr(&body, "code", err_code(err));
    if (field)
        json_add_member_cstr(&body, "field", field);
    buf_add_char(&body, '}');
    metric_add(METRIC_REFUSALS, err_code(err), 1);
    http_reply(req, &(struct http_answer){.status = err_status(err),
                                          .content_type = "application/problem+json",
                                          .body = buf_str(&body)});
    buf_clear(&body);
}

static void on_reported(void *arg, const struct store_reply *reply)
{
    struct report_call *c = arg;
    if (reply->err == ERR_NONE)
        metric_add(METRIC_MESSAGES, c->state, 1);
    if (reply->err != ERR_NONE && err_status(reply->err) >= 500)
        refuse(c->req, reply->err, NULL); /* the gateway may repeat it */
    else
        acknowledge(c->req); /* a message forgotten meanwhile is no reason to repeat it either */
}

static void report_store(struct sms_report *r, struct http_request *req, const char *state,
                         struct str hall, struct str id)
{
    char now[24];
    struct report_call *c = arena_alloc(http_arena(req), sizeof *c);
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    *c = (struct report_call){req, state};
    const struct str argv[] = {str_of(now), STR(""),  STR("system:sms"), STR(""),
                               id,          STR("0"), str_of(state),     STR("")};
    store_call(r->store, &(struct store_call){.function = "message_report",
                                              .tag = hall,
                                              .argc = sizeof argv / sizeof argv[0],
                                              .argv = argv,
                                              .fn = on_reported,
                                              .arg = c});
}

void sms_on_report(void *arg, struct http_request *req, const struct str *argv, int argc)
{
    struct sms_report *r = arg;
    const struct sms_gateway_settings *g = settings_gateway(r->settings, argv[0]);
    struct str hall, id;
    assert(argc == 4);
    if (!g || !report_secret_ok(g, argv[1])) {
        log_debug("sms: a delivery report without the secret");
        refuse(req, ERR_NOT_FOUND, NULL);
        return;
    }
    if (!report_message(argv[2], &hall, &id)) {
        refuse(req, ERR_FIELD_INVALID, "message");
        return;
    }
    const char *state = report_state(g, argv[3]);
    if (!state) {
        acknowledge(req);
        return;
    }
    report_store(r, req, state, hall, id);
}

struct sms_report *sms_report_new(const struct settings *settings, struct store *store)
{
    struct sms_report *r = MEM_NEW(struct sms_report);
    r->settings = settings;
    r->store = store;
    return r;
}

void sms_report_free(struct sms_report *r)
{
    mem_free(r);
}
