/* What stands in a text for a variable, made harmless; and the signature of a text. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PLAIN_H
#define PAIHAO_SMS_PLAIN_H

#include "base/str.h"
#include <stdbool.h>

/* Appends s on one line: blanks of any kind become one space, what is not seen is left out, 【 and
 * 】 become [ and ], so that no name passes for a signature. What has more than max characters ends
 * in an ellipsis. */
void plain_add(struct buf *out, struct str s, size_t max);

/* One line of a text that is whole already, signatures included: the last line of defence against a
 * template that no check has seen. */
void plain_strip(struct buf *text);

/* Octets of a signature, 【…】, that a template begins or ends with; 0: it has none there. What
 * stands between the brackets is at most HALL_SIGNATURE_MAX characters or has a variable. */
size_t signature_front(struct str text);
size_t signature_end(struct str text);
/* Puts it before the text, or behind. Before a text that begins with the same words they are left
 * out there: nobody wants to read or pay for them twice. */
void signature_put(struct buf *text, struct str signature, bool at_end);

#endif
