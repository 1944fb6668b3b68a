/* Owns the heads of chains, twice as many whenever there are as many things as heads. Any thread,
 * one at a time. SPDX-License-Identifier: MIT */
#include "base/table.h"
#include "base/mem.h"
#include <assert.h>

enum { HEADS_MIN = 64 };

static uint32_t hash_of(struct str key)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.p[i]) * 16777619u;
    return hash;
}

void table_clear(struct table *t)
{
    mem_free(t->heads);
    *t = (struct table){0};
}

void *table_find(const struct table *t, struct str key)
{
    uint32_t hash = hash_of(key);

    if (t->n == 0)
        return NULL;
    for (struct table_node *n = t->heads[hash & t->mask]; n; n = n->next)
        if (n->hash == hash && str_eq(n->key, key))
            return n;
    return NULL;
}

static void put(struct table *t, struct table_node *n)
{
    struct table_node **head = &t->heads[n->hash & t->mask];

    n->next = *head;
    *head = n;
}

static void grow(struct table *t)
{
    struct table old = *t;

    t->mask = old.heads ? old.mask * 2 + 1 : HEADS_MIN - 1;
    t->heads = mem_calloc((size_t)t->mask + 1, sizeof(struct table_node *));
    for (size_t i = 0; old.heads && i <= old.mask; i++) {
        for (struct table_node *n = old.heads[i], *next; n; n = next) {
            next = n->next;
            put(t, n);
        }
    }
    mem_free(old.heads);
}

void table_add(struct table *t, struct table_node *n, struct str key)
{
    if (!t->heads || t->n > t->mask)
        grow(t);
    n->key = key;
    n->hash = hash_of(key);
    put(t, n);
    t->n++;
}

void table_remove(struct table *t, struct table_node *n)
{
    struct table_node **at = &t->heads[n->hash & t->mask];

    while (*at != n) {
        assert(*at); /* else it was never in it */
        at = &(*at)->next;
    }
    *at = n->next;
    t->n--;
}

static void *first_from(const struct table *t, size_t i)
{
    for (; t->heads && i <= t->mask; i++)
        if (t->heads[i])
            return t->heads[i];
    return NULL;
}

void *table_first(const struct table *t)
{
    return first_from(t, 0);
}

void *table_next(const struct table *t, const struct table_node *n)
{
    return n->next ? n->next : first_from(t, (size_t)(n->hash & t->mask) + 1);
}
