/* Texts from phones that a gateway hands over by HTTP: taken out of whatever form they come in, and
 * given to whoever deals with texts; the request is acknowledged once it has been. Runs on the
 * worker that read the request. SPDX-License-Identifier: MIT */
#include "sms/report_inside.h"

#include <assert.h>
#include <string.h>

enum {
    TEXTS_MAX = 100,       /* in one request */
    TEXT_BYTES_MAX = 6000, /* ten parts of the longest characters */
    NUMBER_BYTES_MAX = 32,
};

/* The texts of one request; lives in its arena. */
struct batch {
    struct http_request *req;
    const struct sms_gateway_settings *gateway;
    int pending;
    bool away;
};

static void settle(struct batch *b)
{
    if (--b->pending)
        return;
    if (b->away)
        report_refuse(b->req, ERR_STORE_DOWN, NULL); /* the gateway may bring it again */
    else
        report_acknowledge(b->req, b->gateway->inbound_reply);
}

static void on_done(void *arg, bool ok)
{
    struct batch *b = arg;
    b->away = b->away || !ok;
    settle(b);
}

static bool is_text(struct str s, size_t bytes_max)
{
    return s.len <= bytes_max && str_utf8_valid(s);
}

/* False when it has no sender, or is no text. */
static bool take(struct sms_report *r, struct batch *b, const struct fields *f, size_t record)
{
    const struct sms_gateway_settings *g = b->gateway;
    const struct gateway_inbound text = {.from = fields_get(f, record, g->inbound_from),
                                         .to = fields_get(f, record, g->inbound_to),
                                         .text = fields_get(f, record, g->inbound_text),
                                         .id = fields_get(f, record, g->inbound_id)};
    if (!text.from.len || !is_text(text.from, NUMBER_BYTES_MAX) ||
        !is_text(text.to, NUMBER_BYTES_MAX) || !is_text(text.text, TEXT_BYTES_MAX) ||
        !is_text(text.id, GATEWAY_ID_MAX))
        return false;
    b->pending++;
    r->inbound(r->inbound_arg, str_of(g->name), &text, on_done, b);
    return true;
}

void sms_on_inbound(void *arg, struct http_request *req, const struct str *argv, int argc)
{
    struct sms_report *r = arg;
    struct fields f;
    assert(argc == 2);
    if (!r->inbound) {
        report_refuse(req, ERR_NOT_FOUND, NULL);
        return;
    }
    const struct sms_gateway_settings *g = report_let_in(r, req, argv, &f, false);
    if (!g)
        return;
    struct batch *b = arena_alloc(http_arena(req), sizeof *b);
    size_t n = fields_count(&f), known = 0;
    *b = (struct batch){.req = req, .gateway = g, .pending = 1};
    for (size_t i = 0; i < n && i < TEXTS_MAX; i++)
        known += take(r, b, &f, i);
    fields_clear(&f);
    if (n == 1 && !known)
        report_refuse(req, ERR_FIELD_INVALID, g->inbound_from);
    else
        settle(b);
}
