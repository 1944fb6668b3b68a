/* Reports of gateways that speak of messages by ids of their own. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_DELIVERY_H
#define PAIHAO_SMS_DELIVERY_H

#include "base/str.h"
#include "loop/loop.h"
#include "sms/gateway.h"
#include "store/store.h"

struct delivery;

/* One for each thread that hears reports, with that thread's store. */
struct delivery *delivery_new(struct loop *l, struct store *s);
/* After the store: its pending calls come back here first, and tell those who wait for done().
 * NULL allowed. */
void delivery_free(struct delivery *d);
/* Nothing has to be told to the store any more. */
bool delivery_idle(const struct delivery *d);

/* The gateway has taken a message: which ids it will report by. Told again and again until the
 * store has them; reports that came before them are counted then. Everything is copied. */
void delivery_ids(struct delivery *d, const char *gateway, struct str hall, struct str message,
                  const struct gateway_result *result);
/* done(done_arg, true) once the store has it, or has never heard of the message and waits for it;
 * false when the store is away. Exactly once, never before this returns. */
void delivery_report(struct delivery *d, struct str gateway, const struct gateway_report *report,
                     void (*done)(void *done_arg, bool ok), void *done_arg);

#endif
