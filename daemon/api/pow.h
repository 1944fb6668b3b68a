/* How often each network has asked for a challenge lately. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_POW_H
#define PAIHAO_API_POW_H

#include <stdint.h>

struct pow_asked;

struct pow_asked *pow_asked_new(void);
void pow_asked_free(struct pow_asked *p);
/* Counts one more of this network (a keyed hash); how many there were within ten minutes, this one
 * included. */
unsigned pow_asked_count(struct pow_asked *p, const char *prefix, int64_t mono_ms);

#endif
