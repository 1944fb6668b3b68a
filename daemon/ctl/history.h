/* The history check: an independent reading of a hall's events that finds what must never be there:
 * a number given twice, a gap, a ticket called twice, at two counters, out of order. It knows the
 * rules from docs/lifecycle.md and shares no code with the function library.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_HISTORY_H
#define PAIHAO_CTL_HISTORY_H

#include "base/json.h"
#include <stdbool.h>
#include <stddef.h>

enum { HISTORY_FAULTS_MAX = 20 }; /* further ones are only counted */

struct history;

struct history_result {
    long skipped; /* events before the first close of day of a log whose beginning was trimmed */
    long events, issued, called, served, missed, cancelled; /* less what was undone */
    long undone;
    long faults;
    long overtaken_most; /* the most one ticket was overtaken */
};

/* hall: the hall as GET /halls/{hall} answers it (series, services, profiles, counters, rules). */
struct history *history_new(const json_t *hall);
void history_free(struct history *h);
/* One event with its "id", in the order of the stream. Where the first one is not number 1, older
 * ones were trimmed; then everything up to the first close of day, when nothing is alive, is only
 * counted. */
void history_add(struct history *h, const json_t *event);
const struct history_result *history_result(const struct history *h);
/* A sentence, or NULL. */
const char *history_fault(const struct history *h, size_t i);

#endif
