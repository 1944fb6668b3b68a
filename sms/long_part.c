/* Parts of long texts from phones: what their headers say. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/long_part.h"

enum { WIDE_REFERENCE = 1 << 16 };

bool long_part_ok(const struct gateway_part *p)
{
    return p->number >= 1 && p->number <= p->total && p->total <= LONG_PARTS_MAX;
}

/* One element of the header: its kind, length and value. */
static void element(uint8_t kind, const uint8_t *v, size_t n, struct gateway_part *out)
{
    if (kind == 0 && n == 3) {
        out->reference = v[0];
        out->total = v[1];
        out->number = v[2];
    } else if (kind == 8 && n == 4) {
        out->reference = WIDE_REFERENCE | (uint32_t)v[0] << 8 | v[1];
        out->total = v[2];
        out->number = v[3];
    }
}

bool long_part_udh(struct str *octets, struct gateway_part *out)
{
    const uint8_t *p = (const uint8_t *)octets->p;

    if (!octets->len || (size_t)p[0] + 1 > octets->len)
        return false;
    size_t end = (size_t)p[0] + 1;
    for (size_t i = 1; i + 2 <= end && i + 2 + p[i + 1] <= end; i += 2 + (size_t)p[i + 1])
        element(p[i], p + i + 2, p[i + 1], out);
    *octets = (struct str){octets->p + end, octets->len - end};
    return true;
}
