/* Statistics: the fold of a day's events, undo, days that add up. SPDX-License-Identifier: MIT */
#include "core/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-11-24 09:00 in Shanghai, in ms. */
#define NINE   1795482000000LL
#define MINUTE 60000LL
#define HOUR   (60 * MINUTE)

struct world {
    struct zone *zone;
    struct stats *stats;
};

static int setup(void **state)
{
    static struct world w;

    w.zone = zone_load("Asia/Shanghai");
    w.stats = stats_new();
    *state = &w;
    return w.zone ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *w = *state;

    zone_free(w->zone);
    stats_free(w->stats);
    return 0;
}

static json_t *read(const char *text)
{
    struct json_where where;
    json_t *json = json_read(str_of(text), &where);

    assert_non_null(json);
    return json;
}

/* Folds an event; more: its members behind type and at. */
__attribute__((format(printf, 4, 5))) static void tell(struct world *w, const char *type,
                                                       int64_t at, const char *more, ...)
{
    char members[800], text[1000];
    va_list args;

    va_start(args, more);
    vsnprintf(members, sizeof(members), more, args);
    va_end(args);
    snprintf(text, sizeof(text), "{\"type\":\"%s\",\"at\":%lld,\"by\":\"clerk:li\"%s}", type,
             (long long)at, members);
    json_t *event = read(text);
    stats_event(w->stats, w->zone, event);
    json_decref(event);
}

#define TICKET(n, service, from, to)                                                               \
    ",\"ticket\":\"1795482000000-A00" n "\",\"number\":\"A00" n "\",\"service\":\"" service        \
    "\",\"class\":\"normal\",\"from\":\"" from "\",\"to\":\"" to "\""

static void issue(struct world *w, int64_t at)
{
    tell(w, "ticket.issued", at, TICKET("1", "id", "-", "waiting") ",\"line\":\"id\",\"rank\":%lld",
         (long long)(at + 30 * MINUTE));
}

static void call(struct world *w, int64_t at, int64_t waited, const char *rule)
{
    tell(w, "ticket.called", at,
         TICKET("1", "id", "waiting", "called") ",\"counter\":\"3\",\"line\":\"id\",\"calls\":1,"
                                                "\"why\":{\"rule\":\"%s\",\"overtaken\":2,"
                                                "\"bound\":3,\"offset\":0,\"waited\":%lld}",
         rule, (long long)waited);
}

static void begin(struct world *w, int64_t at)
{
    tell(w, "ticket.begun", at, TICKET("1", "id", "called", "serving") ",\"counter\":\"3\"");
}

static void finish(struct world *w, int64_t at)
{
    tell(w, "ticket.finished", at, TICKET("1", "id", "serving", "done") ",\"counter\":\"3\"");
}

static void undo(struct world *w, int64_t at, const char *what, const char *to)
{
    tell(w, "ticket.undone", at,
         ",\"ticket\":\"1795482000000-A001\",\"number\":\"A001\",\"service\":\"id\",\"class\":"
         "\"normal\",\"from\":\"x\",\"to\":\"%s\",\"undoes\":\"%s\"",
         to, what);
}

static struct stats_set total(const struct stats *s)
{
    struct stats_set sum = {0};

    stats_total(s, &sum);
    return sum;
}

static int64_t counted(const struct stats *s, enum stats_count what)
{
    struct stats_set sum = total(s);
    int64_t n = sum.counts[what];

    stats_set_clear(&sum);
    return n;
}

static void assert_time(const struct stats *s, enum stats_time what, int64_t n, int64_t mean_ms)
{
    struct stats_set sum = total(s);

    assert_int_equal(sum.times[what].n, n);
    assert_int_equal(stats_mean_ms(&sum.times[what]), mean_ms);
    stats_set_clear(&sum);
}

static char *text_of(const struct stats *s, int64_t at_ms)
{
    static struct buf out;

    buf_reset(&out);
    stats_json(s, at_ms, &out);
    return out.p;
}

