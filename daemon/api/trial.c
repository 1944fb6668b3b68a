/* A test message through one gateway: the library counts it and knows it again, another floor sends
 * it, the library writes down what came of it (who, gateway, outcome; never number or text). The
 * gateway is asked between two calls of the library, so the key of the request is kept there by
 * hand. The worker's thread. SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include "core/phone.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct str arg(const struct call *c, const char *name)
{
    return args_get(c->command, &c->args, name);
}

/* A gateway belongs to no hall, so nobody says which country a national number is of. */
static bool read_number(const struct call *c, char e164[PHONE_MAX + 1])
{
    struct str typed = arg(c, "number");

    while (str_starts(typed, " "))
        typed = (struct str){typed.p + 1, typed.len - 1};
    return (str_starts(typed, "+") || str_starts(typed, "\xef\xbc\x8b") || /* full width */
            str_starts(typed, "00")) &&
           phone_normalise(typed, "", e164);
}

/* The wrapper round the library's functions must not keep an answer: that of the first call is no
 * answer to the request. */
static void write_without_key(struct call *c, const char *function, const struct str *argv,
                              int argc, store_fn fn)
{
    char request[sizeof(c->request)];

    memcpy(request, c->request, sizeof(request));
    c->request[0] = '\0';
    call_store_write(c, function, argv, argc, fn);
    memcpy(c->request, request, sizeof(request));
}

static void on_tried(void *arg_call, struct str json)
{
    struct call *c = arg_call;
    struct arena *m = http_arena(c->req);
    struct json_where where;

    if (json.len == 0) {
        call_problem(c, ERR_STOPPING, NULL, NULL);
        return;
    }
    json_t *told = json_read(json, &where);
    assert(told); /* our own text, from another floor */
    struct str argv[] = {str_of(c->request),
                         arg(c, "gateway"),
                         json_str(told, "outcome"),
                         json_str(told, "reason"),
                         arena_printf(m, "%lld", (long long)json_i64(told, "parts", 0)),
                         json};
    write_without_key(c, "gateway_tested", argv, sizeof(argv) / sizeof(argv[0]), call_on_reply);
    json_decref(told);
}

static void try_it(struct call *c)
{
    const struct api_config *config = &c->api->config;
    char e164[PHONE_MAX + 1];
    struct api_trial ask = {arg(c, "gateway"), e164, arg(c, "text")};
    bool ok = read_number(c, e164);

    assert(ok); /* as before the library was asked */
    (void)ok;
    config->trial(config->trial_arg, &ask, on_tried, c);
    explicit_bzero(e164, sizeof(e164));
}

static void on_counted(void *arg_call, const struct store_reply *reply)
{
    struct call *c = arg_call;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *told = json_read(reply->text, &where);
    assert(told); /* the library's own text */
    bool first = json_bool(told, "go", false), going = json_bool(told, "going", false);
    json_decref(told);
    if (first)
        try_it(c);
    else if (going)
        call_problem(c, ERR_STORE_TIMEOUT, NULL, NULL); /* "not known yet, repeat the request" */
    else
        call_reply_json(c, reply->text);
}

void local_gateway_test(struct call *c)
{
    struct str argv[] = {str_of(c->request), arg(c, "gateway")};
    char e164[PHONE_MAX + 1];
    bool ok = read_number(c, e164);

    explicit_bzero(e164, sizeof(e164));
    if (!settings_gateway(c->api->config.settings, arg(c, "gateway")))
        call_problem(c, ERR_GATEWAY_UNKNOWN, "gateway", NULL);
    else if (!ok)
        call_problem(c, ERR_PHONE_INVALID, "number", NULL);
    else
        write_without_key(c, c->command->function, argv, 2, on_counted);
}
