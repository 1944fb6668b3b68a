/* The history check finds what it must find, and nothing in an honest history.
 * SPDX-License-Identifier: MIT */
#include "ctl/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char hall_text[] =
    "{\"rules\":{\"overtaking_max\":1},\"series\":[{\"letter\":\"A\",\"first\":1,\"last\":999}],"
    "\"profiles\":[{\"code\":\"all\",\"serves\":[{\"service\":\"*\",\"offset_minutes\":0}]},"
    "{\"code\":\"b\",\"serves\":[{\"service\":\"b\",\"offset_minutes\":0}]}],"
    "\"counters\":[{\"code\":\"1\",\"profile\":\"all\"},{\"code\":\"2\",\"profile\":\"b\"}]}";

static json_t *hall;
static struct history *h;
static int seq;

static int setup(void **state)
{
    (void)state;
    struct json_where where;
    hall = json_read(STR(hall_text), &where);
    assert_non_null(hall);
    h = history_new(hall);
    seq = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    history_free(h);
    json_decref(hall);
    return 0;
}

static void add(const char *fmt, ...)
{
    char rest[400], text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(rest, sizeof rest, fmt, args);
    va_end(args);
    snprintf(text, sizeof text, "{\"id\":\"7-%d\",%s}", ++seq, rest);
    struct json_where where;
    json_t *e = json_read(str_of(text), &where);
    assert_non_null(e);
    history_add(h, e);
    json_decref(e);
}

static void issue(int n, int at, int rank, const char *line)
{
    add("\"type\":\"ticket.issued\",\"at\":%d,\"ticket\":\"17954352%05d-A%03d\",\"number\":\"A%"
        "03d\",\"from\":\"-\",\"to\":\"waiting\","
        "\"line\":\"%s\",\"rank\":%d",
        at, at, n, n, line, rank);
}

static void move(const char *type, int n, int at, const char *from, const char *to,
                 const char *counter)
{
    add("\"type\":\"%s\",\"at\":99,\"ticket\":\"17954352%05d-A%03d\",\"number\":\"A%03d\",\"from\":"
        "\"%s\",\"to\":\"%s\",\"counter\":\"%s\","
        "\"line\":\"a\",\"rank\":500,\"why\":{\"rule\":\"rank\"}",
        type, at, n, n, from, to, counter);
}

static void open_counter(const char *code, const char *profile)
{
    add("\"type\":\"counter.opened\",\"at\":1,\"counter\":\"%s\",\"profile\":\"%s\"", code,
        profile);
}

static void faults(int n, const char *word)
{
    if (history_result(h)->faults != n)
        print_message("%s\n", history_fault(h, 0) != NULL ? history_fault(h, 0) : "no fault");
    assert_int_equal(history_result(h)->faults, n);
    if (n > 0)
        assert_non_null(strstr(history_fault(h, 0), word));
}

static void test_history_honest(void **state)
{
    (void)state;
    open_counter("1", "all");
    issue(1, 10, 100, "a");
    issue(2, 20, 90, "a");
    move("ticket.called", 2, 20, "waiting", "called", "1");
    move("ticket.begun", 2, 20, "called", "serving", "1");
    move("ticket.finished", 2, 20, "serving", "done", "1");
    issue(3, 30, 80, "a");
    move("ticket.called", 1, 10, "waiting", "called", "1"); /* at its bound of 1 */
    move("ticket.put_back", 1, 10, "called", "waiting", "1");
    move("ticket.called", 3, 30, "waiting", "called", "1");
    move("ticket.missed", 3, 30, "called", "missed", "1");
    faults(0, "");
    assert_int_equal(history_result(h)->overtaken_most, 1);
}

/* Only the press that put it back may not call it; another counter, or a later press, may. */
static void test_history_put_back_and_called_by_another_press(void **state)
{
    (void)state;
    open_counter("1", "all");
    open_counter("2", "all");
    issue(1, 10, 100, "a");
    move("ticket.called", 1, 10, "waiting", "called", "1");
    move("ticket.put_back", 1, 10, "called", "waiting", "1");
    move("ticket.called", 1, 10, "waiting", "called", "2");
    faults(0, "");
    move("ticket.put_back", 1, 10, "called", "waiting", "2");
    move("ticket.called", 1, 10, "waiting", "called", "2");
    faults(1, "nobody was to be called");
}

