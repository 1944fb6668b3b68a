/* How a text travels: 7-bit GSM alphabet or UCS-2, and how many parts it takes. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_ENCODING_H
#define PAIHAO_SMS_ENCODING_H

#include "base/str.h"
#include <stdint.h>

enum encoding { ENCODING_GSM7, ENCODING_UCS2 };

struct encoding_size {
    enum encoding encoding;
    int parts;
    int units; /* of the whole text: septets, or UTF-16 units */
};

/* Everywhere: text is valid UTF-8. */
/* An empty text takes one part, as a gateway would send it. lengths, if not NULL, gets the units of
 * the first max parts. */
struct encoding_size encoding_measure(struct str text, int *lengths, int max);
/* The same where the route allows one encoding only; GSM7 is for texts that have no other
 * characters. */
struct encoding_size encoding_measure_as(struct str text, enum encoding as, int *lengths, int max);
/* GSM7 where the text has no character outside that alphabet. */
enum encoding encoding_of(struct str text);
/* Units of a character: 1 or 2; 0 in GSM7 where that alphabet does not have it. */
int encoding_units(uint32_t c, enum encoding as);
/* Units that each part of a text of this size has room for. */
int encoding_room(struct encoding_size size);

#endif
