/* Hall files, the part about bookings: faults with line and column, what is filled in, and nothing
 * lost by writing and reading again, of random halls too. SPDX-License-Identifier: MIT */
#include "tests/lib/hall_text.h"

#include "config/date.h"
#include <time.h>

/* Rows about bookings; what is put in stands on line 6 (before `hours`), 13 (the service) or 14. */
#define HOLIDAYS(rows) "hours:", "holidays: [" rows "]\nhours:"
#define SPECIAL(rows)  "hours:", "special_days: [" rows "]\nhours:"
#define BOOKING(rows)  "hours:", "booking: {" rows "}\nhours:"
#define POOLS(rows)    "profiles:", "pools: [" rows "]\nprofiles:"
#define PLAN(rows)     POOLS("{code: q, services: [s], plan: [{days: [mon], " rows "}]}")
#define SERVICE(rows)  "{zh: 事}", "{zh: 事}, booking: {" rows "}"
#define FIELD(rows)    SERVICE("fields: [{code: f, names: {zh: 名}" rows "}]")

static const struct bad BAD_BOOKINGS[] = {
    {"\"12:00\"}", "\"12:00\", every_weeks: 2}", "7:60: Say with `week_of`", ""},
    {"\"12:00\"}", "\"12:00\", every_weeks: 0}", "7:60: `every_weeks`", "1 to 26"},
    {"\"12:00\"}", "\"12:00\", week_of: \"2026-11-23\"}", "7:56: Leave `week_of` out", ""},
    {"\"12:00\"}", "\"12:00\", every_weeks: 2, week_of: \"2026-02-29\"}", "7:72: `2026-02-29` is",
     ""},
    {"classes:",
     "  - {days: [mon], from: \"11:00\", to: \"13:00\", every_weeks: 2, week_of: \"2026-11-23\"}\n"
     "classes:",
     "8:5: These hours overlap with 08:00-12:00", ""},
    {"hours:", "breaks: [{days: [mon], from: \"12:00\", to: \"12:00\"}]\nhours:",
     "6:43: This must be", "later than"},
    {"hours:", "place: {lat: \"91\", lon: \"0\"}\nhours:", "6:14: A latitude", "-90 to 90"},
    {"hours:", "place: {lat: \"9\", lon: \"-180.1\"}\nhours:", "6:24: A longitude", ""},
    {"hours:", "place: {lat: \"1e1\", lon: \"0\"}\nhours:", "6:14: A latitude", ""},
    {"hours:", "place: {lat: \"1.\", lon: \"0\"}\nhours:", "6:14: A latitude", ""},
    {"hours:", "place: {lat: \"nan\", lon: \"0\"}\nhours:", "6:14: A latitude", ""},
    {"hours:", "place: {lat: \"52.5\"}\nhours:", "6:8: A place needs both", ""},

    {HOLIDAYS("{from: \"2026-02-29\", names: {zh: 节}}"), "6:19: `2026-02-29` is no day", ""},
    {HOLIDAYS("{from: \"2100-02-29\", names: {zh: 节}}"), "6:19: `2100-02-29` is no day", ""},
    {HOLIDAYS("{from: \"2026-13-01\", names: {zh: 节}}"), "6:19: `2026-13-01` is no day", ""},
    {HOLIDAYS("{from: \"2026-04-31\", names: {zh: 节}}"), "6:19: `2026-04-31` is no day", ""},
    {HOLIDAYS("{from: \"1969-12-31\", names: {zh: 节}}"), "6:19: `1969-12-31` is no day", "1970"},
    {HOLIDAYS("{from: \"2200-01-01\", names: {zh: 节}}"), "6:19: `2200-01-01` is no day", "2199"},
    {HOLIDAYS("{from: \"2026/10/1\", names: {zh: 节}}"), "6:19: `2026/10/1` is no day", "YYYY"},
    {HOLIDAYS("{from: \"2026-10-01\", to: \"2026-09-30\", names: {zh: 节}}"), "6:37: `to` must not",
     ""},
    {HOLIDAYS("{from: \"2026-10-01\", to: \"2026-10-32\", names: {zh: 节}}"), "6:37: `2026-10-32`",
     ""},
    {HOLIDAYS("{from: \"2026-10-01\", names: {en: x}}"), "6:40: The text in the hall's own", ""},
    {HOLIDAYS("{from: \"2026-10-01\"}"), "6:12: `names` is missing in a holiday", ""},
    {HOLIDAYS("{from: \"2026-10-10\", names: {zh: 班}, workday: yes}"), "6:12: A workday needs",
     ""},
    {HOLIDAYS("{from: \"2026-10-10\", names: {zh: 班}, like: mon}"), "6:55: `like` belongs", ""},
    {HOLIDAYS("{from: \"2026-10-10\", names: {zh: 班}, workday: yes, like: m}"),
     "6:69: `like` must", ""},

    {SPECIAL("{from: \"2026-10-10\", kind: open}"), "6:43: `kind` must be one of: closed hours",
     ""},
    {SPECIAL("{from: \"2026-10-10\", kind: hours}"), "6:16: `hours` needs `spans`", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: workday}"), "6:16: A workday needs `like`", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: closed, like: mon}"), "6:57: `like` belongs", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: fewer}"), "6:16: `fewer` needs `public`", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: fewer, public: 256}"), "6:58: `public`", "0 to 255"},
    {SPECIAL("{from: \"2026-10-10\", kind: fewer, staff: 1, pool: q}"),
     "6:66: There is no pool `q`", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: closed, pool: hall}"), "6:57: `pool` belongs", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: closed, staff: 1}"), "6:58: Counters are taken away",
     ""},
    {SPECIAL("{from: \"2026-10-10\", to: \"2026-10-09\", kind: closed}"), "6:41: `to` must not",
     ""},
    {SPECIAL("{from: \"2026-10-10\", kind: workday, like: mon, "
             "spans: [{from: \"08:00\", to: \"09:00\"}]}"),
     "6:70: A workday has the hours", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: hours, spans: [{from: \"09:00\", to: \"08:00\"}]}"),
     "6:78: This must be later", ""},
    {SPECIAL("{from: \"2026-10-10\", kind: hours, spans: [{from: \"24:00\", to: \"24:00\"}]}"),
     "6:65: A time is written", "23:59"},

    {BOOKING("from_days: 31"), "6:22: The window begins after it ends", "30"},
    {BOOKING("to_days: 366"), "6:20: `to_days`", "0 to 365"},
    {BOOKING("to_days: -1"), "6:20: `to_days`", ""},
    {BOOKING("quarantine_min_minutes: 46"), "6:35: `quarantine_min_minutes` (46)", "(45)"},
    {BOOKING("quarantine_max_minutes: 4"), "6:35: `quarantine_min_minutes` (5)", "(4)"},
    {BOOKING("release_at: \"24:00\""), "6:23: A time is written", "23:59"},
    {BOOKING("release_at: \"7:00\""), "6:23: A time is written", ""},
    {BOOKING("early_minutes: 0, late_minutes: 0"), "6:26: Nobody could check in", ""},
    {BOOKING("early_minutes: 721"), "6:26: `early_minutes`", "0 to 720"},
    {BOOKING("hold_minutes: 0"), "6:25: `hold_minutes`", "1 to 60"},
    {BOOKING("overbook_percent_max: 51"), "6:33: `overbook_percent_max`", "0 to 50"},
    {BOOKING("base_minutes: 5"), "6:11: `base_minutes` is not known", ""},
    {"hours:", "remote: {alive_max: 0}\nhours:", "6:21: `alive_max`", "1 to 5000"},

    {POOLS("{code: q, services: [t]}"), "14:30: There is no service `t`", ""},
    {POOLS("{code: q, services: []}"), "14:29: `services` has 0 entries", ""},
    {POOLS("{code: q, services: [s, s]}"), "14:33: `s` is in the pool `q` already", ""},
    {POOLS("{code: q, services: [s]}, {code: r, services: [s]}"), "14:56: `s` is in the pool `q`",
     ""},
    {POOLS("{code: q, services: [\"*\"]}, {code: r, services: [\"*\"]}"),
     "14:58: `*` is in the pool `q` already", ""},
    {POOLS("{code: q, services: [s]}, {code: q, services: [\"*\"]}"),
     "14:42: There is another pool", ""},
    {PLAN("from: \"08:00\", to: \"24:01\", public: 1"), "14:74: A time is written", "24:00"},
    {PLAN("from: \"24:00\", to: \"24:00\", public: 1"), "14:61: A time is written", "23:59"},
    {PLAN("from: \"12:00\", to: \"08:00\", public: 1"), "14:74: This must be later", ""},
    {PLAN("from: \"08:00\", to: \"12:00\", public: 256"), "14:91: `public`", "0 to 255"},
    {PLAN("from: \"08:00\", to: \"12:00\", every_weeks: 2"), "14:96: Say with `week_of`", ""},
    {PLAN("to: \"12:00\""), "14:41: `from` is missing in a plan", ""},

    {SERVICE("minutes: 12"), "13:73: The length of a booking", "multiple of 5"},
    {SERVICE("persons_max: 11"), "13:77: `persons_max`", "1 to 10"},
    {SERVICE("cap: 256"), "13:69: `cap`", "0 to 255"},
    {FIELD(", type: choice"), "13:73: A field of the type `choice` needs", ""},
    {FIELD(", choices: [{zh: 甲}]"), "13:108: `choices` belong to", ""},
    {FIELD(", type: choice, choices: [{en: a}]"), "13:123: The text in the hall's own language",
     ""},
    {FIELD(", max: 201"), "13:104: A text may have 200", ""},
    {FIELD(", type: mail"), "13:105: `type` must be one of", ""},
    {FIELD("}, {code: f, names: {zh: 名}"), "13:107: There is another field `f` above", ""},
    {SERVICE("fields: [{code: f, names: {en: x}}]"), "13:90: The text in the hall's own", ""},
};

