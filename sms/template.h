/* Texts with holes: {name} or {name|filter}. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_TEMPLATE_H
#define PAIHAO_SMS_TEMPLATE_H

#include "base/str.h"
#include <stdbool.h>

enum template_filter {
    TEMPLATE_RAW,  /* as it is */
    TEMPLATE_URL,  /* RFC 3986: all but unreserved characters as %XX */
    TEMPLATE_FORM, /* application/x-www-form-urlencoded */
    TEMPLATE_JSON, /* inside the quotes of a JSON string */
    TEMPLATE_BASE64,
};

struct template_value {
    const char *name;
    struct str value; /* valid UTF-8 */
};

/* Appends text to out with its holes filled; where a hole names no filter, usual applies. A '{'
 * that opens no hole ("{ ", {"a":..}) is text. False, and *bad the hole at fault, when a name or a
 * filter is unknown. */
bool template_fill(struct str text, enum template_filter usual, const struct template_value *values,
                   int n_values, struct buf *out, struct str *bad);
/* Has it a hole whose value is empty? */
bool template_lacks(struct str text, const struct template_value *values, int n_values);

#endif
