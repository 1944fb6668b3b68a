/* Long texts from phones, joined in the store: their parts may come by connections of several
 * daemons. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_JOINS_H
#define PAIHAO_SMS_JOINS_H

#include "core/seal.h"
#include "sms/gateway.h"
#include "store/store.h"

struct joins;

/* Both outlive it, but for the store: free it after that, whose pending calls come back here. */
struct joins *joins_new(struct store *store, const struct seal *seal);
void joins_free(struct joins *j); /* NULL allowed */
/* As gateway_events.on_part and on_joined, of the gateway of that name. */
void joins_part(struct joins *j, struct str gateway, const struct gateway_part *part,
                gateway_part_fn fn, void *arg);
void joins_done(struct joins *j, struct str gateway, const struct gateway_part *part);

#endif