static void test_hall_read_says_what_is_wrong_with_bookings(void **state)
{
    check_bad(BAD_BOOKINGS, sizeof(BAD_BOOKINGS) / sizeof(BAD_BOOKINGS[0]));
}

static struct hall_file *read_replaced(const char *from, const char *to)
{
    struct buf text = replaced(from, to);
    struct hall_file *hall = read_good(buf_str(&text));

    buf_clear(&text);
    return hall;
}

static void test_hall_read_fills_in_dates_and_minutes(void **state)
{
    struct hall_file *hall = read_replaced(
        "hours:",
        "breaks: [{days: [tue, sun], from: \"00:00\", to: \"24:00\", every_weeks: 3, week_of: "
        "\"2028-02-29\"}]\n"
        "holidays: [{from: \"2026-10-01\", to: \"2026-10-07\", names: {zh: 节}}, "
        "{from: \"2026-10-10\", names: {zh: 班}, workday: yes, like: wed}]\n"
        "special_days: [{from: \"2026-12-24\", kind: closed, spans: [{from: \"12:30\", to: "
        "\"13:00\"}]}, {from: \"2026-12-27\", to: \"2027-01-02\", kind: workday, like: sun}]\n"
        "booking: {release_at: \"07:05\"}\n"
        "hours:");

    assert_int_equal(hall->breaks[0].day_mask, 1 << 1 | 1 << 6);
    assert_int_equal(hall->breaks[0].to_minute, 1440);
    assert_int_equal(hall->breaks[0].week_of_date, 20280229);
    assert_int_equal(hall->hours[0].every_weeks, 1);
    assert_int_equal(hall->hours[0].week_of_date, 0);
    assert_int_equal(hall->holidays[0].from_date, 20261001);
    assert_int_equal(hall->holidays[0].to_date, 20261007);
    assert_int_equal(hall->holidays[1].to_date, 20261010);
    assert_int_equal(hall->holidays[1].like_weekday, 2);
    assert_int_equal(hall->special_days[0].spans[0].from_minute, 750);
    assert_int_equal(hall->special_days[0].spans[0].to_minute, 780);
    assert_int_equal(hall->special_days[1].to_date, 20270102);
    assert_int_equal(hall->special_days[1].like_weekday, 6);
    assert_int_equal(hall->booking.release_minute, 425);
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    hall_free(hall);
}