static void test_stats_counts_a_visit(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    call(w, NINE + 10 * MINUTE, 10 * MINUTE, "rank");
    begin(w, NINE + 11 * MINUTE);
    finish(w, NINE + 19 * MINUTE);
    assert_int_equal(stats_day(w->stats), 20261124);
    assert_int_equal(counted(w->stats, STATS_walk_in), 1);
    assert_int_equal(counted(w->stats, STATS_persons), 1);
    assert_int_equal(counted(w->stats, STATS_by_rank), 1);
    assert_int_equal(counted(w->stats, STATS_overtaken), 2);
    assert_int_equal(counted(w->stats, STATS_target_met), 1);
    assert_int_equal(counted(w->stats, STATS_served), 1);
    assert_time(w->stats, STATS_WAIT, 1, 10 * MINUTE);
    assert_time(w->stats, STATS_WAY, 1, MINUTE);
    assert_time(w->stats, STATS_SERVICE, 1, 8 * MINUTE);
}

static void on_cell(void *arg, const struct stats_row *row)
{
    int *hours = arg;

    assert_string_equal(row->code, "id");
    hours[row->hour]++;
}

static void test_stats_cells_are_of_the_local_hour(void **state)
{
    struct world *w = *state;
    int hours[STATS_HOURS] = {0};

    issue(w, NINE + 59 * MINUTE);
    call(w, NINE + HOUR, MINUTE, "rank");
    stats_cells(w->stats, on_cell, hours);
    assert_int_equal(hours[9], 1);
    assert_int_equal(hours[10], 1);
    assert_int_equal(hours[1], 0);
}

static void test_stats_target_is_the_rank_at_the_first_call(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    call(w, NINE + 30 * MINUTE + 1, 30 * MINUTE + 1, "rank");
    assert_int_equal(counted(w->stats, STATS_target_of), 1);
    assert_int_equal(counted(w->stats, STATS_target_met), 0);
    tell(w, "ticket.put_back", NINE + 31 * MINUTE,
         TICKET("1", "id", "called", "waiting") ",\"line\":\"id\",\"rank\":%lld",
         NINE + 60 * MINUTE);
    call(w, NINE + 35 * MINUTE, 4 * MINUTE, "rank");
    assert_int_equal(counted(w->stats, STATS_target_of), 1);
    assert_int_equal(counted(w->stats, STATS_called), 2);
}

/* Everything but the count of undone steps is as if it had not been. */
static void test_stats_undo_takes_back_exactly(void **state)
{
    struct world *w = *state;
    char before[4096];

    issue(w, NINE);
    tell(w, "ticket.promised", NINE,
         TICKET("1", "id", "waiting", "waiting") ",\"low\":5,\"likely\":8,\"high\":15");
    snprintf(before, sizeof(before), "%s", text_of(w->stats, 0));
    call(w, NINE + 10 * MINUTE, 10 * MINUTE, "rank");
    assert_int_equal(counted(w->stats, STATS_forecasts_kept), 1);
    undo(w, NINE + 10 * MINUTE + 5000, "ticket.called", "waiting");
    assert_int_equal(counted(w->stats, STATS_undone), 1);
    assert_int_equal(counted(w->stats, STATS_called), 0);
    assert_int_equal(counted(w->stats, STATS_forecasts_given), 0);
    assert_time(w->stats, STATS_WAIT, 0, -1);
    call(w, NINE + 20 * MINUTE, 20 * MINUTE, "rank");
    assert_int_equal(counted(w->stats, STATS_forecasts_given), 1);
    assert_int_equal(counted(w->stats, STATS_forecasts_kept), 0);
    undo(w, NINE + 20 * MINUTE + 5000, "ticket.called", "waiting");
    char *after = strstr(text_of(w->stats, 0), "\"undone\":2");
    assert_non_null(after);
    assert_non_null(strstr(before, "\"walk_in\":1,\"persons\":1,\"forecasts_told\":1}"));
    assert_non_null(strstr(text_of(w->stats, 0), "\"walk_in\":1,\"persons\":1,\"undone\":2,"
                                                 "\"forecasts_told\":1}"));
}

static void test_stats_undo_of_a_finish_goes_on_serving(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    call(w, NINE + MINUTE, MINUTE, "rank");
    begin(w, NINE + 2 * MINUTE);
    finish(w, NINE + 4 * MINUTE);
    undo(w, NINE + 4 * MINUTE + 8000, "ticket.finished", "serving");
    assert_int_equal(counted(w->stats, STATS_served), 0);
    finish(w, NINE + 12 * MINUTE);
    assert_int_equal(counted(w->stats, STATS_served), 1);
    assert_time(w->stats, STATS_SERVICE, 1, 10 * MINUTE);
}

