/* GET /halls and GET /halls/{hall}, from the worker's cache of halls. SPDX-License-Identifier: MIT
 */
#include "api/call.h"
#include "base/json.h"
#include <assert.h>
#include <stdio.h>

enum { LIST_MAX = 500 }; /* of one answer; a daemon with more halls than this is split before */

struct listing {
    struct call *call;
    int n, at;
    struct str *codes;
    struct buf out;
};

void call_add_texts(struct buf *out, const char *key, const struct hall_texts *t)
{
    json_add_key(out, key);
    buf_add_char(out, '{');
    if (t->zh[0])
        json_add_member_cstr(out, "zh", t->zh);
    if (t->en[0])
        json_add_member_cstr(out, "en", t->en);
    if (t->de[0])
        json_add_member_cstr(out, "de", t->de);
    buf_add_char(out, '}');
}

static void add_hall(struct listing *l, struct hall *hall)
{
    const struct hall_file *f = hall->file;
    struct buf *out = &l->out;

    if (out->p[out->len - 1] != '[')
        buf_add_char(out, ',');
    buf_add_char(out, '{');
    json_add_member_cstr(out, "code", hall->code);
    call_add_texts(out, "names", &f->names);
    call_add_texts(out, "address", &f->address);
    json_add_member_cstr(out, "accent", f->accent);
    json_add_member_i64(out, "version", hall->version);
    json_add_member_bool(out, "open_now", hall_is_open(hall, l->call->now_ms));
    json_add_member_bool(out, "booking", f->booking.open);
    json_add_member_bool(out, "remote", f->remote.open);
    buf_add_char(out, '}');
}

static void list_on(struct listing *l);

static void on_listed(void *arg, struct hall *hall, enum err err)
{
    struct listing *l = arg;

    /* A hall whose file cannot be used is logged there; it must not hide the others. */
    if (err != ERR_NONE && err != ERR_HALL_UNKNOWN && err != ERR_INTERNAL) {
        buf_clear(&l->out);
        call_problem(l->call, err, NULL, NULL);
        return;
    }
    if (hall)
        add_hall(l, hall);
    l->at++;
    list_on(l);
}

/* Goes on until a hall has to be asked for, which calls back. */
static void list_on(struct listing *l)
{
    struct halls *halls = l->call->api->halls;

    for (; l->at < l->n; l->at++) {
        struct hall *hall = halls_find_new(halls, l->codes[l->at]);
        if (!hall) {
            halls_load(halls, l->codes[l->at], on_listed, l);
            return;
        }
        add_hall(l, hall);
    }
    buf_add_c(&l->out, "]}");
    call_reply_json(l->call, buf_str(&l->out));
    buf_clear(&l->out);
}

static void on_codes(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct arena *m = http_arena(c->req);
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *codes = json_read(reply->text, &where);
    const json_t *list = json_object_get(codes, "halls");
    struct listing *l = arena_alloc(m, sizeof(*l));
    size_t n = json_array_size(list);
    l->call = c;
    l->codes = arena_alloc(m, (n + 1) * sizeof(*l->codes));
    for (size_t i = 0; i < n && l->n < LIST_MAX; i++) {
        struct str code = str_of(json_string_value(json_array_get(list, i)));
        if (args_is_code(code))
            l->codes[l->n++] = arena_str(m, code);
    }
    json_decref(codes);
    buf_init(&l->out);
    buf_add_c(&l->out, "{\"halls\":[");
    list_on(l);
}

void local_hall_list(struct call *c)
{
    call_store_read(c, "hall_codes", NULL, 0, on_codes);
}

struct str call_public_url(const struct call *c)
{
    if (c->api->config.public_url[0])
        return str_of(c->api->config.public_url);
    return arena_printf(http_arena(c->req), "http://" STR_FMT,
                        STR_ARG(http_header(c->req, "Host")));
}

void local_hall_view(struct call *c)
{
    struct hall *hall = halls_find(c->api->halls, c->hall);
    bool open;
    struct buf out, config;
    char etag[80];

    assert(hall); /* the step before has just found it */
    open = hall_is_open(hall, c->now_ms);
    (void)snprintf(etag, sizeof(etag), "W/\"%s.%d%d\"", hall->version_epoch, open,
                   c->api->config.messages_on); /* 48 + 9; demos do not change while it runs */
    struct http_field fields[] = {{"ETag", str_of(etag)}, {"Cache-Control", STR("no-cache")}};
    if (call_knows(c, etag)) {
        call_reply(c, 304, (struct str){NULL, 0}, fields, 2);
        return;
    }
    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_i64(&out, "version", hall->version);
    json_add_member_bool(&out, "open_now", open);
    json_add_member_bool(&out, "messages_on", c->api->config.messages_on);
    json_add_member_bool(&out, "codes_on", c->api->config.messages_on || c->api->config.show_codes);
    json_add_member_str(&out, "public_url", call_public_url(c));
    buf_add_char(&out, ',');
    buf_init(&config);
    hall_public_json(hall->file, &config);
    buf_add(&out, config.p + 1, config.len - 1);
    buf_clear(&config);
    call_reply(c, 200, buf_str(&out), fields, 2);
    buf_clear(&out);
}
