/* Aliyun's signature of requests, ACS3-HMAC-SHA256: a digest of method, path, sorted query, the
 * fields host, content-type and x-acs-*, and the body. Every x-acs- field that is sent must be
 * signed. Owns nothing; any thread. SPDX-License-Identifier: MIT */
#include "sms/sign.h"

#include "base/mem.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    PAIRS_MAX = 64,  /* SendSms has five */
    FIELDS_MAX = 32, /* a gateway has 16 further headers */
    NAME_MAX_CHARS = 64,
};

/* One of the query, decoded and encoded again as RFC 3986 has it: other encoders leave some
 * characters as they are, and the provider does not. */
struct pair {
    struct buf text; /* name=value */
};

struct field {
    char name[NAME_MAX_CHARS + 1]; /* in small letters */
    struct str value;
};

static int hex_of(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c && at ? (int)(at - digits) : -1;
}

static void add_encoded(struct buf *out, unsigned char c)
{
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 (c && strchr("-._~", c));
    if (plain)
        buf_add_char(out, (char)c);
    else
        buf_addf(out, "%%%02X", c);
}

static void add_recoded(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '%' && i + 2 < s.len && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0) {
            c = (unsigned char)(hex_of(s.p[i + 1]) << 4 | hex_of(s.p[i + 2]));
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        add_encoded(out, c);
    }
}

static int pairs_compare(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->text.p, ((const struct pair *)b)->text.p);
}

/* False when there are too many. */
static bool add_query(struct buf *out, struct str query)
{
    struct pair pairs[PAIRS_MAX];
    struct str one, name;
    int n = 0;
    while (n < PAIRS_MAX && str_cut(&query, '&', &one)) {
        struct buf *text = &pairs[n].text;
        if (!one.len)
            continue;
        buf_init(text);
        (void)str_cut(&one, '=', &name);
        add_recoded(text, name);
        buf_add_char(text, '=');
        add_recoded(text, one);
        n++;
    }
    qsort(pairs, (size_t)n, sizeof pairs[0], pairs_compare);
    for (int i = 0; i < n; i++) {
        buf_addf(out, "%s%s", i ? "&" : "", pairs[i].text.p);
        buf_clear(&pairs[i].text);
    }
    return query.len == 0;
}

static struct str trimmed(struct str s)
{
    while (s.len && s.p[0] == ' ')
        s = (struct str){s.p + 1, s.len - 1};
    while (s.len && s.p[s.len - 1] == ' ')
        s.len--;
    return s;
}

struct fields {
    struct field v[FIELDS_MAX];
    int n;
};

static void add_field(struct fields *f, struct str name, struct str value)
{
    if (f->n == FIELDS_MAX || name.len > NAME_MAX_CHARS)
        return;
    struct field *one = &f->v[f->n++];
    for (size_t i = 0; i < name.len; i++)
        one->name[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] | 0x20 : name.p[i]);
    one->name[name.len] = 0;
    one->value = trimmed(value);
}

/* "x-acs-action: SendSms" */
static void add_line(struct fields *f, struct str line)
{
    struct str name;
    if (line.len > 6 && strncasecmp(line.p, "x-acs-", 6) == 0 && str_cut(&line, ':', &name))
        add_field(f, name, line);
}

static int fields_compare(const void *a, const void *b)
{
    return strcmp(((const struct field *)a)->name, ((const struct field *)b)->name);
}

static void collect(struct fields *f, const struct sign_request *r, const struct sign_lines *own)
{
    add_field(f, STR("host"), r->host);
    if (r->content_type.len)
        add_field(f, STR("content-type"), r->content_type);
    for (const char *const *h = r->headers; h && *h; h++)
        add_line(f, str_of(*h));
    for (int i = 0; i < own->n; i++)
        add_line(f, buf_str(&own->line[i]));
    qsort(f->v, (size_t)f->n, sizeof f->v[0], fields_compare);
}

static void add_names(struct buf *out, const struct fields *f)
{
    for (int i = 0; i < f->n; i++)
        buf_addf(out, "%s%s", i ? ";" : "", f->v[i].name);
}

static bool add_canonical(struct buf *out, const struct sign_request *r, const struct fields *f)
{
    buf_addf(out, "%s\n" STR_FMT "\n", r->method, STR_ARG(r->path));
    bool ok = add_query(out, r->query);
    buf_add_char(out, '\n');
    for (int i = 0; i < f->n; i++)
        buf_addf(out, "%s:" STR_FMT "\n", f->v[i].name, STR_ARG(f->v[i].value));
    buf_add_char(out, '\n');
    add_names(out, f);
    buf_add_char(out, '\n');
    sign_add_sha256(out, r->body);
    return ok;
}

bool sign_acs3(const struct sign_request *r, struct sign_lines *out)
{
    struct fields fields = {.n = 0};
    struct buf canonical, text, *line;
    char date[SIGN_MOMENT_CHARS + 1];
    buf_init(&canonical);
    buf_init(&text);
    sign_moment(r->now_s, date);
    buf_addf(sign_line(out), "x-acs-date: %s", date);
    buf_addf(sign_line(out), "x-acs-signature-nonce: " STR_FMT, STR_ARG(r->nonce));
    line = sign_line(out);
    buf_add_c(line, "x-acs-content-sha256: ");
    sign_add_sha256(line, r->body);
    collect(&fields, r, out);
    bool ok = add_canonical(&canonical, r, &fields);
    buf_add_c(&text, "ACS3-HMAC-SHA256\n");
    sign_add_sha256(&text, buf_str(&canonical));
    struct sign_mac mac = sign_hmac_sha256(r->password, buf_str(&text));
    line = sign_line(out);
    buf_addf(line, "Authorization: ACS3-HMAC-SHA256 Credential=" STR_FMT ",SignedHeaders=",
             STR_ARG(r->login));
    add_names(line, &fields);
    buf_add_c(line, ",Signature=");
    sign_add_hex(line, &mac);
    buf_clear(&canonical);
    buf_clear(&text);
    return ok;
}
