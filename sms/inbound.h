/* Texts from phones: somebody answers a message with 0, 1 or 2, or wants no more of them. Which
 * number it was is worked out here, what it asks for is done by the library in one step in the hall
 * that wrote to it last. One for each thread that hears texts: main (gateways with a link) and
 * every worker (gateways that call our address). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_INBOUND_H
#define PAIHAO_SMS_INBOUND_H

#include "base/str.h"
#include "core/seal.h"
#include "sms/gateway.h"
#include "store/store.h"
#include <stdbool.h>

struct inbound;

/* Both outlive it, but for the store: free it after that, whose pending calls come back here. */
struct inbound *inbound_new(struct store *store, const struct seal *seal);
void inbound_free(struct inbound *in); /* NULL allowed */

/* Called exactly once, perhaps before inbound_take() returns. True: acknowledge it; it was dealt
 * with, or means nothing to us. False: the store is away, let the gateway bring it again. */
typedef void (*inbound_fn)(void *arg, bool ok);

/* A text has come in by that gateway (its name); everything is borrowed for the time of the call.
 * The same text brought again does nothing twice: by its id where it has one, otherwise the same
 * words of the same number within ten minutes. */
void inbound_take(struct inbound *in, struct str gateway, const struct gateway_inbound *text,
                  inbound_fn fn, void *arg);
/* The same for whoever hands texts on: arg is the struct inbound. */
void inbound_on_text(void *arg, struct str gateway, const struct gateway_inbound *text,
                     void (*done)(void *done_arg, bool ok), void *done_arg);

#endif