static void test_history_number_given_twice(void **state)
{
    (void)state;
    issue(1, 10, 100, "a");
    issue(1, 20, 100, "a");
    faults(2, "still alive"); /* and A002 was next */
}

static void test_history_gap_in_numbers(void **state)
{
    (void)state;
    issue(1, 10, 100, "a");
    issue(3, 20, 100, "a");
    faults(1, "A002 comes next");
}

static void test_history_wrong_order(void **state)
{
    (void)state;
    open_counter("1", "all");
    issue(1, 10, 100, "a");
    issue(2, 20, 200, "b");
    move("ticket.called", 2, 20, "waiting", "called", "1");
    faults(1, "A001 was to be called");
}

static void test_history_bound_ignored(void **state)
{
    (void)state;
    open_counter("1", "all");
    issue(1, 10, 100, "a");
    issue(2, 20, 50, "a");
    issue(3, 30, 50, "a");
    move("ticket.called", 2, 20, "waiting", "called", "1");
    move("ticket.missed", 2, 20, "called", "missed", "1");
    move("ticket.called", 3, 30, "waiting", "called", "1");
    faults(1, "A001 was to be called");
    assert_int_equal(history_result(h)->overtaken_most, 2);
}

static void test_history_called_twice(void **state)
{
    (void)state;
    open_counter("1", "all");
    open_counter("2", "b");
    issue(1, 10, 100, "b");
    move("ticket.called", 1, 10, "waiting", "called", "1");
    move("ticket.called", 1, 10, "waiting", "called", "2");
    assert_true(history_result(h)->faults >= 1);
    assert_non_null(strstr(history_fault(h, 0), "was called"));
}

static void test_history_two_tickets_at_a_counter(void **state)
{
    (void)state;
    open_counter("1", "all");
    issue(1, 10, 100, "a");
    issue(2, 20, 200, "a");
    move("ticket.called", 1, 10, "waiting", "called", "1");
    move("ticket.called", 2, 20, "waiting", "called", "1");
    faults(1, "has ticket");
}

static void test_history_counter_without_the_service(void **state)
{
    (void)state;
    open_counter("2", "b");
    issue(1, 10, 100, "a");
    move("ticket.called", 1, 10, "waiting", "called", "2");
    faults(1, "does not serve");
}

static void test_history_missing_event(void **state)
{
    (void)state;
    issue(1, 10, 100, "a");
    seq++;
    issue(2, 20, 200, "a");
    faults(1, "comes after 7-1");
}

static void test_history_illegal_move(void **state)
{
    (void)state;
    issue(1, 10, 100, "a");
    move("ticket.finished", 1, 10, "waiting", "done", "1");
    assert_true(history_result(h)->faults >= 1);
    assert_non_null(strstr(history_fault(h, 0), "may not go"));
}

static void test_history_alive_after_close(void **state)
{
    (void)state;
    issue(1, 10, 100, "a");
    add("\"type\":\"hall.day_closed\",\"at\":5");
    faults(1, "still waiting after close");
}

/* A hall that tells its figures: bookings 15 minutes late at most, class e 20 minutes sooner. */
static const char booking_hall[] =
    "{\"version\":2,\"rules\":{\"overtaking_max\":3,\"put_back_minutes\":5,\"return_minutes\":5},"
    "\"booking\":{\"early_minutes\":60,\"late_minutes\":15},"
    "\"remote\":{\"arrive_minutes\":15,\"alive_max\":1},"
    "\"classes\":[{\"code\":\"n\",\"target_minutes\":30},{\"code\":\"e\",\"target_minutes\":10}],"
    "\"services\":[{\"code\":\"a\",\"minutes\":10},{\"code\":\"b\",\"minutes\":10},{\"code\":\"c\","
    "\"minutes\":30}],"
    "\"series\":[{\"letter\":\"A\",\"first\":1,\"last\":999}],"
    "\"profiles\":[{\"code\":\"all\",\"serves\":[{\"service\":\"*\",\"offset_minutes\":0}]}],"
    "\"counters\":[{\"code\":\"1\",\"profile\":\"all\"},{\"code\":\"2\",\"profile\":\"all\"}]}";

enum { MINUTE = 60000, BOOKED = 100 * MINUTE };

static int setup_booking(void **state)
{
    (void)state;
    struct json_where where;
    hall = json_read(STR(booking_hall), &where);
    assert_non_null(hall);
    h = history_new(hall);
    seq = 0;
    return 0;
}

