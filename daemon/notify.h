/* Telling systemd how we are (sd_notify(3), by hand: one datagram). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_NOTIFY_H
#define PAIHAO_NOTIFY_H

#include <stdint.h>

/* state: "READY=1\nSTATUS=..." and so on. Nothing where nobody listens. */
void notify(const char *state);
/* How often WATCHDOG=1 is due; 0: never. */
int64_t notify_watchdog_ms(void);

#endif
