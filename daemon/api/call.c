/* The way of one request: route, who asks, may they, which hall, arguments, Idempotency-Key, and
 * then the function library or C code. Each step goes on by itself or on a later turn when the
 * store had to be asked. Runs on the worker that owns the request. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/moment.h"
#include "base/clock.h"
#include "base/log.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { KEY_MIN = 8, KEY_MAX = 64 };

static const char api_prefix[] = "/api/v1";
static const char media_prefix[] = "/media/";

/* Devices are told apart while their streams are open: one that is silent is missed, a kiosk
 * otherwise than a board. */
static struct str name_for_stream(const struct call *c)
{
    if (c->who.role == ROLE_KIOSK)
        return arena_printf(http_arena(c->req), "kiosk:%s", c->who.name);
    if (c->who.role == ROLE_BOARD)
        return str_of(c->who.name);
    return c->who.ticket;
}

static void dispatch(struct call *c)
{
    const struct registered *r = &c->api->registered[c->command->id];
    local_fn fn = local_find(c->command->id);

    if (fn)
        fn(c);
    else if (r->stream)
        r->stream(r->arg, c->req, c->hall, name_for_stream(c));
    else if (r->local)
        r->local(r->arg, c->req, c->args.v, c->args.n);
    else if (r->hall) /* it was read a step before, on this turn */
        r->hall(r->arg, c->req, halls_find(c->api->halls, c->hall)->file, c->args.v, c->args.n);
    else
        call_problem(c, ERR_NOT_FOUND, NULL, NULL);
}

static void on_issued(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err != ERR_NONE)
        call_problem_store(c, reply);
    else
        booking_reply_with_link(c, reply->text);
}

void call_on_reply(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err != ERR_NONE)
        call_problem_store(c, reply);
    else
        call_reply_json(c, reply->text);
}

struct str call_tag(const struct call *c)
{
    return c->hall.len > 0 ? c->hall : STR("sys");
}

void call_store_write(struct call *c, const char *function, const struct str *argv, int argc,
                      store_fn fn)
{
    char now[MOMENT_MAX], who[PRINCIPAL_NAME_MAX + 16];
    struct str all[STORE_ARGS_MAX];

    assert(argc + 4 <= STORE_ARGS_MAX);
    int len = snprintf(who, sizeof(who), "%s:%s", role_name((enum role)c->who.role), c->who.name);
    all[0] = moment_text(c->now_ms, now);
    all[1] = str_of(c->request);
    all[2] = (struct str){who, (size_t)len};
    if (c->who.kind == PRINCIPAL_NOBODY) /* citizens before they have a link */
        all[2] = c->hall.len > 0 ? STR("citizen:") : STR("system:");
    all[3] = str_of(c->day);
    if (argc > 0)
        memcpy(all + 4, argv, (size_t)argc * sizeof(*argv));
    struct store_call call = {
        .function = function,
        .tag = call_tag(c),
        .repeatable = c->request[0] != '\0', /* the library answers it once */
        .argc = argc + 4,
        .argv = all,
        .fn = fn,
        .arg = c,
    };
    store_call(c->api->config.store, &call);
}

void call_store_read(struct call *c, const char *function, const struct str *argv, int argc,
                     store_fn fn)
{
    char now[MOMENT_MAX];
    struct str all[STORE_ARGS_MAX];

    assert(argc + 1 <= STORE_ARGS_MAX);
    all[0] = moment_text(c->now_ms, now);
    if (argc > 0)
        memcpy(all + 1, argv, (size_t)argc * sizeof(*argv));
    struct store_call call = {
        .function = function,
        .tag = call_tag(c),
        .read_only = true,
        .argc = argc + 1,
        .argv = all,
        .fn = fn,
        .arg = c,
    };
    store_call(c->api->config.store, &call);
}

static bool key_is_valid(struct str key)
{
    if (key.len < KEY_MIN || key.len > KEY_MAX)
        return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
        if (!ok)
            return false;
    }
    return true;
}

