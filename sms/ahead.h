/* Messages begun before their gateway has room. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_AHEAD_H
#define PAIHAO_SMS_AHEAD_H

#include "sms/message.h"

/* full: the route whose window alone is in its way, or NULL. True: it is counted as begun for that
 * one, and the store may be told. */
bool ahead_take(struct message *m, struct route *full);
/* It was given to a gateway, or goes on no further; nothing where it was not begun ahead. */
void ahead_leave(struct message *m);
/* Once a second: who waits in vain goes back to the others. */
void ahead_look(struct sms *s);
/* Nothing is given to gateways any more: all go back. */
void ahead_stop(struct sms *s);

#endif
