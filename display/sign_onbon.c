/* Signs with an Onbon BX-5K or BX-6K controller: text in one dynamic area, which the controller
 * blanks by itself when nobody refreshes it, so that a daemon that is gone leaves no old number
 * behind. Owns nothing; main thread. A further command is a function beside onbon_ping().
 * SPDX-License-Identifier: MIT */
#include "display/sign_onbon.h"

#include "display/sign_driver.h"
#include <stdio.h>
#include <string.h>

enum {
    START = 0xA5,
    END = 0x5A,
    STARTS = 8,
    HEADER_BYTES = 14,
    CRC_BYTES = 2,
    FROM = 0x8000, /* us */
    VERSION = 2,
    ANY_DEVICE = 0xFE,
    BLANK_AFTER = 3, /* refreshes that did not come */
    FONT_WIDTH = 8,  /* of one byte of GBK in the controllers' own 16-pixel font */
    FONT_HEIGHT = 16,
    STAY = 10, /* half seconds */
    GAP_MS = 1000,
};

/* 0xA5 begins a frame and 0x5A (the letter Z) ends it, so both are written as two bytes inside, as
 * are the two bytes that say so. */
static const struct {
    unsigned char byte, mark, rest;
} escapes[] = {{0xA5, 0xA6, 0x02}, {0xA6, 0xA6, 0x01}, {0x5A, 0x5B, 0x02}, {0x5B, 0x5B, 0x01}};

uint16_t onbon_crc(const void *p, size_t len)
{
    const unsigned char *byte = p;
    uint16_t crc = 0;

    for (size_t i = 0; i < len; i++) {
        crc ^= byte[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1);
    }
    return crc;
}

static void add8(struct buf *b, unsigned n)
{
    buf_add_char(b, (char)n);
}

static void add16(struct buf *b, unsigned n)
{
    add8(b, n & 0xFF);
    add8(b, n >> 8 & 0xFF);
}

static void add_escaped(struct buf *out, const struct buf *plain)
{
    for (size_t i = 0; i < plain->len; i++) {
        unsigned char byte = (unsigned char)plain->p[i];
        size_t k = 0;
        while (k < sizeof escapes / sizeof escapes[0] && escapes[k].byte != byte)
            k++;
        if (k == sizeof escapes / sizeof escapes[0]) {
            add8(out, byte);
            continue;
        }
        add8(out, escapes[k].mark);
        add8(out, escapes[k].rest);
    }
}

void onbon_frame(unsigned to, struct str data, struct buf *out)
{
    struct buf plain;

    buf_init(&plain);
    add16(&plain, to);
    add16(&plain, FROM);
    buf_add(&plain, "\0\0\0\0\0\0", 6); /* reserved; no bar code; CRC-16; display mode */
    add8(&plain, ANY_DEVICE);
    add8(&plain, VERSION);
    add16(&plain, (unsigned)data.len);
    buf_add_str(&plain, data);
    add16(&plain, onbon_crc(plain.p, plain.len));
    for (int i = 0; i < STARTS; i++)
        add8(out, START);
    add_escaped(out, &plain);
    add8(out, END);
    buf_clear(&plain);
}

void onbon_ping(unsigned to, struct buf *out)
{
    onbon_frame(to, STR("\xA2\0\1\0\0"), out);
}

void onbon_on(unsigned to, bool on, struct buf *out)
{
    onbon_frame(to, on ? STR("\xA3\0\1\0\0\1") : STR("\xA3\0\1\0\0\0"), out);
}

void onbon_area(const struct onbon_area *a, struct buf *out)
{
    struct buf area, data;

    buf_init(&area);
    add8(&area, 0); /* a text area */
    add16(&area, a->x);
    add16(&area, a->y);
    add16(&area, a->width);
    add16(&area, a->height);
    add8(&area, a->id);
    add8(&area, 0); /* no gap between lines */
    add8(&area, a->run_mode);
    add16(&area, a->timeout_s);
    buf_add(&area, "\0\0\0", 3); /* no sound, no further settings, to the left */
    add8(&area, a->single_line);
    add8(&area, a->new_line);
    add8(&area, a->mode);
    add8(&area, a->exit);
    add8(&area, a->speed);
    add8(&area, a->stay);
    add16(&area, (unsigned)a->text.len);
    add16(&area, 0);
    buf_add_str(&area, a->text);
    buf_init(&data);
    buf_add(&data, "\xA3\6\1\0\0\0\1", 7); /* with a reply; no area goes, one comes */
    add16(&data, (unsigned)area.len);
    buf_add_str(&data, buf_str(&area));
    onbon_frame(ONBON_TO_ANY, buf_str(&data), out);
    buf_clear(&area);
    buf_clear(&data);
}

/* --- replies --- */

