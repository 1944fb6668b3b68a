/* Reads frame templates. Owns nothing; any thread. A further placeholder gets a word here, a row in
 * display/sign_frame.c and one in docs/displays.md. SPDX-License-Identifier: MIT */
#include "config/frame_template.h"

#include <string.h>

enum { BOTH, SENT_ONLY };

static const struct {
    const char *word;
    unsigned char kind;
    unsigned char where;
} words[] = {
    {"text|gbk", FRAME_TEXT_GBK, SENT_ONLY},
    {"text|ascii", FRAME_TEXT_ASCII, SENT_ONLY},
    {"num:be16", FRAME_NUM_BE16, SENT_ONLY},
    {"num:le16", FRAME_NUM_LE16, SENT_ONLY},
    {"num:digits", FRAME_NUM_DIGITS, SENT_ONLY},
    {"counter:be16", FRAME_COUNTER_BE16, SENT_ONLY},
    {"letter", FRAME_LETTER, SENT_ONLY},
    {"addr", FRAME_ADDR, BOTH},
    {"addr:hex", FRAME_ADDR_HEX, BOTH},
    {"len8", FRAME_LEN8, SENT_ONLY},
    {"len:be16", FRAME_LEN_BE16, SENT_ONLY},
    {"from", FRAME_FROM, BOTH},
    {"sum8", FRAME_SUM8, BOTH},
    {"xor8", FRAME_XOR8, BOTH},
    {"sum16:hex", FRAME_SUM16_HEX, BOTH},
    {"crc16arc", FRAME_CRC16_ARC, BOTH},
    {"crc16modbus", FRAME_CRC16_MODBUS, BOTH},
};

struct reader {
    struct str text;
    size_t at;
    bool answer;
    struct frame_template *out;
    const char *why;
};

static bool add(struct reader *r, enum frame_kind kind, unsigned char byte)
{
    r->why = "This frame is too long.";
    if (r->out->count == FRAME_PIECES_MAX)
        return false;
    r->out->pieces[r->out->count++] = (struct frame_piece){(unsigned char)kind, byte};
    return true;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_byte(struct reader *r)
{
    const char *p = r->text.p + r->at;
    size_t left = r->text.len - r->at;
    bool any = left >= 2 && p[0] == '?' && p[1] == '?';

    r->why = "Bytes are written with two hexadecimal digits.";
    if (any) {
        r->why = "A byte that may be any stands in an answer only.";
        if (!r->answer || !add(r, FRAME_ANY, 0))
            return false;
    } else if (left < 2 || hex_of(p[0]) < 0 || hex_of(p[1]) < 0 ||
               !add(r, FRAME_BYTE, (unsigned char)(hex_of(p[0]) << 4 | hex_of(p[1])))) {
        return false;
    }
    r->at += 2;
    return true;
}

static bool read_word(struct reader *r)
{
    const char *open = r->text.p + r->at;
    const char *end = memchr(open, '}', r->text.len - r->at);

    r->why = "A placeholder has no closing brace.";
    if (end == NULL)
        return false;
    struct str word = {open + 1, (size_t)(end - open - 1)};
    r->why = "This placeholder is not known; docs/displays.md has all of them.";
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!str_is(word, words[i].word))
            continue;
        r->why = "This placeholder may not stand in an answer.";
        if ((r->answer && words[i].where == SENT_ONLY) ||
            !add(r, (enum frame_kind)words[i].kind, 0))
            return false;
        r->at += word.len + 2;
        return true;
    }
    return false;
}

/* {from} alone is no byte: such a frame would say nothing, and any answer would be the awaited one. */
static bool has_bytes(const struct frame_template *t)
{
    for (int i = 0; i < t->count; i++)
        if (t->pieces[i].kind != FRAME_FROM)
            return true;
    return false;
}

bool frame_template_read(struct str text, bool answer, struct frame_template *out, size_t *at,
                         const char **why)
{
    struct reader r = {text, 0, answer, out, NULL};
    bool good = true;

    out->count = 0;
    while (good && r.at < text.len) {
        if (text.p[r.at] == ' ')
            r.at++;
        else
            good = text.p[r.at] == '{' ? read_word(&r) : read_byte(&r);
    }
    if (good && !has_bytes(out)) {
        good = false;
        r.why = "This frame is empty.";
    }
    *at = r.at;
    *why = r.why;
    return good;
}
