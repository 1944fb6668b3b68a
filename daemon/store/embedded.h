/* The private redis-server child: unix socket in the state directory, append-only file, fsync
 * always. Started, watched, restarted with back-off, stopped in order. SPDX-License-Identifier: MIT
 */
#ifndef PAIHAO_STORE_EMBEDDED_H
#define PAIHAO_STORE_EMBEDDED_H

#include "loop/loop.h"
#include <stdbool.h>

struct embedded;

struct embedded_config {
    const char
        *state_dir; /* made with mode 0700 when missing; holds redis.sock, redis.conf, redis/ */
    const char *program; /* "redis-server" */
    const char *fsync;   /* "always" or "everysec" */
};

/* False (logged) when the directory cannot be used or the program does not start at all. */
struct embedded *embedded_start(struct loop *l, const struct embedded_config *config);
const char *embedded_socket(const struct embedded *e);
/* The process that runs now, or 0. */
int embedded_pid(const struct embedded *e);
/* SIGTERM, waits at most 10 s, then SIGKILL; blocks. After everything else has stopped. */
void embedded_stop(struct embedded *e);

#endif
