/* The files of the state directory that are the daemon's own: lock, control token, ports.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FILES_H
#define PAIHAO_FILES_H

#include "core/seal.h"
#include <stdbool.h>

/* Makes the directory (mode 0700) where it is missing and locks it: a second daemon in it is
 * refused. The descriptor of the lock, or -1 (logged). */
int files_lock(const char *state_dir);
/* A new token in <state_dir>/ctl.token, mode 0600: whoever can read it is admin. */
bool files_make_token(const char *state_dir, char token[SEAL_TOKEN_CHARS + 1]);
/* <state_dir>/ports: {"http":8080,"admin":8081,"pid":4711}, for tools that start us with port 0. */
bool files_write_ports(const char *state_dir, int port, int admin_port);
void files_remove(const char *state_dir); /* token and ports: they mean nothing once we are gone */

#endif
