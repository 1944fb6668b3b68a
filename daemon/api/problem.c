/* Every answer of the API leaves through here: JSON, or a problem document (RFC 9457) built from
 * err.def. Runs on the worker that owns the request. A new problem is a row of err.def.
 * SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metric.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static void send_answer(struct call *c, struct http_answer *answer, const struct http_field *fields,
                        int n_fields)
{
    struct http_field all[FIELDS_MAX + 1];

    assert(n_fields <= FIELDS_MAX);
    if (n_fields > 0)
        memcpy(all, fields, (size_t)n_fields * sizeof(*fields));
    all[n_fields] = (struct http_field){"X-Request-Id", str_of(c->request_id)};
    answer->fields = all;
    answer->n_fields = n_fields + 1;
    http_reply(c->req, answer);
}

void call_reply(struct call *c, int status, struct str json, const struct http_field *fields,
                int n_fields)
{
    struct http_answer answer = {
        .status = status,
        .content_type = json.p ? "application/json" : NULL,
        .body = json,
    };

    if (c->command && status < 400)
        metric_add(METRIC_COMMANDS, c->command->name, 1);
    send_answer(c, &answer, fields, n_fields);
}

void call_reply_json(struct call *c, struct str json)
{
    call_reply(c, c->command->status, json, NULL, 0);
}

bool call_knows(const struct call *c, const char *etag)
{
    struct str list = http_header(c->req, "If-None-Match"), one, tag = str_of(etag);

    if (str_starts(tag, "W/"))
        tag = (struct str){tag.p + 2, tag.len - 2};
    while (str_cut(&list, ',', &one)) {
        while (one.len > 0 && one.p[0] == ' ')
            one = (struct str){one.p + 1, one.len - 1};
        if (str_starts(one, "W/"))
            one = (struct str){one.p + 2, one.len - 2};
        if (str_eq(one, tag) || str_is(one, "*"))
            return true;
    }
    return false;
}

static struct str allow_list(struct call *c, unsigned allow)
{
    struct buf list;

    buf_init(&list);
    for (int m = 0; m < HTTP_METHODS; m++) {
        if (!(allow & 1u << m))
            continue;
        if (list.len > 0)
            buf_add_c(&list, ", ");
        buf_add_c(&list, http_method_name((enum http_method)m));
    }
    struct str s = arena_str(http_arena(c->req), buf_str(&list));
    buf_clear(&list);
    return s;
}

/* One to three seconds, spread so that all who were refused do not come back at once. */
static int64_t wait_of(const struct call *c, const struct problem *p)
{
    int status = err_status(p->err);

    if (p->wait_s > 0)
        return p->wait_s;
    if (status == 503 || status == 504)
        return 1 + (int64_t)(c->api->id_next % 3);
    return status == 429 ? 1 : 0;
}

static void write_problem(struct buf *b, const struct call *c, const struct problem *p)
{
    buf_add_c(b, "{\"type\":\"/problems/");
    buf_add_c(b, err_code(p->err));
    buf_add_char(b, '"');
    json_add_member_cstr(b, "title", err_title(p->err));
    json_add_member_i64(b, "status", err_status(p->err));
    json_add_member_cstr(b, "code", err_code(p->err));
    if (p->field)
        json_add_member_cstr(b, "field", p->field);
    if (p->detail)
        json_add_member_cstr(b, "detail", p->detail);
    json_add_member_cstr(b, "instance", c->request_id);
    if (p->extra)
        buf_add_c(b, p->extra);
    buf_add_char(b, '}');
}

void call_problem_full(struct call *c, const struct problem *p)
{
    struct http_field fields[FIELDS_MAX];
    int n = 0;
    struct buf body;
    char wait[24];
    int64_t wait_s = wait_of(c, p);

    if (wait_s > 0) {
        (void)snprintf(wait, sizeof(wait), "%lld", (long long)wait_s); /* 24 bytes hold any */
        fields[n++] = (struct http_field){"Retry-After", str_of(wait)};
    }
    if (p->err == ERR_METHOD)
        fields[n++] = (struct http_field){"Allow", allow_list(c, p->allow)};
    if (p->err == ERR_UNAUTHENTICATED)
        fields[n++] = (struct http_field){"WWW-Authenticate", STR("Bearer realm=\"paihao\"")};
    buf_init(&body);
    write_problem(&body, c, p);
    metric_add(METRIC_REFUSALS, err_code(p->err), 1);
    struct http_answer answer = {
        .status = err_status(p->err),
        .content_type = "application/problem+json",
        .body = buf_str(&body),
    };
    send_answer(c, &answer, fields, n);
    buf_clear(&body);
}

void call_problem(struct call *c, enum err err, const char *field, const char *detail)
{
    struct problem p = {.err = err, .field = field, .detail = detail};

    call_problem_full(c, &p);
}

/* The library's "REFUSED code field seconds", where it knows when the next try may come. */
static int64_t wait_told(const struct store_reply *reply)
{
    struct str text = store_value_str(reply->value), word = {NULL, 0};
    int64_t wait_s = 0;

    for (int i = 0; i < 3; i++)
        if (!str_cut(&text, ' ', &word))
            return 0;
    return str_to_i64(text, 1, INT32_MAX, &wait_s) ? wait_s : 0;
}

void call_problem_store(struct call *c, const struct store_reply *reply)
{
    enum err err = reply->err;
    const char *field = NULL;
    struct problem p = {.err = err};

    if (reply->field.len > 0)
        field = arena_str(http_arena(c->req), reply->field).p;
    /* A read that got no answer has no outcome that could be unknown. */
    if (err == ERR_STORE_TIMEOUT && c->command && c->command->method == HTTP_GET)
        err = ERR_STORE_DOWN;
    if (err == ERR_INTERNAL)
        log_error("api %s: request %s: the store answered: " STR_FMT,
                  c->command ? c->command->name : "-", c->request_id,
                  STR_ARG(store_value_str(reply->value)));
    p.err = err;
    p.field = field;
    if (err == ERR_RATE_LIMIT || err == ERR_CODE_BUDGET || err == ERR_PHONE_BLOCKED)
        p.wait_s = wait_told(reply);
    call_problem_full(c, &p);
}

void api_reply(struct http_request *req, struct str json)
{
    call_reply_json(http_user(req), json);
}

void api_problem(struct http_request *req, enum err err, const char *field)
{
    call_problem(http_user(req), err, field, NULL);
}
