/* The whole-day events of an iCalendar file (RFC 5545), as public holidays are published in.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_ICAL_H
#define PAIHAO_CONFIG_ICAL_H

#include "config/tree.h"

struct ical_event {
    int from; /* days since 1970-01-01, both included */
    int to;
    struct str summary;
    struct str language; /* "de" of SUMMARY;LANGUAGE=de, or empty */
    int line;            /* of BEGIN:VEVENT */
};

/* Does the text call itself a calendar? */
bool ical_is(struct str text);
/* Events that were cancelled are left out. Events with a time of day, repeated ones, and more than
 * max are faults. False after a fault. *out lives in the arena. */
bool ical_read(struct arena *a, struct str text, size_t max, struct fault *f,
               struct ical_event **out, size_t *count);

#endif
