/* Phrases that texts are put together from: what a message is about, and what may be replied to it.
 * Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PHRASES_H
#define PAIHAO_SMS_PHRASES_H

#include "base/json.h"
#include "sms/text.h"

/* {replies}: what 0, 1 and 2 do, with a blank behind it where the language has one. Nothing where
 * the hall's replies reach nobody, or the kind asks for none. */
void phrases_replies(const json_t *config, enum text_kind kind, struct str language,
                     struct buf *out);

/* {reason}: "Reason: …." with a blank behind it where the language has one; nothing without one. Of
 * max characters at most, and harmless. */
void phrases_reason(struct str reason, size_t max, struct str language, struct buf *out);

struct phrases_subject {
    bool of_booking;
    struct str number, date, time; /* as they may stand in a text */
};
/* {what}: "number A012", "your appointment on Wed 25 Nov, 10:20"; nothing when it is about
 * neither. */
void phrases_what(const struct phrases_subject *s, struct str language, struct buf *out);

#endif
