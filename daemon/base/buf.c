/* One growing byte buffer (declared in str.h). A struct buf belongs to whoever declared it; any
 * thread.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What p of an empty buffer points at, so that it is a C string from the start. Never written to.
 */
static char nothing[1];

void buf_init(struct buf *b)
{
    *b = (struct buf){nothing, 0, 0};
}

void buf_clear(struct buf *b)
{
    if (b->cap > 0)
        mem_free(b->p);
    buf_init(b);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    if (b->cap > 0)
        b->p[0] = '\0';
    else
        b->p = nothing;
}

void buf_reserve(struct buf *b, size_t more_bytes)
{
    size_t need;
    size_t cap = b->cap > 0 ? b->cap : 64; /* one short JSON object */

    if (b->cap > 0 && more_bytes < b->cap - b->len)
        return;
    if (__builtin_add_overflow(b->len, more_bytes, &need) || need >= SIZE_MAX / 2)
        abort(); /* half the address space: a length that is no length */
    while (cap <= need)
        cap *= 2;
    b->p = mem_realloc(b->cap > 0 ? b->p : NULL, cap);
    b->cap = cap;
    b->p[b->len] = '\0';
}

void buf_add(struct buf *b, const void *p, size_t len)
{
    buf_reserve(b, len);
    if (len > 0)
        memcpy(b->p + b->len, p, len);
    b->len += len;
    b->p[b->len] = '\0';
}

void buf_add_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.len);
}

void buf_add_c(struct buf *b, const char *c_string)
{
    buf_add(b, c_string, strlen(c_string));
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_add_i64(struct buf *b, int64_t n)
{
    char digits[20]; /* of 2^63, and its sign */
    char *first = digits + sizeof(digits);
    uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

    /* Not snprintf(): each argument of each call to the store has its length written here. */
    do
        *--first = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (n < 0)
        *--first = '-';
    buf_add(b, first, (size_t)(digits + sizeof(digits) - first));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(len >= 0); /* only a wrong format of ours can fail */
    buf_reserve(b, (size_t)len);
    va_start(args, fmt);
    (void)vsnprintf(b->p + b->len, (size_t)len + 1, fmt, args); /* its length is known already */
    va_end(args);
    b->len += (size_t)len;
}

char *buf_take(struct buf *b, size_t *len)
{
    char *p = b->cap > 0 ? b->p : mem_calloc(1, 1);

    if (len != NULL)
        *len = b->len;
    buf_init(b);
    return p;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->p != NULL ? b->p : "", b->len};
}
