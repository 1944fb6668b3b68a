/* A hash table of things that carry their own node and key. It grows with what is in it, so a look
 * costs the same for ten and for a hundred thousand. One thread at a time.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_TABLE_H
#define PAIHAO_BASE_TABLE_H

#include "base/str.h"
#include <stddef.h>
#include <stdint.h>

/* The first member of what is kept, so that a pointer to one is a pointer to the other. */
struct table_node {
    struct table_node *next;
    struct str key;
    uint32_t hash;
};

/* Zeroed: empty. Owns nothing that is in it. */
struct table {
    struct table_node **heads;
    uint32_t mask;
    size_t n;
};

/* Makes it empty again; what was in it is the caller's to free, before or after. */
void table_clear(struct table *t);
/* NULL: there is none. */
void *table_find(const struct table *t, struct str key);
/* key: not there yet, and unchanged where it lies until n is removed. */
void table_add(struct table *t, struct table_node *n, struct str key);
/* n is in it. */
void table_remove(struct table *t, struct table_node *n);
/* All of them, in no order; nothing may be added or removed in between, but for the one just passed
 * once the next one is known. NULL: no more. */
void *table_first(const struct table *t);
void *table_next(const struct table *t, const struct table_node *n);

#endif
