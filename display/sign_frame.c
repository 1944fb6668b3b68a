/* Signs that are spoken to by a frame written in the hall file, and the presets for Modbus and
 * Alpha, which are such frames. Owns nothing; main thread. A further placeholder needs a word in
 * config/frame_template.c; a further preset a row in `presets`. SPDX-License-Identifier: MIT */
#include "display/sign_driver.h"

#include "display/sign_onbon.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GAP_MS = 150 /* Alpha: a tenth of a second after each command, and a little */ };

/* Modbus: function 16, three registers from 0: number, counter, letter. Alpha: the priority text,
 * which goes before everything else the sign has stored; held, in the middle. */
static const struct {
    const char *driver;
    bool serial;
    const char *frame, *answer;
} presets[] = {
    {"modbus", false,
     "00 01 00 00 00 0D {addr} 10 00 00 00 03 06 {num:be16} {counter:be16} 00 {letter}",
     "00 01 00 00 00 06 {addr} 10 00 00 00 03"},
    {"modbus", true, "{addr} 10 00 00 00 03 06 {num:be16} {counter:be16} 00 {letter} {crc16modbus}",
     "{addr} 10 00 00 00 03 {crc16modbus}"},
    {"alpha", false,
     "00 00 00 00 00 01 5A {addr:hex} {from} 02 41 30 1B 20 62 {text|ascii} 03 {sum16:hex} 04", ""},
    {"alpha", true,
     "00 00 00 00 00 01 5A {addr:hex} {from} 02 41 30 1B 20 62 {text|ascii} 03 {sum16:hex} 04", ""},
};

const char *sign_preset_frame(const char *driver, bool serial)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(presets[i].driver, driver) == 0 && presets[i].serial == serial)
            return presets[i].frame;
    return NULL;
}

const char *sign_preset_answer(const char *driver, bool serial)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(presets[i].driver, driver) == 0 && presets[i].serial == serial)
            return presets[i].answer;
    return "";
}

/* --- writing one piece --- */

static void add_be16(struct buf *out, unsigned n)
{
    buf_add_char(out, (char)(n >> 8 & 0xFF));
    buf_add_char(out, (char)(n & 0xFF));
}

static void add_le16(struct buf *out, unsigned n)
{
    buf_add_char(out, (char)(n & 0xFF));
    buf_add_char(out, (char)(n >> 8 & 0xFF));
}

static uint16_t crc_modbus(const unsigned char *p, size_t len)
{
    uint16_t crc = 0xFFFF;

    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1);
    }
    return crc;
}

/* Over what was written since {from}, else since the beginning. */
static void add_checksum(enum frame_kind kind, struct str over, struct buf *out)
{
    const unsigned char *p = (const unsigned char *)over.p;
    unsigned sum = 0, x = 0;

    for (size_t i = 0; i < over.len; i++) {
        sum += p[i];
        x ^= p[i];
    }
    if (kind == FRAME_SUM8)
        buf_add_char(out, (char)(sum & 0xFF));
    else if (kind == FRAME_XOR8)
        buf_add_char(out, (char)x);
    else if (kind == FRAME_SUM16_HEX)
        buf_addf(out, "%04X", sum & 0xFFFF);
    else if (kind == FRAME_CRC16_ARC)
        add_le16(out, onbon_crc(over.p, over.len));
    else
        add_le16(out, crc_modbus(p, over.len));
}

/* What a frame tells, as the placeholders need it. */
struct told {
    const struct sign_plan *plan;
    struct buf text; /* in the letters of the frame's own text */
    unsigned number, counter;
    char letter;
};

static unsigned digits_of(const char *text)
{
    unsigned long n = strtoul(text, NULL, 10);

    return n <= 0xFFFF ? (unsigned)n : 0;
}

/* Codes of counters may begin with letters. */
static unsigned counter_of(const char *code)
{
    while (*code && (*code < '0' || *code > '9'))
        code++;
    return digits_of(code);
}

static void add_piece(const struct told *t, struct frame_piece piece, struct buf *out)
{
    switch ((enum frame_kind)piece.kind) {
    case FRAME_TEXT_GBK:
    case FRAME_TEXT_ASCII:
        buf_add_str(out, buf_str(&t->text));
        break;
    case FRAME_NUM_BE16:
        add_be16(out, t->number);
        break;
    case FRAME_NUM_LE16:
        add_le16(out, t->number);
        break;
    case FRAME_NUM_DIGITS:
        buf_addf(out, "%04u", t->number % 10000);
        break;
    case FRAME_COUNTER_BE16:
        add_be16(out, t->counter);
        break;
    case FRAME_LETTER:
        buf_add_char(out, t->letter);
        break;
    case FRAME_ADDR:
        buf_add_char(out, (char)t->plan->unit);
        break;
    case FRAME_ADDR_HEX:
        buf_addf(out, "%02X", (unsigned)t->plan->unit & 0xFF);
        break;
    case FRAME_LEN8:
        buf_add_char(out, (char)(t->text.len & 0xFF));
        break;
    case FRAME_LEN_BE16:
        add_be16(out, (unsigned)t->text.len);
        break;
    default:
        buf_add_char(out, (char)piece.byte);
    }
}

