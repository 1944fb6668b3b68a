/* One hall played forward, once and again with other draws. Used by core/eta.c alone.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ETA_PLAY_H
#define PAIHAO_CORE_ETA_PLAY_H

#include "core/eta.h"

#define ETA_NEVER (-1) /* not called while it was played */

struct eta_play;

/* Borrows the input. */
struct eta_play *eta_play_new(const struct eta_input *in);
void eta_play_free(struct eta_play *p);
/* Waits (ETA_NEVER) in ms until the call: of each ticket, then of a new one for each service. */
void eta_play_once(struct eta_play *p, int run, int32_t *waits);
/* Is there a counter that serves the line? */
bool eta_play_served(const struct eta_play *p, int line);

#endif
