/* One-time codes: makes them, binds them to purpose, hall, phone and booking by a keyed hash, and
 * sends them sealed. The clear code lives in code_send() only; tries, age and limits are the
 * library's. The worker's thread. A further purpose is a word of the row code_send in commands.def.
 * SPDX-License-Identifier: MIT */
#include "api/codes.h"
#include "api/booking.h"
#include "base/json.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CODES = 1000000 };

/* Every code is as likely as any other: what would favour the low ones is thrown away. */
static void code_make(struct code_typed *out)
{
    const uint32_t limit = UINT32_MAX - UINT32_MAX % CODES;
    uint32_t n;

    do {
        int failed = getentropy(&n, sizeof(n));
        assert(failed == 0); /* only a kernel before 3.17 has none */
        (void)failed;
    } while (n >= limit);
    (void)snprintf(out->digits, sizeof(out->digits), "%06u", (unsigned)(n % CODES)); /* fits */
    explicit_bzero(&n, sizeof(n));
}

/* U+FF10 to U+FF19: what a Chinese keyboard writes. 0..9, or -1. */
static int digit_of(struct str s, size_t *len)
{
    *len = str_utf8_next(s);
    if (*len == 1 && s.p[0] >= '0' && s.p[0] <= '9')
        return s.p[0] - '0';
    if (*len == 3 && memcmp(s.p, "\xef\xbc", 2) == 0 && (unsigned char)s.p[2] >= 0x90 &&
        (unsigned char)s.p[2] <= 0x99)
        return (unsigned char)s.p[2] - 0x90;
    return -1;
}

bool code_digits(struct str typed, int n, char *out)
{
    int have = 0;
    size_t len;

    while (typed.len > 0) {
        int digit = digit_of(typed, &len);
        if (digit >= 0 && have < n)
            out[have++] = (char)('0' + digit);
        else if (digit >= 0 || len != 1 || (typed.p[0] != ' ' && typed.p[0] != '-'))
            return false;
        typed = (struct str){typed.p + len, typed.len - len};
    }
    out[have] = '\0';
    return have == n;
}

void code_hash(const struct call *c, const struct code_place *p, const struct code_typed *code,
               char out[SEAL_HASH_CHARS + 1])
{
    char value[192];
    int len = snprintf(value, sizeof(value), STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|%s",
                       STR_ARG(p->purpose), STR_ARG(c->hall), STR_ARG(p->phone_hash),
                       STR_ARG(p->booking), code->digits);

    assert(len > 0 && (size_t)len < sizeof(value)); /* 6 + 32 + 22 + 25 + 6 */
    seal_hash(c->api->config.seal, "code", (struct str){value, (size_t)len}, out);
    explicit_bzero(value, sizeof(value));
}

bool code_of_call(struct call *c, const char *purpose, struct str booking,
                  char out[SEAL_HASH_CHARS + 1])
{
    struct code_place place = {str_of(purpose), args_find(c->command, &c->args, "phone")[2],
                               booking};
    struct code_typed code;
    struct str typed = args_get(c->command, &c->args, "code");
    bool ok = code_digits(typed, CODE_DIGITS, code.digits);

    if (ok)
        code_hash(c, &place, &code, out);
    else /* no try is counted for what cannot be a code */
        call_problem(c, ERR_CODE_WRONG, "code", NULL);
    explicit_bzero(&code, sizeof(code));
    return ok;
}

/* The code is kept with the call only where the answer shows it. (Of a request that is repeated it
 * is not the one that was sent; a demo can live with that.) */
static void on_sent(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct code_typed *code = c->state;
    struct buf out;

    if (reply->err != ERR_NONE || !code) {
        call_on_reply(c, reply);
        return;
    }
    assert(reply->text.len > 2 && reply->text.p[0] == '{');
    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "code", code->digits);
    buf_add_char(&out, ',');
    buf_add(&out, reply->text.p + 1, reply->text.len - 1);
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

/* The hold's booking for "book", none for the others. */
static bool purpose_is_whole(struct call *c, bool is_book, struct str booking)
{
    if (is_book && booking.len == 0)
        call_problem(c, ERR_FIELD_MISSING, "booking", NULL);
    else if (!is_book && booking.len > 0)
        call_problem(c, ERR_FIELD_INVALID, "booking", "Only a code to book is for one booking.");
    else
        return true;
    return false;
}

static void seal_code(const struct call *c, struct str record, const struct code_typed *code,
                      struct buf *out)
{
    struct str context = arena_printf(http_arena(c->req), STR_FMT "/otp/" STR_FMT, STR_ARG(c->hall),
                                      STR_ARG(record));

    seal_text(c->api->config.seal, str_of(code->digits), context, out);
}

/* Nothing here or in the library's answer tells whether the number is known. */
void local_code_send(struct call *c)
{
    const struct str *phone = args_find(c->command, &c->args, "phone");
    struct str purpose = args_get(c->command, &c->args, "purpose");
    struct str booking = args_get(c->command, &c->args, "booking");
    bool shows = c->api->config.show_codes;
    char pow[SEAL_HASH_CHARS + 1], hash[SEAL_HASH_CHARS + 1];
    struct booking_sender from;
    struct code_typed code;
    struct buf sealed;

    if (!purpose_is_whole(c, str_is(purpose, "book"), booking))
        return;
    if (!c->api->config.messages_on && !shows) {
        call_problem(c, ERR_MESSAGES_OFF, NULL, NULL);
        return;
    }
    if (!booking_pow(c, pow))
        return;
    booking_sender(c, &from);
    code_make(&code);
    struct code_place place = {purpose, phone[2], booking};
    code_hash(c, &place, &code, hash);
    buf_init(&sealed);
    seal_code(c, phone[0], &code, &sealed);
    if (shows) {
        c->state = arena_alloc(http_arena(c->req), sizeof(code));
        *(struct code_typed *)c->state = code;
    }
    explicit_bzero(&code, sizeof(code));
    struct str argv[] = {purpose,
                         booking,
                         str_of(hash),
                         buf_str(&sealed),
                         phone[0],
                         phone[1],
                         phone[2],
                         args_get(c->command, &c->args, "lang"),
                         str_of(pow),
                         str_of(from.address),
                         str_of(from.prefix)};
    call_store_write(c, c->command->function, argv, sizeof(argv) / sizeof(argv[0]), on_sent);
    buf_clear(&sealed);
}
