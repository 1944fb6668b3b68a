/* sms/breaker. SPDX-License-Identifier: MIT */
#include "sms/breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static const int64_t t = 1000000; /* some moment, ms */

static void failures(struct breaker *b, int times, int64_t at_ms)
{
    for (int i = 0; i < times; i++)
        breaker_failed(b, breaker_begin(b), false, at_ms);
}

static void test_breaker_opens_after_five_failures_in_a_row(void **state)
{
    struct breaker b = {0};
    failures(&b, 4, t);
    assert_int_equal(breaker_look(&b, t), BREAKER_CLOSED);
    breaker_worked(&b, breaker_begin(&b));
    failures(&b, 4, t);
    assert_true(breaker_lets(&b, t));
    failures(&b, 1, t);
    assert_int_equal(breaker_look(&b, t), BREAKER_OPEN);
    assert_false(breaker_lets(&b, t));
    assert_int_equal(breaker_wait_ms(&b, t + 1000), 4000);
}

static void test_breaker_opens_at_once_where_every_message_would_fail(void **state)
{
    struct breaker b = {0};
    breaker_failed(&b, breaker_begin(&b), true, t);
    assert_int_equal(breaker_look(&b, t), BREAKER_OPEN);
}

static void test_breaker_half_open_lets_one_through(void **state)
{
    struct breaker b = {0};
    failures(&b, 5, t);
    assert_false(breaker_lets(&b, t + 4999));
    assert_true(breaker_lets(&b, t + 5000));
    assert_true(breaker_begin(&b));
    assert_false(breaker_lets(&b, t + 9000));
    breaker_unsent(&b, true);
    assert_true(breaker_lets(&b, t + 9000));
    assert_true(breaker_begin(&b));
    breaker_worked(&b, true);
    assert_int_equal(breaker_look(&b, t + 9000), BREAKER_CLOSED);
    assert_false(breaker_begin(&b));
}

static void test_breaker_pause_doubles_up_to_a_minute(void **state)
{
    static const int64_t pauses[] = {5000, 10000, 20000, 40000, 60000, 60000};
    struct breaker b = {0};
    int64_t at = t;
    failures(&b, 5, at);
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        assert_int_equal(breaker_wait_ms(&b, at), pauses[i]);
        at += pauses[i];
        assert_int_equal(breaker_look(&b, at), BREAKER_HALF_OPEN);
        failures(&b, 1, at);
    }
    at += 60000;
    assert_true(breaker_lets(&b, at));
    breaker_worked(&b, breaker_begin(&b));
    failures(&b, 5, at);
    assert_int_equal(breaker_wait_ms(&b, at), 5000);
}

static void test_breaker_late_answers_move_it_no_more(void **state)
{
    struct breaker b = {0};
    failures(&b, 5, t);
    breaker_failed(&b, false, false, t + 4000);
    breaker_worked(&b, false);
    assert_int_equal(breaker_wait_ms(&b, t + 4000), 1000);
    assert_true(breaker_lets(&b, t + 5000));
    assert_true(breaker_begin(&b));
    breaker_failed(&b, false, true, t + 5001); /* one that was sent before it opened */
    breaker_worked(&b, false);
    breaker_unsent(&b, false);
    assert_int_equal(breaker_look(&b, t + 5001), BREAKER_HALF_OPEN);
    assert_false(breaker_lets(&b, t + 5001));
}

static void test_breaker_link_down_for_ten_seconds_opens_it(void **state)
{
    struct breaker b = {0};
    breaker_link(&b, false, t);
    breaker_link(&b, false, t + 9000); /* another attempt in vain */
    assert_int_equal(breaker_look(&b, t + 9999), BREAKER_CLOSED);
    assert_int_equal(breaker_look(&b, t + 10000), BREAKER_OPEN);
    assert_int_equal(breaker_look(&b, t + 600000), BREAKER_OPEN); /* no message can find out */
    assert_true(breaker_wait_ms(&b, t + 600000) > 0);
    breaker_link(&b, true, t + 600000);
    assert_int_equal(breaker_look(&b, t + 600000), BREAKER_HALF_OPEN);
    breaker_worked(&b, breaker_begin(&b));
    breaker_link(&b, false, t + 700000);
    breaker_link(&b, true, t + 709000);
    assert_int_equal(breaker_look(&b, t + 800000), BREAKER_CLOSED);
}

static void test_breaker_states_have_names(void **state)
{
    assert_string_equal(breaker_state_name(BREAKER_CLOSED), "closed");
    assert_string_equal(breaker_state_name(BREAKER_OPEN), "open");
    assert_string_equal(breaker_state_name(BREAKER_HALF_OPEN), "half_open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_breaker_opens_after_five_failures_in_a_row),
        cmocka_unit_test(test_breaker_opens_at_once_where_every_message_would_fail),
        cmocka_unit_test(test_breaker_half_open_lets_one_through),
        cmocka_unit_test(test_breaker_pause_doubles_up_to_a_minute),
        cmocka_unit_test(test_breaker_late_answers_move_it_no_more),
        cmocka_unit_test(test_breaker_link_down_for_ten_seconds_opens_it),
        cmocka_unit_test(test_breaker_states_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
