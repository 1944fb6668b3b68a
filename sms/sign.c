/* What signers of HTTP requests share, the table of them, and the shortest: HTTP Basic, Twilio's
 * callbacks. Owns nothing; any thread. A new signer is a file sign_<name>.c, a row of signers[] and
 * a word in settings.def. SPDX-License-Identifier: MIT */
#include "sms/sign.h"

#include "base/mem.h"
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct sign_mac sign_hmac_sha256(struct str key, struct str data)
{
    struct sign_mac mac;
    unsigned int len = sizeof mac.p;
    if (!HMAC(EVP_sha256(), key.p, (int)key.len, (const unsigned char *)data.p, data.len, mac.p,
              &len))
        abort(); /* no memory */
    return mac;
}

struct str sign_mac_str(const struct sign_mac *mac)
{
    return (struct str){(const char *)mac->p, sizeof mac->p};
}

void sign_add_hex(struct buf *out, const struct sign_mac *mac)
{
    for (size_t i = 0; i < sizeof mac->p; i++)
        buf_addf(out, "%02x", mac->p[i]);
}

void sign_add_sha256(struct buf *out, struct str data)
{
    struct sign_mac digest;
    unsigned int len = sizeof digest.p;
    if (EVP_Digest(data.p, data.len, digest.p, &len, EVP_sha256(), NULL) != 1)
        abort(); /* no memory */
    sign_add_hex(out, &digest);
}

static void add_base64(struct buf *out, struct str data, const char digits[65], bool pad)
{
    for (size_t i = 0; i < data.len; i += 3) {
        const unsigned char *p = (const unsigned char *)data.p + i;
        size_t left = data.len - i;
        unsigned v = (unsigned)p[0] << 16 | (left > 1 ? (unsigned)p[1] << 8 : 0) |
                     (left > 2 ? (unsigned)p[2] : 0);
        buf_add_char(out, digits[v >> 18]);
        buf_add_char(out, digits[v >> 12 & 63]);
        if (left > 1 || pad)
            buf_add_char(out, left > 1 ? digits[v >> 6 & 63] : '=');
        if (left > 2 || pad)
            buf_add_char(out, left > 2 ? digits[v & 63] : '=');
    }
}

void sign_add_base64(struct buf *out, struct str data)
{
    add_base64(out, data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true);
}

void sign_add_base64url(struct buf *out, struct str data)
{
    add_base64(out, data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
               false);
}

struct buf *sign_line(struct sign_lines *lines)
{
    assert(lines->n < SIGN_LINES_MAX);
    buf_init(&lines->line[lines->n]);
    return &lines->line[lines->n++];
}

void sign_lines_clear(struct sign_lines *lines)
{
    for (int i = 0; i < lines->n; i++)
        buf_clear(&lines->line[i]);
    lines->n = 0;
}

static struct tm utc_of(int64_t now_s)
{
    struct tm tm;
    time_t t = (time_t)now_s;
    gmtime_r(&t, &tm);
    return tm;
}

void sign_day(int64_t now_s, char out[SIGN_DAY_CHARS + 1])
{
    struct tm tm = utc_of(now_s);
    (void)strftime(out, SIGN_DAY_CHARS + 1, "%Y-%m-%d", &tm);
}

void sign_moment(int64_t now_s, char out[SIGN_MOMENT_CHARS + 1])
{
    struct tm tm = utc_of(now_s);
    (void)strftime(out, SIGN_MOMENT_CHARS + 1, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static bool sign_none(const struct sign_request *r, struct sign_lines *out)
{
    (void)r;
    (void)out;
    return true;
}

static bool sign_basic(const struct sign_request *r, struct sign_lines *out)
{
    struct buf pair, *line = sign_line(out);
    buf_init(&pair);
    buf_addf(&pair, STR_FMT ":" STR_FMT, STR_ARG(r->login), STR_ARG(r->password));
    buf_add_c(line, "Authorization: Basic ");
    sign_add_base64(line, buf_str(&pair));
    explicit_bzero(pair.p, pair.len);
    buf_clear(&pair);
    return r->login.len > 0;
}

static const struct {
    const char *name;
    sign_fn fn;
} signers[] = {
    {"none", sign_none}, {"basic", sign_basic},   {"acs3", sign_acs3},
    {"tc3", sign_tc3},   {"jwt-hs256", sign_jwt},
};

sign_fn sign_find(const char *name)
{
    for (size_t i = 0; i < sizeof signers / sizeof signers[0]; i++)
        if (strcmp(signers[i].name, name) == 0)
            return signers[i].fn;
    return NULL;
}

static int compare(struct str a, struct str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.p, b.p, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_name(const void *a, const void *b)
{
    const struct sign_field *x = a, *y = b;
    int order = compare(x->name, y->name);
    return order ? order : compare(x->value, y->value);
}

void sign_twilio(struct str key, struct str url, struct sign_field *fields, size_t n,
                 struct buf *out)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    struct buf text;
    buf_init(&text);
    buf_add_str(&text, url);
    if (n)
        qsort(fields, n, sizeof fields[0], by_name);
    for (size_t i = 0; i < n; i++) {
        if (i && by_name(&fields[i - 1], &fields[i]) == 0)
            continue; /* said twice, it is signed once */
        buf_add_str(&text, fields[i].name);
        buf_add_str(&text, fields[i].value);
    }
    if (!HMAC(EVP_sha1(), key.p, (int)key.len, (const unsigned char *)text.p, text.len, mac, &len))
        abort(); /* no memory */
    sign_add_base64(out, (struct str){(const char *)mac, len});
    buf_clear(&text);
}

bool sign_same(struct str a, struct str b)
{
    volatile unsigned char difference = 0;
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        difference |= (unsigned char)(a.p[i] ^ b.p[i]);
    return difference == 0;
}
