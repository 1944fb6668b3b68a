/* Time zones of halls: TZif files read by our own code, since libc knows only one zone per process.
 * Immutable after loading, so any thread may use one.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ZONE_H
#define PAIHAO_CORE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct zone;

struct zone_local {
    int year, month, day;     /* month 1..12, day 1..31 */
    int hour, minute, second; /* no leap seconds */
    int weekday;              /* 0 = Monday .. 6 = Sunday (ISO 8601 minus one) */
    int offset_s;             /* east of UTC */
};

/* name: an IANA name such as "Asia/Shanghai", from /usr/share/zoneinfo (or $TZDIR); NULL when there
 * is none or it is no valid TZif file (RFC 8536). Transitions behind the table follow the footer's
 * POSIX rule. */
struct zone *zone_load(const char *name);
void zone_free(struct zone *z);
const char *zone_name(const struct zone *z);
void zone_local(const struct zone *z, int64_t utc_ms, struct zone_local *out);

/* The offset at that moment, in seconds east of UTC, and the moment until which it holds (INT64_MAX:
 * for ever). */
int zone_offset(const struct zone *z, int64_t utc_ms, int64_t *until_ms);

enum zone_fold { ZONE_ONCE, ZONE_GAP, ZONE_TWICE };
/* Local time to UTC. In a gap: the moment the gap begins (the clocks jump over it). Twice: the
 * first one. Only year..second of l are read; they may be out of range (day 32) and are normalised.
 */
enum zone_fold zone_utc(const struct zone *z, const struct zone_local *l, int64_t *utc_ms);
/* Local date as yyyymmdd, and the UTC moments at which this local day begins and the next one
 * begins. */
int zone_day(const struct zone *z, int64_t utc_ms, int64_t *begins_ms, int64_t *ends_ms);

#endif
