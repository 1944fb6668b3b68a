/* Parts of long texts from phones: what their headers say. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LONG_PART_H
#define PAIHAO_SMS_LONG_PART_H

#include "sms/gateway.h"
#include <stdbool.h>

/* A text of more is refused: nobody writes one to a hall. */
enum { LONG_PARTS_MAX = 16 };

bool long_part_ok(const struct gateway_part *p); /* 1 <= number <= total <= LONG_PARTS_MAX */

/* Cuts a user data header off *octets. out's reference, total and number are filled in where it
 * holds a concatenation element with 8 or 16 bits (3GPP TS 23.040 9.2.3.24), total stays 0
 * otherwise. False: the header is longer than the octets. */
bool long_part_udh(struct str *octets, struct gateway_part *out);

#endif
