/* Dates as they stand in hall files and lists of holidays. Owns nothing; any thread. The calendar
 * itself, with zones and moments, is daemon/core/calendar.c. SPDX-License-Identifier: MIT */
#include "config/date.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

enum {
    YEAR_MIN = 1970, /* days are counted from its first one */
    YEAR_MAX = 2199, /* as far as the calendar computes */
    DATE_LEN = 10
};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days of all the years before that one, from the year 1 on. */
static int days_before(int year)
{
    int y = year - 1;

    return y * 365 + y / 4 - y / 100 + y / 400;
}

int date_of(int yyyymmdd)
{
    int year = yyyymmdd / 10000;
    int month = yyyymmdd / 100 % 100;
    int day = yyyymmdd % 100;
    int date;

    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month))
        return -1;
    date = days_before(year) - days_before(YEAR_MIN) + day - 1;
    for (int m = 1; m < month; m++)
        date += days_in(year, m);
    return date;
}

int date_read(struct str text)
{
    int number = 0;

    if (text.len != DATE_LEN)
        return -1;
    for (int i = 0; i < DATE_LEN; i++) {
        bool dash = i == 4 || i == 7;

        if (dash ? text.p[i] != '-' : !isdigit((unsigned char)text.p[i]))
            return -1;
        if (!dash)
            number = number * 10 + text.p[i] - '0';
    }
    return date_of(number);
}

int date_yyyymmdd(int date)
{
    int year = YEAR_MIN + date / 366; /* that one or a later one */
    int month = 1;

    while (days_before(year + 1) - days_before(YEAR_MIN) <= date)
        year++;
    date -= days_before(year) - days_before(YEAR_MIN);
    while (date >= days_in(year, month))
        date -= days_in(year, month++);
    return year * 10000 + month * 100 + date + 1;
}

void date_write(int date, char out[11])
{
    unsigned n = (unsigned)date_yyyymmdd(date) % 100000000u;

    (void)snprintf(out, DATE_LEN + 1, "%04u-%02u-%02u", n / 10000, n / 100 % 100, n % 100);
}

int date_week(int date)
{
    return (date + 3) / 7; /* the first day of 1970 was a Thursday */
}