/* Services t and u beside s, with what stands in their `booking` and in the hall's. */
static struct buf with_services(const char *t, const char *u, const char *booking)
{
    struct buf more, text;

    buf_init(&more);
    buf_addf(&more,
             "  - {code: t, series: A, minutes: 12, names: {zh: 事}, booking: {%s}}\n"
             "  - {code: u, series: A, minutes: 30, names: {zh: 事}, booking: {%s}}\n"
             "booking: {%s}\n"
             "pools: [{code: a, services: [t]}, {code: b, services: [u]}]\n"
             "profiles:\n",
             t, u, booking);
    text = replaced("profiles:\n", more.p);
    buf_clear(&more);
    return text;
}

static void test_hall_read_finds_lengths_and_their_step(void **state)
{
    static const struct {
        const char *t, *u;
        int t_minutes, u_minutes, base;
    } cases[] = {
        {"", "", 15, 30, 15},
        {"minutes: 20", "", 20, 30, 10},
        {"minutes: 20", "minutes: 45", 20, 45, 5},
        {"open: no", "", 15, 30, 30},
        {"open: no", "open: no", 15, 30, 5},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf text = with_services(cases[i].t, cases[i].u, "");
        struct hall_file *hall = read_good(buf_str(&text));

        assert_int_equal(hall->services[1].booking.minutes, cases[i].t_minutes);
        assert_int_equal(hall->services[2].booking.minutes, cases[i].u_minutes);
        assert_int_equal(hall->booking.base_minutes, cases[i].base);
        assert_int_equal(hall_file_pool(hall, &hall->services[0]), -1);
        assert_int_equal(hall_file_pool(hall, &hall->services[2]), 1);
        check_lossless(hall, hall_json);
        hall_free(hall);
        buf_clear(&text);
    }
}

