/* Who is who on a CMPP connection: MD5 over what both sides know, and the gateway's clock. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_CMPP_AUTH_H
#define PAIHAO_SMS_CMPP_AUTH_H

#include "sms/cmpp_pdu.h"

enum {
    CMPP_DIGITS_SIZE = 11,     /* "MMDDHHMMSS" and NUL */
    CMPP_VALID_TIME_SIZE = 18, /* "YYMMDDhhmmsstnnp" and NUL, in 17 octets */
};

/* Fills source_addr, authenticator and timestamp. digits: of cmpp_digits(). False when libcrypto
 * offers no MD5. */
bool cmpp_auth_source(struct cmpp_connect *c, const char *source_addr, const char *secret,
                      const char *digits);
/* AuthenticatorISMG, with a Status that is status_octets wide: 1 or 4, on which gateways do not
 * agree. */
bool cmpp_auth_ismg(const struct cmpp_connect *c, const char *secret, uint32_t status,
                    size_t status_octets, uint8_t out[CMPP_MD5_OCTETS]);
/* Month, day, hour, minute and second where the gateway is: all of China is at +8. */
void cmpp_digits(int64_t now_ms, char out[CMPP_DIGITS_SIZE]);
/* The end of a message's worth, absolute, in the same zone; a second that has begun counts. */
void cmpp_valid_time(int64_t until_ms, char out[CMPP_VALID_TIME_SIZE]);

#endif
