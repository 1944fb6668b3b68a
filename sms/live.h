/* What this daemon tells the others, and its staff, of the gateways: how they are, and what was
 * spent. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LIVE_H
#define PAIHAO_SMS_LIVE_H

#include "base/str.h"
#include "core/zone.h"
#include "loop/loop.h"
#include "sms/routes.h"
#include "sms/sms.h"
#include "store/store.h"
#include <stdbool.h>

struct live;

struct live *live_new(struct loop *l, struct store *s, struct routes *routes,
                      const struct sms_deps *deps);
void live_free(struct live *v); /* after the store; NULL allowed */
/* The hall hears of the hour's cap from now on. */
void live_follow(struct live *v, struct str hall);
/* The daemon stops: what was spent is told at once. */
void live_stop(struct live *v);
/* All that was spent is told. */
bool live_idle(const struct live *v);
/* All halls together have sent as many parts as sms.parts_per_hour lets them. */
bool live_is_capped(const struct live *v);

/* A message of a hall in that zone (NULL: UTC) is sent now: what is spent counts for its day there.
 */
void live_sends(struct live *v, const struct zone *zone);

/* How a gateway is, as one JSON object: what gateway_state keeps. Pure. */
void live_json(struct route *r, bool capped, int64_t mono_us, struct buf *out);

#endif
