/* Counters of one pool and share over many days, packed one after the other as the library sends
 * them, and lists of such columns. Owned by slots.c; the worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/mem.h"
#include <string.h>

enum { LEN_DIGITS = 3 }; /* before the bytes of each day */

struct slots_column {
    struct slots_column *next;
    char pool[POOL_NAME_MAX + 1];
    enum cal_share share;
    int first, n_days;
    uint64_t generation;
    uint32_t *at; /* n_days + 1 offsets into bytes */
    uint8_t *bytes;
};

static void column_free(struct slots_column *c)
{
    mem_free(c->at);
    mem_free(c->bytes);
    mem_free(c);
}

void slots_columns_free(struct slots_column **list)
{
    for (struct slots_column *c = *list, *next; c; c = next) {
        next = c->next;
        column_free(c);
    }
    *list = NULL;
}

struct slots_column *slots_column_find(struct slots_column *list, struct str pool,
                                       enum cal_share share)
{
    for (struct slots_column *c = list; c; c = c->next)
        if (c->share == share && str_is(pool, c->pool))
            return c;
    return NULL;
}

uint64_t slots_column_generation(const struct slots_column *c)
{
    return c->generation;
}

const uint8_t *slots_column_day(const struct slots_column *c, int date, int *n)
{
    int i = date - c->first;

    if (i < 0 || i >= c->n_days)
        return NULL;
    *n = (int)(c->at[i + 1] - c->at[i]);
    return c->bytes + c->at[i];
}

bool slots_column_covers(const struct slots_column *c, const struct slots_range *r)
{
    return c->first <= r->first && r->last < c->first + c->n_days;
}

struct slots_column *slots_column_read(const struct slots_range *r, uint64_t generation,
                                       struct str pool, struct str *rest)
{
    struct slots_column *c = MEM_NEW(struct slots_column);
    struct str from = *rest;
    size_t total = 0;

    str_copy(pool, c->pool, sizeof(c->pool));
    c->share = r->share;
    c->first = r->first;
    c->n_days = r->last - r->first + 1;
    c->generation = generation;
    c->at = mem_calloc((size_t)c->n_days + 1, sizeof(*c->at));
    c->bytes = mem_calloc(from.len + 1, 1); /* a little more than it holds */
    for (int i = 0; i < c->n_days; i++) {
        int64_t n;
        if (from.len < LEN_DIGITS ||
            !str_to_i64((struct str){from.p, LEN_DIGITS}, 0, CAL_CELLS_MAX, &n) ||
            from.len - LEN_DIGITS < (size_t)n) {
            column_free(c);
            return NULL;
        }
        memcpy(c->bytes + total, from.p + LEN_DIGITS, (size_t)n);
        total += (size_t)n;
        c->at[i + 1] = (uint32_t)total;
        from = (struct str){from.p + LEN_DIGITS + n, from.len - LEN_DIGITS - (size_t)n};
    }
    c->bytes = mem_realloc(c->bytes, total + 1);
    *rest = from;
    return c;
}

void slots_column_put(struct slots_column **list, struct slots_column *fresh)
{
    for (struct slots_column **at = list; *at; at = &(*at)->next) {
        struct slots_column *old = *at;
        if (old->share == fresh->share && strcmp(old->pool, fresh->pool) == 0) {
            *at = old->next;
            column_free(old);
            break;
        }
    }
    fresh->next = *list;
    *list = fresh;
}
