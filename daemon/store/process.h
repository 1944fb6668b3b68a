/* Processes by pidfd, so that a number reused by the kernel is never signalled.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_PROCESS_H
#define PAIHAO_STORE_PROCESS_H

#include <stdbool.h>

struct process_start {
    const char *program;  /* looked for in PATH */
    const char *argument; /* the one it gets */
    int output_fd;        /* its stdout and stderr */
};

/* A child in its own process group (a Ctrl-C at the terminal is not for it) that is ended by
 * SIGTERM when this thread dies. Its pid, or -1 with errno when it cannot be started at all. */
int process_start(const struct process_start *start);
int process_open(int pid); /* a pidfd: readable once the process has ended; -1 with errno */
/* SIGTERM, at most wait_ms, then SIGKILL. True once it has ended. Does not reap. */
bool process_end(int pidfd, int wait_ms);

#endif
