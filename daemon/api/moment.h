/* Moments as the library takes them. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_MOMENT_H
#define PAIHAO_API_MOMENT_H

#include "base/str.h"
#include <stdint.h>

enum { MOMENT_MAX = 24 }; /* more than any 64-bit number */

/* Milliseconds as digits, written into out. By hand: every call of the library needs one. */
struct str moment_text(int64_t ms, char out[MOMENT_MAX]);

#endif
