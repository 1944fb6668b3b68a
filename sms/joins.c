/* Parts of long texts from phones go to the store, where whichever is the last one finds the
 * others. There they lie sealed, under a keyed hash of whose text it is, for ten minutes at most,
 * and no longer than until the text has been dealt with; a part that could not be kept is not
 * acknowledged, so its gateway brings it again. Owns no part itself. Main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/joins.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "sms/long_part.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COMMON_ARGS = 4, ARGS_MAX = 5, PLACE_MAX = 128 };

struct joins {
    struct store *store;
    const struct seal *seal;
};

/* A part on its way into the store. */
struct trip {
    struct joins *joins;
    gateway_part_fn fn;
    void *arg;
    char mark[SEAL_HASH_CHARS + 1];
    int total;
};

struct joins *joins_new(struct store *store, const struct seal *seal)
{
    struct joins *j = MEM_NEW(struct joins);
    j->store = store;
    j->seal = seal;
    return j;
}

void joins_free(struct joins *j)
{
    mem_free(j);
}

/* The same for all parts of one text: two numbers, its reference and how many parts it has. */
static void mark_of(const struct joins *j, struct str gateway, const struct gateway_part *p,
                    char out[SEAL_HASH_CHARS + 1])
{
    struct buf all;
    buf_init(&all);
    buf_addf(&all, STR_FMT "|" STR_FMT "|" STR_FMT "|%" PRIu32 "|%d", STR_ARG(gateway),
             STR_ARG(p->from), STR_ARG(p->to), p->reference, p->total);
    seal_hash(j->seal, "part", buf_str(&all), out);
    explicit_bzero(all.p, all.len);
    buf_clear(&all);
}

/* What a part is sealed for: one place of one text. */
static struct str place_of(const char *mark, int number, char out[PLACE_MAX])
{
    (void)snprintf(out, PLACE_MAX, "part/%s/%d", mark, number); /* fits */
    return str_of(out);
}

static void call(struct joins *j, const char *function, int argc, const struct str *args,
                 store_fn fn, void *arg)
{
    char now[24];
    struct str argv[COMMON_ARGS + ARGS_MAX] = {STR(""), STR(""), STR("system:sms"), STR("")};
    (void)snprintf(now, sizeof now, "%" PRId64, clock_now_ms()); /* fits */
    argv[0] = str_of(now);
    memcpy(argv + COMMON_ARGS, args, (size_t)argc * sizeof args[0]);
    store_call(j->store, &(struct store_call){.function = function,
                                              .tag = STR("sms"),
                                              .repeatable = true,
                                              .argc = COMMON_ARGS + argc,
                                              .argv = argv,
                                              .fn = fn,
                                              .arg = arg});
}

/* All parts in their order; false where one cannot be opened: it was sealed with a key that is
 * gone. */
static bool open_all(const struct trip *t, const json_t *parts, struct buf *whole)
{
    char place[PLACE_MAX];
    json_t *one;
    size_t i;
    json_array_foreach(parts, i, one)
    {
        struct str sealed = {json_string_value(one), json_string_length(one)};
        if (!seal_open_text(t->joins->seal, sealed, place_of(t->mark, (int)i + 1, place), whole))
            return false;
    }
    return true;
}

static void on_kept(void *arg, const struct store_reply *reply)
{
    struct trip *t = arg;
    struct json_where where;
    struct buf whole;
    enum gateway_joined joined = GATEWAY_PART_LOST;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    const json_t *parts = json_object_get(json, "parts");
    buf_init(&whole);
    buf_reserve(&whole, SEAL_TEXT_MAX); /* so that no copy is left behind by growing */
    if (json)
        joined = json_array_size(parts) == (size_t)t->total ? GATEWAY_PART_LAST : GATEWAY_PART_KEPT;
    if (joined == GATEWAY_PART_LAST && !open_all(t, parts, &whole)) {
        log_error("sms: a long text from a phone cannot be opened: was the key changed?");
        joined = GATEWAY_PART_KEPT; /* bringing it again would help nobody */
    }
    t->fn(t->arg, joined, buf_str(&whole));
    explicit_bzero(whole.p, whole.len);
    buf_clear(&whole);
    json_decref(json);
    mem_free(t);
}

void joins_part(struct joins *j, struct str gateway, const struct gateway_part *part,
                gateway_part_fn fn, void *arg)
{
    struct trip *t = MEM_NEW(struct trip);
    char total[12], number[12], place[PLACE_MAX];
    struct buf sealed;
    *t = (struct trip){.joins = j, .fn = fn, .arg = arg, .total = part->total};
    mark_of(j, gateway, part, t->mark);
    (void)snprintf(total, sizeof total, "%d", part->total);
    (void)snprintf(number, sizeof number, "%d", part->number);
    buf_init(&sealed);
    seal_text(j->seal, part->octets, place_of(t->mark, part->number, place), &sealed);
    const struct str args[] = {gateway, str_of(t->mark), str_of(total), str_of(number),
                               buf_str(&sealed)};
    call(j, "gateway_part", 5, args, on_kept, t);
    buf_clear(&sealed);
}

static void on_forgotten(void *arg, const struct store_reply *reply)
{
    if (reply->err != ERR_NONE)
        log_debug("sms: a joined text goes by itself in some minutes: %s", err_code(reply->err));
}

void joins_done(struct joins *j, struct str gateway, const struct gateway_part *part)
{
    char mark[SEAL_HASH_CHARS + 1];
    mark_of(j, gateway, part, mark);
    const struct str args[] = {gateway, str_of(mark)};
    call(j, "gateway_joined", 2, args, on_forgotten, NULL);
}