/* What the request asks for, so that a key used for something else is noticed. */
static void fingerprint(struct call *c, char out[SEAL_HASH_CHARS + 1])
{
    struct buf b;

    buf_init(&b);
    buf_add_c(&b, c->command->name);
    buf_add_char(&b, ' ');
    buf_add_str(&b, http_path(c->req));
    for (int i = 0; i < c->command->n_args; i++) {
        const struct command_arg *a = &c->command->args[i];
        if (a->place != PLACE_QUERY)
            continue;
        buf_add_char(&b, '&');
        buf_add_str(&b, http_query(c->req, a->name));
    }
    buf_add_char(&b, '\n');
    buf_add_str(&b, http_body(c->req));
    seal_hash(c->api->config.seal, "request", buf_str(&b), out);
    buf_clear(&b);
}

/* The request id for the library: who and key as one hash, so that nobody meets somebody else's
 * answer. All citizens of a hall are one "citizen:", so there the ticket stands for the name. */
static enum err read_key(struct call *c)
{
    struct str key = http_header(c->req, "Idempotency-Key");
    char id[PRINCIPAL_NAME_MAX + KEY_MAX + 64], hash[SEAL_HASH_CHARS + 1];
    struct str name = c->who.kind == PRINCIPAL_CITIZEN ? c->who.ticket : str_of(c->who.name);

    if (!key.p)
        return ERR_IDEMPOTENCY_MISSING;
    if (!key_is_valid(key))
        return ERR_IDEMPOTENCY_INVALID;
    int len = snprintf(id, sizeof(id), "%s:" STR_FMT "|" STR_FMT, role_name((enum role)c->who.role),
                       STR_ARG(name), STR_ARG(key));
    assert(len > 0 && (size_t)len < sizeof(id));
    seal_hash(c->api->config.seal, "request", (struct str){id, (size_t)len}, c->request);
    c->request[SEAL_HASH_CHARS] = ':';
    fingerprint(c, hash);
    memcpy(c->request + SEAL_HASH_CHARS + 1, hash, FINGERPRINT_CHARS);
    return ERR_NONE;
}

/* What is printed has the citizen's link in it. */
static bool is_printed(enum command_id id)
{
    return id == COMMAND_ticket_issue || id == COMMAND_ticket_reprint;
}

static void run(struct call *c)
{
    const struct command *row = c->command;

    if (row->kind == KIND_READ)
        call_store_read(c, row->function, c->args.v, c->args.n, call_on_reply);
    else if (row->kind == KIND_WRITE)
        call_store_write(c, row->function, c->args.v, c->args.n,
                         is_printed(row->id) ? on_issued : call_on_reply);
    else
        dispatch(c);
}

static struct str query_of(const void *req, const char *name)
{
    return http_query(req, name);
}

/* A kiosk gives tickets while the hall is open; staff decide for themselves. */
static bool is_too_early_or_late(const struct call *c, struct hall *hall)
{
    return c->command->id == COMMAND_ticket_issue && c->who.role == ROLE_KIOSK &&
           !hall->file->tickets_outside_hours && !hall_is_open(hall, c->now_ms);
}

/* hall: NULL where the row has none or does not need it. */
static void step_args(struct call *c, struct hall *hall)
{
    struct args_input in = {
        .command = c->command,
        .params = c->params,
        .content_type = http_header(c->req, "Content-Type"),
        .body = http_body(c->req),
        .body_max_bytes = c->api->config.body_max_bytes,
        .link_ticket = c->who.ticket,
        .hall = c->hall,
        .country = hall ? hall->file->country : "",
        .seal = c->api->config.seal,
        .arena = http_arena(c->req),
        .query = query_of,
        .query_arg = c->req,
    };
    enum err err = ERR_NONE;

    if (hall)
        memcpy(c->day, hall_day(hall, c->now_ms), sizeof(c->day));
    if (c->command->needs_key)
        err = read_key(c);
    if (err == ERR_NONE)
        err = args_read(&in, &c->args);
    if (err == ERR_NONE && hall && is_too_early_or_late(c, hall))
        err = ERR_HALL_CLOSED;
    if (err != ERR_NONE)
        call_problem(c, err, c->args.field, c->args.detail);
    else
        run(c);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct call *c = arg;

    if (err != ERR_NONE)
        call_problem(c, err, err == ERR_HALL_UNKNOWN ? "hall" : NULL, NULL);
    else
        step_args(c, hall);
}

static void on_loaded(void *arg, struct hall *hall, enum err err)
{
    struct call *c = arg;

    if (err != ERR_NONE)
        call_problem(c, err, err == ERR_HALL_UNKNOWN ? "hall" : NULL, NULL);
    else
        c->on_hall(c, hall);
}

