/* core/zone.h: against libc's own zones, at the turns of the clock, and with files that lie.
 * SPDX-License-Identifier: MIT */
#include "core/zone.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HOUR_MS = 3600 * 1000 };
#define YEAR_2100_S INT64_C(4102444800)

static const char *const names[] = {
    "Asia/Shanghai",        "Europe/Berlin",        "America/New_York",
    "America/Dawson_Creek", "America/Edmonton",     "America/Sao_Paulo",
    "Australia/Lord_Howe",  "Africa/Casablanca",    "Asia/Kathmandu",
    "Europe/Dublin",        "America/Nuuk",         "Pacific/Apia",
    "America/St_Johns",     "Antarctica/Troll",     "Asia/Gaza",
    "Pacific/Kiritimati",   "America/Scoresbysund", "UTC",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static struct zone *loaded(const char *name)
{
    struct zone *z = zone_load(name);

    if (z == NULL)
        fail_msg("%s cannot be loaded", name);
    return z;
}

/* A moment between 1970 and 2100, now and then right at the turn of an hour. */
static int64_t random_s(void)
{
    int64_t t = (((int64_t)random() << 31) ^ random()) % YEAR_2100_S;

    if (random() % 2 == 0)
        t = t / 1800 * 1800 + random() % 3 - 1;
    return t < 0 ? 0 : t;
}

static void compare_with_libc(const struct zone *z, int64_t utc_s)
{
    time_t t = (time_t)utc_s;
    struct zone_local l;
    struct tm tm;

    assert_non_null(localtime_r(&t, &tm));
    zone_local(z, utc_s * 1000 + 999, &l);
    if (l.year != tm.tm_year + 1900 || l.month != tm.tm_mon + 1 || l.day != tm.tm_mday ||
        l.hour != tm.tm_hour || l.minute != tm.tm_min || l.second != tm.tm_sec ||
        (l.weekday + 1) % 7 != tm.tm_wday || l.offset_s != tm.tm_gmtoff)
        fail_msg("%s at %lld: %d-%d-%d %d:%d:%d %+d", zone_name(z), (long long)utc_s, l.year,
                 l.month, l.day, l.hour, l.minute, l.second, l.offset_s);
}

static void test_zone_local_agrees_with_libc(void **state)
{
    srandom(20261123);
    for (int i = 0; i < NAMES; i++) {
        struct zone *z = loaded(names[i]);

        assert_string_equal(zone_name(z), names[i]);
        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        for (int k = 0; k < 20000; k++)
            compare_with_libc(z, random_s());
        /* Every change between 1970 and 2100, to the second. */
        for (int64_t t = 0; t < YEAR_2100_S; t += 6 * 3600) {
            struct zone_local a;
            struct zone_local b;

            zone_local(z, t * 1000, &a);
            zone_local(z, (t + 6 * 3600) * 1000, &b);
            for (int64_t u = t; a.offset_s != b.offset_s && u < t + 6 * 3600; u += 900) {
                compare_with_libc(z, u);
                compare_with_libc(z, u - 1);
            }
        }
        zone_free(z);
    }
    zone_free(NULL);
}

static bool same_time(const struct zone_local *a, const struct zone_local *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second;
}

static int64_t naive_s(const struct zone_local *l)
{
    struct tm tm = {.tm_year = l->year - 1900,
                    .tm_mon = l->month - 1,
                    .tm_mday = l->day,
                    .tm_hour = l->hour,
                    .tm_min = l->minute,
                    .tm_sec = l->second};

    return timegm(&tm);
}

/* What zone_utc() promises, checked by zone_local() alone. */
static void check_back(const struct zone *z, const struct zone_local *l)
{
    struct zone_local at;
    struct zone_local before;
    int64_t utc_ms;
    enum zone_fold fold = zone_utc(z, l, &utc_ms);

    zone_local(z, utc_ms, &at);
    if (fold == ZONE_GAP) {
        zone_local(z, utc_ms - 1, &before);
        assert_true(naive_s(&before) < naive_s(l) && naive_s(&at) > naive_s(l));
        return;
    }
    assert_true(same_time(&at, l));
    for (int64_t other_ms = utc_ms - 26 * (int64_t)HOUR_MS; fold == ZONE_ONCE; other_ms += 900000) {
        if (other_ms > utc_ms + 26 * (int64_t)HOUR_MS)
            break;
        zone_local(z, other_ms, &at);
        assert_true(other_ms == utc_ms || !same_time(&at, l));
    }
}

static void test_zone_utc_is_the_way_back(void **state)
{
    srandom(4);
    for (int i = 0; i < NAMES; i++) {
        struct zone *z = loaded(names[i]);

        for (int k = 0; k < 1000; k++) {
            struct zone_local l;

            zone_local(z, random_s() / 900 * 900000, &l);
            check_back(z, &l);
            l.hour = (int)(random() % 5); /* most clocks turn at night */
            check_back(z, &l);
        }
        zone_free(z);
    }
}

static struct zone_local at(int day, int hour, int minute)
{
    /* All examples below lie in these months: day is yyyymmdd. */
    return (struct zone_local){.year = day / 10000,
                               .month = day / 100 % 100,
                               .day = day % 100,
                               .hour = hour,
                               .minute = minute};
}

static void expect(const struct zone *z, struct zone_local l, enum zone_fold fold, int64_t utc_s)
{
    int64_t utc_ms;

    assert_int_equal(zone_utc(z, &l, &utc_ms), fold);
    assert_int_equal(utc_ms, utc_s * 1000);
}

static void test_zone_utc_in_gaps_and_doubled_times(void **state)
{
    struct zone *berlin = loaded("Europe/Berlin");
    struct zone *lord_howe = loaded("Australia/Lord_Howe");
    struct zone *apia = loaded("Pacific/Apia");
    int64_t spring_s = INT64_C(1774746000); /* 2026-03-29 01:00 UTC */
    int64_t autumn_s = INT64_C(1792890000); /* 2026-10-25 01:00 UTC */

    expect(berlin, at(20260329, 1, 59), ZONE_ONCE, spring_s - 60);
    expect(berlin, at(20260329, 2, 0), ZONE_GAP, spring_s);
    expect(berlin, at(20260329, 2, 59), ZONE_GAP, spring_s);
    expect(berlin, at(20260329, 3, 0), ZONE_ONCE, spring_s);
    expect(berlin, at(20261025, 1, 59), ZONE_ONCE, autumn_s - 3660);
    expect(berlin, at(20261025, 2, 0), ZONE_TWICE, autumn_s - 3600);
    expect(berlin, at(20261025, 2, 59), ZONE_TWICE, autumn_s - 60);
    expect(berlin, at(20261025, 3, 0), ZONE_ONCE, autumn_s + 3600);
    /* Far behind the table: 2090-03-26 and 2090-10-29, by the rule. */
    expect(berlin, at(20900326, 2, 30), ZONE_GAP, INT64_C(3794173200));
    expect(berlin, at(20901029, 2, 30), ZONE_TWICE, INT64_C(3812920200));
    /* Half an hour only: 2026-10-04 02:00 +10:30 becomes 02:30 +11. */
    expect(lord_howe, at(20261004, 2, 15), ZONE_GAP, INT64_C(1791041400));
    expect(lord_howe, at(20261004, 2, 30), ZONE_ONCE, INT64_C(1791041400));
    /* A whole day was left out: 2011-12-30. */
    expect(apia, at(20111230, 12, 0), ZONE_GAP, INT64_C(1325239200));
    zone_free(berlin);
    zone_free(lord_howe);
    zone_free(apia);
}

static void test_zone_utc_normalises(void **state)
{
    struct zone *z = loaded("Asia/Shanghai");
    struct zone_local odd = {.year = 2026, .month = 14, .day = 32, .hour = -1, .minute = 90};
    struct zone_local far = {.year = INT32_MAX,
                             .month = INT32_MIN,
                             .day = INT32_MAX,
                             .hour = INT32_MAX,
                             .minute = INT32_MIN,
                             .second = INT32_MAX};
    int64_t utc_ms;

    expect(z, odd, ZONE_ONCE, INT64_C(1804091400)); /* 2027-03-04 00:30 +08:00 */
    (void)zone_utc(z, &far, &utc_ms);               /* no overflow */
    far.year = INT32_MIN;
    (void)zone_utc(z, &far, &utc_ms);
    zone_free(z);
}

static void expect_day(const struct zone *z, int64_t utc_s, int day, int hours)
{
    int64_t begins_ms;
    int64_t ends_ms;

    assert_int_equal(zone_day(z, utc_s * 1000, &begins_ms, &ends_ms), day);
    assert_true(begins_ms <= utc_s * 1000 && utc_s * 1000 < ends_ms);
    assert_int_equal((ends_ms - begins_ms) / HOUR_MS, hours);
}

static void test_zone_day_has_23_24_or_25_hours(void **state)
{
    struct zone *berlin = loaded("Europe/Berlin");
    struct zone *paulo = loaded("America/Sao_Paulo");
    struct zone *apia = loaded("Pacific/Apia");

    expect_day(berlin, INT64_C(1774746000), 20260329, 23);
    expect_day(berlin, INT64_C(1774746000) + 86400, 20260330, 24);
    expect_day(berlin, INT64_C(1792890000), 20261025, 25);
    /* The clocks jumped over midnight: the day began at 01:00. */
    expect_day(paulo, INT64_C(1541304000), 20181104, 23); /* 2018-11-04 04:00 UTC */
    expect_day(paulo, INT64_C(1550368800), 20190216, 25); /* 2019-02-16, ends twice */
    expect_day(apia, INT64_C(1325239200) - 1, 20111229, 24);
    expect_day(apia, INT64_C(1325239200), 20111231, 24);
    zone_free(berlin);
    zone_free(paulo);
    zone_free(apia);
}

/* Days follow each other without hole or overlap, whatever the clocks do. */
static void test_zone_day_follows_day(void **state)
{
    for (int i = 0; i < NAMES; i++) {
        struct zone *z = loaded(names[i]);
        int64_t begins_ms;
        int64_t ends_ms;
        int64_t next_ms;
        int day = zone_day(z, 0, &begins_ms, &ends_ms);

        while (ends_ms < YEAR_2100_S * 1000) {
            int last = zone_day(z, ends_ms - 1, &begins_ms, &next_ms);
            int next;

            assert_int_equal(last, day);
            assert_int_equal(next_ms, ends_ms);
            next = zone_day(z, ends_ms, &begins_ms, &next_ms);
            assert_int_equal(begins_ms, ends_ms);
            assert_true(next > day && next_ms > ends_ms);
            assert_in_range((next_ms - ends_ms) / HOUR_MS, 22, 26);
            day = next;
            ends_ms = next_ms;
        }
        zone_free(z);
    }
}

static void test_zone_local_long_ago_and_far_ahead(void **state)
{
    static const int64_t moments[] = {INT64_MIN,     INT64_MAX,    INT64_C(-62135596800000), -1, 0,
                                      INT64_MIN / 2, INT64_MAX / 2};

    for (int i = 0; i < NAMES; i++) {
        struct zone *z = loaded(names[i]);

        for (size_t k = 0; k < sizeof(moments) / sizeof(moments[0]); k++) {
            struct zone_local l;

            zone_local(z, moments[k], &l);
            assert_in_range(l.month, 1, 12);
            assert_in_range(l.day, 1, 31);
            assert_in_range(l.weekday, 0, 6);
        }
        zone_free(z);
    }
}

static void test_zone_offset_holds_until_it_changes(void **state)
{
    for (int i = 0; i < NAMES; i++) {
        struct zone *z = loaded(names[i]);
        int64_t at_ms = INT64_C(1704067200000); /* 2024 */
        struct zone_local l;

        while (at_ms < YEAR_2100_S * 1000) {
            int64_t until_ms;
            int offset_s = zone_offset(z, at_ms, &until_ms);

            assert_true(until_ms > at_ms);
            zone_local(z, at_ms, &l);
            assert_int_equal(l.offset_s, offset_s);
            if (until_ms == INT64_MAX)
                break;
            zone_local(z, until_ms - 1, &l);
            assert_int_equal(l.offset_s, offset_s);
            zone_local(z, at_ms + (until_ms - at_ms) / 2, &l);
            assert_int_equal(l.offset_s, offset_s);
            at_ms = until_ms;
        }
        zone_free(z);
    }
}

static void test_zone_load_refuses_names_that_are_paths(void **state)
{
    static const char *const bad[] = {
        "",       "Nowhere/Atall",  "../../etc/passwd", "/etc/localtime", "Europe/../UTC",
        "Europe", "Europe/Berlin ", "zone1970.tab",     "tzdata.zi",      "right/Europe/Berlin"};
    char lengthy[300];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_null(zone_load(bad[i]));
    memset(lengthy, 'a', sizeof(lengthy) - 1);
    lengthy[sizeof(lengthy) - 1] = '\0';
    assert_null(zone_load(lengthy));
}

/* Below: files made by hand, in a folder that TZDIR names. */

static char folder[64];
static char path[96];

static int make_folder(void **state)
{
    (void)snprintf(folder, sizeof(folder), "%s/paihao-zone-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof(path), "%s/Z", folder);
    return setenv("TZDIR", folder, 1);
}

static int remove_folder(void **state)
{
    (void)unlink(path); /* some tests make none */
    return unsetenv("TZDIR") + rmdir(folder);
}

static struct zone *load_bytes(const char *bytes, size_t len)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
    return zone_load("Z");
}

static size_t read_real(const char *name, char *bytes, size_t size)
{
    char real[128];
    size_t len;
    FILE *f;

    (void)snprintf(real, sizeof(real), "/usr/share/zoneinfo/%s", name);
    f = fopen(real, "r");
    assert_non_null(f);
    len = fread(bytes, 1, size, f);
    assert_int_equal(fclose(f), 0);
    return len;
}

/* Asks everything of a zone that was loaded from nonsense: no crash, no endless walk. */
static void exercise(struct zone *z)
{
    for (int i = 0; i < 20; i++) {
        int64_t utc_ms = i < 5 ? INT64_MIN / (i + 1) : random_s() * 1000;
        struct zone_local l;
        int64_t back_ms;
        int64_t ends_ms;

        zone_local(z, utc_ms, &l);
        (void)zone_utc(z, &l, &back_ms);
        (void)zone_day(z, i < 5 ? 0 : utc_ms, &back_ms, &ends_ms);
    }
    zone_free(z);
}

static void test_zone_load_refuses_files_cut_off(void **state)
{
    static char bytes[8192];
    size_t len = read_real("Europe/Berlin", bytes, sizeof(bytes));

    zone_free(load_bytes(bytes, len));
    for (size_t i = 0; i < len; i++) {
        struct zone *z = load_bytes(bytes, i);

        assert_null(z);
    }
}

static void test_zone_load_survives_changed_files(void **state)
{
    static char bytes[8192];
    static char changed[8192];
    size_t len = read_real("America/Nuuk", bytes, sizeof(bytes));

    srandom(99);
    for (int i = 0; i < 4000; i++) {
        struct zone *z;

        memcpy(changed, bytes, len);
        for (int k = (int)(random() % 3); k >= 0; k--) {
            size_t place = (size_t)random() % len;

            if (random() % 3 == 0)
                place = (size_t)random() % 44; /* the header has the lengths */
            if (random() % 3 == 0)
                place = len - 1 - (size_t)random() % 30; /* the rule */
            changed[place] = (char)random();
        }
        z = load_bytes(changed, len);
        if (z != NULL)
            exercise(z);
    }
}

/* The smallest file: one type (the given offset), no times, the given footer. */
static struct zone *load_footer(const char *footer)
{
    char bytes[256] = "TZif2";
    size_t len = 44;

    memcpy(bytes + len, bytes, 44);
    bytes[len + 39] = 1; /* one type */
    bytes[len + 43] = 4; /* four characters */
    len += 44 + 6 + 4;
    len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "\n%s\n", footer);
    return load_bytes(bytes, len);
}

