/* Numbers of those who write, as gateways give them. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_SENDER_H
#define PAIHAO_SMS_SENDER_H

#include "base/str.h"
#include "core/phone.h"
#include <stdbool.h>

enum { SENDER_MAX = 2 * PHONE_MAX }; /* blanks and dashes included */

/* Could it be a phone number in any country? */
bool sender_is_phone(struct str from);
/* "+8613800000001" as a hall of that country ("86"; "": not known) reads it. */
bool sender_number(const char *from, const char *country, char out[PHONE_MAX + 1]);
/* Do both countries read it as the same number, or both as none? */
bool sender_same(const char *from, const char *country, const char *other);

#endif
