/* Tencent Cloud's signature of requests, TC3-HMAC-SHA256: a key derived from day and service signs
 * a digest of method, path, query, the fields content-type and host, and the body. The service is
 * the first label of the host, and the host is signed without its port, as the provider's own
 * libraries do. Owns nothing; any thread. SPDX-License-Identifier: MIT */
#include "sms/sign.h"

#include <string.h>

static struct str without_port(struct str host)
{
    const char *colon = host.len && host.p[0] != '[' ? memchr(host.p, ':', host.len) : NULL;
    return colon ? (struct str){host.p, (size_t)(colon - host.p)} : host;
}

static void add_canonical(struct buf *out, const struct sign_request *r)
{
    buf_addf(out, "%s\n" STR_FMT "\n" STR_FMT "\n", r->method, STR_ARG(r->path), STR_ARG(r->query));
    buf_addf(out, "content-type:" STR_FMT "\nhost:" STR_FMT "\n\ncontent-type;host\n",
             STR_ARG(r->content_type), STR_ARG(without_port(r->host)));
    sign_add_sha256(out, r->body);
}

static struct sign_mac sign_with(const struct sign_request *r, const char *day, struct str service,
                                 struct str text)
{
    struct buf key;
    buf_init(&key);
    buf_addf(&key, "TC3" STR_FMT, STR_ARG(r->password));
    struct sign_mac by_day = sign_hmac_sha256(buf_str(&key), str_of(day));
    struct sign_mac by_service = sign_hmac_sha256(sign_mac_str(&by_day), service);
    struct sign_mac signing = sign_hmac_sha256(sign_mac_str(&by_service), STR("tc3_request"));
    explicit_bzero(key.p, key.len);
    buf_clear(&key);
    return sign_hmac_sha256(sign_mac_str(&signing), text);
}

bool sign_tc3(const struct sign_request *r, struct sign_lines *out)
{
    struct str rest = r->host, service;
    struct buf canonical, text, *line;
    char day[SIGN_DAY_CHARS + 1];
    if (!str_cut(&rest, '.', &service))
        return false;
    sign_day(r->now_s, day);
    buf_init(&canonical);
    buf_init(&text);
    add_canonical(&canonical, r);
    buf_addf(&text, "TC3-HMAC-SHA256\n%lld\n%s/" STR_FMT "/tc3_request\n", (long long)r->now_s, day,
             STR_ARG(service));
    sign_add_sha256(&text, buf_str(&canonical));
    struct sign_mac mac = sign_with(r, day, service, buf_str(&text));
    buf_addf(sign_line(out), "X-TC-Timestamp: %lld", (long long)r->now_s);
    line = sign_line(out);
    buf_addf(line,
             "Authorization: TC3-HMAC-SHA256 Credential=" STR_FMT "/%s/" STR_FMT
             "/tc3_request, SignedHeaders=content-type;host, Signature=",
             STR_ARG(r->login), day, STR_ARG(service));
    sign_add_hex(line, &mac);
    buf_clear(&canonical);
    buf_clear(&text);
    return r->content_type.len > 0;
}
