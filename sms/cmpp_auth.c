/* Authenticators and times of CMPP. Owns nothing; any thread. SPDX-License-Identifier: MIT */
#include "sms/cmpp_auth.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

enum { ZONE_S = 8 * 3600 };

static bool md5(const struct buf *b, uint8_t out[CMPP_MD5_OCTETS])
{
    return EVP_Digest(b->p, b->len, out, NULL, EVP_md5(), NULL) == 1;
}

bool cmpp_auth_source(struct cmpp_connect *c, const char *source_addr, const char *secret,
                      const char *digits)
{
    static const char zeros[9];
    int64_t number = 0;
    struct buf b;
    str_copy(str_of(source_addr), c->source_addr, sizeof c->source_addr);
    (void)str_to_i64(str_of(digits), 0, UINT32_MAX, &number); /* of cmpp_digits(): it is one */
    c->timestamp = (uint32_t)number;
    buf_init(&b);
    buf_add_c(&b, c->source_addr);
    buf_add(&b, zeros, sizeof zeros);
    buf_add_c(&b, secret);
    buf_add_c(&b, digits);
    bool good = md5(&b, c->authenticator);
    buf_clear(&b);
    return good;
}

bool cmpp_auth_ismg(const struct cmpp_connect *c, const char *secret, uint32_t status,
                    size_t status_octets, uint8_t out[CMPP_MD5_OCTETS])
{
    struct buf b;
    buf_init(&b);
    while (status_octets-- > 0)
        buf_add_char(&b, (char)(status >> 8 * status_octets & 0xFF));
    buf_add(&b, c->authenticator, sizeof c->authenticator);
    buf_add_c(&b, secret);
    bool good = md5(&b, out);
    buf_clear(&b);
    return good;
}

static struct tm local(int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000 + ZONE_S);
    struct tm tm;
    (void)gmtime_r(&seconds, &tm); /* fails only for years that do not fit an int */
    return tm;
}

void cmpp_digits(int64_t now_ms, char out[CMPP_DIGITS_SIZE])
{
    struct tm tm = local(now_ms);
    (void)strftime(out, CMPP_DIGITS_SIZE, "%m%d%H%M%S", &tm);
}

void cmpp_valid_time(int64_t until_ms, char out[CMPP_VALID_TIME_SIZE])
{
    struct tm tm = local(until_ms + 999);
    char text[24] = "";
    /* 032+: so many quarters of an hour before UTC */
    (void)strftime(text, sizeof text, "%Y%m%d%H%M%S032+", &tm);
    str_copy(str_of(text + 2), out, CMPP_VALID_TIME_SIZE);
}
