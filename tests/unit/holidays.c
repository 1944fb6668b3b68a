/* Lists of holidays, YAML and iCalendar: what is taken, and each fault with its line. Runs in the
 * top folder, from which the shipped lists are read. SPDX-License-Identifier: MIT */
#include "config/holidays.h"
#include "config/date.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct holiday_list *read_good(struct str text, const char *language)
{
    struct buf error;
    struct holiday_list *list;

    buf_init(&error);
    list = holidays_read(text, "good", language, &error);
    if (list == NULL)
        fail_msg("%s", error.p);
    buf_clear(&error);
    return list;
}

static struct holiday_list *read_file(const char *path, const char *language)
{
    FILE *file = fopen(path, "r");
    struct buf b;
    struct holiday_list *list;

    buf_init(&b);
    assert_non_null(file);
    buf_reserve(&b, HALL_BYTES_MAX);
    b.len = fread(b.p, 1, HALL_BYTES_MAX, file);
    (void)fclose(file);
    list = read_good(buf_str(&b), language);
    buf_clear(&b);
    return list;
}

/* Easter Sunday by the tables of Gauss, independent of how the lists were made. */
static int easter_of(int year)
{
    int a = year % 19, b = year % 4, c = year % 7;
    int m = 24, n = 5; /* of 1900 to 2099 */
    int d = (19 * a + m) % 30, e = (2 * b + 4 * c + 6 * d + n) % 7;
    int day = 22 + d + e;

    if ((d == 29 && e == 6) || (d == 28 && e == 6 && a > 10))
        day -= 7;
    return date_of(year * 10000 + 301) + day - 1;
}

static void test_holidays_of_berlin_hang_on_easter(void **state)
{
    static const int years[] = {2026, 2027};

    for (size_t i = 0; i < 2; i++) {
        int year = years[i], easter = easter_of(year);
        const int expected[] = {
            date_of(year * 10000 + 101),
            date_of(year * 10000 + 308),
            easter - 2,
            easter + 1,
            date_of(year * 10000 + 501),
            easter + 39,
            easter + 50,
            date_of(year * 10000 + 1003),
            date_of(year * 10000 + 1225),
            date_of(year * 10000 + 1226),
        };
        char path[64];
        struct holiday_list *list;

        (void)snprintf(path, sizeof(path), "config/holidays/de-be-%d.yaml", year);
        list = read_file(path, "de");
        assert_int_equal(list->year, year);
        assert_string_equal(list->region, "BE");
        assert_int_equal(list->holiday_count, 10);
        for (size_t k = 0; k < 10; k++) {
            assert_int_equal(date_of(list->holidays[k].from_date), expected[k]);
            assert_int_equal(list->holidays[k].to_date, list->holidays[k].from_date);
            assert_false(list->holidays[k].workday);
        }
        holidays_free(list);
    }
}

/* Every day worked instead is a Saturday or Sunday, and stands for a weekday that is free. */
static void test_holidays_of_china_are_balanced(void **state)
{
    struct holiday_list *list = read_file("config/holidays/cn-2026.yaml", "zh");
    int days = 0, worked = 0;

    for (size_t i = 0; i < list->holiday_count; i++) {
        const struct hall_holiday *h = &list->holidays[i];
        int weekday = (date_of(h->from_date) + 3) % 7;

        if (h->workday) {
            assert_in_range(weekday, 5, 6);
            assert_in_range(h->like_weekday, 0, 4);
            worked++;
        } else {
            days += date_of(h->to_date) - date_of(h->from_date) + 1;
        }
    }
    assert_int_equal(days, 3 + 9 + 3 + 5 + 3 + 3 + 7);
    assert_int_equal(worked, 6);
    holidays_free(list);
}

static void test_holidays_json_is_what_a_hall_file_holds(void **state)
{
    struct holiday_list *list =
        read_good(STR("country: DE\nyear: 2026\nholidays:\n"
                      "  - {from: \"2026-12-25\", to: \"2026-12-26\", names: {de: Weihnachten}}\n"
                      "  - {from: \"2026-01-01\", names: {en: New Year, de: Neujahr}}\n"),
                  "zh");
    struct buf json;

    buf_init(&json);
    holidays_json(list, &json);
    assert_string_equal(json.p,
                        "[{\"from\":\"2026-01-01\",\"names\":{\"zh\":\"New Year\","
                        "\"en\":\"New Year\",\"de\":\"Neujahr\"},\"workday\":false},"
                        "{\"from\":\"2026-12-25\",\"to\":\"2026-12-26\",\"names\":{"
                        "\"zh\":\"Weihnachten\",\"de\":\"Weihnachten\"},\"workday\":false}]");
    assert_true(holidays_in(list, 2026));
    assert_false(holidays_in(list, 2027));
    buf_clear(&json);
    holidays_free(list);
}

