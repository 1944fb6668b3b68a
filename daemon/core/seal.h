/* What keeps personal data and secrets: XChaCha20-Poly1305 records, keyed hashes for look-up, link
 * codes, tokens, passwords. libsodium behind one header. Thread-safe after seal_open().
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_SEAL_H
#define PAIHAO_CORE_SEAL_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>

struct seal;

enum {
    SEAL_HASH_CHARS = 22,  /* 128 bits, base64url without padding */
    SEAL_TOKEN_CHARS = 43, /* 256 bits */
    SEAL_LINK_CHARS = 16,  /* 80 bits, base32 (Crockford, lower case) */
    SEAL_TEXT_MAX = 8448,  /* plain text of one record: ten fields of 200 code points as JSON */
};

/* Reads the key file, or makes it (mode 0600) when missing and make is set. Lines "k1:<64 hex>",
 * the last one seals, all open; the first one makes hashes and links, so it stays while tokens and
 * links shall hold. Refuses a file that others may read. NULL: logged. */
struct seal *seal_open(const char *path, bool make);
void seal_close(struct seal *s);
/* "k1.<base64url nonce+ciphertext>" into out. context binds the record to its place (e.g. the
 * ticket's id): opening with another context fails. */
void seal_text(const struct seal *s, struct str plain, struct str context, struct buf *out);
bool seal_open_text(const struct seal *s, struct str sealed, struct str context, struct buf *out);
/* Keyed BLAKE2b of value within a purpose ("phone", "token", "request"); SEAL_HASH_CHARS into out +
 * NUL. */
void seal_hash(const struct seal *s, const char *purpose, struct str value, char *out);
/* The secret part of a citizen's link: a keyed code of hall and ticket id; SEAL_LINK_CHARS into out
 * + NUL. */
void seal_link(const struct seal *s, struct str hall, struct str ticket, char *out);
/* Constant time. */
bool seal_link_ok(const struct seal *s, struct str hall, struct str ticket, struct str code);
/* SEAL_TOKEN_CHARS of randomness + NUL. */
void seal_token(char *out);
/* Blocking, some 25 ms: job threads only. argon2id, 2 passes, 19 MiB. out: 128 bytes. */
bool seal_password_hash(struct str password, char out[128]);
bool seal_password_ok(const char *hash, struct str password);
/* A hash to compare against when the name is unknown, so that both take the same time. */
const char *seal_password_dummy(void);

#endif
