/* The rule that goes on for ever behind a TZif file's table, such as "CET-1CEST,M3.5.0,M10.5.0/3".
 * Immutable once parsed; any thread.
 * SPDX-License-Identifier: MIT */
#include "core/zone_rule.h"

#include <string.h>

/* The calendar is counted from 0000-03-01, so that the leap day is the last one of its year: then
 * the days before month m (0 = March) are (153m + 2) / 5, and an era of 400 years has 146,097 days.
 */
enum { ERA_DAYS = 146097, DAYS_TO_1970 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t civil_days(int64_t year, int month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400);
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year + day - 1 -
           DAYS_TO_1970;
}

void civil_date(int64_t days, int *year, int *month, int *day)
{
    int64_t since = days + DAYS_TO_1970;
    int64_t era = floor_div(since, ERA_DAYS);
    int64_t d = since - era * ERA_DAYS;
    int64_t y = (d - d / 1460 + d / 36524 - d / (ERA_DAYS - 1)) / 365;
    int64_t of_year = d - (365 * y + y / 4 - y / 100);
    int m = (int)((5 * of_year + 2) / 153);

    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(y + era * 400 + (*month <= 2));
}

static bool take_char(struct str *s, char c)
{
    if (s->len == 0 || s->p[0] != c)
        return false;
    *s = (struct str){s->p + 1, s->len - 1};
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At least three letters, or <+0330>. */
static bool skip_name(struct str *s)
{
    bool quoted = take_char(s, '<');
    size_t n = 0;

    while (n < s->len && (is_letter(s->p[n]) ||
                          (quoted && (is_digit(s->p[n]) || s->p[n] == '+' || s->p[n] == '-'))))
        n++;
    *s = (struct str){s->p + n, s->len - n};
    return n >= 3 && (!quoted || take_char(s, '>'));
}

static bool take_number(struct str *s, int min, int max, int *out)
{
    int n = 0;
    size_t i = 0;

    for (; i < s->len && i < 3 && is_digit(s->p[i]); i++)
        n = n * 10 + (s->p[i] - '0');
    *s = (struct str){s->p + i, s->len - i};
    *out = n;
    return i > 0 && n >= min && n <= max;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(struct str *s, int hours_max, int *out)
{
    bool negative = take_char(s, '-');
    int hours;
    int minutes = 0;
    int seconds = 0;

    if (!negative)
        (void)take_char(s, '+'); /* may be there or not */
    if (!take_number(s, 0, hours_max, &hours))
        return false;
    if (take_char(s, ':')) {
        if (!take_number(s, 0, 59, &minutes))
            return false;
        if (take_char(s, ':') && !take_number(s, 0, 59, &seconds))
            return false;
    }
    *out = (hours * 60 + minutes) * 60 + seconds;
    if (negative)
        *out = -*out;
    return true;
}

static bool take_date(struct str *s, struct zone_date *d)
{
    bool ok;

    if (take_char(s, 'M')) {
        d->kind = DATE_WEEKDAY;
        ok = take_number(s, 1, 12, &d->month) && take_char(s, '.') &&
             take_number(s, 1, 5, &d->week) && take_char(s, '.') && take_number(s, 0, 6, &d->day);
    } else if (take_char(s, 'J')) {
        d->kind = DATE_JULIAN;
        ok = take_number(s, 1, 365, &d->day);
    } else {
        d->kind = DATE_DAY;
        ok = take_number(s, 0, 365, &d->day);
    }
    d->time_s = 2 * 3600;
    return ok && (!take_char(s, '/') || take_time(s, 167, &d->time_s));
}

bool zone_rule_parse(struct zone_rule *r, struct str text)
{
    *r = (struct zone_rule){0};
    if (!skip_name(&text) || !take_time(&text, 24, &r->standard_s))
        return false;
    r->standard_s = -r->standard_s; /* POSIX counts westwards */
    if (text.len == 0)
        return true;
    r->has_summer = true;
    r->summer_s = r->standard_s + 3600;
    if (!skip_name(&text))
        return false;
    if (text.len > 0 && text.p[0] != ',') {
        if (!take_time(&text, 24, &r->summer_s))
            return false;
        r->summer_s = -r->summer_s;
    }
    return take_char(&text, ',') && take_date(&text, &r->begins) && take_char(&text, ',') &&
           take_date(&text, &r->ends) && text.len == 0;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t day_of(const struct zone_date *d, int64_t year)
{
    int64_t first = civil_days(year, 1, 1);
    int64_t days;
    int64_t next_month;

    if (d->kind == DATE_DAY)
        return first + d->day;
    if (d->kind == DATE_JULIAN) /* the leap day is never counted */
        return first + d->day - 1 + (is_leap(year) && d->day >= 60);
    first = civil_days(year, d->month, 1);
    next_month = d->month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, d->month + 1, 1);
    /* 1970-01-01 was a Thursday. */
    days = first + (d->day - (first + 4) % 7 + 14) % 7 + (int64_t)(d->week - 1) * 7;
    while (days >= next_month)
        days -= 7;
    return days;
}

struct change {
    int64_t at_s;
    int offset_s;
};

/* Behind those of the same moment that end summer time: where it ends and begins at once, it never
 * ends. */
static void insert(struct change *all, int n, struct change c, bool summer)
{
    while (n > 0 && (all[n - 1].at_s > c.at_s || (all[n - 1].at_s == c.at_s && !summer))) {
        all[n] = all[n - 1];
        n--;
    }
    all[n] = c;
}

/* A date of a rule may lie up to a week outside its year, so two years on each side are looked at.
 */
enum { YEARS = 5, CHANGES = 2 * YEARS };

struct zone_span zone_rule_span(const struct zone_rule *r, int64_t t_s)
{
    struct change all[CHANGES];
    int year;
    int month;
    int day;
    int i = CHANGES - 1;
    int n = 0;

    if (!r->has_summer)
        return (struct zone_span){INT64_MIN, INT64_MAX, r->standard_s};
    civil_date(floor_div(t_s, DAY_S), &year, &month, &day);
    for (int64_t y = year - 2; y <= year + 2; y++) {
        int64_t begins_s = day_of(&r->begins, y) * DAY_S + r->begins.time_s - r->standard_s;
        int64_t ends_s = day_of(&r->ends, y) * DAY_S + r->ends.time_s - r->summer_s;

        insert(all, n++, (struct change){begins_s, r->summer_s}, true);
        insert(all, n++, (struct change){ends_s, r->standard_s}, false);
    }
    while (i > 0 && all[i].at_s > t_s)
        i--;
    return (struct zone_span){all[i].at_s, i + 1 < CHANGES ? all[i + 1].at_s : INT64_MAX,
                              all[i].offset_s};
}
