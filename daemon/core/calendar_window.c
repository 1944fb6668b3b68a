/* The booking window and its release: which dates the public may book, and from when on. Pure; any
 * thread. Both directions count the same days, so a change of one is a change of the other.
 * SPDX-License-Identifier: MIT */
#include "core/calendar_inside.h"

#include "core/zone_rule.h"

#include <sodium.h>
#include <string.h>

enum {
    LOOK_DAYS = 1100, /* a hall that does not open for three years has no further open day */
    MINUTE_MS = 60000,
};

/* First and last date of the window of a day. Without enough open days it ends with the last one
 * there is. */
static void window_of(const struct cal_rules *r, int today, int *first, int *last)
{
    int open = 0;

    *first = today + r->from_days;
    *last = today + r->to_days;
    if (!r->working_days)
        return;
    *first = r->from_days == 0 ? today : today + LOOK_DAYS + 1;
    *last = today;
    for (int date = today + 1; date <= today + LOOK_DAYS && open < r->to_days; date++) {
        if (!cal_is_working_day(r, date))
            continue;
        *last = date;
        if (++open == r->from_days)
            *first = date;
    }
}

void cal_window(const struct cal_rules *r, int64_t now_ms, int *first, int *last)
{
    window_of(r, cal_date_at(r, now_ms), first, last);
}

/* The first day whose window has the date: the to_days'th open one before it. */
static int first_day_with(const struct cal_rules *r, int date)
{
    int day = date;
    int open = 0;

    if (!r->working_days)
        return date - r->to_days;
    while (open < r->to_days && day > date - LOOK_DAYS) {
        if (cal_is_working_day(r, --day))
            open++;
    }
    return day;
}

int64_t cal_opens_ms(const struct cal_rules *r, int date)
{
    struct zone_local l = {
        .year = 1970, .month = 1, .day = 1 + first_day_with(r, date), .minute = r->release_minute};
    int64_t utc_ms;

    (void)zone_utc(r->zone, &l, &utc_ms); /* missing: when the clocks jump; twice: the first one */
    return utc_ms;
}

static void put_u32(unsigned char *to, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(n >> (8 * i));
}

/* SipHash, so that the moments one has seen tell nothing about those to come. */
int64_t cal_drip_ms(const struct cal_rules *r, int date, int cell)
{
    unsigned char key[crypto_shorthash_KEYBYTES] = "\0\0\0\0\0\0\0\0release";
    unsigned char what[8];
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t spread_ms = (uint64_t)r->release_spread_minutes * MINUTE_MS;
    uint32_t n = 0;

    if (r->release_spread_minutes <= 0)
        return 0;
    put_u32(key, (uint32_t)r->release_seed);
    put_u32(key + 4, (uint32_t)(r->release_seed >> 32));
    put_u32(what, (uint32_t)date);
    put_u32(what + 4, (uint32_t)cell);
    (void)crypto_shorthash(hash, what, sizeof(what), key); /* always 0 */
    for (int i = 0; i < 4; i++)
        n |= (uint32_t)hash[i] << (8 * i);
    return (int64_t)(n * spread_ms >> 32); /* spread_ms has less than 32 bits */
}
