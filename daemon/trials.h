/* Test messages on their way between a worker's API and main's SMS. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TRIALS_H
#define PAIHAO_TRIALS_H

#include "api/api.h"
#include "loop/mailbox.h"
#include "sms/sms.h"

struct trials;
struct trials_port; /* where one worker gets its answers */

/* On main, as all but trials_ask(). */
struct trials *trials_new(struct loop *main);
/* Until then every trial is answered "the daemon ends". */
void trials_use(struct trials *t, struct sms *sms);
/* After the workers, and after the SMS. */
void trials_free(struct trials *t);

struct trials_port *trials_port_new(struct trials *t, struct loop *worker);
/* After the worker's thread: what was answered already still comes, what is under way never. */
void trials_port_free(struct trials_port *p);
/* On the worker: api_config.trial, with the port as its arg. */
void trials_ask(void *port, const struct api_trial *ask, api_trial_fn fn, void *arg);

#endif
