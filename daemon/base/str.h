/* Views of text and one growing buffer.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_STR_H
#define PAIHAO_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view: borrowed, not NUL-terminated. */
struct str {
    const char *p;
    size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_FMT      "%.*s"
#define STR_ARG(s)   (int)(s).len, (s).p

struct str str_of(const char *c_string); /* NULL gives an empty view */
/* A C string of at most cap - 1 bytes; what does not fit is cut off. */
void str_copy(struct str s, char *out, size_t cap);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *c_string);
bool str_starts(struct str s, const char *prefix);
/* Cuts s at the first sep: returns what stands before it and moves *s behind it; false when *s is
 * used up. So "a,,b," gives a, nothing, b. */
bool str_cut(struct str *s, char sep, struct str *piece);
/* The length of the hole that s begins with, both braces counted: '{', a name of a-z 0-9 _, perhaps
 * '|' and another one, '}'. 0 when it begins with none. */
size_t str_hole(struct str s);
/* A decimal integer (digits, before them at most one minus; no plus, no blanks), the whole view;
 * false otherwise or outside min..max. */
bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *out);
bool str_utf8_valid(struct str s); /* RFC 3629; no NUL */
/* Length in bytes of the code point that s begins with; 0 when it is none (or s is empty). */
size_t str_utf8_next(struct str s);
size_t str_utf8_count(struct str s); /* code points of valid UTF-8 */
/* The code point that valid UTF-8, not empty, begins with; moves *s on behind it. */
uint32_t str_utf8_take(struct str *s);
/* Spaces alone, of any width, or nothing at all. */
bool str_is_blank(struct str s);

/* A growing byte buffer; always NUL-terminated behind len. */
struct buf {
    char *p;
    size_t len;
    size_t cap;
};

void buf_init(struct buf *b);
void buf_clear(struct buf *b); /* frees; the buffer can be used again */
void buf_reset(struct buf *b); /* empties, keeps the memory */
void buf_reserve(struct buf *b, size_t more_bytes);
void buf_add(struct buf *b, const void *p, size_t len);
void buf_add_str(struct buf *b, struct str s);
void buf_add_c(struct buf *b, const char *c_string);
void buf_add_char(struct buf *b, char c);
void buf_add_i64(struct buf *b, int64_t n);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Hands the memory over to the caller (mem_free); the buffer is empty afterwards. */
char *buf_take(struct buf *b, size_t *len); /* len may be NULL */
struct str buf_str(const struct buf *b);

#endif
