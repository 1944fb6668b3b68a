/* A connected socket to a host and port: looked up, then connected, without waiting for either.
 * Main thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_DIAL_H
#define PAIHAO_SMS_DIAL_H

#include "loop/loop.h"

struct dial;

/* fd: non-blocking, the caller's from here on; or -1 and why: "no_name", "unreachable". The dial
 * ends with the call; it must not be cancelled any more. */
typedef void (*dial_fn)(void *arg, int fd, const char *reason);

/* fn comes once, never before this returns. NULL: the machine has no thread or descriptor left.
 * attempt: of several addresses each attempt takes the
 * next. It waits as long as the system does: the caller's patience ends it. */
struct dial *dial_new(struct loop *l, const char *host, const char *port, unsigned attempt,
                      dial_fn fn, void *arg);
/* fn does not come. The reason there would be now. NULL allowed. */
const char *dial_cancel(struct dial *d);

#endif
