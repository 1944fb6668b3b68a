/* What a citizen typed, as staff see it; sealing is booking_fields(). SPDX-License-Identifier: MIT
 */
#ifndef PAIHAO_API_FIELDS_H
#define PAIHAO_API_FIELDS_H

#include "api/call.h"
#include "base/json.h"

/* The fields of a booking as an object for the caller to json_decref(); NULL when they do not open
 * (logged). */
json_t *fields_open(const struct call *c, struct str sealed);

#endif
