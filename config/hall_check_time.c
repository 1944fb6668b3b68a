/* The rules of a hall file about times and dates: hours, breaks, plans, holidays, special days.
 * Fills in the minutes, masks and dates that the calendar reads. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "config/date.h"
#include "config/hall_check.h"

#include <ctype.h>
#include <string.h>

enum { DAY_MINUTES = 24 * 60 };

static const char DAYS[7][4] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* 0 = Monday; 0 also for no text, where nobody reads it. */
static int weekday_of(const char *text)
{
    int day = 6;

    while (day > 0 && strcmp(text, DAYS[day]) != 0)
        day--;
    return day;
}

int hall_minute_of(const char *text)
{
    int minute;

    if (strlen(text) != 5 || text[2] != ':')
        return -1;
    for (int i = 0; i < 5; i++) {
        if (i != 2 && !isdigit((unsigned char)text[i]))
            return -1;
    }
    if (text[3] > '5')
        return -1;
    minute = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    return minute <= DAY_MINUTES ? minute : -1;
}

/* A span within one day: its two texts, and where their minutes go. */
static bool check_minutes(struct fault *f, const struct node *at, const struct hall_span *texts,
                          int *from_minute, int *to_minute)
{
    *from_minute = hall_minute_of(texts->from);
    *to_minute = hall_minute_of(texts->to);
    if (*from_minute < 0 || *from_minute == DAY_MINUTES)
        return fault_at(f, tree_get(at, "from"), "A time is written HH:MM, 00:00 to 23:59.");
    if (*to_minute < 0)
        return fault_at(f, tree_get(at, "to"), "A time is written HH:MM, 00:00 to 24:00.");
    return *to_minute > *from_minute ||
           fault_at(f, tree_get(at, "to"),
                    "This must be later than `from`, on the same day. What goes on after midnight "
                    "is a span of the next day.");
}

bool hall_check_span(struct fault *f, const struct node *at, void *record)
{
    struct hall_span *span = record;

    return check_minutes(f, at, span, &span->from_minute, &span->to_minute);
}

/* Unlike a span, quiet hours go on after midnight. */
bool hall_check_quiet(struct fault *f, const struct node *at, void *record)
{
    struct hall_span *quiet = record;

    if (quiet->from[0] == '\0' && quiet->to[0] == '\0')
        return true;
    quiet->from_minute = hall_minute_of(quiet->from);
    quiet->to_minute = hall_minute_of(quiet->to);
    if (quiet->from_minute < 0 || quiet->from_minute == DAY_MINUTES || quiet->to_minute < 0 ||
        quiet->to_minute == DAY_MINUTES)
        return fault_at(f, at, "Quiet hours need `from` and `to`, HH:MM, 00:00 to 23:59.");
    return quiet->from_minute != quiet->to_minute ||
           fault_at(f, at, "Quiet hours must not begin and end at the same time.");
}

/* The days of a weekly span as bits. */
static bool check_days(struct fault *f, const struct node *at, struct hall_hours *hours)
{
    for (size_t i = 0; i < hours->day_count; i++) {
        unsigned bit = 1u << weekday_of(hours->days[i]);

        if (hours->day_mask & bit)
            return fault_at(f, tree_at(tree_get(at, "days"), i), "`%s` stands here twice.",
                            hours->days[i]);
        hours->day_mask |= bit;
    }
    return true;
}

/* A date of the file as yyyymmdd. */
static bool check_date(struct fault *f, const struct node *at, const char *text, int *yyyymmdd)
{
    int date = date_read(str_of(text));

    if (date < 0)
        return fault_at(
            f, at, "`%.40s` is no day; a date is written YYYY-MM-DD, from 1970 to 2199.", text);
    *yyyymmdd = date_yyyymmdd(date);
    return true;
}

static bool check_weeks(struct fault *f, const struct node *at, struct hall_hours *hours)
{
    const struct node *week_of = tree_get(at, "week_of");

    if (hours->every_weeks == 1)
        return week_of == NULL ||
               fault_at(f, week_of, "Leave `week_of` out: with `every_weeks: 1` each week counts.");
    if (week_of == NULL)
        return fault_at(f, tree_get(at, "every_weeks"),
                        "Say with `week_of` which weeks: a date in one that counts.");
    return check_date(f, week_of, hours->week_of, &hours->week_of_date);
}

