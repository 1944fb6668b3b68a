/* When a hall opens next, and until when it is open. Pure; any thread. SPDX-License-Identifier: MIT
 */
#include "core/calendar_inside.h"

enum {
    /* The longest holidays last some weeks; a hall closed for longer says nothing about when it
     * opens. */
    LOOK_DAYS = 100,
    OPEN_DAYS = 7, /* open day and night for so long: there is no end to tell */
    SPANS_MAX = 128,
};

/* Minutes of a date as a moment. Where the clocks leave that time out: when they are set. */
static int64_t moment_of(const struct cal_rules *r, int date, int minute)
{
    int day = cal_yyyymmdd(date);
    struct zone_local l = {
        .year = day / 10000, .month = day / 100 % 100, .day = day % 100, .minute = minute};
    int64_t ms = 0;

    (void)zone_utc(r->zone, &l, &ms); /* either of two moments will do */
    return ms;
}

int64_t cal_opens_next_ms(const struct cal_rules *r, int64_t now_ms)
{
    struct cal_span spans[SPANS_MAX];
    int today = cal_date_at(r, now_ms);

    for (int date = today; date <= today + LOOK_DAYS; date++) {
        int n = cal_open_spans(r, date, spans, SPANS_MAX);
        for (int i = 0; i < n; i++) {
            int64_t ms = moment_of(r, date, spans[i].from_minute);
            if (ms > now_ms)
                return ms;
        }
    }
    return -1;
}

int64_t cal_open_until_ms(const struct cal_rules *r, int64_t now_ms)
{
    struct cal_span spans[SPANS_MAX];
    int today = cal_date_at(r, now_ms);
    int64_t until_ms = -1;

    if (!cal_is_open(r, now_ms))
        return -1;
    for (int date = today; date < today + OPEN_DAYS; date++) {
        int n = cal_open_spans(r, date, spans, SPANS_MAX), i = 0;
        while (date == today && i < n && moment_of(r, date, spans[i].to_minute) <= now_ms)
            i++;
        if (i == n || (date > today && spans[0].from_minute > 0))
            return until_ms;
        until_ms = moment_of(r, date, spans[i].to_minute);
        if (spans[i].to_minute < CAL_DAY_MINUTES)
            return until_ms;
    }
    return -1;
}