/* "next" after a step may call the same ticket at once: one press, two acts. */
static void test_stats_undo_of_a_step_and_its_call(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    call(w, NINE + MINUTE, MINUTE, "rank");
    begin(w, NINE + 2 * MINUTE);
    tell(w, "ticket.stepped", NINE + 5 * MINUTE,
         TICKET("1", "pass", "serving", "waiting") ",\"counter\":\"3\",\"done\":\"id\",\"line\":"
                                                   "\"pass\",\"rank\":1,\"left\":0");
    tell(w, "ticket.called", NINE + 5 * MINUTE,
         TICKET("1", "pass", "waiting", "called") ",\"counter\":\"3\",\"line\":\"pass\",\"why\":{"
                                                  "\"rule\":\"rank\",\"waited\":0}");
    assert_int_equal(counted(w->stats, STATS_called), 2);
    assert_int_equal(counted(w->stats, STATS_stepped), 1);
    undo(w, NINE + 5 * MINUTE + 4000, "ticket.called", "waiting");
    undo(w, NINE + 5 * MINUTE + 4000, "ticket.stepped", "serving");
    assert_int_equal(counted(w->stats, STATS_called), 1);
    assert_int_equal(counted(w->stats, STATS_stepped), 0);
    finish(w, NINE + 7 * MINUTE);
    assert_time(w->stats, STATS_SERVICE, 1, 5 * MINUTE);
}

static void test_stats_parked_time_is_no_service(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    call(w, NINE + MINUTE, MINUTE, "rank");
    begin(w, NINE + 2 * MINUTE);
    tell(w, "ticket.parked", NINE + 4 * MINUTE,
         TICKET("1", "id", "serving", "parked") ",\"counter\":\"3\"");
    tell(w, "ticket.resumed", NINE + 30 * MINUTE,
         TICKET("1", "id", "parked", "serving") ",\"counter\":\"3\"");
    finish(w, NINE + 33 * MINUTE);
    assert_time(w->stats, STATS_SERVICE, 1, 5 * MINUTE);
}

static void test_stats_chosen_calls_judge_no_forecast(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    tell(w, "ticket.promised", NINE,
         TICKET("1", "id", "waiting", "waiting") ",\"low\":5,\"likely\":8,\"high\":15");
    call(w, NINE + 8 * MINUTE, 8 * MINUTE, "chosen");
    assert_int_equal(counted(w->stats, STATS_forecasts_told), 1);
    assert_int_equal(counted(w->stats, STATS_forecasts_given), 0);
    assert_int_equal(counted(w->stats, STATS_by_choice), 1);
}

static void test_stats_a_booking_waits_from_its_time(void **state)
{
    struct world *w = *state;

    tell(w, "ticket.issued", NINE,
         TICKET("1", "id", "-", "waiting") ",\"line\":\"id\",\"rank\":%lld,\"booking\":\"b\","
                                           "\"booked\":%lld,\"persons\":3",
         NINE + 20 * MINUTE, NINE + 20 * MINUTE);
    tell(w, "ticket.called", NINE + 24 * MINUTE,
         TICKET("1", "id", "waiting",
                "called") ",\"counter\":\"3\",\"line\":\"id\",\"why\":{"
                          "\"rule\":\"rank\",\"waited\":%lld,\"booked\":%lld,\"arrived\":%lld}",
         24 * MINUTE, NINE + 20 * MINUTE, NINE);
    assert_int_equal(counted(w->stats, STATS_booked), 1);
    assert_int_equal(counted(w->stats, STATS_persons), 3);
    assert_time(w->stats, STATS_BOOKED_WAIT, 1, 4 * MINUTE);
    assert_time(w->stats, STATS_WAIT, 1, 24 * MINUTE);
}

static void test_stats_ratings_have_reasons(void **state)
{
    struct world *w = *state;

    tell(w, "ticket.rated", NINE,
         TICKET("1", "id", "done", "done") ",\"rating\":\"bad\",\"reason\":\"wait\"");
    tell(w, "ticket.rated", NINE, TICKET("2", "id", "done", "done") ",\"rating\":\"good\"");
    assert_int_equal(counted(w->stats, STATS_good), 1);
    assert_int_equal(counted(w->stats, STATS_bad), 1);
    assert_int_equal(counted(w->stats, STATS_bad_wait), 1);
}