static bool unescape(struct str in, unsigned char out[ONBON_REPLY_MAX], size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < in.len; i++) {
        unsigned char byte = (unsigned char)in.p[i];
        if (byte == 0xA6 || byte == 0x5B) {
            unsigned char rest = ++i < in.len ? (unsigned char)in.p[i] : 0;
            if (rest != 1 && rest != 2)
                return false;
            byte = (unsigned char)(rest == 1 ? byte : byte - 1);
        }
        if (*len == ONBON_REPLY_MAX)
            return false;
        out[(*len)++] = byte;
    }
    return true;
}

static enum onbon_reply read_plain(const unsigned char *p, size_t len, int *error)
{
    if (len < HEADER_BYTES + 1 + CRC_BYTES)
        return ONBON_INVALID;
    size_t data = (size_t)(p[12] | p[13] << 8);
    if (data != len - HEADER_BYTES - CRC_BYTES ||
        onbon_crc(p, len - CRC_BYTES) != (p[len - 2] | p[len - 1] << 8))
        return ONBON_INVALID;
    if (p[HEADER_BYTES] != 0xA0 || data < 3)
        return ONBON_OTHER;
    *error = p[HEADER_BYTES + 2];
    return p[HEADER_BYTES + 1] == 0 ? ONBON_ACK : ONBON_NACK;
}

enum onbon_reply onbon_read(struct str in, size_t *used, int *error)
{
    unsigned char plain[ONBON_REPLY_MAX];
    size_t begin = 0, len;

    *used = 0;
    *error = 0;
    while (begin < in.len && (unsigned char)in.p[begin] == START)
        begin++;
    if (begin == 0 && in.len > 0)
        return ONBON_INVALID;
    const char *end = begin < in.len ? memchr(in.p + begin, END, in.len - begin) : NULL;
    if (!end)
        return ONBON_MORE;
    *used = (size_t)(end - in.p) + 1;
    if (!unescape((struct str){in.p + begin, *used - 1 - begin}, plain, &len))
        return ONBON_INVALID;
    return read_plain(plain, len, error);
}

/* --- the driver --- */

static void greet(const struct sign_plan *p, struct buf *out)
{
    onbon_ping(ONBON_TO_ANY, out);
}

/* A backslash is markup to the controller, and its description knows no way to write a plain one:
 * the wide letter looks the same and means nothing. */
static void add_text(const char *text, struct buf *gbk)
{
    struct buf safe;

    buf_init(&safe);
    for (const char *p = text; *p; p++) {
        if (*p == '\\')
            buf_add_c(&safe, "＼");
        else
            buf_add_char(&safe, *p);
    }
    sign_text_gbk(buf_str(&safe), gbk);
    buf_clear(&safe);
}

static bool show(const struct sign_plan *p, const struct sign_face *f, struct buf *out)
{
    struct buf text;
    int columns = p->width / FONT_WIDTH;
    int lines = p->height > FONT_HEIGHT ? p->height / FONT_HEIGHT : 1;

    buf_init(&text);
    buf_addf(&text, "\\C%d", p->colour);
    size_t markup = text.len;
    add_text(f->text[0] ? f->text : " ", &text);
    bool runs = text.len - markup > (size_t)(columns * lines);
    const struct onbon_area a = {
        .x = (unsigned)p->x / 8,
        .y = (unsigned)p->y,
        .width = (unsigned)p->width / 8,
        .height = (unsigned)p->height,
        .id = (unsigned)p->area,
        .run_mode = ONBON_RUN_BLANKS,
        .timeout_s = (unsigned)(p->refresh_ms / 1000 * BLANK_AFTER),
        .single_line = runs ? 1 : 2,
        .new_line = runs ? 1 : 2,
        .mode = runs ? ONBON_LEFT : ONBON_STATIC,
        .stay = STAY,
        .text = buf_str(&text),
    };
    bool fits = text.len <= ONBON_TEXT_MAX;
    if (fits)
        onbon_area(&a, out);
    buf_clear(&text);
    return fits;
}

static enum sign_answer read_answer(const struct sign_plan *p, struct str in, size_t *used,
                                    char why[SIGN_WHY_MAX])
{
    int error;

    switch (onbon_read(in, used, &error)) {
    case ONBON_ACK:
        return SIGN_TAKEN;
    case ONBON_NACK:
        (void)snprintf(why, SIGN_WHY_MAX, "nack_%d", error); /* a byte fits */
        return error == ONBON_NACK_BUSY ? SIGN_BUSY : SIGN_REFUSED;
    case ONBON_INVALID:
        (void)snprintf(why, SIGN_WHY_MAX, "garbage"); /* fits */
        return SIGN_GARBAGE;
    case ONBON_OTHER:
    case ONBON_MORE:
        break;
    }
    return SIGN_WAIT;
}

static bool answers(const struct sign_plan *p)
{
    return true;
}

const struct sign_driver sign_onbon = {
    .name = "onbon",
    .gap_ms = GAP_MS,
    .connects = true,
    .greet = greet,
    .show = show,
    .read = read_answer,
    .answers = answers,
};
