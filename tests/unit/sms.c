/* sms/ as a whole: a real Redis with the real function library, a real HTTP peer as gateway that
 * answers, hangs, refuses or slows down, restarts and lost stores in between.
 * SPDX-License-Identifier: MIT */
#include "sms/sms.h"

#include "base/clock.h"
#include "base/log.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/sms_world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void test_sms_sends_what_was_queued(void **state)
{
    struct world *w = *state;
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(taken(), 1);
    assert_int_equal(left_in_outbox(w), 0);
    assert_true(last_request_has("/send?to=%2B8613800000001&text=%E5%A4%A7%E5%8E%85%EF%BC%9A"));
    assert_true(last_request_has("A001")); /* the number */
    assert_true(last_request_has("http%3A%2F%2Fhall.example%2Ft%23xh."));
    assert_true(
        last_request_has("dlr=http%3A%2F%2Fhall.example%2Fapi%2Fv1%2Fsms%2Fkannel%2Freport%2F"
                         "0123456789abcdef%3Fmessage%3Dxh."));
    assert_true(sms_idle(w->sms));
}

static void test_sms_sends_what_was_queued_before_it_was_there(void **state)
{
    struct world *w = *state;
    sms_down(w);
    for (int i = 0; i < 150; i++) /* more than one read brings */
        issue(w);
    sms_up(w, "one");
    wait_for_state(w, "accepted", 150);
    assert_int_equal(taken(), 150);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_tries_again_when_the_gateway_breaks(void **state)
{
    struct world *w = *state;
    behave(BREAKS, 2);
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(requests(), 3);
    assert_int_equal(tries(w), 3);
    assert_int_equal(reasons(w, "http_500"), 2);
    behave(SAYS_NOTHING, 1);
    issue(w);
    wait_for_state(w, "accepted", 2);
    assert_int_equal(reasons(w, "answer_empty"), 1);
}

static void test_sms_tries_again_when_the_gateway_hangs(void **state)
{
    struct world *w = *state;
    settings_use(w, 100, 1000, 6);
    behave(HANGS, 1);
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(requests(), 2);
    assert_int_equal(reasons(w, "no_answer"), 1);
}

static void test_sms_gives_up_what_is_refused(void **state)
{
    struct world *w = *state;
    behave(REFUSES, 1);
    issue(w);
    wait_for_state(w, "rejected", 1);
    assert_int_equal(requests(), 1);
    assert_int_equal(reasons(w, "http_403"), 1);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_gives_up_after_so_many_tries(void **state)
{
    struct world *w = *state;
    settings_use(w, 5000, 1000, 3);
    behave(BREAKS, 1000);
    issue(w);
    wait_for_state(w, "rejected", 1);
    assert_int_equal(requests(), 3);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_throttled_is_no_try(void **state)
{
    struct world *w = *state;
    settings_use(w, 5000, 1000, 1);
    behave(THROTTLES, 1);
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(requests(), 2);
}

static void test_sms_sends_nothing_that_is_late(void **state)
{
    struct world *w = *state;
    w->at_ms -= 31 * 60000; /* a ticket's message is worth sending for 30 minutes */
    issue(w);
    wait_for_state(w, "expired", 1);
    assert_int_equal(requests(), 0);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_stops_trying_when_it_gets_late(void **state)
{
    struct world *w = *state;
    settings_use(w, 5000, 1000, 20);
    behave(BREAKS, 1000);
    w->at_ms = clock_now_ms() - 30 * 60000 + 800;
    issue(w);
    wait_for_state(w, "expired", 1);
    assert_in_range(requests(), 1, 19);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_sends_again_what_a_crash_left_open(void **state)
{
    struct world *w = *state;
    behave(HANGS, 1);
    issue(w);
    wait_for_requests(w, 1); /* the gateway has it, the store does not know */
    sms_down(w);
    assert_int_equal(in_state(w, "submitted"), 1);
    assert_int_equal(left_in_outbox(w), 2); /* in the stream, and pending */
    sms_up(w, "one");
    wait_for_state(w, "accepted", 1);
    assert_int_equal(requests(), 2);
    assert_int_equal(tries(w), 2);
    assert_int_equal(left_in_outbox(w), 0);
}

/* A message of which two copies would do harm. */
static void issue_warning(struct world *w)
{
    sms_down(w);
    issue(w);
    eval(w,
         "local e = redis.call('XRANGE', '{xh}:outbox', '-', '+')[1] "
         "for i = 1, #e[2], 2 do if e[2][i] == 'k' then e[2][i + 1] = 'warning' end end "
         "redis.call('XDEL', '{xh}:outbox', e[1]) "
         "redis.call('XADD', '{xh}:outbox', '*', unpack(e[2])) return 0",
         "");
    sms_up(w, "one");
}

static void test_sms_sends_no_second_copy_that_would_do_harm_after_a_crash(void **state)
{
    struct world *w = *state;
    behave(HANGS, 1);
    issue_warning(w);
    wait_for_requests(w, 1);
    sms_down(w);
    sms_up(w, "one");
    wait_for_state(w, "unknown", 1);
    assert_int_equal(requests(), 1);
    assert_int_equal(tries(w), 1);
    assert_int_equal(reasons(w, "taken_over"), 2);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_sends_no_second_copy_that_would_do_harm_without_an_answer(void **state)
{
    struct world *w = *state;
    settings_use(w, 100, 1000, 6);
    behave(HANGS, 1);
    issue_warning(w);
    wait_for_state(w, "unknown", 1);
    assert_int_equal(requests(), 1);
    assert_int_equal(reasons(w, "no_answer"), 1);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_never_calls_refused_what_a_gateway_may_have(void **state)
{
    struct world *w = *state;
    settings_use(w, 100, 1000, 1);
    behave(HANGS, 1);
    issue(w);
    wait_for_state(w, "unknown", 1);
    assert_int_equal(requests(), 1);
}

static void test_sms_takes_over_from_a_daemon_that_is_gone(void **state)
{
    struct world *w = *state;
    behave(HANGS, 1);
    issue(w);
    wait_for_requests(w, 1);
    sms_down(w);
    /* a minute later */
    eval(
        w,
        "local id = redis.call('XRANGE', '{xh}:outbox', '-', '+')[1][1] "
        "return #redis.call('XCLAIM', '{xh}:outbox', 'sms', 'one', 0, id, 'IDLE', 61000, 'JUSTID')",
        "");
    sms_up(w, "two");
    wait_for_state(w, "accepted", 1);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_leaves_to_another_daemon_what_it_works_on(void **state)
{
    struct world *w = *state;
    behave(HANGS, 1);
    issue(w);
    wait_for_requests(w, 1);
    sms_down(w);
    sms_up(w, "two");
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(in_state(w, "submitted"), 1);
}

static void test_sms_keeps_to_the_rate(void **state)
{
    struct world *w = *state;
    settings_use(w, 5000, 20, 6);
    int64_t began_ms = clock_mono_ms();
    for (int i = 0; i < 10; i++)
        issue(w);
    wait_for_state(w, "accepted", 10);
    assert_true(clock_mono_ms() - began_ms >= 9 * 50 - 20);
}

static void test_sms_sends_a_call_past_tickets_that_hang(void **state)
{
    struct world *w = *state;
    settings_use(w, 20000, 1000, 6);
    behave(HANGS_ON_TICKETS, 1000);
    for (int i = 0; i < 20; i++)
        issue(w);
    wait_for_requests(w, 12); /* a quarter of the slots is kept free */
    write_call(w, "counter_open", 2, (const char *[]){"1", ""});
    write_call(w, "ticket_next", 3, (const char *[]){"1", "", ""});
    sms_wake(w->sms, STR("xh"));
    wait_for_state(w, "accepted", 2); /* the call, and "come now" for the fifth */
    assert_int_equal(requests(), 14);
    assert_int_equal(in_state(w, "submitted"), 12);
}

static void test_sms_outlives_a_store_that_goes_away(void **state)
{
    struct world *w = *state;
    issue(w);
    wait_for_state(w, "accepted", 1);
    behave(HANGS, 1);
    settings_use(w, 300, 1000, 6);
    issue(w);
    wait_for_requests(w, 2);
    redis_server_signal(w->server, SIGKILL);
    redis_server_start(w->server); /* while the gateway's answer is waited for */
    assert_true(eventually(w->loop, is_ready, w->store));
    wait_for_state(w, "accepted", 2);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_number_that_is_gone_or_sealed_for_another_fails(void **state)
{
    struct world *w = *state;
    issue_to(w, "+8613800000001", "other");
    wait_for_state(w, "rejected", 1);
    assert_int_equal(reasons(w, "phone_unreadable"), 1);
    sms_down(w);
    issue(w);
    eval(w,
         "for _, k in ipairs(redis.call('KEYS', '{xh}:p:*')) do redis.call('DEL', k) end return 0",
         "");
    sms_up(w, "one");
    wait_for_state(w, "rejected", 2);
    assert_int_equal(reasons(w, "phone_gone"), 1);
    assert_int_equal(requests(), 0);
}

static void test_sms_uses_the_words_of_the_hall_as_they_are_now(void **state)
{
    struct world *w = *state;
    issue(w);
    wait_for_state(w, "accepted", 1);
    configure(w, "\"ticket\":{\"zh\":\"GO {number}\"}");
    issue(w);
    wait_for_state(w, "accepted", 2);
    assert_true(last_request_has("text=GO%20A002&"));
    configure(w, "\"ticket\":{\"zh\":\"{nobody}\"}");
    issue(w);
    wait_for_state(w, "rejected", 1);
    assert_int_equal(reasons(w, "text_hole"), 1);
}

static void test_sms_of_an_alarm_goes_to_the_phones_of_the_hall(void **state)
{
    struct world *w = *state;
    configure(w, "},\"alarms\":{\"phones\":[\"+4915112345678\"]");
    write_call(w, "alarm_set", 4, (const char *[]){"wait", "a", "35", "1"});
    sms_wake(w->sms, STR("xh"));
    wait_for_state(w, "accepted", 1);
    assert_true(last_request_has("/send?to=%2B4915112345678&text="));
    assert_true(last_request_has("35%20%E5%88%86%E9%92%9F")); /* 35 minutes */
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_removes_entries_that_are_none(void **state)
{
    struct world *w = *state;
    sms_down(w);
    eval(w, "redis.call('XADD', '{xh}:outbox', '*', 'x', 'y') return 0", "");
    eval(w,
         "redis.call('XADD', '{xh}:outbox', '*', 'k', 'missed', 't', '1-A', 'n', 'A', 'x', '1', "
         "'p', 'r') "
         "return 0",
         "");
    sms_up(w, "one");
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_starts_anew_in_a_store_that_was_emptied(void **state)
{
    struct world *w = *state;
    issue(w);
    wait_for_state(w, "accepted", 1);
    eval(w, "redis.call('FLUSHDB') return 0", "");
    configure(w, "");
    issue(w);
    wait_for_state(w, "accepted", 1);
    assert_int_equal(taken(), 2);
}

static bool is_idle(void *arg)
{
    return sms_idle(((struct world *)arg)->sms);
}

static void test_sms_stop_ends_what_is_on_its_way_and_begins_nothing(void **state)
{
    struct world *w = *state;
    settings_use(w, 300, 1000, 6);
    behave(HANGS, 1);
    issue(w);
    wait_for_requests(w, 1);
    sms_stop(w->sms);
    issue(w);
    assert_true(eventually(w->loop, is_idle, w));
    assert_int_equal(requests(), 1);
    assert_int_equal(in_state(w, "queued"), 1);
    sms_down(w);
    sms_up(w, "one");
    wait_for_state(w, "accepted", 2);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, sms_world_up, sms_world_down)
    const struct CMUnitTest tests[] = {
        TEST(test_sms_sends_what_was_queued),
        TEST(test_sms_sends_what_was_queued_before_it_was_there),
        TEST(test_sms_tries_again_when_the_gateway_breaks),
        TEST(test_sms_tries_again_when_the_gateway_hangs),
        TEST(test_sms_gives_up_what_is_refused),
        TEST(test_sms_gives_up_after_so_many_tries),
        TEST(test_sms_throttled_is_no_try),
        TEST(test_sms_sends_nothing_that_is_late),
        TEST(test_sms_stops_trying_when_it_gets_late),
        TEST(test_sms_sends_again_what_a_crash_left_open),
        TEST(test_sms_sends_no_second_copy_that_would_do_harm_after_a_crash),
        TEST(test_sms_sends_no_second_copy_that_would_do_harm_without_an_answer),
        TEST(test_sms_never_calls_refused_what_a_gateway_may_have),
        TEST(test_sms_takes_over_from_a_daemon_that_is_gone),
        TEST(test_sms_leaves_to_another_daemon_what_it_works_on),
        TEST(test_sms_keeps_to_the_rate),
        TEST(test_sms_sends_a_call_past_tickets_that_hang),
        TEST(test_sms_outlives_a_store_that_goes_away),
        TEST(test_sms_number_that_is_gone_or_sealed_for_another_fails),
        TEST(test_sms_uses_the_words_of_the_hall_as_they_are_now),
        TEST(test_sms_of_an_alarm_goes_to_the_phones_of_the_hall),
        TEST(test_sms_removes_entries_that_are_none),
        TEST(test_sms_starts_anew_in_a_store_that_was_emptied),
        TEST(test_sms_stop_ends_what_is_on_its_way_and_begins_nothing),
    };
    return cmocka_run_group_tests(tests, sms_world_group_up, sms_world_group_down);
}