void call_hall(struct call *c, call_hall_fn fn)
{
    struct hall *hall = halls_find(c->api->halls, c->hall);

    c->on_hall = fn;
    if (hall)
        fn(c, hall);
    else
        halls_load(c->api->halls, c->hall, on_loaded, c);
}

static void step_hall(struct call *c)
{
    struct halls *halls = c->api->halls;

    if (c->hall.len == 0) {
        step_args(c, NULL);
        return;
    }
    /* "sys" is a tag of the store, never a hall. */
    if (!args_is_code(c->hall) || str_is(c->hall, "sys")) {
        call_problem(c, ERR_HALL_UNKNOWN, "hall", NULL);
        return;
    }
    if (c->command->id == COMMAND_hall_import) { /* may be the first one of this hall */
        step_args(c, NULL);
        return;
    }
    struct hall *hall = halls_find_new(halls, c->hall);
    if (hall)
        step_args(c, hall);
    else if (halls_is_unknown(halls, c->hall))
        call_problem(c, ERR_HALL_UNKNOWN, "hall", NULL);
    else
        halls_load(halls, c->hall, on_hall, c);
}

static bool is_write(const struct call *c)
{
    enum http_method m = http_method(c->req);
    return m != HTTP_GET && m != HTTP_HEAD;
}

static void step_allowed(void *arg, enum err err)
{
    struct call *c = arg;

    if (err == ERR_NONE && c->who.kind == PRINCIPAL_NOBODY)
        err = ERR_UNAUTHENTICATED;
    else if (err == ERR_NONE && !(c->command->roles & c->who.may))
        err = ERR_FORBIDDEN;
    else if (err == ERR_NONE && c->command->has_hall && !auth_has_hall(&c->who, c->hall))
        err = ERR_FORBIDDEN;
    else if (err == ERR_NONE && c->who.by_cookie && is_write(c) &&
             !auth_is_same_origin(c->api->auth, c->req))
        err = ERR_ORIGIN;
    if (err != ERR_NONE) {
        call_problem(c, err, NULL, NULL);
        return;
    }
    if (c->who.kind == PRINCIPAL_CITIZEN)
        c->hall = c->who.halls;
    step_hall(c);
}

static void step_route(struct call *c, struct str path)
{
    struct route route;
    enum err err;

    router_find(c->api->router, http_method(c->req), path, &route);
    if (!route.command) {
        struct problem p = {.err = route.allow ? ERR_METHOD : ERR_NOT_FOUND, .allow = route.allow};
        call_problem_full(c, &p);
        return;
    }
    c->command = route.command;
    memcpy(c->params, route.params, sizeof(c->params));
    for (int i = 0; i < c->command->n_params; i++)
        if (str_is(c->command->params[i], "hall"))
            c->hall = c->params[i];
    /* A stale cookie must not keep anybody from logging in anew. */
    if (c->command->roles & (ROLE_PUBLIC | ROLE_GATEWAY))
        step_hall(c);
    else if (auth_find(c->api->auth, c->req, &c->who, &err, step_allowed, c))
        step_allowed(c, err);
}

void call_begin(struct api *a, struct http_request *req)
{
    struct call *c = arena_alloc(http_arena(req), sizeof(*c));
    struct str path = http_path(req);

    c->api = a;
    c->req = req;
    c->now_ms = clock_now_ms();
    (void)snprintf(c->request_id, sizeof(c->request_id), "%s%06llx", a->id_prefix,
                   (unsigned long long)a->id_next++ & 0xffffffffffULL); /* at most 8 + 10 */
    http_set_user(req, c);
    if (http_tag(req) == API_LISTENER_ADMIN)
        health_handle(c, path);
    else if (a->stopping)
        call_problem(c, ERR_STOPPING, NULL, NULL);
    else if (str_starts(path, "/api/"))
        step_route(c, str_starts(path, api_prefix)
                          ? (struct str){path.p + sizeof(api_prefix) - 1,
                                         path.len - (sizeof(api_prefix) - 1)}
                          : STR(""));
    else if (str_starts(path, media_prefix))
        media_handle(c, (struct str){path.p + sizeof(media_prefix) - 1,
                                     path.len - (sizeof(media_prefix) - 1)});
    else
        pages_handle(c, path);
}
