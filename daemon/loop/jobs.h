/* A few threads for work that would block a loop (password hashing).
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_LOOP_JOBS_H
#define PAIHAO_LOOP_JOBS_H

#include "loop/mailbox.h"
#include <stdbool.h>

struct jobs;
struct jobs_port; /* where one loop gets its finished jobs back */
typedef void (*jobs_fn)(void *arg);

struct jobs *jobs_new(int threads, int queue_max);
void jobs_free(struct jobs *j); /* waits for running jobs; waiting ones are run */
struct jobs_port *jobs_port_new(struct jobs *j, struct loop *l);
void jobs_port_free(struct jobs_port *p);
/* work(arg) on a job thread, then done(arg) on p's loop, each exactly once. False when the queue is
 * full: nothing was taken over. */
bool jobs_submit(struct jobs_port *p, jobs_fn work, jobs_fn done, void *arg);

#endif
