/* The gateways as administrators see them: what the settings say of each, what every daemon says of
 * its link, what they took, and what this month's parts are of the budget. Nothing secret of the
 * settings leaves this file. A further figure of a gateway is passed on from the library by itself;
 * one of the settings is a line in add_gateway(). The worker's thread. SPDX-License-Identifier: MIT
 */
#include "api/call.h"
#include "base/json.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Its row of the library's answer, or NULL. */
static const json_t *told_of(const json_t *told, const char *name)
{
    json_t *one;
    size_t i;

    json_array_foreach(json_object_get(told, "gateways"), i, one)
    {
        if (str_is(json_str(one, "gateway"), name))
            return one;
    }
    return NULL;
}

static void add_json(struct buf *out, const char *key, const json_t *value, const char *otherwise)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;

    json_add_key(out, key);
    buf_add_c(out, text ? text : otherwise);
    free(text); /* jansson's allocator, not ours */
}

static void add_gateway(struct buf *out, const struct sms_gateway_settings *g, const json_t *told)
{
    const json_t *mine = told_of(told, g->name);

    json_add_member_cstr(out, "name", g->name);
    json_add_member_cstr(out, "kind", g->kind);
    json_add_member_cstr(out, "from", g->from);
    json_add_member_cstr(out, "prefixes", g->prefixes);
    json_add_member_i64(out, "weight", g->weight);
    json_add_member_i64(out, "rate", g->rate_per_second);
    json_add_member_i64(out, "window", g->window);
    add_json(out, "spent", json_object_get(mine, "spent"), "{\"hour\":0,\"day\":0,\"month\":0}");
    add_json(out, "daemons", json_object_get(mine, "daemons"), "[]");
}

static void add_budget(struct buf *out, const struct settings *s)
{
    json_add_key(out, "budget");
    buf_add_char(out, '{');
    json_add_member_i64(out, "parts_month", s->sms_budget_parts_month);
    json_add_member_cstr(out, "price_per_part", s->sms_price_per_part);
    json_add_member_cstr(out, "currency", s->sms_currency);
    buf_add_char(out, '}');
}

static void reply(struct call *c, const json_t *told)
{
    const struct settings *s = c->api->config.settings;
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_i64(&out, "now", c->now_ms);
    json_add_key(&out, "gateways");
    buf_add_char(&out, '[');
    for (size_t i = 0; i < s->sms_gateway_count; i++) {
        buf_add_c(&out, i > 0 ? ",{" : "{");
        add_gateway(&out, &s->sms_gateways[i], told);
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, ']');
    json_add_member_i64(&out, "hour", json_i64(told, "hour", 0));
    json_add_member_i64(&out, "month", json_i64(told, "month", 0));
    add_budget(&out, s);
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

static void on_told(void *arg, const struct store_reply *r)
{
    struct call *c = arg;
    struct json_where where;

    if (r->err != ERR_NONE) {
        call_problem_store(c, r);
        return;
    }
    json_t *told = json_read(r->text, &where);
    assert(told); /* the library's own text */
    reply(c, told);
    json_decref(told);
}

/* day: of whose midnight it goes by; empty: UTC. */
static void ask(struct call *c, const char *day)
{
    const struct settings *s = c->api->config.settings;
    struct str argv[STORE_ARGS_MAX] = {str_of(day)};
    int n = 1;

    for (size_t i = 0; i < s->sms_gateway_count && n < STORE_ARGS_MAX - 1; i++)
        argv[n++] = str_of(s->sms_gateways[i].name);
    c->hall = STR("sms"); /* the tag that holds what belongs to gateways; no hall is called so */
    call_store_read(c, c->command->function, argv, n, on_told);
}

static void on_hall(struct call *c, struct hall *hall)
{
    ask(c, hall_day(hall, c->now_ms));
}

void local_gateway_list(struct call *c)
{
    struct str hall = args_get(c->command, &c->args, "hall");

    if (!hall.len) {
        ask(c, "");
        return;
    }
    c->hall = hall;
    call_hall(c, on_hall);
}
