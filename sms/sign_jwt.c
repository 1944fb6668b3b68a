/* A JSON Web Token with HMAC-SHA256 (RFC 7519) that says who asks and when, good for seconds, as
 * GOV.UK Notify wants it. Its keys are one text, name-issuer-secret, of which the two UUIDs at the
 * end count. Owns nothing; any thread. SPDX-License-Identifier: MIT */
#include "sms/sign.h"

#include "base/json.h"

enum { UUID_CHARS = 36 };

/* With a login that is the issuer and the password the secret. */
static bool take_apart(const struct sign_request *r, struct str *issuer, struct str *secret)
{
    const char *end = r->password.p + r->password.len;
    *issuer = r->login;
    *secret = r->password;
    if (r->login.len)
        return r->password.len > 0;
    if (r->password.len < 2 * UUID_CHARS + 1)
        return false;
    *secret = (struct str){end - UUID_CHARS, UUID_CHARS};
    *issuer = (struct str){end - 2 * UUID_CHARS - 1, UUID_CHARS};
    return end[-UUID_CHARS - 1] == '-';
}

bool sign_jwt(const struct sign_request *r, struct sign_lines *out)
{
    struct str issuer, secret;
    struct buf claims, text;
    if (!take_apart(r, &issuer, &secret))
        return false;
    buf_init(&claims);
    buf_init(&text);
    buf_add_char(&claims, '{');
    json_add_member_str(&claims, "iss", issuer);
    json_add_member_i64(&claims, "iat", r->now_s);
    buf_add_char(&claims, '}');
    sign_add_base64url(&text, STR("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
    buf_add_char(&text, '.');
    sign_add_base64url(&text, buf_str(&claims));
    struct sign_mac mac = sign_hmac_sha256(secret, buf_str(&text));
    buf_add_char(&text, '.');
    sign_add_base64url(&text, sign_mac_str(&mac));
    buf_addf(sign_line(out), "Authorization: Bearer %s", text.p);
    buf_clear(&claims);
    buf_clear(&text);
    return true;
}