static const char CALENDAR[] = "BEGIN:VCALENDAR\r\n"                         /* 1 */
                               "VERSION:2.0\r\n"                             /* 2 */
                               "PRODID:-//x//y: z//EN\r\n"                   /* 3 */
                               "BEGIN:VTIMEZONE\r\n"                         /* 4 */
                               "BEGIN:STANDARD\r\n"                          /* 5 */
                               "DTSTART:19701025T030000\r\n"                 /* 6 */
                               "END:STANDARD\r\n"                            /* 7 */
                               "END:VTIMEZONE\r\n"                           /* 8 */
                               "BEGIN:VEVENT\r\n"                            /* 9 */
                               "DTSTART;VALUE=DATE:20271225\r\n"             /* 10 */
                               "DTEND;VALUE=DATE:20271227\r\n"               /* 11 */
                               "SUMMARY;X=\"a;b:c\";LANGUAGE=de-DE:Weih\r\n" /* 12 */
                               " nachten\\, zwei\\nTage\r\n"                 /* 13 */
                               "BEGIN:VALARM\r\n"                            /* 14 */
                               "DTSTART:20200101T000000\r\n"                 /* 15 */
                               "END:VALARM\r\n"                              /* 16 */
                               "END:VEVENT\r\n"                              /* 17 */
                               "BEGIN:VEVENT\r\n"                            /* 18 */
                               "dtstart:20260101\r\n"                        /* 19 */
                               "summary:New Year\r\n"                        /* 20 */
                               "end:vevent\r\n"                              /* 21 */
                               "BEGIN:VEVENT\r\n"                            /* 22 */
                               "DTSTART;VALUE=DATE:20260601\r\n"             /* 23 */
                               "STATUS:CANCELLED\r\n"                        /* 24 */
                               "END:VEVENT\r\n"                              /* 25 */
                               "END:VCALENDAR\r\n";                          /* 26 */

static void test_holidays_read_takes_a_calendar(void **state)
{
    struct holiday_list *list = read_good(STR(CALENDAR), "en");

    assert_int_equal(list->year, 0);
    assert_int_equal(list->holiday_count, 2);
    assert_string_equal(list->holidays[0].names.en, "New Year");
    assert_int_equal(list->holidays[0].from_date, 20260101);
    assert_int_equal(list->holidays[0].to_date, 20260101);
    assert_string_equal(list->holidays[1].names.de, "Weihnachten, zwei Tage");
    assert_string_equal(list->holidays[1].names.en, "Weihnachten, zwei Tage");
    assert_int_equal(list->holidays[1].from_date, 20271225);
    assert_int_equal(list->holidays[1].to_date, 20271226);
    assert_true(holidays_in(list, 2027));
    holidays_free(list);
}

static struct buf replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    struct buf b;

    assert_non_null(at);
    buf_init(&b);
    buf_add(&b, text, (size_t)(at - text));
    buf_add_c(&b, to);
    buf_add_c(&b, at + strlen(from));
    return b;
}

static const char LIST[] = "country: DE\n"                                       /* 1 */
                           "year: 2026\n"                                        /* 2 */
                           "holidays:\n"                                         /* 3 */
                           "  - {from: \"2026-01-01\", names: {de: Neujahr}}\n"; /* 4 */

