/* What citizens see of their own bookings and places on the waitlist: the library's JSON with the
 * links that only C can make. Owns nothing; the worker's thread. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/codes.h"
#include "base/json.h"
#include <assert.h>
#include <stdlib.h>

static void put_link(const struct call *c, json_t *one, const char *key, struct str id)
{
    char code[SEAL_LINK_CHARS + 1];

    seal_link(c->api->config.seal, c->hall, id, code);
    struct str link = arena_printf(http_arena(c->req), STR_FMT "." STR_FMT ".%s", STR_ARG(c->hall),
                                   STR_ARG(id), code);
    json_object_set_new(one, key, json_stringn(link.p, link.len));
}

/* The offer that was made for it is theirs, too: without the text message nobody would find it. And
 * the place on the waitlist for an earlier time. */
static void put_other_links(const struct call *c, json_t *one)
{
    struct str offer = json_str(one, "offer"), waiting = json_str(one, "waiting");

    if (offer.len > 0)
        put_link(c, one, "offer_link", offer);
    if (waiting.len > 0)
        put_link(c, one, "waiting_link", waiting);
}

static void add_links(const struct call *c, json_t *list)
{
    json_t *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        put_link(c, one, "link", json_str(one, "id"));
        put_other_links(c, one);
    }
}

static void reply(struct call *c, json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);

    call_reply_json(c, str_of(text));
    free(text); /* jansson's allocator, not ours */
    json_decref(answer);
}

/* NULL when a problem was answered. */
static json_t *answer_of(struct call *c, const struct store_reply *r)
{
    struct json_where where;

    if (r->err != ERR_NONE) {
        call_problem_store(c, r);
        return NULL;
    }
    json_t *answer = json_read(r->text, &where);
    assert(answer); /* the library's own text */
    return answer;
}

static void on_own(void *arg, const struct store_reply *r)
{
    struct call *c = arg;
    json_t *own = answer_of(c, r);

    if (!own)
        return;
    add_links(c, json_object_get(own, "bookings"));
    add_links(c, json_object_get(own, "waiting"));
    reply(c, own);
}

void local_booking_own(struct call *c)
{
    char hash[SEAL_HASH_CHARS + 1];
    struct booking_sender from;

    if (!code_of_call(c, "manage", STR(""), hash))
        return;
    booking_sender(c, &from);
    struct str argv[] = {args_find(c->command, &c->args, "phone")[2], str_of(hash),
                         str_of(from.address), str_of(from.prefix)};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_own);
}

static void on_one(void *arg, const struct store_reply *r)
{
    struct call *c = arg;
    json_t *one = answer_of(c, r);

    if (!one)
        return;
    put_other_links(c, one);
    reply(c, one);
}

void local_booking_view(struct call *c)
{
    call_store_read(c, c->command->function, c->args.v, 1, on_one);
}

void local_waitlist_view(struct call *c)
{
    call_store_read(c, c->command->function, c->args.v, 1, on_one);
}
