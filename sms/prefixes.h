/* Which gateways serve a number, and in what order. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PREFIXES_H
#define PAIHAO_SMS_PREFIXES_H

#include "config/settings.h"
#include <stdbool.h>
#include <stddef.h>

struct prefixes;

enum {
    PREFIX_GATEWAYS_MAX = 32
}; /* bits of a mask; more gateways than any operator has contracts */

/* A gateway that serves a class of numbers. Those of a lower tier go first; a higher one has its
 * turn when all of them are broken. */
struct prefix_way {
    int gateway; /* place in settings.sms_gateways */
    int tier;
    int weight; /* its share within the tier, > 0 */
};

/* NULL (logged) when there are too many gateways. settings outlive it. */
struct prefixes *prefixes_new(const struct settings *s);
void prefixes_free(struct prefixes *p);
/* Numbers with the same gateways in the same order are of one class: 0 .. prefixes_classes() - 1.
 */
int prefixes_classes(const struct prefixes *p);
int prefixes_class(const struct prefixes *p, const char *to_e164);
/* Best first; 0 of them where nobody serves such numbers. Borrowed. */
size_t prefixes_ways(const struct prefixes *p, int class, const struct prefix_way **out);

#endif
