/* Pairing: makes the codes that new screens show, and the token of a screen that an admin has
 * admitted. The token is made from the request that fetches it, told in its answer and kept by
 * nobody; what is open, for how long and how often is the library's. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/moment.h"
#include "base/clock.h"
#include "base/json.h"
#include <assert.h>
#include <string.h>
#include <unistd.h>

enum {
    CODE_CHARS = 8,
    SECRET_MIN = 32, /* 128 bits in hexadecimal digits */
    TRIES = 4,       /* a code that another screen shows: one in some hundred millions */
    LASTS_MS = 600000,
};

/* Of what looks alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V Y) one at most, and no vowel, so that no code
 * is a word. 23 of them: 36 bits. */
static const char alphabet[] = "23456789CDFGHJKMNPQRTWX";

/* Every letter is as likely as any other: what would favour the first ones is thrown away. */
static void code_make(char out[CODE_CHARS + 1])
{
    const unsigned letters = sizeof(alphabet) - 1, limit = 256 - 256 % letters;
    unsigned char byte;

    for (int n = 0; n < CODE_CHARS;) {
        int failed = getentropy(&byte, 1);
        assert(failed == 0); /* only a kernel before 3.17 has none */
        (void)failed;
        if (byte < limit)
            out[n++] = alphabet[byte % letters];
    }
    out[CODE_CHARS] = '\0';
}

/* As people type it: small letters, blanks and hyphens between the groups. */
static bool code_read(struct str typed, char out[CODE_CHARS + 1])
{
    int n = 0;

    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (n == CODE_CHARS || !strchr(alphabet, c))
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return n == CODE_CHARS;
}

/* The screen's secret as the store knows it, or a problem is answered. */
static bool secret_hash(struct call *c, char out[SEAL_HASH_CHARS + 1])
{
    struct str secret = args_get(c->command, &c->args, "secret");

    if (secret.len < SECRET_MIN) {
        call_problem(c, ERR_FIELD_INVALID, "secret", "At least 32 characters, made at random.");
        return false;
    }
    seal_hash(c->api->config.seal, "pairing", secret, out);
    return true;
}

static void send_open(struct call *c);

static void on_opened(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    int *tries = c->state;

    if (reply->err == ERR_PAIR_CODE_TAKEN && ++*tries < TRIES)
        send_open(c);
    else
        call_on_reply(c, reply);
}

static void send_open(struct call *c)
{
    char code[CODE_CHARS + 1], hash[SEAL_HASH_CHARS + 1], ms[MOMENT_MAX];
    struct booking_sender from;

    if (!secret_hash(c, hash))
        return;
    code_make(code);
    booking_sender(c, &from);
    struct str argv[] = {str_of(hash), str_of(code), args_get(c->command, &c->args, "kind"),
                         /* ten minutes on the wall, however fast a demo's clock runs */
                         moment_text((int64_t)LASTS_MS * clock_speed(), ms), str_of(from.address),
                         str_of(from.prefix)};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_opened);
}

void local_pairing_open(struct call *c)
{
    int *tries = arena_alloc(http_arena(c->req), sizeof(*tries));

    *tries = 0;
    c->state = tries;
    send_open(c);
}

void local_pairing_claim(struct call *c)
{
    struct str hall = args_get(c->command, &c->args, "hall");
    char code[CODE_CHARS + 1];

    if (!auth_has_hall(&c->who, hall)) {
        call_problem(c, ERR_FORBIDDEN, "hall", NULL);
        return;
    }
    if (!code_read(args_get(c->command, &c->args, "code"), code)) {
        call_problem(c, ERR_PAIR_UNKNOWN, "code", NULL); /* cannot be one: no try is counted */
        return;
    }
    struct str argv[] = {str_of(code), args_get(c->command, &c->args, "name"), hall};
    call_store_write(c, c->command->function, argv, 3, call_on_reply);
}

/* {"state":"paired","device":{…}}, and the token with the device. */
static void on_taken(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    char token[SEAL_TOKEN_CHARS + 1];
    struct buf out;

    if (reply->err != ERR_NONE || !memmem(reply->text.p, reply->text.len, "\"paired\"", 8)) {
        call_on_reply(c, reply);
        return;
    }
    call_device_token(c, token);
    buf_init(&out);
    buf_add(&out, reply->text.p, reply->text.len - 2);
    json_add_member_cstr(&out, "token", token);
    buf_add_c(&out, "}}");
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

static void send_take(struct call *c)
{
    char hash[SEAL_HASH_CHARS + 1], token[SEAL_TOKEN_CHARS + 1], token_hash[SEAL_HASH_CHARS + 1];

    if (!secret_hash(c, hash))
        return;
    call_device_token(c, token);
    seal_hash(c->api->config.seal, "token", str_of(token), token_hash);
    struct str argv[] = {str_of(hash), str_of(token_hash)};
    call_store_write(c, c->command->function, argv, 2, on_taken);
}

/* Only a screen that an admin has chosen writes. One that is unknown may be asking again for an
 * answer that was lost: the library still has it. */
static void on_looked(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err == ERR_NONE && memmem(reply->text.p, reply->text.len, "\"waiting\"", 9))
        call_reply_json(c, reply->text);
    else if (reply->err == ERR_NONE || reply->err == ERR_PAIR_UNKNOWN)
        send_take(c);
    else
        call_problem_store(c, reply);
}

void local_pairing_take(struct call *c)
{
    char hash[SEAL_HASH_CHARS + 1];

    if (!secret_hash(c, hash))
        return;
    struct str argv[] = {str_of(hash)};
    call_store_read(c, "pair_view", argv, 1, on_looked);
}