static void test_zone_load_refuses_footers_that_are_no_rules(void **state)
{
    static const char *const bad[] = {
        "X",
        "CE-1",
        "CET",
        "CET-25",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J1,J366",
        "CET-1CEST,0,366",
        "CET-1CEST,M3.5.0,M10.5.0 ",
        "<+01-1",
        "<>-1",
        "CET--1",
        "CET-1:60",
        "CET-1:",
        "CET-1CEST,M3.5.0/2:00:60,M10.5.0",
        "C1T-1",
        ":Europe/Berlin",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (load_footer(bad[i]) != NULL)
            fail_msg("taken: %s", bad[i]);
    }
}

static void test_zone_rules_agree_with_libc(void **state)
{
    static const char *const rules[] = {
        "UTC0",
        "<+0545>-5:45",
        "EST5EDT,M3.2.0,M11.1.0",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        "AAA3BBB,J60/0,J300/12:30:15",
        "AAA-3BBB,59,300",
    };

    srandom(1);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct zone *z = load_footer(rules[i]);

        assert_non_null(z);
        assert_int_equal(setenv("TZ", rules[i], 1), 0);
        tzset();
        for (int k = 0; k < 20000; k++)
            compare_with_libc(z, random_s());
        zone_free(z);
    }
}

static void test_zone_rule_may_mean_summer_all_year(void **state)
{
    static const char *const rules[] = {"EST5EDT,0/0,J365/25", "XXX3EDT4,0/0,J365/23"};

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct zone *z = load_footer(rules[i]);

        assert_non_null(z);
        for (int64_t t = 0; t < 5 * INT64_C(31556952); t += 1800) {
            struct zone_local l;

            zone_local(z, t * 1000, &l);
            assert_int_equal(l.offset_s, -4 * 3600);
        }
        zone_free(z);
    }
}

#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone_local_agrees_with_libc),
        cmocka_unit_test(test_zone_utc_is_the_way_back),
        cmocka_unit_test(test_zone_utc_in_gaps_and_doubled_times),
        cmocka_unit_test(test_zone_utc_normalises),
        cmocka_unit_test(test_zone_day_has_23_24_or_25_hours),
        cmocka_unit_test(test_zone_day_follows_day),
        cmocka_unit_test(test_zone_local_long_ago_and_far_ahead),
        cmocka_unit_test(test_zone_offset_holds_until_it_changes),
        cmocka_unit_test(test_zone_load_refuses_names_that_are_paths),
        FILE_TEST(test_zone_load_refuses_files_cut_off),
        FILE_TEST(test_zone_load_survives_changed_files),
        FILE_TEST(test_zone_load_refuses_footers_that_are_no_rules),
        FILE_TEST(test_zone_rules_agree_with_libc),
        FILE_TEST(test_zone_rule_may_mean_summer_all_year),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