static void test_hall_read_refuses_lengths_of_too_many_steps(void **state)
{
    struct buf text = with_services("minutes: 5", "minutes: 130", "open: yes");
    struct buf error;

    buf_init(&error);
    assert_null(hall_read(buf_str(&text), "f", &error));
    assert_string_equal(error.p,
                        "f:15:5: A booking of `u` would take 26 steps of 5 minutes; allowed are "
                        "25. Give it another length in `booking`, or close it for booking there.");
    buf_clear(&error);
    buf_clear(&text);
    text = with_services("minutes: 5", "minutes: 125", "open: yes");
    hall_free(read_good(buf_str(&text)));
    buf_clear(&text);
    text = with_services("minutes: 5", "minutes: 130", "open: no");
    hall_free(read_good(buf_str(&text)));
    buf_clear(&text);
}

static void test_hall_read_gives_a_pool_where_there_is_none(void **state)
{
    struct hall_file *hall = read_good(STR(BASE));

    assert_int_equal(hall->pool_count, 1);
    assert_string_equal(hall->pools[0].code, "hall");
    assert_int_equal(hall->pools[0].plan_count, 0);
    assert_int_equal(hall_file_pool(hall, &hall->services[0]), 0);
    hall_free(hall);
    hall = read_replaced("hours:", "special_days: [{from: \"2026-10-10\", kind: fewer, pool: hall, "
                                   "public: 1}]\nhours:");
    assert_string_equal(hall->special_days[0].pool, "hall");
    hall_free(hall);
}

/* Hours of every other week may lie over those of the weeks between. */
static void test_hall_read_takes_hours_of_other_weeks(void **state)
{
    struct hall_file *hall =
        read_replaced("to: \"12:00\"}", "to: \"12:00\", every_weeks: 2, week_of: \"2026-11-23\"}\n"
                                        "  - {days: [mon], from: \"10:00\", to: \"13:00\", "
                                        "every_weeks: 4, week_of: \"2026-12-06\"}");

    assert_int_equal(hall->hour_count, 2);
    hall_free(hall);
}

/* Entries so short that the defaults alone make the file too large to be read again. */
static void test_hall_read_refuses_what_would_grow_too_large(void **state)
{
    struct buf more, text, error;

    buf_init(&more);
    buf_init(&error);
    for (int i = 0; i < 250; i++) {
        buf_addf(&more,
                 "  - {code: s%d, series: A, minutes: 5, names: {zh: 事}, booking: {fields: [", i);
        for (int k = 0; k < HALL_FIELDS_MAX; k++)
            buf_addf(&more, "{code: f%d, names: {zh: \"%0100d\"}, max: 1, choices: []},", k, k);
        buf_add_c(&more, "]}}\n");
    }
    buf_add_c(&more, "profiles:\n");
    text = replaced("profiles:\n", more.p);
    hall_free(read_good(buf_str(&text)));
    buf_clear(&text);
    buf_reset(&more);
    for (int i = 0; i < 499; i++) {
        buf_addf(&more,
                 "  - {code: s%d, series: A, minutes: 5, names: {zh: 事}, booking: {fields: [", i);
        for (int k = 0; k < HALL_FIELDS_MAX; k++)
            buf_addf(&more, "{code: f%d, names: {zh: \"%0120d\"}},", k, k);
        buf_add_c(&more, "]}}\n");
    }
    buf_add_c(&more, "profiles:\n");
    text = replaced("profiles:\n", more.p);
    assert_in_range(text.len, 0, HALL_BYTES_MAX);
    assert_null(hall_read(buf_str(&text), "f", &error));
    assert_true(str_starts(buf_str(&error), "f:1:1: With everything filled in"));
    buf_clear(&more);
    buf_clear(&text);
    buf_clear(&error);
}

