/* The pre-check of every request and the choice of its door. Owns nothing; any thread. A further
 * rule is a few lines in one of the check_ functions and a row in tests/unit/precheck.c.
 * SPDX-License-Identifier: MIT */
#include "http/precheck.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];

        if (!is_alpha(c) && !is_digit(c) && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.len > 0;
}

static bool name_is(struct str s, const char *name)
{
    return s.len == strlen(name) && strncasecmp(s.p, name, s.len) == 0;
}

/* A folded line reaches us glued to the name: "Transfer-Encoding:\r\n chunked" comes as a field
 * called Transfer-Encodingchunked, while its body has been framed as if it were not there. */
static bool name_is_glued(struct str s, const char *name)
{
    size_t len = strlen(name);

    return s.len > len && strncasecmp(s.p, name, len) == 0;
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err check_method(struct str method)
{
    static const char *const known[] = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_is(method, known[i]))
            return ERR_NONE;
    }
    for (size_t i = 0; i < method.len; i++) {
        if (method.p[i] < 'A' || method.p[i] > 'Z')
            return ERR_BAD_REQUEST;
    }
    return method.len > 0 ? ERR_METHOD : ERR_BAD_REQUEST;
}

static enum err check_uri(struct str uri)
{
    if (uri.len > PRECHECK_URI_MAX)
        return ERR_URI_TOO_LONG;
    if (uri.len == 0 || uri.p[0] != '/')
        return ERR_BAD_REQUEST;
    for (size_t i = 0; i < uri.len; i++) {
        unsigned char c = (unsigned char)uri.p[i];
        int high, low;

        if (c <= 0x20 || c == 0x7f)
            return ERR_BAD_REQUEST;
        if (c != '%')
            continue;
        high = i + 2 < uri.len ? hex_value(uri.p[i + 1]) : -1;
        low = i + 2 < uri.len ? hex_value(uri.p[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0)
            return ERR_BAD_REQUEST; /* %00 would cut the decoded path short */
        i += 2;
    }
    return ERR_NONE;
}

static enum err check_path(struct str path)
{
    struct str rest = path;
    struct str segment;

    if (path.len == 0 || path.p[0] != '/' || !str_utf8_valid(path))
        return ERR_BAD_REQUEST;
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];

        if (c < 0x20 || c == 0x7f)
            return ERR_BAD_REQUEST;
    }
    while (str_cut(&rest, '/', &segment)) {
        if (str_is(segment, ".."))
            return ERR_BAD_REQUEST;
    }
    return ERR_NONE;
}

static bool host_is_valid(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.p[i];

        if (!is_alpha(c) && !is_digit(c) && (c == '\0' || strchr(".:-_[]", c) == NULL))
            return false;
    }
    return host.len > 0;
}

/* Digits alone; a number too long for int64_t is larger than any limit. */
static enum err check_length(struct str value, int64_t max_bytes)
{
    int64_t n = 0;

    if (value.len == 0)
        return ERR_BAD_REQUEST;
    for (size_t i = 0; i < value.len; i++) {
        if (!is_digit(value.p[i]))
            return ERR_BAD_REQUEST;
        if (n <= max_bytes)
            n = n * 10 + (value.p[i] - '0'); /* cannot overflow below a limit of 2^59 */
    }
    return n > max_bytes ? ERR_TOO_LARGE : ERR_NONE;
}

struct framing {
    const struct precheck_field *length;
    const struct precheck_field *encoding;
    const struct precheck_field *host;
};

/* Collects the three fields that say where a request ends and whom it is for; each at most once. */
static bool find_framing(const struct precheck *r, struct framing *out)
{
    const struct {
        const char *name;
        const struct precheck_field **slot;
    } wanted[] = {
        {"Content-Length", &out->length},
        {"Transfer-Encoding", &out->encoding},
        {"Host", &out->host},
    };

    for (size_t i = 0; i < r->n_fields; i++) {
        const struct precheck_field *f = &r->fields[i];

        if (!is_token(f->name))
            return false;
        for (size_t k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++) {
            if (name_is_glued(f->name, wanted[k].name))
                return false;
            if (!name_is(f->name, wanted[k].name))
                continue;
            if (*wanted[k].slot != NULL)
                return false;
            *wanted[k].slot = f;
        }
    }
    return true;
}

static enum err check_fields(const struct precheck *r)
{
    struct framing f = {0};
    bool is_1_1 = str_is(r->version, "HTTP/1.1");

    if (r->n_fields > PRECHECK_FIELDS_MAX || !find_framing(r, &f))
        return ERR_BAD_REQUEST;
    if (f.host != NULL ? !host_is_valid(f.host->value) : is_1_1)
        return ERR_BAD_REQUEST;
    if (f.encoding != NULL) {
        if (f.length != NULL || !is_1_1 || !name_is(f.encoding->value, "chunked"))
            return ERR_BAD_REQUEST;
    }
    return f.length != NULL ? check_length(f.length->value, r->body_max_bytes) : ERR_NONE;
}

enum err precheck(const struct precheck *r)
{
    enum err e;

    if (!str_is(r->version, "HTTP/1.1") && !str_is(r->version, "HTTP/1.0"))
        return ERR_BAD_REQUEST;
    e = check_uri(r->uri);
    if (e == ERR_NONE)
        e = check_path(r->path);
    if (e == ERR_NONE)
        e = check_method(r->method);
    return e == ERR_NONE ? check_fields(r) : e;
}

static bool ends_like_stream(const char *p, size_t len)
{
    static const char tail[] = "/stream";

    return len >= sizeof(tail) - 1 &&
           memcmp(p + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1) == 0;
}

bool precheck_is_stream(struct str uri)
{
    const char *query = uri.len > 0 ? memchr(uri.p, '?', uri.len) : NULL;

    return ends_like_stream(uri.p, query != NULL ? (size_t)(query - uri.p) : uri.len);
}

enum precheck_door precheck_peek(struct str first_bytes)
{
    static const char get[] = "GET ";
    const char *p = first_bytes.p;
    size_t n = first_bytes.len;
    size_t known;

    if (n >= PRECHECK_PEEK_BYTES)
        n = PRECHECK_PEEK_BYTES;
    known = n < sizeof(get) - 1 ? n : sizeof(get) - 1;
    if (known > 0 && memcmp(p, get, known) != 0)
        return DOOR_API;
    for (size_t i = sizeof(get) - 1; i < n; i++) {
        if (p[i] == ' ' || p[i] == '?' || p[i] == '\r' || p[i] == '\n')
            return ends_like_stream(p, i) ? DOOR_STREAM : DOOR_API;
    }
    return n >= PRECHECK_PEEK_BYTES ? DOOR_API : DOOR_MORE;
}
