/* The 7-bit default alphabet of short messages and its extension (3GPP TS 23.038 6.2.1). Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_GSM7_H
#define PAIHAO_SMS_GSM7_H

#include <stdint.h>

enum { GSM7_ESCAPE = 0x1B };

/* Septets of a character, written to out unless it is NULL: 1, 2 behind an escape, 0 where the
 * alphabet has none. */
int gsm7_septets(uint32_t c, uint8_t out[2]);
/* The character of a septet below 128; that of the escape itself is a space. */
uint32_t gsm7_char(uint8_t septet);
/* Of the septet behind an escape; where the extension has none, a phone shows the one of the
 * default alphabet. */
uint32_t gsm7_extended(uint8_t septet);

#endif
