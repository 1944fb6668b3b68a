/* The two alphabets of short messages (3GPP TS 23.038) and how a long text is cut (TS 23.040): 160
 * septets or 70 UTF-16 units in a single message, 153 or 67 in each of several, since 6 octets then
 * tell how they belong together. An escaped septet pair and a surrogate pair are never cut apart.
 * Pure: any thread. SPDX-License-Identifier: MIT */
#include "sms/encoding.h"

#include "sms/gsm7.h"
#include <stddef.h>

static int gsm7_units(uint32_t c)
{
    return gsm7_septets(c, NULL);
}

static int ucs2_units(uint32_t c)
{
    return c > 0xFFFF ? 2 : 1;
}

static const struct {
    int (*units)(uint32_t c);
    int single_max;
    int part_max;
} rules[] = {
    [ENCODING_GSM7] = {gsm7_units, 160, 153},
    [ENCODING_UCS2] = {ucs2_units, 70, 67},
};

int encoding_units(uint32_t c, enum encoding as)
{
    return rules[as].units(c);
}

int encoding_room(struct encoding_size size)
{
    return size.parts > 1 ? rules[size.encoding].part_max : rules[size.encoding].single_max;
}

enum encoding encoding_of(struct str text)
{
    while (text.len)
        if (!gsm7_units(str_utf8_take(&text)))
            return ENCODING_UCS2;
    return ENCODING_GSM7;
}

/* Cuts as a sender does: a character that does not fit whole begins the next part. */
static int cut(struct str text, enum encoding as, int *lengths, int max)
{
    int parts = 1, used = 0;
    while (text.len) {
        int n = rules[as].units(str_utf8_take(&text));
        if (used + n > rules[as].part_max) {
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

struct encoding_size encoding_measure_as(struct str text, enum encoding as, int *lengths, int max)
{
    struct encoding_size size = {as, 1, 0};
    for (struct str rest = text; rest.len;)
        size.units += rules[as].units(str_utf8_take(&rest));
    if (size.units > rules[as].single_max)
        size.parts = cut(text, as, lengths, max);
    else if (lengths && max > 0)
        lengths[0] = size.units;
    return size;
}

struct encoding_size encoding_measure(struct str text, int *lengths, int max)
{
    return encoding_measure_as(text, encoding_of(text), lengths, max);
}
