/* The two alphabets of short messages (3GPP TS 23.038) and how a long text is cut (TS 23.040): 160
 * septets or 70 UTF-16 units in a single message, 153 or 67 in each of several, since 6 octets then
 * tell how they belong together. An escaped septet pair and a surrogate pair are never cut apart.
 * National shift tables are left out on purpose: few phones and no gateway here agree on them.
 * Pure: any thread. SPDX-License-Identifier: MIT */
#include "sms/encoding.h"

#include <stdint.h>

enum {
    GSM7_SINGLE = 160,
    GSM7_PART = 153,
    UCS2_SINGLE = 70,
    UCS2_PART = 67,
};

/* The default alphabet without what ASCII has at its own place. */
static const uint16_t gsm7_others[] = {
    0xA3,  0xA5,  0xE8,  0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  0xD8,  0xF8, 0xC5, 0xE5, 0x394,
    0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, 0xC6, 0xE6, 0xDF, 0xC9,
    0xA4,  0xA1,  0xC4,  0xD6,  0xD1,  0xDC,  0xA7,  0xBF,  0xE4,  0xF6, 0xF1, 0xFC, 0xE0,
};

/* The next code point of valid UTF-8. */
static uint32_t next(struct str *s)
{
    const unsigned char *p = (const unsigned char *)s->p;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = n == 1 ? p[0] : p[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n && i < s->len; i++)
        c = c << 6 | (p[i] & 0x3F);
    s->p += n < s->len ? n : s->len;
    s->len -= n < s->len ? n : s->len;
    return c;
}

/* Septets of a character: 1, 2 behind an escape, 0 where the alphabet has none. */
static int gsm7_septets(uint32_t c)
{
    switch (c) {
    case '\f':
    case '^':
    case '{':
    case '}':
    case '\\':
    case '[':
    case '~':
    case ']':
    case '|':
    case 0x20AC: /* euro sign */
        return 2;
    case '`':
        return 0;
    default:
        break;
    }
    if (c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7F))
        return 1;
    for (size_t i = 0; i < sizeof gsm7_others / sizeof gsm7_others[0]; i++)
        if (gsm7_others[i] == c)
            return 1;
    return 0;
}

static int ucs2_units(uint32_t c)
{
    return c > 0xFFFF ? 2 : 1;
}

static bool fits_gsm7(struct str text)
{
    while (text.len)
        if (!gsm7_septets(next(&text)))
            return false;
    return true;
}

/* Cuts as a sender does: a character that does not fit whole begins the next part. */
static int cut(struct str text, int (*units)(uint32_t), int part_max, int *lengths, int max)
{
    int parts = 1, used = 0;
    while (text.len) {
        int n = units(next(&text));
        if (used + n > part_max) {
            if (lengths && parts <= max)
                lengths[parts - 1] = used;
            parts++;
            used = 0;
        }
        used += n;
    }
    if (lengths && parts <= max)
        lengths[parts - 1] = used;
    return parts;
}

struct encoding_size encoding_measure(struct str text, int *lengths, int max)
{
    bool gsm7 = fits_gsm7(text);
    int (*units)(uint32_t) = gsm7 ? gsm7_septets : ucs2_units;
    struct encoding_size size = {gsm7 ? ENCODING_GSM7 : ENCODING_UCS2, 1, 0};
    for (struct str rest = text; rest.len;)
        size.units += units(next(&rest));
    if (size.units <= (gsm7 ? GSM7_SINGLE : UCS2_SINGLE)) {
        if (lengths && max > 0)
            lengths[0] = size.units;
        return size;
    }
    size.parts = cut(text, units, gsm7 ? GSM7_PART : UCS2_PART, lengths, max);
    return size;
}
