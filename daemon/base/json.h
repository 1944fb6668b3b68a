/* JSON in: jansson with the limits every body gets. JSON out: an append-only writer on struct buf,
 * since hot output is written once per event by hand.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_JSON_H
#define PAIHAO_BASE_JSON_H

#include "base/str.h"
#include <jansson.h>
#include <stdbool.h>

enum { JSON_DEPTH_MAX = 32 }; /* deeper than any document of ours, far below jansson's 2048 */

struct json_where {
    int line;   /* 1-based */
    int column; /* 1-based */
    char what[160];
};

/* Parses one JSON text: duplicate keys, invalid UTF-8, NUL and nesting over JSON_DEPTH_MAX are
 * refused. Any JSON value is taken. NULL and *where filled on error. The caller json_decref()s. */
json_t *json_read(struct str text, struct json_where *where);

/* Appends s as a JSON string with its quotes; s must be valid UTF-8 (bad bytes become U+FFFD). */
void json_add_str(struct buf *b, struct str s);
void json_add_cstr(struct buf *b, const char *s); /* NULL gives null */
/* Appends ,"key":"value" or {"key":"value" : writes a comma unless the last byte is { or [ . */
void json_add_key(struct buf *b, const char *key);
void json_add_member_str(struct buf *b, const char *key, struct str value);
void json_add_member_cstr(struct buf *b, const char *key, const char *value);
void json_add_member_i64(struct buf *b, const char *key, int64_t value);
void json_add_member_bool(struct buf *b, const char *key, bool value);
/* The value of a string member, or an empty view. Borrowed from obj. */
struct str json_str(const json_t *obj, const char *key);
int64_t json_i64(const json_t *obj, const char *key, int64_t otherwise);
bool json_bool(const json_t *obj, const char *key, bool otherwise);

#endif
