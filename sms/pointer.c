/* JSON pointers over jansson. Owns nothing; any thread. SPDX-License-Identifier: MIT */
#include "sms/pointer.h"

#include <string.h>

enum { TOKEN_MAX = 128 /* longer than any member's name; one too long is not found */ };

/* ~1 is a slash, ~0 a tilde. */
static bool unescape(struct str token, char out[TOKEN_MAX + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < token.len; i++) {
        char c = token.p[i];
        if (c == '~') {
            if (++i == token.len || (token.p[i] != '0' && token.p[i] != '1'))
                return false;
            c = token.p[i] == '0' ? '~' : '/';
        }
        if (n == TOKEN_MAX)
            return false;
        out[n++] = c;
    }
    out[n] = 0;
    return true;
}

static const json_t *element(const json_t *array, struct str token)
{
    int64_t i;
    if ((token.len > 1 && token.p[0] == '0') || !str_to_i64(token, 0, INT32_MAX, &i) ||
        token.p[0] == '-')
        return NULL;
    return json_array_get(array, (size_t)i);
}

struct search {
    const json_t **out;
    size_t max, n;
};

static void walk(struct search *s, const json_t *at, struct str rest)
{
    struct str token;
    char name[TOKEN_MAX + 1];
    while (at && rest.len) {
        rest = (struct str){rest.p + 1, rest.len - 1}; /* its slash */
        const char *slash = memchr(rest.p, '/', rest.len);
        token = (struct str){rest.p, slash ? (size_t)(slash - rest.p) : rest.len};
        rest = (struct str){rest.p + token.len, rest.len - token.len};
        if (json_is_array(at) && str_is(token, "*")) {
            for (size_t i = 0; i < json_array_size(at); i++)
                walk(s, json_array_get(at, i), rest);
            return;
        }
        if (json_is_array(at))
            at = element(at, token);
        else
            at = unescape(token, name) ? json_object_get(at, name) : NULL;
    }
    if (at && s->n < s->max)
        s->out[s->n++] = at;
}

size_t pointer_find(const json_t *root, struct str pointer, const json_t **out, size_t max)
{
    struct search s = {.out = out, .max = max};
    if (!pointer.len || pointer.p[0] == '/')
        walk(&s, root, pointer);
    return s.n;
}

bool pointer_text(const json_t *value, struct buf *out)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        buf_add(out, json_string_value(value), json_string_length(value));
        return true;
    case JSON_INTEGER:
        buf_add_i64(out, json_integer_value(value));
        return true;
    case JSON_REAL:
        buf_addf(out, "%.15g", json_real_value(value));
        return true;
    case JSON_TRUE:
        buf_add_c(out, "true");
        return true;
    case JSON_FALSE:
        buf_add_c(out, "false");
        return true;
    case JSON_NULL:
        buf_add_c(out, "null");
        return true;
    default:
        return false;
    }
}

static bool number_of(struct str text, double *out)
{
    json_t *value = json_loadb(text.p, text.len, JSON_DECODE_ANY, NULL);
    bool ok = json_is_number(value);
    if (ok)
        *out = json_number_value(value);
    json_decref(value);
    return ok;
}

static bool holds(struct str left, struct str op, struct str right)
{
    double a, b;
    if (str_is(op, "=="))
        return str_eq(left, right);
    if (str_is(op, "!="))
        return !str_eq(left, right);
    if (!number_of(left, &a) || !number_of(right, &b))
        return false;
    if (str_is(op, "<"))
        return a < b;
    if (str_is(op, "<="))
        return a <= b;
    if (str_is(op, ">"))
        return a > b;
    return str_is(op, ">=") && a >= b;
}

bool pointer_holds(const json_t *root, struct str condition)
{
    const json_t *found[POINTER_MATCHES_MAX];
    struct str pointer, op;
    struct buf text;
    bool all = true;
    if (!str_cut(&condition, ' ', &pointer) || !str_cut(&condition, ' ', &op))
        return false;
    size_t n = pointer_find(root, pointer, found, POINTER_MATCHES_MAX);
    buf_init(&text);
    for (size_t i = 0; i < n; i++) {
        buf_reset(&text);
        all = all && pointer_text(found[i], &text) && holds(buf_str(&text), op, condition);
    }
    buf_clear(&text);
    return n > 0 && all;
}
