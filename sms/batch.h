/* The store is told of many messages at once: what begins or ends in one turn of the loop, in a
 * moment in which nobody waits for it, or while the call before is on its way, goes in one call for
 * each hall. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_BATCH_H
#define PAIHAO_SMS_BATCH_H

#include "sms/message.h"

/* message_start; answered by try_started(). */
void batch_start(struct message *m);
/* message_end, of m->outcome and what belongs to it; answered by try_ended(). */
void batch_end(struct message *m);
/* Sends what was gathered in this turn. */
void batches_send(struct sms *s);

#endif