static void on_counter(void *arg, const struct stats_counter *c)
{
    struct stats_counter *out = arg;

    *out = *c;
}

static void test_stats_counter_minutes_by_what_it_does(void **state)
{
    struct world *w = *state;
    struct stats_counter c = {0};

    tell(w, "counter.opened", NINE, ",\"counter\":\"3\",\"clerk\":\"clerk:li\"");
    tell(w, "counter.paused", NINE + 30 * MINUTE, ",\"counter\":\"3\",\"reason\":\"lunch\"");
    tell(w, "counter.opened", NINE + 50 * MINUTE, ",\"counter\":\"3\"");
    stats_counters(w->stats, NINE + 60 * MINUTE, on_counter, &c);
    assert_int_equal(c.open_ms, 40 * MINUTE);
    assert_int_equal(c.n_pauses, 1);
    /* The next day's first command closes what was forgotten: at midnight, not then. */
    tell(w, "counter.closed", NINE + 30 * HOUR, ",\"counter\":\"3\"");
    stats_counters(w->stats, NINE + 60 * HOUR, on_counter, &c);
    assert_int_equal(c.open_ms, 15 * HOUR - 20 * MINUTE);
}

static void test_stats_begin_anew_with_the_first_event_of_the_next_day(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    tell(w, "hall.day_closed", NINE + 8 * HOUR, ",\"day\":\"20261124\",\"expired\":0");
    issue(w, NINE + 9 * HOUR); /* closed by hand, and opened again */
    assert_int_equal(counted(w->stats, STATS_walk_in), 2);
    tell(w, "ticket.expired", NINE + 24 * HOUR, TICKET("1", "id", "waiting", "expired"));
    assert_int_equal(stats_day(w->stats), 20261124);
    assert_int_equal(counted(w->stats, STATS_expired), 1);
    tell(w, "hall.day_closed", NINE + 24 * HOUR, ",\"day\":\"20261124\",\"expired\":1");
    assert_int_equal(counted(w->stats, STATS_walk_in), 2);
    issue(w, NINE + 24 * HOUR);
    assert_int_equal(stats_day(w->stats), 20261125);
    assert_int_equal(counted(w->stats, STATS_walk_in), 1);
    assert_int_equal(counted(w->stats, STATS_expired), 0);
}

static void test_stats_closing_a_closed_day_again_changes_nothing(void **state)
{
    struct world *w = *state;

    issue(w, NINE);
    tell(w, "hall.day_closed", NINE + 8 * HOUR, ",\"day\":\"20261124\",\"expired\":0");
    tell(w, "hall.day_closed", NINE + 24 * HOUR, ",\"day\":\"20261124\",\"expired\":0");
    assert_int_equal(stats_day(w->stats), 20261124);
    assert_int_equal(counted(w->stats, STATS_walk_in), 1);
}

static void test_stats_percentiles_are_within_their_bound(void **state)
{
    struct stats_set set = {0};
    struct world *w = *state;

    /* One visit each second of a wait from 1 s to 2 h. */
    for (int i = 1; i <= 7200; i++)
        tell(w, "ticket.called", NINE,
             ",\"ticket\":\"%013d-A001\",\"service\":\"id\",\"class\":\"normal\",\"to\":\"called\","
             "\"why\":{\"rule\":\"rank\",\"waited\":%d}",
             i, i * 1000);
    stats_total(w->stats, &set);
    const int percents[] = {1, 10, 50, 90, 99};
    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
        double exact = 72.0 * percents[i];
        double got = (double)stats_percentile_ms(&set.times[STATS_WAIT], percents[i]) / 1000;
        assert_true(got >= exact * 0.968 - 0.5 && got <= exact * 1.032 + 0.5);
    }
    stats_set_clear(&set);
}

