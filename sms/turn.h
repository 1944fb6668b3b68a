/* Who is next. The end of a turn is asked for by sms_turn() (message.h).
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_TURN_H
#define PAIHAO_SMS_TURN_H

#include "sms/message.h"

void turns_init(struct sms *s);
void turns_clear(struct sms *s);
/* Its try begins, whether it has a route or not: one that is late ends. */
void turn_begin(struct message *m);

#endif
