/* A worker: a thread with its loop, listener, store connection, API and hub.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_WORKER_H
#define PAIHAO_WORKER_H

#include "clips.h"
#include "config/settings.h"
#include "core/seal.h"
#include "letter.h"
#include "loop/jobs.h"
#include "loop/mailbox.h"
#include "store/store.h"
#include "trials.h"
#include <stdbool.h>

struct halls_stored;
struct worker;

struct worker_config {
    int index;
    const struct settings *settings;
    const struct store_config *store;
    const struct seal *seal;
    struct jobs *jobs;
    const struct clips *clips; /* the voice's, at the start */
    struct trials *trials;
    struct halls_stored *stored;
    const char *ctl_token;
    int port;             /* 0: the kernel chooses */
    bool has_admin;       /* serves the admin listener too */
    struct mailbox *done; /* gets the worker when its thread is about to end */
};

/* On main, before the thread: so that a port in use is an error of the start. NULL: logged. Strings
 * are borrowed for the worker's life. */
struct worker *worker_new(const struct worker_config *config);
int worker_port(const struct worker *w);
int worker_admin_port(const struct worker *w);
bool worker_start(struct worker *w);
/* Takes over one reference; read after worker_wake(). Any thread, until LETTER_STOP was put. */
void worker_put(struct worker *w, struct letter *l);
void worker_wake(struct worker *w);
/* After LETTER_STOP and worker_wake(): waits for the thread, if it was started, and frees. */
void worker_free(struct worker *w);

#endif
