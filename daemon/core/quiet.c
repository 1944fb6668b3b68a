/* The quiet hours of a hall, as moments: the store knows no zones, so a tick tells it the present
 * or next ones. Pure: any thread. SPDX-License-Identifier: MIT */
#include "core/quiet.h"

static int64_t moment(const struct zone *z, const struct zone_local *day, int days, int minute)
{
    struct zone_local l = {.year = day->year, .month = day->month, .day = day->day + days};
    int64_t utc_ms;

    l.hour = minute / 60;
    l.minute = minute % 60;
    (void)zone_utc(z, &l, &utc_ms); /* the header says what becomes of a gap and of twice */
    return utc_ms;
}

void quiet_next(const struct zone *z, int from_minute, int to_minute, int64_t now_ms,
                int64_t *from_ms, int64_t *till_ms)
{
    int nights = to_minute <= from_minute ? 1 : 0;
    struct zone_local today;

    zone_local(z, now_ms, &today);
    for (int day = -1; day <= 2;
         day++) { /* yesterday's may last; tomorrow's is there at the latest */
        *from_ms = moment(z, &today, day, from_minute);
        *till_ms = moment(z, &today, day + nights, to_minute);
        if (*till_ms > now_ms)
            return;
    }
}
