/* Sealed records, keyed hashes, link codes, tokens and passwords, all by libsodium. The keys are
 * read once and only read afterwards; any thread, but passwords on job threads only. A new kind of
 * secret gets a purpose of seal_hash() or a key of its own in seal_keys.c.
 * SPDX-License-Identifier: MIT */
#include "core/seal.h"

#include "base/log.h"
#include "core/seal_keys.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    RECORD_MAX = NONCE_BYTES + SEAL_TEXT_MAX + TAG_BYTES,
    RECORD_CHARS_MAX = (RECORD_MAX * 4 + 2) / 3,
    HASH_BYTES = 16,
    LINK_BYTES = 10,
    TOKEN_BYTES = 32,
    PASSWORD_PASSES = 2,                /* OWASP's second choice for argon2id: */
    PASSWORD_MEMORY = 19 * 1024 * 1024, /* small enough for two job threads on a small machine */
};
static_assert(crypto_pwhash_STRBYTES == 128, "seal_password_hash() promises 128 bytes");

static const int base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

/* Cheap after the first time; tokens and passwords may be wanted by a program without a key file.
 */
static void ready(void)
{
    if (sodium_init() < 0)
        abort(); /* no source of randomness */
}

struct seal *seal_open(const char *path, bool make)
{
    struct seal *s;

    ready();
    s = sodium_malloc(sizeof(*s)); /* locked and between guard pages */
    if (s == NULL) {
        log_error_errno("seal: no memory for the keys");
        return NULL;
    }
    memset(s, 0, sizeof(*s));
    if (!seal_keys_read(s, path, make)) {
        seal_close(s);
        return NULL;
    }
    (void)sodium_mprotect_readonly(s); /* a help against our own bugs only */
    return s;
}

void seal_close(struct seal *s)
{
    sodium_free(s); /* NULL allowed; wipes */
}

void seal_text(const struct seal *s, struct str plain, struct str context, struct buf *out)
{
    const struct seal_key *key = &s->keys[s->n - 1];
    unsigned char record[RECORD_MAX];
    char text[RECORD_CHARS_MAX + 1];
    unsigned long long len;

    if (plain.len > SEAL_TEXT_MAX)
        abort(); /* a bug of ours, and an overflow where assert() is compiled out */
    randombytes_buf(record, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        record + NONCE_BYTES, &len, (const unsigned char *)plain.p, plain.len,
        (const unsigned char *)context.p, context.len, NULL, record, key->record);
    sodium_bin2base64(text, sizeof(text), record, NONCE_BYTES + (size_t)len, base64);
    buf_addf(out, "%s.%s", key->id, text);
}

static const struct seal_key *key_of(const struct seal *s, struct str id)
{
    for (int i = 0; i < s->n; i++) {
        if (str_is(id, s->keys[i].id))
            return &s->keys[i];
    }
    return NULL;
}

bool seal_open_text(const struct seal *s, struct str sealed, struct str context, struct buf *out)
{
    unsigned char record[RECORD_MAX];
    unsigned char plain[SEAL_TEXT_MAX];
    const struct seal_key *key;
    unsigned long long plain_len;
    struct str id = {"", 0};
    size_t len = 0;
    bool ok;

    (void)str_cut(&sealed, '.', &id); /* of an empty text: no key has an empty name */
    key = key_of(s, id);
    ok = key != NULL &&
         sodium_base642bin(record, sizeof(record), sealed.p, sealed.len, NULL, &len, NULL,
                           base64) == 0 &&
         len >= NONCE_BYTES + TAG_BYTES &&
         crypto_aead_xchacha20poly1305_ietf_decrypt(
             plain, &plain_len, NULL, record + NONCE_BYTES, len - NONCE_BYTES,
             (const unsigned char *)context.p, context.len, record, key->record) == 0;
    if (ok)
        buf_add(out, plain, (size_t)plain_len);
    else
        log_warn("seal: a record does not open: %s",
                 key == NULL ? "its key is not in the key file" : "changed, or of another place");
    sodium_memzero(plain, sizeof(plain));
    return ok;
}

/* Length before text, so that no two pairs of texts look the same. */
static void hash_pair(const unsigned char key[SEAL_KEY_BYTES], struct str a, struct str b,
                      unsigned char out[HASH_BYTES])
{
    crypto_generichash_state state;
    uint64_t a_len = a.len;
    unsigned char prefix[8];

    for (int i = 0; i < 8; i++)
        prefix[i] = (unsigned char)(a_len >> (8 * i));
    crypto_generichash_init(&state, key, SEAL_KEY_BYTES, HASH_BYTES);
    crypto_generichash_update(&state, prefix, sizeof(prefix));
    crypto_generichash_update(&state, (const unsigned char *)a.p, a.len);
    crypto_generichash_update(&state, (const unsigned char *)b.p, b.len);
    crypto_generichash_final(&state, out, HASH_BYTES);
    sodium_memzero(&state, sizeof(state));
}

void seal_hash(const struct seal *s, const char *purpose, struct str value, char *out)
{
    unsigned char hash[HASH_BYTES];

    hash_pair(s->hash, str_of(purpose), value, hash);
    sodium_bin2base64(out, SEAL_HASH_CHARS + 1, hash, sizeof(hash), base64);
}

/* 5 bits a character; Crockford's letters cannot be mistaken for digits when read aloud. */
static void put_base32(const unsigned char bytes[LINK_BYTES], char *out)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned bits = 0;
    int n_bits = 0;

    for (int i = 0; i < LINK_BYTES; i++) {
        bits = bits << 8 | bytes[i];
        n_bits += 8;
        while (n_bits >= 5) {
            n_bits -= 5;
            *out++ = letters[bits >> n_bits & 31];
        }
    }
    *out = '\0';
}

void seal_link(const struct seal *s, struct str hall, struct str ticket, char *out)
{
    unsigned char hash[HASH_BYTES];

    hash_pair(s->link, hall, ticket, hash);
    put_base32(hash, out);
}

bool seal_link_ok(const struct seal *s, struct str hall, struct str ticket, struct str code)
{
    char right[SEAL_LINK_CHARS + 1];

    seal_link(s, hall, ticket, right);
    return code.len == SEAL_LINK_CHARS && sodium_memcmp(right, code.p, SEAL_LINK_CHARS) == 0;
}

void seal_token(char *out)
{
    unsigned char bytes[TOKEN_BYTES];

    ready();
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(out, SEAL_TOKEN_CHARS + 1, bytes, sizeof(bytes), base64);
    sodium_memzero(bytes, sizeof(bytes));
}

bool seal_password_hash(struct str password, char out[128])
{
    ready();
    if (crypto_pwhash_str_alg(out, password.p, password.len, PASSWORD_PASSES, PASSWORD_MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        log_error("seal: no memory to hash a password");
        return false;
    }
    return true;
}

bool seal_password_ok(const char *hash, struct str password)
{
    ready();
    return crypto_pwhash_str_verify(hash, password.p, password.len) == 0;
}

/* The hash of 32 random bytes that nobody has seen. */
const char *seal_password_dummy(void)
{
    return "$argon2id$v=19$m=19456,t=2,p=1$"
           "NzKcEVbQLOo50Y362gOepg$0EmU5p7EYFbK004a3tBvEKKQCfAqyfk6iBjTbdNmmJc";
}
