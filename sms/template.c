/* Texts with holes, used for the texts of messages and for the requests of HTTP gateways. A hole
 * has a name and perhaps a filter (str_hole()); anything else between braces is text, so that JSON
 * needs no escaping. A new filter is a row of filters[] and a function. Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/template.h"

#include "base/json.h"
#include "sms/sign.h"
#include <string.h>

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static void add_percent(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789ABCDEF";
    buf_add_char(out, '%');
    buf_add_char(out, hex[c >> 4]);
    buf_add_char(out, hex[c & 15]);
}

static void add_raw(struct buf *out, struct str s)
{
    buf_add_str(out, s);
}

static void add_url(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (is_unreserved((unsigned char)s.p[i]))
            buf_add_char(out, s.p[i]);
        else
            add_percent(out, (unsigned char)s.p[i]);
    }
}

/* A line break travels as CR LF (HTML standard, "constructing the entry list"). */
static void add_form(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == ' ')
            buf_add_char(out, '+');
        else if (s.p[i] == '\n')
            buf_add_c(out, "%0D%0A");
        else if (s.p[i] != '~' && is_unreserved((unsigned char)s.p[i]))
            buf_add_char(out, s.p[i]);
        else
            add_percent(out, (unsigned char)s.p[i]);
    }
}

static void add_json(struct buf *out, struct str s)
{
    struct buf quoted;
    buf_init(&quoted);
    json_add_str(&quoted, s);
    buf_add(out, quoted.p + 1, quoted.len - 2);
    buf_clear(&quoted);
}

static void add_base64(struct buf *out, struct str s)
{
    sign_add_base64(out, s);
}

static const struct {
    const char *name;
    void (*add)(struct buf *out, struct str s);
} filters[] = {
    [TEMPLATE_RAW] = {"raw", add_raw},       [TEMPLATE_URL] = {"url", add_url},
    [TEMPLATE_FORM] = {"form", add_form},    [TEMPLATE_JSON] = {"json", add_json},
    [TEMPLATE_BASE64] = {"b64", add_base64},
};

static const struct template_value *value_of(struct str name, const struct template_value *values,
                                             int n_values)
{
    for (int i = 0; i < n_values; i++)
        if (str_is(name, values[i].name))
            return &values[i];
    return NULL;
}

static bool fill_hole(struct str hole, enum template_filter usual,
                      const struct template_value *values, int n_values, struct buf *out)
{
    struct str rest = {hole.p + 1, hole.len - 2}, name;
    size_t filter = usual;
    if (!str_cut(&rest, '|', &name))
        return false;
    if (name.len + 2 < hole.len) {
        for (filter = 0; filter < sizeof filters / sizeof filters[0]; filter++)
            if (str_is(rest, filters[filter].name))
                break;
        if (filter == sizeof filters / sizeof filters[0])
            return false;
    }
    const struct template_value *value = value_of(name, values, n_values);
    if (!value)
        return false;
    filters[filter].add(out, value->value);
    return true;
}

bool template_fill(struct str text, enum template_filter usual, const struct template_value *values,
                   int n_values, struct buf *out, struct str *bad)
{
    while (text.len) {
        size_t len = str_hole(text);
        if (len) {
            struct str hole = {text.p, len};
            if (!fill_hole(hole, usual, values, n_values, out)) {
                if (bad)
                    *bad = hole;
                return false;
            }
        } else {
            len = 1;
            buf_add_char(out, text.p[0]);
        }
        text.p += len;
        text.len -= len;
    }
    return true;
}

bool template_lacks(struct str text, const struct template_value *values, int n_values)
{
    while (text.len) {
        size_t len = str_hole(text);
        if (len) {
            struct str rest = {text.p + 1, len - 2}, name;
            (void)str_cut(&rest, '|', &name);
            const struct template_value *value = value_of(name, values, n_values);
            if (value && !value->value.len)
                return true;
        }
        len += !len;
        text = (struct str){text.p + len, text.len - len};
    }
    return false;
}