static const struct {
    const char *text, *from, *to;
    const char *message; /* how the error begins */
} BAD[] = {
    {CALENDAR, "END:VCALENDAR\r\n", "", "f:25:1: The calendar has no end"},
    {CALENDAR, "END:VALARM\r\n", "", "f:16:1: Something else ends here"},
    {CALENDAR, "END:STANDARD", "END:DAYLIGHT", "f:7:1: Something else ends here"},
    {CALENDAR, "END:VCALENDAR\r\n", "END:VCALENDAR\r\nEND:VCALENDAR\r\n",
     "f:27:1: This stands out"},
    {CALENDAR, "END:VCALENDAR\r\n", "END:VCALENDAR\r\nVERSION:2.0\r\n",
     "f:27:1: This stands outside"},
    {CALENDAR, "VERSION:2.0", "VERSION", "f:2:1: This is no line of a calendar"},
    {CALENDAR, "VERSION:2.0", ":2.0", "f:2:1: This line has no name"},
    {CALENDAR, "VERSION:2.0", "X=\";:\"", "f:2:1: This is no line"},
    {CALENDAR, ":20271225", ":20270229", "f:10:1: This is no day"},
    {CALENDAR, ":20271225", ":2027122", "f:10:1: This is no day"},
    {CALENDAR, ":20271225", ":-2027122", "f:10:1: This is no day"},
    {CALENDAR, ":20271225", ":", "f:10:1: This is no day"},
    {CALENDAR, ":20271225", ":20271225T100000Z", "f:10:1: This event has a time of day"},
    {CALENDAR, "VALUE=DATE:20271225", "VALUE=\"DATE-TIME\":20271225",
     "f:10:1: This event has a time"},
    {CALENDAR, ":20271227", ":20271225", "f:9:1: This event must end later"},
    {CALENDAR, ":20271227", ":20271301", "f:11:1: This is no day"},
    {CALENDAR, "DTEND;VALUE=DATE:20271227", "DURATION:P2D", "f:11:1: Say with DTEND"},
    {CALENDAR, "DTEND;VALUE=DATE:20271227", "RRULE:FREQ=YEARLY", "f:11:1: This event repeats"},
    {CALENDAR, "DTEND;VALUE=DATE:20271227", "DTSTART:20260101", "f:11:1: This event begins twice"},
    {CALENDAR, "DTSTART;VALUE=DATE:20271225\r\n", "", "f:9:1: This event has no DTSTART"},
    {CALENDAR, "summary:New Year", "X:y", "f:18:1: This event has no SUMMARY"},
    {CALENDAR, "summary:New Year", "summary: ", "f:18:1: This event has no SUMMARY"},
    {CALENDAR, "summary:New Year", "summary:a\r\nSUMMARY:b", "f:21:1: This event has two"},
    {CALENDAR, "summary:New Year", "summary:a\tb", "f:18:1: This text holds a control character"},
    {CALENDAR, "summary:New Year", "summary:\xff", "f:1:1: This file is not valid UTF-8"},
    {CALENDAR, "summary:New Year", "summary:国庆节（班）", "f:18:1: This seems to be a day worked"},
    {CALENDAR, "BEGIN:STANDARD", "BEGIN:A\r\nBEGIN:B\r\nBEGIN:C",
     "f:7:1: This is nested too deeply"},
    {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "\nEND", "\n\nEND", "f:1:1: There is no event"},
    {LIST, "DE", "de", "f:1:10: A country is written"},
    {LIST, "DE", "DEU", "f:1:10: This text has 3"},
    {LIST, "year: 2026\n", "", "f:1:1: `year` is missing"},
    {LIST, "year: 2026", "year: 2027", "f:4:12: This does not lie in 2027"},
    {LIST, "\"2026-01-01\"", "\"2026-02-30\"", "f:4:12: `2026-02-30` is no day"},
    {LIST, "{de: Neujahr}", "{}", "f:4:33: A holiday needs a name"},
    {LIST, "holidays:\n", "days:\n", "f:3:1: `days` is not known in a list of holidays"},
    {LIST, "year: 2026", "year: 1969", "f:2:7: `year` must be"},
    {LIST, LIST, "", "f:1:1: The file is empty"},
    {LIST, LIST, "code: h\n", "f:1:1: `code` is not known in a list of holidays"},
};

static void test_holidays_read_says_where_and_what_is_wrong(void **state)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct buf text = replaced(BAD[i].text, BAD[i].from, BAD[i].to);
        struct buf error;
        struct holiday_list *list;

        buf_init(&error);
        list = holidays_read(buf_str(&text), "f", "en", &error);
        if (list != NULL || !str_starts(buf_str(&error), BAD[i].message)) {
            print_error("%zu: expected \"%s…\", got \"%s\"\n", i, BAD[i].message,
                        list != NULL ? "a list" : error.p);
            wrong++;
        }
        holidays_free(list);
        buf_clear(&error);
        buf_clear(&text);
    }
    assert_int_equal(wrong, 0);
}

/* Cut anywhere, a calendar is refused or, behind its end, the same. */
static void test_holidays_read_notices_every_cut(void **state)
{
    size_t whole = sizeof(CALENDAR) - 1;
    struct buf error;

    buf_init(&error);
    for (size_t len = 0; len + sizeof("\r\n") - 1 < whole; len++) {
        char *cut = test_malloc(len + 1); /* of that size exactly: a read beyond it is seen */

        memcpy(cut, CALENDAR, len);
        assert_null(holidays_read((struct str){cut, len}, "f", "en", &error));
        assert_true(str_starts(buf_str(&error), "f:"));
        test_free(cut);
    }
    buf_clear(&error);
}

static void test_holidays_read_refuses_too_many_events(void **state)
{
    struct buf text, error;

    buf_init(&text);
    buf_init(&error);
    buf_add_c(&text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i <= HALL_DAYS_MAX; i++)
        buf_add_c(&text, "BEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:x\nEND:VEVENT\n");
    buf_add_c(&text, "END:VCALENDAR\n");
    assert_null(holidays_read(buf_str(&text), "f", "en", &error));
    assert_string_equal(error.p, "f:1602:1: More than 400 events are too many.");
    buf_clear(&text);
    buf_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holidays_of_berlin_hang_on_easter),
        cmocka_unit_test(test_holidays_of_china_are_balanced),
        cmocka_unit_test(test_holidays_json_is_what_a_hall_file_holds),
        cmocka_unit_test(test_holidays_read_takes_a_calendar),
        cmocka_unit_test(test_holidays_read_says_where_and_what_is_wrong),
        cmocka_unit_test(test_holidays_read_notices_every_cut),
        cmocka_unit_test(test_holidays_read_refuses_too_many_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
