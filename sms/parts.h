/* A text cut into the parts it travels in: the octets of each, and the header that joins them again
 * (3GPP TS 23.040 9.2.3.24.1). Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PARTS_H
#define PAIHAO_SMS_PARTS_H

#include "sms/encoding.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PARTS_MAX = 4, /* TEXT_PARTS_MAX */
    PART_OCTETS_MAX = 160,
    PART_UDH_OCTETS = 6, /* 05 00 03 ref total number */
};

struct part {
    uint8_t octets[PART_OCTETS_MAX]; /* GSM-7: one septet an octet, unpacked; UCS-2: big-endian */
    size_t length;                   /* of octets, without a UDH */
};

/* Cuts as encoding_measure() counts: never within an escape or a surrogate pair. `as`: GSM7 only
 * where the text allows it; a text may always be sent as UCS2. Returns the number of parts, or 0
 * when there would be more than PARTS_MAX or the text is not valid UTF-8. */
int parts_cut(struct str text, enum encoding as, struct part out[PARTS_MAX]);
/* The concatenation header with an 8-bit reference; number counts from 1. */
void parts_udh(uint8_t out[PART_UDH_OCTETS], uint8_t reference, int total, int number);
/* The other way, for what comes from phones: appends UTF-8 to out; characters that are none become
 * U+FFFD. octets as in struct part, without UDH; those of several parts are joined before, since
 * others do cut pairs apart. */
struct buf;
void parts_read(const uint8_t *octets, size_t n, enum encoding as, struct buf *out);

#endif
