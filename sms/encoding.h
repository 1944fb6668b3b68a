/* How a text travels: 7-bit GSM alphabet or UCS-2, and how many parts it takes. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_ENCODING_H
#define PAIHAO_SMS_ENCODING_H

#include "base/str.h"

enum encoding { ENCODING_GSM7, ENCODING_UCS2 };

struct encoding_size {
    enum encoding encoding;
    int parts;
    int units; /* of the whole text: septets, or UTF-16 units */
};

/* text is valid UTF-8. An empty text takes one part, as a gateway would send it. lengths, if not
 * NULL, gets the units of the first max parts. */
struct encoding_size encoding_measure(struct str text, int *lengths, int max);

#endif
