/* Answers: from struct http_answer to libmicrohttpd's response, with the header fields every answer
 * of ours carries. Runs on the server's thread. A further security field is one row of the table
 * below. SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metric.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "                \
    "img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'self'; "

static const char policy_name[] = "Content-Security-Policy";
static const char policy[] = POLICY "frame-ancestors 'none'";
static const char policy_framable[] = POLICY "frame-ancestors *";

static const struct {
    const char *name;
    const char *value;
} security[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

void reply_add_field(struct MHD_Response *response, const char *name, const char *value)
{
    /* Refused are line breaks and empty values: never let a value of a client's through unchecked.
     */
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        log_error("http: header field %s cannot be sent", name);
}

void reply_add_security(struct MHD_Response *response, bool framable)
{
    reply_add_field(response, policy_name, framable ? policy_framable : policy);
    for (size_t i = 0; i < sizeof(security) / sizeof(security[0]); i++)
        reply_add_field(response, security[i].name, security[i].value);
}

static struct MHD_Response *response_new(const struct http_answer *answer)
{
    struct MHD_Response *response;

    if (answer->content_type == NULL)
        response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    else
        response = MHD_create_response_from_buffer(answer->body.len, (void *)answer->body.p,
                                                   answer->body_is_static ? MHD_RESPMEM_PERSISTENT
                                                                          : MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        abort(); /* no memory */
    return response;
}

static void add_fields(struct http_request *req, struct MHD_Response *response,
                       const struct http_answer *answer)
{
    bool has_caching = false;

    for (int i = 0; i < answer->n_fields; i++) {
        const struct http_field *f = &answer->fields[i];

        if (strcasecmp(f->name, "Cache-Control") == 0)
            has_caching = true;
        reply_add_field(response, f->name, arena_str(http_arena(req), f->value).p);
    }
    if (!has_caching)
        reply_add_field(response, "Cache-Control", "no-store");
    if (answer->content_type != NULL)
        reply_add_field(response, "Content-Type", answer->content_type);
    reply_add_security(response, answer->framable);
}

static void count(const struct http_request *req, int status)
{
    char label[4] = {(char)('0' + status / 100 % 10), (char)('0' + status / 10 % 10),
                     (char)('0' + status % 10), '\0'};

    metric_add(METRIC_HTTP_REQUESTS, label, 1);
    metric_observe(METRIC_HTTP_SECONDS, NULL, (double)(clock_mono_us() - req->complete_us) / 1e6);
}

void reply_hand_over(struct http_request *req, struct MHD_Response *response, int status)
{
    assert(!req->replied);
    assert(status >= 200 && status < 600);
    req->replied = true;
    req->response = response;
    req->status = status;
    count(req, status);
    if (req->suspended) {
        req->suspended = false;
        MHD_resume_connection(req->mhd);
        pump_kick(req->conn->pump);
    }
}

void http_reply(struct http_request *req, const struct http_answer *answer)
{
    struct MHD_Response *response = response_new(answer);

    add_fields(req, response, answer);
    /* A connection of the stream instance is not kept: the next request may be anything. */
    if (answer->close || req->server->draining || http_is_stream_instance(req))
        reply_add_field(response, "Connection", "close");
    reply_hand_over(req, response, answer->status);
}

void reply_refuse(struct http_request *req, enum err e)
{
    static const struct http_field again = {"Retry-After", {"1", 1}};
    struct buf body;

    buf_init(&body);
    buf_add_char(&body, '{');
    json_add_member_cstr(&body, "title", err_title(e));
    json_add_member_i64(&body, "status", err_status(e));
    json_add_member_cstr(&body, "code", err_code(e));
    buf_add_char(&body, '}');
    http_reply(req, &(struct http_answer){
                        .status = err_status(e),
                        .content_type = "application/problem+json",
                        .body = buf_str(&body),
                        .fields = &again,
                        .n_fields = err_status(e) == 503 ? 1 : 0,
                        .close = true,
                    });
    buf_clear(&body);
}
