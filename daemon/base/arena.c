/* A request's memory: blocks that are filled from the front and freed together. One arena belongs
 * to one request and so to one thread.
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "base/mem.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer nothing is kept, so that a pointer that outlives its request is found. */
#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = true };
#elif defined(__has_feature)
enum { SANITIZED = __has_feature(address_sanitizer) };
#else
enum { SANITIZED = false };
#endif

/* A usual request (a short body, its fields, one answer) fits in one block. */
enum { BLOCK_BYTES = 4096 };

struct block {
    struct block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) char data[];
};

struct arena {
    struct block *blocks; /* the first one is being filled */
};

static struct block *block_new(size_t size)
{
    struct block *b;

    if (size > SIZE_MAX / 2)
        abort();
    b = mem_calloc(1, sizeof(*b) + size);
    b->size = size;
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = MEM_NEW(struct arena);

    a->blocks = block_new(BLOCK_BYTES);
    return a;
}

static void blocks_free(struct block *b)
{
    while (b != NULL) {
        struct block *next = b->next;

        mem_free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    blocks_free(a->blocks);
    mem_free(a);
}

void arena_reset(struct arena *a)
{
    struct block *b = a->blocks;

    if (SANITIZED) {
        blocks_free(b);
        a->blocks = block_new(BLOCK_BYTES);
        return;
    }
    blocks_free(b->next);
    b->next = NULL;
    memset(b->data, 0, b->used);
    b->used = 0;
}

/* Something large gets a block of its own behind the one being filled, whose rest stays usable. */
static void *alloc_alone(struct arena *a, size_t size_bytes)
{
    struct block *b = block_new(size_bytes);

    b->used = size_bytes;
    b->next = a->blocks->next;
    a->blocks->next = b;
    return b->data;
}

void *arena_alloc(struct arena *a, size_t size_bytes)
{
    const size_t align = alignof(max_align_t);
    struct block *b = a->blocks;
    size_t size;
    void *p;

    if (size_bytes > BLOCK_BYTES / 4)
        return alloc_alone(a, size_bytes);
    size = (size_bytes + align - 1) / align * align;
    if (b->size - b->used < size) {
        b = block_new(BLOCK_BYTES);
        b->next = a->blocks;
        a->blocks = b;
    }
    p = b->data + b->used;
    b->used += size;
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return (char *)arena_str(a, str_of(s)).p;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *copy;

    if (s.len == SIZE_MAX)
        abort();
    copy = arena_alloc(a, s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.p, s.len);
    return (struct str){copy, s.len};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    char *text;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(len >= 0); /* only a wrong format of ours can fail */
    text = arena_alloc(a, (size_t)len + 1);
    va_start(args, fmt);
    (void)vsnprintf(text, (size_t)len + 1, fmt, args); /* its length is known already */
    va_end(args);
    return (struct str){text, (size_t)len};
}