static void test_stats_come_back_from_the_store_and_add_up(void **state)
{
    struct world *w = *state;
    struct stats *again = stats_new();
    char once[8192];

    tell(w, "counter.opened", NINE, ",\"counter\":\"3\"");
    issue(w, NINE);
    call(w, NINE + 10 * MINUTE, 10 * MINUTE, "bound");
    begin(w, NINE + 11 * MINUTE);
    finish(w, NINE + 19 * MINUTE);
    tell(w, "counter.paused", NINE + 30 * MINUTE, ",\"counter\":\"3\",\"reason\":\"a \\\"b\\\"\"");
    tell(w, "counter.closed", NINE + 40 * MINUTE, ",\"counter\":\"3\"");
    tell(w, "message.accepted", NINE, ",\"message\":\"1-1\"");
    tell(w, "message.accepted", NINE,
         ",\"message\":\"0-9\",\"day\":\"20200101\""); /* of another day */
    snprintf(once, sizeof(once), "%s", text_of(w->stats, NINE + HOUR));
    json_t *stored = read(once);
    assert_true(stats_load(again, stored));
    /* The same but for the day, which a sum has none of. */
    assert_string_equal(strstr(text_of(again, 0), "\"partial\""), strstr(once, "\"partial\""));
    assert_true(stats_load(again, stored));
    assert_int_equal(counted(again, STATS_served), 2);
    assert_time(again, STATS_WAIT, 2, 10 * MINUTE);
    assert_int_equal(stats_messages(again, STATS_MESSAGE_accepted), 2);
    json_decref(stored);
    stats_free(again);
}

static void test_stats_read_messages_of_an_older_day(void **state)
{
    struct stats *s = stats_new();
    struct json_where where;
    json_t *stored = json_read(STR("{\"v\":1,\"cells\":[],\"classes\":[],\"counters\":[],"
                                   "\"messages\":{\"queued\":9,\"sent\":5,\"failed\":3}}"),
                               &where);
    (void)state;
    assert_true(stats_load(s, stored));
    assert_int_equal(stats_messages(s, STATS_MESSAGE_queued), 9);
    assert_int_equal(stats_messages(s, STATS_MESSAGE_accepted), 5);
    assert_int_equal(stats_messages(s, STATS_MESSAGE_rejected), 3);
    assert_int_equal(stats_messages(s, STATS_MESSAGE_unknown), 0);
    json_decref(stored);
    stats_free(s);
}

static void test_stats_refuse_what_is_no_stored_day(void **state)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "{\"v\":2,\"cells\":[],\"classes\":[],\"counters\":[],\"messages\":{}}",
        "{\"v\":1,\"cells\":{},\"classes\":[],\"counters\":[],\"messages\":{}}",
        "{\"v\":1,\"cells\":[{\"code\":\"id\",\"hour\":24}],\"classes\":[],\"counters\":[]}",
        "{\"v\":1,\"cells\":[{\"code\":\"id\",\"hour\":9,\"called\":-1}],\"classes\":[],"
        "\"counters\":[]}",
        "{\"v\":1,\"cells\":[{\"code\":\"id\",\"hour\":9,\"wait\":{\"sum\":1,\"b\":[1]}}],"
        "\"classes\":[],\"counters\":[]}",
        "{\"v\":1,\"cells\":[{\"code\":\"id\",\"hour\":9,\"wait\":{\"sum\":1,\"b\":[9999,1]}}],"
        "\"classes\":[],\"counters\":[]}",
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        json_t *json = read(bad[i]);
        assert_false(stats_load(w->stats, json));
        json_decref(json);
    }
    struct stats_set sum = total(w->stats);
    assert_true(stats_set_is_empty(&sum));
    stats_set_clear(&sum);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stats_counts_a_visit),
        TEST(test_stats_cells_are_of_the_local_hour),
        TEST(test_stats_target_is_the_rank_at_the_first_call),
        TEST(test_stats_undo_takes_back_exactly),
        TEST(test_stats_undo_of_a_finish_goes_on_serving),
        TEST(test_stats_undo_of_a_step_and_its_call),
        TEST(test_stats_parked_time_is_no_service),
        TEST(test_stats_chosen_calls_judge_no_forecast),
        TEST(test_stats_a_booking_waits_from_its_time),
        TEST(test_stats_ratings_have_reasons),
        TEST(test_stats_counter_minutes_by_what_it_does),
        TEST(test_stats_begin_anew_with_the_first_event_of_the_next_day),
        TEST(test_stats_closing_a_closed_day_again_changes_nothing),
        TEST(test_stats_percentiles_are_within_their_bound),
        TEST(test_stats_come_back_from_the_store_and_add_up),
        TEST(test_stats_read_messages_of_an_older_day),
        TEST(test_stats_refuse_what_is_no_stored_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