/* Ticket n of class e, from a booking at BOOKED, checked in so late, with that rank. */
static void check_in(int n, int late, int rank, const char *more)
{
    add("\"type\":\"ticket.issued\",\"at\":%d,\"ticket\":\"%013d-A%03d\",\"number\":\"A%03d\","
        "\"service\":\"a\",\"class\":\"e\",\"from\":\"-\",\"to\":\"waiting\",\"line\":\"a\","
        "\"rank\":%d,"
        "\"booking\":\"1795435200000-b%d\",\"booked\":%d%s",
        BOOKED + late, n, n, n, rank, 1000 + n, (int)BOOKED, more);
}

/* Any other event of ticket n at that moment. */
static void tell(const char *type, int n, int at, const char *from, const char *to,
                 const char *more)
{
    add("\"type\":\"%s\",\"at\":%d,\"ticket\":\"%013d-A%03d\",\"number\":\"A%03d\",\"from\":\"%s\","
        "\"to\":"
        "\"%s\",%s",
        type, at, n, n, n, from, to, more);
}

#define AT_1                                                                                       \
    "\"counter\":\"1\",\"service\":\"a\",\"class\":\"e\",\"line\":\"a\",\"why\":{\"rule\":"        \
    "\"rank\"}"

static void test_history_booked_ranks(void **state)
{
    (void)state;
    int start = BOOKED - 20 * MINUTE, end = BOOKED + 25 * MINUTE;
    check_in(1, -60 * MINUTE, start, "");
    check_in(2, 0, start, "");
    check_in(3, 1, start + 3, ""); /* 45 minutes of rank in 15 of lateness */
    check_in(4, 5 * MINUTE, BOOKED - 5 * MINUTE, "");
    check_in(5, 15 * MINUTE, end, "");
    faults(0, "");
    check_in(6, 5 * MINUTE, BOOKED - 5 * MINUTE + 2, "");
    faults(1, "A006 has rank");
}

static void test_history_check_in_outside_the_window(void **state)
{
    (void)state;
    check_in(1, -60 * MINUTE - 1, BOOKED - 20 * MINUTE, "");
    faults(1, "outside the time");
    check_in(2, 15 * MINUTE + 1, BOOKED + 25 * MINUTE, "");
    assert_int_equal(history_result(h)->faults, 2);
}

static void test_history_booking_checked_in_twice(void **state)
{
    (void)state;
    check_in(1, 0, BOOKED - 20 * MINUTE, "");
    add("\"type\":\"booking.checked_in\",\"at\":1,\"booking\":\"1795435200000-b1001\",\"ticket\":"
        "\"%013d-A001\"",
        1);
    faults(0, "");
    add("\"type\":\"booking.missed\",\"at\":1,\"booking\":\"1795435200000-b1001\"");
    faults(1, "but it was checked in");
}

static void test_history_ticket_of_a_missed_booking(void **state)
{
    (void)state;
    add("\"type\":\"booking.missed\",\"at\":1,\"booking\":\"1795435200000-b1001\"");
    check_in(1, 0, BOOKED - 20 * MINUTE, "");
    faults(1, "that was missed");
}

/* a, then b and c: nobody waits for either, so the one named first is right. */
static void visit_served(const char *more)
{
    open_counter("1", "all");
    check_in(1, 0, BOOKED - 20 * MINUTE, more);
    tell("ticket.called", 1, BOOKED, "waiting", "called", AT_1);
    tell("ticket.begun", 1, BOOKED, "called", "serving", AT_1);
}

static void stepped(const char *to, int rank, int left)
{
    char more[160];
    snprintf(more, sizeof more,
             "\"counter\":\"1\",\"service\":\"%s\",\"line\":\"%s\",\"done\":\"a\",\"rank\":%d,"
             "\"left\":%d",
             to, to, rank, left);
    tell("ticket.stepped", 1, BOOKED + MINUTE, "serving", "waiting", more);
}

static void test_history_steps(void **state)
{
    (void)state;
    visit_served(",\"steps\":[\"b\",\"c\"]");
    stepped("b", BOOKED - 20 * MINUTE, 1);
    faults(0, "");
    tell("ticket.called", 1, BOOKED + MINUTE, "waiting", "called", AT_1);
    tell("ticket.begun", 1, BOOKED + MINUTE, "called", "serving", AT_1);
    tell("ticket.finished", 1, BOOKED + MINUTE, "serving", "done", AT_1);
    faults(1, "c is still to come");
}