static bool is_checksum(unsigned char kind)
{
    return kind >= FRAME_SUM8;
}

static bool wants_ascii(const struct frame_template *t)
{
    for (int i = 0; i < t->count; i++)
        if (t->pieces[i].kind == FRAME_TEXT_ASCII)
            return true;
    return false;
}

static void render(const struct told *t, const struct frame_template *frame, struct buf *out)
{
    size_t begin = out->len, from = begin;

    for (int i = 0; i < frame->count; i++) {
        struct frame_piece piece = frame->pieces[i];
        if (piece.kind == FRAME_FROM)
            from = out->len;
        else if (is_checksum(piece.kind)) {
            add_checksum(piece.kind, (struct str){out->p + from, out->len - from}, out);
        } else {
            add_piece(t, piece, out);
        }
    }
}

static bool show(const struct sign_plan *p, const struct sign_face *f, struct buf *out)
{
    struct told t = {.plan = p, .letter = f->number[0] ? f->number[0] : ' '};

    t.number = f->number[0] ? digits_of(f->number + 1) : 0;
    t.counter = f->number[0] ? counter_of(f->counter) : 0;
    buf_init(&t.text);
    struct str text = f->text[0] ? str_of(f->text) : STR(" ");
    if (wants_ascii(p->frame))
        sign_text_ascii(text, &t.text);
    else
        sign_text_gbk(text, &t.text);
    bool fits = t.text.len <= 255; /* {len8} */
    if (fits)
        render(&t, p->frame, out);
    buf_clear(&t.text);
    return fits;
}

/* --- answers --- */

/* The bytes a piece must be, given what has come before it; false: any will do. */
static bool expect(const struct sign_plan *p, struct frame_piece piece, struct str over,
                   struct buf *out)
{
    const struct told t = {.plan = p};

    buf_reset(out);
    if (piece.kind == FRAME_ANY) {
        buf_add_char(out, 0);
        return false;
    }
    if (is_checksum(piece.kind))
        add_checksum(piece.kind, over, out);
    else
        add_piece(&t, piece, out);
    return true;
}

static enum sign_answer compare(const struct sign_plan *p, struct str in, size_t *used)
{
    struct buf want;
    size_t from = 0, at = 0;
    enum sign_answer answer = SIGN_TAKEN;

    buf_init(&want);
    for (int i = 0; i < p->answer->count && answer == SIGN_TAKEN; i++) {
        if (p->answer->pieces[i].kind == FRAME_FROM) {
            from = at;
            continue;
        }
        bool exact = expect(p, p->answer->pieces[i], (struct str){in.p + from, at - from}, &want);
        size_t there = in.len - at < want.len ? in.len - at : want.len;
        if (exact && memcmp(in.p + at, want.p, there) != 0)
            answer = SIGN_REFUSED;
        else if (there < want.len)
            answer = SIGN_WAIT;
        at += there;
    }
    *used = answer == SIGN_WAIT ? 0 : answer == SIGN_REFUSED ? in.len : at;
    buf_clear(&want);
    return answer;
}

static enum sign_answer read_answer(const struct sign_plan *p, struct str in, size_t *used,
                                    char why[SIGN_WHY_MAX])
{
    if (in.len == 0)
        return SIGN_WAIT;
    enum sign_answer answer = compare(p, in, used);
    if (answer == SIGN_REFUSED)
        (void)snprintf(why, SIGN_WHY_MAX, "other_answer"); /* fits */
    return answer;
}

static bool answers(const struct sign_plan *p)
{
    return p->answer != NULL;
}

#define FRAME_DRIVER(what)                                                                         \
    {                                                                                              \
        .name = (what), .gap_ms = GAP_MS, .connects = true, .show = show, .read = read_answer,     \
        .answers = answers                                                                         \
    }
const struct sign_driver sign_frame = FRAME_DRIVER("frame");
const struct sign_driver sign_modbus = FRAME_DRIVER("modbus");
const struct sign_driver sign_alpha = FRAME_DRIVER("alpha");
