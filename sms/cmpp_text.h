/* A message as the SUBMITs of its parts, and the octets of a DELIVER as text. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_CMPP_TEXT_H
#define PAIHAO_SMS_CMPP_TEXT_H

#include "sms/cmpp_pdu.h"
#include "sms/gateway.h"
#include "sms/parts.h"

/* Returns the number of parts; 0 when the text takes more than PARTS_MAX. reference joins them on
 * the phone: another one for each message. */
int cmpp_submits(const struct sms_gateway_settings *s, const struct gateway_message *m,
                 int64_t now_ms, uint8_t reference, struct cmpp_submit out[PARTS_MAX]);
/* Appends UTF-8; characters that are none become U+FFFD. False when the format has no text. */
bool cmpp_text(struct str octets, uint8_t fmt, struct buf *out);

#endif
