/* GET /services: what can be booked in some hall, for citizens who know what they need but not
 * where. A service is the same in two halls when its code is. Owns nothing; the worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/json.h"

enum {
    HALLS_MAX = 50,      /* as many as a search over all halls asks */
    SERVICES_MAX = 2000, /* of all of them together: a city has some hundred */
};

struct offer {
    struct str code, members; /* members: JSON without a brace */
    int halls;
};

struct catalogue {
    struct call *call;
    struct str codes[HALLS_MAX];
    int n, at;
    struct offer offers[SERVICES_MAX];
    int n_offers;
};

static struct str members_of(struct call *c, const struct hall_service *s)
{
    struct buf out;

    buf_init(&out);
    json_add_member_cstr(&out, "code", s->code);
    call_add_texts(&out, "names", &s->names);
    json_add_key(&out, "words");
    buf_add_char(&out, '[');
    for (size_t i = 0; i < s->word_count; i++) {
        if (i > 0)
            buf_add_char(&out, ',');
        json_add_cstr(&out, s->words[i]);
    }
    buf_add_char(&out, ']');
    struct str copy = arena_str(http_arena(c->req), buf_str(&out));
    buf_clear(&out);
    return copy;
}

static struct offer *find(struct catalogue *k, const char *code)
{
    for (int i = 0; i < k->n_offers; i++)
        if (str_is(k->offers[i].code, code))
            return &k->offers[i];
    return NULL;
}

static void add_hall(struct catalogue *k, const struct hall *hall)
{
    struct arena *m = http_arena(k->call->req);
    const struct hall_file *f = hall->file;

    if (!f->booking.open)
        return;
    for (size_t i = 0; i < f->service_count; i++) {
        const struct hall_service *s = &f->services[i];
        if (!s->open || !s->booking.open)
            continue;
        struct offer *o = find(k, s->code);
        if (!o && k->n_offers < SERVICES_MAX) {
            o = &k->offers[k->n_offers++];
            /* The hall may be gone before the last one is read. */
            *o = (struct offer){arena_str(m, str_of(s->code)), members_of(k->call, s), 0};
        }
        if (o)
            o->halls++;
    }
}

static void answer(struct catalogue *k)
{
    struct buf out;

    buf_init(&out);
    buf_add_c(&out, "{\"services\":[");
    for (int i = 0; i < k->n_offers; i++) {
        buf_addf(&out, "%s{" STR_FMT, i > 0 ? "," : "", STR_ARG(k->offers[i].members));
        json_add_member_i64(&out, "halls", k->offers[i].halls);
        buf_add_char(&out, '}');
    }
    buf_add_c(&out, "]}");
    answers_reply(k->call, search_key(k->call), buf_str(&out), 0);
    buf_clear(&out);
}

static void go_on(struct catalogue *k);

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct catalogue *k = arg;

    /* One that is unknown or not to be used must not hide the others. */
    if (err != ERR_NONE && err != ERR_HALL_UNKNOWN && err != ERR_INTERNAL) {
        call_problem(k->call, err, NULL, NULL);
        return;
    }
    if (hall)
        add_hall(k, hall);
    k->at++;
    go_on(k);
}

/* Until a hall has to be asked for, which calls back. */
static void go_on(struct catalogue *k)
{
    struct halls *halls = k->call->api->halls;

    for (; k->at < k->n; k->at++) {
        struct hall *hall = halls_find_new(halls, k->codes[k->at]);
        if (!hall) {
            halls_load(halls, k->codes[k->at], on_hall, k);
            return;
        }
        add_hall(k, hall);
    }
    answer(k);
}

static void on_codes(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct catalogue *k = c->state;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *codes = json_read(reply->text, &where);
    const json_t *list = json_object_get(codes, "halls");
    for (size_t i = 0; i < json_array_size(list) && k->n < HALLS_MAX; i++) {
        struct str code = str_of(json_string_value(json_array_get(list, i)));
        if (args_is_code(code))
            k->codes[k->n++] = arena_str(http_arena(c->req), code);
    }
    json_decref(codes);
    go_on(k);
}

void local_service_list(struct call *c)
{
    if (answers_try(c, search_key(c)))
        return;
    struct catalogue *k = arena_alloc(http_arena(c->req), sizeof(*k));
    k->call = c;
    c->state = k;
    call_store_read(c, "hall_codes", NULL, 0, on_codes);
}
