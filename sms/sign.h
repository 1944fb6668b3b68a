/* Signatures of HTTP requests, as providers want them. Pure: time and nonce are arguments.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_SIGN_H
#define PAIHAO_SMS_SIGN_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SIGN_LINES_MAX = 5, /* acs3 adds four */
    SIGN_NONCE_CHARS = 32,
};

struct sign_request {
    const char *method;
    struct str host;  /* as in the field Host: with its port unless that is the scheme's own */
    struct str path;  /* as on the wire */
    struct str query; /* likewise, without the question mark */
    const char *const
        *headers;            /* "Name: value", NULL-terminated; those signed with it among them */
    struct str content_type; /* empty: none is sent */
    struct str body;
    struct str login;    /* id of the key */
    struct str password; /* the key */
    int64_t now_s;
    struct str nonce;
};

/* Header lines to be sent as well. */
struct sign_lines {
    struct buf line[SIGN_LINES_MAX];
    int n;
};

/* False when the key is none for that signer. */
typedef bool (*sign_fn)(const struct sign_request *r, struct sign_lines *out);

/* "none", "basic", "acs3", "tc3", "jwt-hs256"; NULL for another word. */
sign_fn sign_find(const char *name);
void sign_lines_clear(struct sign_lines *lines);

bool sign_acs3(const struct sign_request *r, struct sign_lines *out);
bool sign_tc3(const struct sign_request *r, struct sign_lines *out);
bool sign_jwt(const struct sign_request *r, struct sign_lines *out);

/* For the signers. */
enum { SIGN_SHA256_BYTES = 32 };
struct sign_mac {
    unsigned char p[SIGN_SHA256_BYTES];
};
struct sign_mac sign_hmac_sha256(struct str key, struct str data);
struct str sign_mac_str(const struct sign_mac *mac);
void sign_add_hex(struct buf *out, const struct sign_mac *mac);
void sign_add_sha256(struct buf *out, struct str data); /* in hexadecimal digits */
void sign_add_base64(struct buf *out, struct str data);
void sign_add_base64url(struct buf *out, struct str data); /* without = at its end */
/* Begins another line. */
struct buf *sign_line(struct sign_lines *lines);
/* "2026-11-23" and "2026-11-23T20:23:52Z", UTC. */
enum { SIGN_DAY_CHARS = 10, SIGN_MOMENT_CHARS = 20 };
void sign_day(int64_t now_s, char out[SIGN_DAY_CHARS + 1]);
void sign_moment(int64_t now_s, char out[SIGN_MOMENT_CHARS + 1]);

/* The X-Twilio-Signature of a request to url with these fields of its form, in any order; appends
 * it to out. */
struct sign_field {
    struct str name, value;
};
void sign_twilio(struct str key, struct str url, struct sign_field *fields, size_t n,
                 struct buf *out);
/* Takes as long for any difference, of texts of the same length. */
bool sign_same(struct str a, struct str b);

#endif
