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

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
