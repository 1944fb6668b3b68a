/* The quiet hours of a hall. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_QUIET_H
#define PAIHAO_CORE_QUIET_H

#include "core/zone.h"
#include <stdint.h>

/* The span from from_minute to to_minute of the local day (on the next one where that is not
 * later; the two differ) that ends next after now_ms: from <= t < till. Where the clocks jump
 * over one of the two, it is the moment they jump; where they show it twice, the first. */
void quiet_next(const struct zone *z, int from_minute, int to_minute, int64_t now_ms,
                int64_t *from_ms, int64_t *till_ms);

#endif
