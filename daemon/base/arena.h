/* Memory that lives as long as one request: many allocations, one release.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_ARENA_H
#define PAIHAO_BASE_ARENA_H

#include "base/str.h"
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);
/* Takes back all it gave, for the next request: its first block is kept. */
void arena_reset(struct arena *a);
/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size_bytes);
char *arena_strdup(struct arena *a, const char *s);
/* A NUL-terminated copy; the view returned points at it. */
struct str arena_str(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
