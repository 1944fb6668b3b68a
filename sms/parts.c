/* A text cut into the octets of its parts, counted by sms/encoding.c so that what was priced is
 * what is sent; and the other way, for what phones send. Octets of the 7-bit alphabet stay
 * unpacked, as SMPP and CMPP take them. Pure: any thread. SPDX-License-Identifier: MIT */
#include "sms/parts.h"

#include "sms/gsm7.h"
#include <assert.h>

static_assert(PARTS_MAX < 256, "the header counts parts in one octet");

enum { REPLACEMENT = 0xFFFD };

static void put16(struct part *p, uint32_t unit)
{
    p->octets[p->length++] = (uint8_t)(unit >> 8);
    p->octets[p->length++] = (uint8_t)unit;
}

static void put(struct part *p, uint32_t c, enum encoding as)
{
    if (as == ENCODING_GSM7) {
        p->length += (size_t)gsm7_septets(c, p->octets + p->length);
    } else if (c > 0xFFFF) {
        put16(p, 0xD800 + ((c - 0x10000) >> 10));
        put16(p, 0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
        put16(p, c);
    }
}

int parts_cut(struct str text, enum encoding as, struct part out[PARTS_MAX])
{
    int lengths[PARTS_MAX], used = 0, at = 0;
    if (!str_utf8_valid(text) || (as == ENCODING_GSM7 && encoding_of(text) != ENCODING_GSM7))
        return 0;
    struct encoding_size size = encoding_measure_as(text, as, lengths, PARTS_MAX);
    if (size.parts > PARTS_MAX)
        return 0;
    for (int i = 0; i < size.parts; i++)
        out[i].length = 0;
    while (text.len) {
        if (used == lengths[at]) {
            at++;
            used = 0;
        }
        uint32_t c = str_utf8_take(&text);
        put(&out[at], c, as);
        used += encoding_units(c, as);
    }
    return size.parts;
}

void parts_udh(uint8_t out[PART_UDH_OCTETS], uint8_t reference, int total, int number)
{
    out[0] = 5; /* octets that follow */
    out[1] = 0; /* concatenated short messages, 8-bit reference */
    out[2] = 3; /* octets of it */
    out[3] = reference;
    out[4] = (uint8_t)total;
    out[5] = (uint8_t)number;
}

/* NUL would end the text for half of those who read it. */
static void add_char(struct buf *out, uint32_t c)
{
    if (c == 0 || (c >= 0xD800 && c <= 0xDFFF))
        c = REPLACEMENT;
    if (c < 0x80) {
        buf_add_char(out, (char)c);
    } else if (c < 0x800) {
        buf_add_char(out, (char)(0xC0 | c >> 6));
        buf_add_char(out, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_add_char(out, (char)(0xE0 | c >> 12));
        buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_add_char(out, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_add_char(out, (char)(0xF0 | c >> 18));
        buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_add_char(out, (char)(0x80 | (c & 0x3F)));
    }
}

static void read_gsm7(const uint8_t *p, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] > 127)
            add_char(out, REPLACEMENT);
        else if (p[i] != GSM7_ESCAPE)
            add_char(out, gsm7_char(p[i]));
        else if (i + 1 < n && p[i + 1] <= 127)
            add_char(out, gsm7_extended(p[++i]));
        else
            add_char(out, REPLACEMENT);
    }
}

static uint32_t unit_at(const uint8_t *p, size_t n, size_t i)
{
    return i + 1 < n ? (uint32_t)p[i] << 8 | p[i + 1] : 0;
}

static void read_ucs2(const uint8_t *p, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i += 2) {
        uint32_t high = unit_at(p, n, i), low = unit_at(p, n, i + 2);
        if (high >> 10 == 0xD800 >> 10 && low >> 10 == 0xDC00 >> 10) {
            add_char(out, 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF)));
            i += 2;
        } else {
            add_char(out, high); /* half a pair, half a unit: none */
        }
    }
}

void parts_read(const uint8_t *octets, size_t n, enum encoding as, struct buf *out)
{
    if (as == ENCODING_GSM7)
        read_gsm7(octets, n, out);
    else
        read_ucs2(octets, n, out);
}
