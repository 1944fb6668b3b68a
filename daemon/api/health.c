/* The admin listener: is the daemon alive, is it ready, its metrics. Answers without the store.
 * SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include "base/metric.h"

enum { REASON_MAX = 400 }; /* the sentences of the store are shorter */

static void reply_ready(struct call *c)
{
    char reason[REASON_MAX];
    /* Not this worker's alone: a request may come to any, and main sends the messages. */
    bool ready = store_all_ready(reason, sizeof(reason)) && !c->api->stopping;
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_bool(&out, "ready", ready);
    if (!ready)
        json_add_member_cstr(&out, "reason", c->api->stopping ? "The daemon is stopping." : reason);
    buf_add_char(&out, '}');
    call_reply(c, ready ? 200 : 503, buf_str(&out), NULL, 0);
    buf_clear(&out);
}

static void reply_metrics(struct call *c)
{
    struct buf out;

    buf_init(&out);
    metric_render(&out);
    struct http_answer answer = {
        .status = 200,
        .content_type = "text/plain; version=0.0.4; charset=utf-8",
        .body = buf_str(&out),
    };
    http_reply(c->req, &answer);
    buf_clear(&out);
}

void health_handle(struct call *c, struct str path)
{
    enum http_method m = http_method(c->req);
    bool is_known = str_is(path, "/healthz") || str_is(path, "/readyz") || str_is(path, "/metrics");

    if (!is_known) {
        call_problem(c, ERR_NOT_FOUND, NULL, NULL);
    } else if (m != HTTP_GET && m != HTTP_HEAD) {
        struct problem p = {.err = ERR_METHOD, .allow = 1u << HTTP_GET | 1u << HTTP_HEAD};
        call_problem_full(c, &p);
    } else if (str_is(path, "/healthz")) {
        call_reply(c, 200, STR("{\"ok\":true}"), NULL, 0);
    } else if (str_is(path, "/readyz")) {
        reply_ready(c);
    } else {
        reply_metrics(c);
    }
}
