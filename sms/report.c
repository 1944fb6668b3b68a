/* Delivery reports. They come late, twice, before the answer to the message they speak of, or
 * never: so they are written down beside the message and move nothing else. They speak of a message
 * by our id or by the gateway's own; several may come in one request, which is acknowledged once
 * all are written down. Which words of a gateway mean what is in its settings (report_states);
 * everything else is acknowledged and dropped, since a gateway that gets an error keeps repeating
 * itself. Runs on the worker that read the request. SPDX-License-Identifier: MIT */
#include "sms/report_inside.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/metric.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    HALL_CODE_MAX = 32,
    RECORDS_MAX = 1000, /* providers put some hundred into one request at most */
    REASON_MAX = 31,
};

/* The reports of one request on their way into the store; lives in the request's arena. */
struct batch {
    struct sms_report *report;
    struct http_request *req;
    const struct sms_gateway_settings *gateway;
    int pending;
    bool away;
};

void report_url(const char *public_url, const struct sms_gateway_settings *gateway,
                struct str message, struct buf *out)
{
    if (!*gateway->report_secret)
        return;
    buf_addf(out, "%s/api/v1/sms/%s/report/%s?message=" STR_FMT, public_url, gateway->name,
             gateway->report_secret, STR_ARG(message));
}

bool report_fate(const struct sms_gateway_settings *gateway, struct str state,
                 enum gateway_fate *out)
{
    for (size_t i = 0; i < gateway->report_state_count; i++) {
        const struct sms_report_state *s = &gateway->report_states[i];
        if (!str_is(state, s->from))
            continue;
        for (int fate = GATEWAY_DELIVERED; fate <= GATEWAY_UNKNOWN; fate++) {
            if (strcmp(s->to, gateway_fate_name((enum gateway_fate)fate)) == 0) {
                *out = (enum gateway_fate)fate;
                return true;
            }
        }
        return false; /* ignored */
    }
    return false;
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

/* A code of the network for event and page: what is no code is left out. */
static struct str reason_of(struct str error)
{
    for (size_t i = 0; i < error.len; i++) {
        char c = error.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == ':' || c == '_' || c == '-';
        if (!ok)
            return STR("");
    }
    return error.len <= REASON_MAX ? error : STR("");
}

static void settle(struct batch *b)
{
    if (--b->pending)
        return;
    if (b->away)
        report_refuse(b->req, ERR_STORE_DOWN, NULL); /* the gateway may repeat it */
    else
        report_acknowledge(b->req, b->gateway->report_reply);
}

static void on_done(void *arg, bool ok)
{
    struct batch *b = arg;
    b->away = b->away || !ok;
    settle(b);
}

static void on_reported(void *arg, const struct store_reply *reply)
{
    struct json_where where;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (json_is_true(json_object_get(json, "moved")))
        metric_add(METRIC_MESSAGES, json_str(json, "state").p, 1);
    json_decref(json);
    /* A message forgotten meanwhile is no reason to repeat it. */
    on_done(arg, reply->err == ERR_NONE || err_status(reply->err) < 500);
}

/* By our id it is about the whole message, part 0. */
static void tell_hall(struct batch *b, struct str hall, struct str id,
                      const struct gateway_report *report)
{
    char now[24];
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[] = {str_of(now),
                               STR(""),
                               STR("system:sms"),
                               STR(""),
                               id,
                               STR("0"),
                               str_of(gateway_fate_name(report->fate)),
                               report->reason};
    store_call(b->report->store, &(struct store_call){.function = "message_report",
                                                      .tag = hall,
                                                      .repeatable = true,
                                                      .argc = sizeof argv / sizeof argv[0],
                                                      .argv = argv,
                                                      .fn = on_reported,
                                                      .arg = b});
}

/* False when it names no message at all. */
static bool take(struct batch *b, const struct fields *f, size_t record)
{
    const struct sms_gateway_settings *g = b->gateway;
    struct str hall, id;
    struct gateway_report report = {.id = fields_get(f, record, g->report_gateway_id),
                                    .reason = reason_of(fields_get(f, record, g->report_error))};
    bool is_ours = report_message(fields_get(f, record, g->report_id), &hall, &id);
    bool is_theirs = report.id.len > 0 && report.id.len <= GATEWAY_ID_MAX;
    if (!is_ours && !is_theirs)
        return false;
    if (!report_fate(g, fields_get(f, record, g->report_state), &report.fate))
        return true;
    b->pending++;
    if (is_ours)
        tell_hall(b, hall, id, &report);
    else
        delivery_report(b->report->delivery, str_of(g->name), &report, on_done, b);
    return true;
}

void sms_on_report(void *arg, struct http_request *req, const struct str *argv, int argc)
{
    struct sms_report *r = arg;
    struct fields f;
    assert(argc == 2);
    const struct sms_gateway_settings *g = report_let_in(r, req, argv, &f, true);
    if (!g)
        return;
    struct batch *b = arena_alloc(http_arena(req), sizeof *b);
    size_t n = fields_count(&f), known = 0;
    *b = (struct batch){.report = r, .req = req, .gateway = g, .pending = 1};
    for (size_t i = 0; i < n && i < RECORDS_MAX; i++)
        known += take(b, &f, i);
    fields_clear(&f);
    if (n == 1 && !known)
        report_refuse(req, ERR_FIELD_INVALID, g->report_id);
    else
        settle(b);
}

struct sms_report *sms_report_new(struct loop *l, const struct settings *settings,
                                  struct store *store)
{
    struct sms_report *r = MEM_NEW(struct sms_report);
    r->settings = settings;
    r->store = store;
    r->delivery = delivery_new(l, store);
    r->keys = report_keys_read(settings);
    return r;
}

void sms_report_set_inbound(struct sms_report *r, sms_inbound_fn fn, void *arg)
{
    r->inbound = fn;
    r->inbound_arg = arg;
}

void sms_report_free(struct sms_report *r)
{
    if (!r)
        return;
    delivery_free(r->delivery);
    report_keys_free(r->keys, r->settings->sms_gateway_count);
    mem_free(r);
}