static void test_history_step_where_more_work_waits(void **state)
{
    (void)state;
    visit_served(",\"steps\":[\"b\",\"c\"]");
    stepped("c", BOOKED - 20 * MINUTE, 1);
    faults(1, "b has less work");
}

static void test_history_step_out_of_order(void **state)
{
    (void)state;
    visit_served(",\"steps\":[\"b\",\"c\"],\"ordered\":true");
    stepped("c", BOOKED - 20 * MINUTE, 1);
    faults(1, "with c before b");
}

static void test_history_step_that_loses_the_place(void **state)
{
    (void)state;
    visit_served(",\"steps\":[\"b\"]");
    stepped("b", BOOKED, 0);
    faults(1, "was to be");
}

static void from_home(int n)
{
    tell("ticket.issued", n, 0, "-", "coming",
         "\"service\":\"a\",\"class\":\"n\",\"line\":\"a\",\"rank\":1800000");
}

static void test_history_numbers_from_home(void **state)
{
    (void)state;
    open_counter("1", "all");
    from_home(1);
    tell("ticket.arrived", 1, 45 * MINUTE, "coming", "waiting",
         "\"service\":\"a\",\"line\":\"a\",\"rank\":1800000");
    faults(0, "");
    from_home(2);
    tell("ticket.called", 1, 45 * MINUTE, "waiting", "called", AT_1);
    faults(0, "");
    tell("ticket.arrived", 2, 45 * MINUTE + 1, "coming", "waiting",
         "\"service\":\"a\",\"line\":\"a\",\"rank\":1800000");
    faults(1, "lapsed");
}

static void test_history_coming_is_called(void **state)
{
    (void)state;
    open_counter("1", "all");
    from_home(1);
    tell("ticket.called", 1, MINUTE, "coming", "called", AT_1);
    faults(1, "may not go from coming to called");
}

static void test_history_too_many_from_home(void **state)
{
    (void)state;
    from_home(1);
    from_home(2);
    faults(1, "above the hall's bound");
}

/* What was right by another version of the hall is not judged by the present one. */
static void test_history_of_other_rules(void **state)
{
    (void)state;
    add("\"type\":\"hall.configured\",\"at\":1,\"version\":1");
    check_in(1, 0, BOOKED, "");
    from_home(2);
    from_home(3);
    faults(0, "");
    add("\"type\":\"hall.configured\",\"at\":1,\"version\":2");
    check_in(4, 0, BOOKED, "");
    faults(1, "A004 has rank");
}

static void test_history_with_a_trimmed_beginning(void **state)
{
    (void)state;
    seq = 40;
    move("ticket.finished", 9, 10, "serving", "done", "1");
    add("\"type\":\"hall.day_closed\",\"at\":5");
    open_counter("1", "all");
    issue(37, 10, 100, "a");
    issue(38, 20, 200, "a");
    move("ticket.called", 37, 10, "waiting", "called", "1");
    faults(0, "");
    assert_int_equal(history_result(h)->skipped, 2);
    issue(40, 30, 300, "a");
    faults(1, "A039 comes next");
}

#define CASE(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)
#define VISIT(f) cmocka_unit_test_setup_teardown(f, setup_booking, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_history_honest),
        CASE(test_history_put_back_and_called_by_another_press),
        CASE(test_history_number_given_twice),
        CASE(test_history_gap_in_numbers),
        CASE(test_history_wrong_order),
        CASE(test_history_bound_ignored),
        CASE(test_history_called_twice),
        CASE(test_history_two_tickets_at_a_counter),
        CASE(test_history_counter_without_the_service),
        CASE(test_history_missing_event),
        CASE(test_history_illegal_move),
        CASE(test_history_alive_after_close),
        CASE(test_history_with_a_trimmed_beginning),
        VISIT(test_history_booked_ranks),
        VISIT(test_history_check_in_outside_the_window),
        VISIT(test_history_booking_checked_in_twice),
        VISIT(test_history_ticket_of_a_missed_booking),
        VISIT(test_history_steps),
        VISIT(test_history_step_where_more_work_waits),
        VISIT(test_history_step_out_of_order),
        VISIT(test_history_step_that_loses_the_place),
        VISIT(test_history_numbers_from_home),
        VISIT(test_history_coming_is_called),
        VISIT(test_history_too_many_from_home),
        VISIT(test_history_of_other_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
