/* Addresses that requests may go to. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FETCH_ADDRESS_H
#define PAIHAO_FETCH_ADDRESS_H

#include "base/str.h"
#include <stdbool.h>
#include <sys/socket.h>

/* False for loopback, private, link-local, shared, multicast and reserved ones, and for IPv6
 * addresses that stand for such a one of IPv4. */
bool address_is_public(const struct sockaddr *sa);
/* Does the URL name its host by a plain address, 10.0.0.5 or [fd00::5], so that whoever wrote it
 * meant just that one? Not in disguise: 2130706433, 0x7f.1 and [::ffff:127.0.0.1] are none. */
bool address_is_literal(const char *url);

#endif
