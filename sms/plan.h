/* Which gateways serve a number, and in what order. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PLAN_H
#define PAIHAO_SMS_PLAN_H

#include "config/settings.h"
#include <stdbool.h>
#include <stddef.h>

struct plan;

enum { PLAN_GATEWAYS_MAX = 32 }; /* bits of a mask; more gateways than any operator has contracts */

/* A gateway that serves a class of numbers. Those of a lower tier go first; a higher one has its
 * turn when all of them are broken. */
struct plan_way {
    int gateway; /* place in settings.sms_gateways */
    int tier;
    int weight; /* its share within the tier, > 0 */
};

/* NULL (logged) when there are too many gateways. settings outlive it. */
struct plan *plan_new(const struct settings *s);
void plan_free(struct plan *p);
/* Numbers with the same gateways in the same order are of one class: 0 .. plan_classes() - 1. */
int plan_classes(const struct plan *p);
int plan_class(const struct plan *p, const char *to_e164);
/* Best first; 0 of them where nobody serves such numbers. Borrowed. */
size_t plan_ways(const struct plan *p, int class, const struct plan_way **out);

#endif
