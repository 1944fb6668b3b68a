/* JSON in (jansson, with limits) and JSON out (appended to a struct buf). Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdio.h>
#include <string.h>

/* Fills *where for the byte at offset; columns count code points. */
static void blame(struct json_where *where, struct str text, size_t offset, const char *what)
{
    size_t line_start = 0;

    where->line = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text.p[i] == '\n') {
            where->line++;
            line_start = i + 1;
        }
    }
    where->column = (int)str_utf8_count((struct str){text.p + line_start, offset - line_start}) + 1;
    (void)snprintf(where->what, sizeof(where->what), "%s", what);
}

static bool check_utf8(struct str text, struct json_where *where)
{
    size_t i = 0;

    while (i < text.len) {
        if ((signed char)text.p[i] > 0) { /* ASCII, as nearly all of it is */
            i++;
            continue;
        }
        size_t len = str_utf8_next((struct str){text.p + i, text.len - i});

        if (len == 0 || text.p[i] == '\0') {
            blame(where, text, i, len == 0 ? "invalid UTF-8" : "a NUL byte");
            return false;
        }
        i += len;
    }
    return true;
}

/* Before jansson sees it: its parser recurses, and so does everything that walks the tree later. */
static bool check_depth(struct str text, struct json_where *where)
{
    bool in_string = false;
    int depth = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];

        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (in_string)
            continue;
        else if (c == '[' || c == '{')
            depth++;
        else if (c == ']' || c == '}')
            depth--;
        if (depth > JSON_DEPTH_MAX) {
            blame(where, text, i, "nested too deeply");
            return false;
        }
    }
    return true;
}

json_t *json_read(struct str text, struct json_where *where)
{
    struct json_where ignored;
    json_error_t error;
    json_t *json;

    if (where == NULL)
        where = &ignored;
    if (!check_utf8(text, where) || !check_depth(text, where))
        return NULL;
    json = json_loadb(text.len > 0 ? text.p : "", text.len,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (json == NULL) {
        where->line = error.line > 0 ? error.line : 1;
        where->column = error.column > 0 ? error.column : 1;
        (void)snprintf(where->what, sizeof(where->what), "%s", error.text);
    }
    return json;
}

/* The short escape of a byte, or 0 where it has none. */
static char escape_of(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void add_escaped(struct buf *b, char c)
{
    char escape = escape_of(c);

    if (escape != 0) {
        buf_add_char(b, '\\');
        buf_add_char(b, escape);
    } else {
        buf_addf(b, "\\u%04x", (unsigned)c);
    }
}

void json_add_str(struct buf *b, struct str s)
{
    size_t start = 0; /* of the bytes that go out as they are */
    size_t i = 0;

    buf_reserve(b, s.len + 2);
    buf_add_char(b, '"');
    while (i < s.len) {
        unsigned char c = (unsigned char)s.p[i];
        size_t len = c < 0x80 ? 1 : str_utf8_next((struct str){s.p + i, s.len - i});
        bool plain = len > 0 && c >= 0x20 && c != '"' && c != '\\';

        if (!plain) {
            buf_add(b, s.p + start, i - start);
            if (len == 0)
                buf_add_c(b, "\xEF\xBF\xBD");
            else
                add_escaped(b, (char)c);
            start = i + 1;
        }
        i += plain ? len : 1;
    }
    if (s.len > start)
        buf_add(b, s.p + start, s.len - start);
    buf_add_char(b, '"');
}

void json_add_cstr(struct buf *b, const char *s)
{
    if (s == NULL)
        buf_add_c(b, "null");
    else
        json_add_str(b, str_of(s));
}

void json_add_key(struct buf *b, const char *key)
{
    char last = b->len > 0 ? b->p[b->len - 1] : '{';

    if (last != '{' && last != '[')
        buf_add_char(b, ',');
    json_add_str(b, str_of(key));
    buf_add_char(b, ':');
}

void json_add_member_str(struct buf *b, const char *key, struct str value)
{
    json_add_key(b, key);
    json_add_str(b, value);
}

void json_add_member_cstr(struct buf *b, const char *key, const char *value)
{
    json_add_key(b, key);
    json_add_cstr(b, value);
}

void json_add_member_i64(struct buf *b, const char *key, int64_t value)
{
    json_add_key(b, key);
    buf_add_i64(b, value);
}

void json_add_member_bool(struct buf *b, const char *key, bool value)
{
    json_add_key(b, key);
    buf_add_c(b, value ? "true" : "false");
}

struct str json_str(const json_t *obj, const char *key)
{
    const json_t *value = json_object_get(obj, key);

    if (!json_is_string(value))
        return (struct str){"", 0};
    return (struct str){json_string_value(value), json_string_length(value)};
}

int64_t json_i64(const json_t *obj, const char *key, int64_t otherwise)
{
    const json_t *value = json_object_get(obj, key);

    return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

bool json_bool(const json_t *obj, const char *key, bool otherwise)
{
    const json_t *value = json_object_get(obj, key);

    return json_is_boolean(value) ? json_is_true(value) : otherwise;
}
