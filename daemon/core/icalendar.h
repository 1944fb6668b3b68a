/* iCalendar files (RFC 5545): one event with its reminders. Pure; any thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ICALENDAR_H
#define PAIHAO_CORE_ICALENDAR_H

#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

struct icalendar_event {
    struct str uid;   /* the same for every version of the event */
    int sequence;     /* grows with each version */
    int64_t stamp_ms; /* when this version was written */
    int64_t from_ms, to_ms;
    bool is_cancelled;
    struct str summary; /* texts: any UTF-8, lines with \n */
    struct str location;
    struct str description;
    struct str url; /* empty: none */
};

/* A whole file with METHOD:PUBLISH and, unless it is cancelled, alarms one day and one hour before.
 */
void icalendar_write(const struct icalendar_event *e, struct buf *out);

/* "NAME:value" with the value's special characters escaped, folded, ended by CRLF. */
void icalendar_add_text(struct buf *out, const char *name, struct str value);
/* The same without escaping: line is the whole line. Control characters are left out. */
void icalendar_add_line(struct buf *out, struct str line);

#endif
