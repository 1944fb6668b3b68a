/* Octets of phones read as text, and any text cut into parts: never too long, never a pair apart,
 * and together the text again. SPDX-License-Identifier: MIT */
#include "sms/encoding.h"
#include "sms/parts.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A gateway refuses or charges for parts that are too long, so none may ever be. */
static void check_size(struct encoding_size size, const int *lengths)
{
    int single_max = size.encoding == ENCODING_GSM7 ? 160 : 70;
    for (int i = 0; i < size.parts && i < PARTS_MAX; i++)
        if (lengths[i] > encoding_room(size))
            abort();
    if (size.parts < 1 || (size.parts > 1 && size.units <= single_max))
        abort();
}

static void check_cut(struct str text, enum encoding as)
{
    struct part parts[PARTS_MAX];
    int lengths[PARTS_MAX] = {0}, n = parts_cut(text, as, parts);
    size_t octets = as == ENCODING_GSM7 ? 1 : 2;
    struct buf joined;
    struct encoding_size size = encoding_measure_as(text, as, lengths, PARTS_MAX);
    check_size(size, lengths);
    if (n != (size.parts > PARTS_MAX ? 0 : size.parts))
        abort();
    buf_init(&joined);
    for (int i = 0; i < n; i++) {
        if (parts[i].length != (size_t)lengths[i] * octets)
            abort();
        parts_read(parts[i].octets, parts[i].length, as, &joined);
    }
    if (n && !str_eq(buf_str(&joined), text))
        abort();
    buf_clear(&joined);
}

/* Whatever a phone sends becomes a text that can be stored and answered. */
static void check_read(const uint8_t *data, size_t len, enum encoding as)
{
    struct buf text;
    buf_init(&text);
    parts_read(data, len, as, &text);
    if (!str_utf8_valid(buf_str(&text)))
        abort();
    buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct str text = {(const char *)data, len};
    struct part parts[PARTS_MAX];
    check_read(data, len, ENCODING_GSM7);
    check_read(data, len, ENCODING_UCS2);
    if (!str_utf8_valid(text)) {
        if (parts_cut(text, ENCODING_UCS2, parts) || parts_cut(text, ENCODING_GSM7, parts))
            abort();
        return 0;
    }
    check_cut(text, ENCODING_UCS2);
    if (encoding_of(text) == ENCODING_GSM7)
        check_cut(text, ENCODING_GSM7);
    else if (parts_cut(text, ENCODING_GSM7, parts))
        abort();
    return 0;
}