bool hall_check_hours(struct fault *f, const struct node *at, void *record)
{
    struct hall_hours *hours = record;
    const struct hall_span span = {.from = hours->from, .to = hours->to};

    return check_days(f, at, hours) &&
           check_minutes(f, at, &span, &hours->from_minute, &hours->to_minute) &&
           check_weeks(f, at, hours);
}

bool hall_check_plan(struct fault *f, const struct node *at, void *record)
{
    struct hall_plan *plan = record;

    return hall_check_hours(f, at, &plan->when);
}

/* Days of a holiday or special day; none as `to` is one day. */
struct days {
    const char *from;
    const char *to;
};

static bool check_range(struct fault *f, const struct node *at, struct days days, int *from_date,
                        int *to_date)
{
    const struct node *to = tree_get(at, "to");

    if (!check_date(f, tree_get(at, "from"), days.from, from_date))
        return false;
    *to_date = *from_date;
    if (to == NULL)
        return true;
    if (!check_date(f, to, days.to, to_date))
        return false;
    return *to_date >= *from_date || fault_at(f, to, "`to` must not lie before `from`.");
}

/* A day worked instead of another needs to know whose hours it has, and nothing else does. */
static bool check_like(struct fault *f, const struct node *at, bool workday, const char *like)
{
    if (workday && like[0] == '\0')
        return fault_at(f, at, "A workday needs `like`: the weekday whose hours it has.");
    if (!workday && like[0] != '\0')
        return fault_at(f, tree_get(at, "like"), "`like` belongs to a workday only.");
    return true;
}

bool hall_check_holiday(struct fault *f, const struct node *at, void *record)
{
    struct hall_holiday *h = record;

    h->like_weekday = weekday_of(h->like);
    return check_range(f, at, (struct days){h->from, h->to}, &h->from_date, &h->to_date) &&
           check_like(f, at, h->workday, h->like);
}

/* What is given must mean something for that kind of day: else somebody meant another kind. */
static bool check_kind(struct fault *f, const struct node *at, const struct hall_special *s)
{
    bool fewer = strcmp(s->kind, "fewer") == 0;
    bool units = s->public_units > 0 || s->staff_units > 0;

    if (strcmp(s->kind, "hours") == 0 && s->span_count == 0)
        return fault_at(f, at, "`hours` needs `spans`: when the hall is open on that day.");
    if (strcmp(s->kind, "workday") == 0 && s->span_count > 0)
        return fault_at(f, tree_get(at, "spans"),
                        "A workday has the hours of `like`; take `kind: hours` for other ones.");
    if (fewer && !units)
        return fault_at(f, at, "`fewer` needs `public` or `staff`: so many counters less.");
    if (!fewer && units)
        return fault_at(f, tree_get(at, s->public_units > 0 ? "public" : "staff"),
                        "Counters are taken away by `kind: fewer` only.");
    if (!fewer && s->pool[0] != '\0')
        return fault_at(f, tree_get(at, "pool"), "`pool` belongs to `kind: fewer` only.");
    return true;
}

bool hall_check_special(struct fault *f, const struct node *at, void *record)
{
    struct hall_special *s = record;

    s->like_weekday = weekday_of(s->like);
    return check_range(f, at, (struct days){s->from, s->to}, &s->from_date, &s->to_date) &&
           check_like(f, at, strcmp(s->kind, "workday") == 0, s->like) && check_kind(f, at, s);
}

int hall_common_divisor(int a, int b)
{
    while (b != 0) {
        int rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Is there a week in which both count? */
static bool weeks_meet(const struct hall_hours *a, const struct hall_hours *b)
{
    int both = hall_common_divisor(a->every_weeks, b->every_weeks);

    return both == 1 ||
           (date_week(date_of(a->week_of_date)) - date_week(date_of(b->week_of_date))) % both == 0;
}

bool hall_check_overlap(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    const struct node *list = tree_get(root, "hours");

    for (size_t i = 1; i < hall->hour_count; i++) {
        const struct hall_hours *a = &hall->hours[i];

        for (size_t k = 0; k < i; k++) {
            const struct hall_hours *b = &hall->hours[k];

            if ((a->day_mask & b->day_mask) != 0 && a->from_minute < b->to_minute &&
                b->from_minute < a->to_minute && weeks_meet(a, b))
                return fault_at(f, tree_at(list, i), "These hours overlap with %s-%s above.",
                                b->from, b->to);
        }
    }
    return true;
}
