/* Phone numbers in one form: E.164 with its plus sign.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_PHONE_H
#define PAIHAO_CORE_PHONE_H

#include "base/str.h"
#include <stdbool.h>

enum { PHONE_MAX = 16 }; /* '+' and 15 digits (ITU-T E.164) */

/* Takes what people type (blanks, dashes, dots, brackets, full-width digits, 00 prefix, national
 * form with the hall's country code such as "86" or "49") and writes +CC... ; false when it cannot
 * be a number. For country 86 a national number must be a mobile one (1[3-9] + 9 digits). */
bool phone_normalise(struct str typed, const char *country, char out[PHONE_MAX + 1]);
/* "138****0001" for people who must recognise it (without the country code where we know it); keeps
 * at most 3 leading and 4 trailing digits and always hides 4. */
void phone_mask(const char *e164, char out[PHONE_MAX + 1]);

#endif