static unsigned long long random_state = 20261124;

static int random_below(int n)
{
    random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int)((random_state >> 33) % (unsigned)n);
}

static const char *random_day(void)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    return days[random_below(7)];
}

static void add_random_span(struct buf *b)
{
    int from = random_below(1440), to = from + 1 + random_below(1440 - from);

    buf_addf(b, "from: \"%02d:%02d\", to: \"%02d:%02d\"", from / 60, from % 60, to / 60, to % 60);
}

static void add_random_when(struct buf *b)
{
    buf_addf(b, "days: [%s], ", random_day());
    add_random_span(b);
    if (random_below(2))
        buf_addf(b, ", every_weeks: %d, week_of: \"20%02d-0%d-%02d\"", 2 + random_below(25),
                 random_below(100), 1 + random_below(9), 1 + random_below(28));
}

static void add_random_special(struct buf *b)
{
    buf_addf(b, "{from: \"20%02d-1%d-%02d\", ", random_below(100), random_below(3),
             1 + random_below(30));
    switch (random_below(4)) {
    case 0:
        buf_add_c(b, "kind: closed, reason: \"- 例: #1\"},");
        break;
    case 1:
        buf_add_c(b, "kind: hours, spans: [{");
        add_random_span(b);
        buf_add_c(b, "}]},");
        break;
    case 2:
        buf_addf(b, "kind: workday, like: %s},", random_day());
        break;
    default:
        buf_addf(b, "kind: fewer, staff: %d%s},", 1 + random_below(255),
                 random_below(2) ? ", pool: q" : "");
    }
}

static struct buf random_hall(void)
{
    struct buf b, text;

    buf_init(&b);
    buf_add_c(&b, "breaks: [");
    for (int i = random_below(4); i > 0; i--) {
        buf_add_char(&b, '{');
        add_random_when(&b);
        buf_add_c(&b, "},");
    }
    buf_add_c(&b, "]\nspecial_days: [");
    for (int i = random_below(6); i > 0; i--)
        add_random_special(&b);
    buf_addf(&b,
             "]\nbooking: {open: %s, from_days: %d, release_at: \"%02d:%02d\", late_minutes: %d}\n",
             random_below(2) ? "yes" : "no", random_below(31), random_below(24), random_below(60),
             random_below(361));
    buf_add_c(&b, "pools: [{code: q, services: [s], plan: [");
    for (int i = random_below(6); i > 0; i--) {
        buf_add_char(&b, '{');
        add_random_when(&b);
        buf_addf(&b, ", public: %d, walk_in: %d},", random_below(256), random_below(256));
    }
    buf_add_c(&b, "]}]\nhours:");
    text = replaced("hours:", b.p);
    buf_clear(&b);
    return text;
}

static void test_hall_random_ones_survive_writing_and_reading(void **state)
{
    for (int i = 0; i < 300; i++) {
        struct buf text = random_hall();
        struct hall_file *hall = read_good(buf_str(&text));

        check_lossless(hall, hall_json);
        check_lossless(hall, hall_yaml);
        hall_free(hall);
        buf_clear(&text);
    }
}

static void test_date_of_knows_every_day(void **state)
{
    int last = date_of(21991231);

    for (int date = 0; date <= last; date++) {
        time_t t = (time_t)date * 86400;
        struct tm tm;
        char text[11];

        assert_non_null(gmtime_r(&t, &tm));
        assert_int_equal(date_yyyymmdd(date),
                         (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
        date_write(date, text);
        assert_int_equal(date_read(str_of(text)), date);
        assert_int_equal(date_week(date), (date + 3 - (tm.tm_wday + 6) % 7) / 7);
    }
    assert_int_equal(date_of(20000229), 11016);
    assert_int_equal(date_of(21000229), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hall_read_says_what_is_wrong_with_bookings),
        cmocka_unit_test(test_hall_read_fills_in_dates_and_minutes),
        cmocka_unit_test(test_hall_read_finds_lengths_and_their_step),
        cmocka_unit_test(test_hall_read_refuses_lengths_of_too_many_steps),
        cmocka_unit_test(test_hall_read_gives_a_pool_where_there_is_none),
        cmocka_unit_test(test_hall_read_takes_hours_of_other_weeks),
        cmocka_unit_test(test_hall_read_refuses_what_would_grow_too_large),
        cmocka_unit_test(test_hall_random_ones_survive_writing_and_reading),
        cmocka_unit_test(test_date_of_knows_every_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
