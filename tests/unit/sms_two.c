/* sms/ with two gateways, of which one hangs, breaks, throttles or drops its connections: nobody is
 * held up by the other's trouble, nothing is lost, and nothing comes twice that must not.
 * SPDX-License-Identifier: MIT */
#include "sms/sms.h"

#include "base/clock.h"
#include "base/log.h"
#include "tests/lib/eventually.h"
#include "tests/lib/sms_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void issue_home(struct world *w)
{
    issue_to(w, "+8613000000001", "xh");
}

static void issue_abroad(struct world *w)
{
    issue_to(w, "+4915100000001", "xh");
}

/* Entries of the given kind, as if the library had queued them: copies of the ticket's entry that
 * is there. */
static void queue_as(struct world *w, const char *kind, int times)
{
    char script[400];
    snprintf(script, sizeof script,
             "local e = redis.call('XREVRANGE', '{xh}:outbox', '+', '-', 'COUNT', 1)[1] "
             "for i = 1, #e[2], 2 do if e[2][i] == 'k' then e[2][i + 1] = ARGV[1] end end "
             "for _ = 1, %d do redis.call('XADD', '{xh}:outbox', '*', unpack(e[2])) end return 0",
             times);
    eval(w, script, kind);
}

static void remove_first(struct world *w)
{
    eval(w,
         "local e = redis.call('XRANGE', '{xh}:outbox', '-', '+', 'COUNT', 1)[1] "
         "return redis.call('XDEL', '{xh}:outbox', e[1])",
         "");
}

static void test_sms_two_share_the_messages(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      weight: 30\n", "      weight: 10\n");
    for (int i = 0; i < 40; i++)
        issue(w);
    wait_for_state(w, "accepted", 40);
    assert_int_equal(taken_at(0), 30);
    assert_int_equal(taken_at(1), 10);
}

static void test_sms_two_default_is_first_where_no_prefix_decides(void **state)
{
    struct world *w = *state;
    settings_two(w, "  default: second\n", "      prefixes: '+86130'\n", "");
    issue_home(w);
    issue_abroad(w);
    issue(w);
    wait_for_state(w, "accepted", 3);
    assert_int_equal(taken_at(0), 1);
    assert_int_equal(taken_at(1), 2);
    settings_two(w, "  default: second\n", "", "");
    for (int i = 0; i < 5; i++)
        issue(w);
    wait_for_state(w, "accepted", 8);
    assert_int_equal(taken_at(1), 7);
}

static void test_sms_two_number_nobody_serves_is_refused(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      prefixes: '+86130'\n", "      prefixes: '+86131, +852'\n");
    issue_abroad(w);
    wait_for_state(w, "rejected", 1);
    assert_int_equal(reasons(w, "no_route"), 1);
    assert_int_equal(requests_at(0) + requests_at(1), 0);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_two_broken_one_is_passed_over_within_the_try(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      window: 2\n", "      weight: 0\n");
    behave_at(0, BREAKS, 1000);
    for (int i = 0; i < 30; i++)
        issue(w);
    wait_for_state(w, "accepted", 30);
    assert_int_equal(taken_at(1), 30);
    assert_int_equal(tries(w), 30); /* none had to come again */
    assert_int_equal(reasons(w, "http_500"), 0);
    assert_in_range(requests_at(0), 5, 6); /* then it is left alone */
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_two_half_open_probe_brings_it_back(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      window: 1\n", "      weight: 0\n");
    behave_at(0, BREAKS, 5);
    for (int i = 0; i < 5; i++)
        issue(w);
    wait_for_state(w, "accepted", 5);
    assert_int_equal(requests_at(0), 5);
    int64_t until_ms = clock_mono_ms() + 20000;
    int n = 5;
    while (taken_at(0) == 0 && clock_mono_ms() < until_ms) {
        issue(w);
        wait_for_state(w, "accepted", ++n);
    }
    assert_int_equal(taken_at(0), 1);
    int others = taken_at(1);
    for (int i = 0; i < 5; i++)
        issue(w);
    wait_for_state(w, "accepted", n + 5);
    assert_int_equal(taken_at(0), 6); /* it is the first one again */
    assert_int_equal(taken_at(1), others);
    assert_int_equal(tries(w), n + 5);
}

static void test_sms_two_one_that_hangs_holds_nobody(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      prefixes: '+86130'\n      timeout_ms: 60000\n      window: 4\n",
                 "      prefixes: '+49'\n      window: 4\n");
    behave_at(0, HANGS, 1000);
    for (int i = 0; i < 40; i++)
        issue_home(w);
    wait_for_requests(w, 3); /* of four places one is kept for calls */
    for (int i = 0; i < 40; i++)
        issue_abroad(w);
    wait_for_state(w, "accepted", 40);
    assert_int_equal(taken_at(1), 40);
    assert_int_equal(requests_at(0), 3);
    assert_int_equal(in_state(w, "submitted"), 3); /* those that wait have not even begun */
    assert_int_equal(tries(w), 43);
}

static void test_sms_two_throttled_one_alone_rests(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      prefixes: '+86130'\n      window: 1\n", "      prefixes: '+49'\n");
    behave_at(0, THROTTLES, 1);
    issue_home(w);
    wait_for_requests(w, 1);
    int64_t paused_ms = clock_mono_ms();
    issue_home(w);
    for (int i = 0; i < 20; i++)
        issue_abroad(w);
    wait_for_state(w, "accepted", 20);
    bool quick = clock_mono_ms() - paused_ms < 900;
    if (quick) /* on a machine that sleeps meanwhile the pause is over */
        assert_int_equal(requests_at(0), 1);
    wait_for_state(w, "accepted", 22);
    assert_true(clock_mono_ms() - paused_ms >= 950); /* Retry-After: 0 is one second */
    assert_int_equal(requests_at(0), 3);
    assert_int_equal(taken_at(0), 2);
}

static void test_sms_two_dropped_connection_doubles_only_what_may_be(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      window: 8\n", "      weight: 0\n");
    sms_down(w);
    issue(w);
    queue_as(w, "warning", 3);
    remove_first(w);
    behave_at(0, DROPS, 3);
    sms_up(w, "one");
    wait_for_state(w, "unknown", 3);
    assert_int_equal(requests_at(0) + requests_at(1), 3); /* once each, by nobody else */
    behave_at(0, DROPS, 3);
    for (int i = 0; i < 3; i++)
        issue(w);
    wait_for_state(w, "accepted", 3);
    assert_in_range(requests_at(0) + requests_at(1), 8, 9); /* the last after the breaker opened */
    assert_int_equal(taken_at(0) + taken_at(1), 3);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_two_one_that_is_not_there_loses_nothing(void **state)
{
    struct world *w = *state;
    peer_stop(&w->peer);
    settings_two(w, "", "      window: 2\n", "      window: 50\n");
    for (int i = 0; i < 20; i++)
        issue(w);
    wait_for_state(w, "accepted", 20);
    assert_int_equal(taken_at(1), 20);
    assert_int_equal(tries(w), 20);
    peer_start(&w->peer, w->peer.fn);
}

static void test_sms_two_take_a_call_past_a_long_queue(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      timeout_ms: 60000\n      window: 4\n      prefixes: '+86'\n",
                 "      prefixes: '+49'\n");
    sms_down(w);
    issue_home(w);
    queue_as(w, "ticket", 700); /* more than are held at once */
    behave_at(0, HANGS_ON_TICKETS, 100000);
    sms_up(w, "one");
    wait_for_requests(w, 3);
    write_call(w, "counter_open", 2, (const char *[]){"1", ""});
    write_call(w, "ticket_next", 3, (const char *[]){"1", "", ""});
    sms_wake(w->sms, STR("xh"));
    wait_for_state(w, "accepted", 1);
    assert_int_equal(requests_at(0), 4);
    sms_down(w); /* with three tries open */
    behave_at(0, TAKES, 0);
    sms_up(w, "one");
    wait_for_state(w, "accepted", 702);
    assert_int_equal(taken_at(0), 702);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_two_take_over_a_long_queue_from_a_daemon_that_is_gone(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      timeout_ms: 60000\n      window: 4\n", "      weight: 0\n");
    sms_down(w);
    issue(w);
    queue_as(w, "ticket", 600);
    behave_at(0, HANGS, 100000);
    sms_up(w, "one");
    wait_for_requests(w, 3);
    sms_down(w);
    behave_at(0, TAKES, 0);
    /* a minute later */
    eval(w,
         "local n = 0 for _, p in ipairs(redis.call('XPENDING', '{xh}:outbox', 'sms', '-', '+', "
         "1000)) do n = n + #redis.call('XCLAIM', '{xh}:outbox', 'sms', p[2], 0, p[1], 'IDLE', "
         "61000, 'JUSTID') end return n",
         "");
    sms_up(w, "two");
    wait_for_state(w, "accepted", 601);
    assert_int_equal(taken_at(0), 601);
    assert_int_equal(requests_at(0), 604); /* three tries were open, and may come twice */
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_sms_quiet_hours_hold_nobody_else(void **state)
{
    struct world *w = *state;
    char until[24];
    sms_down(w);
    issue(w);
    snprintf(until, sizeof until, "%lld", (long long)clock_now_ms() + 2000);
    eval(w,
         "local e = redis.call('XRANGE', '{xh}:outbox', '-', '+')[1] local f = e[2] "
         "f[#f + 1], f[#f + 2] = 'nb', ARGV[1] "
         "for _ = 1, 600 do redis.call('XADD', '{xh}:outbox', '*', unpack(f)) end return 0",
         until);
    sms_up(w, "one");
    wait_for_state(w, "accepted", 1);
    bool early = clock_now_ms() < strtoll(until, NULL, 10);
    if (early)
        assert_int_equal(taken_at(0), 1);
    wait_for_state(w, "accepted", 601);
    assert_true(clock_now_ms() >= strtoll(until, NULL, 10));
    assert_int_equal(left_in_outbox(w), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, sms_world_up, sms_world_down)
    const struct CMUnitTest tests[] = {
        TEST(test_sms_two_share_the_messages),
        TEST(test_sms_two_default_is_first_where_no_prefix_decides),
        TEST(test_sms_two_number_nobody_serves_is_refused),
        TEST(test_sms_two_broken_one_is_passed_over_within_the_try),
        TEST(test_sms_two_half_open_probe_brings_it_back),
        TEST(test_sms_two_one_that_hangs_holds_nobody),
        TEST(test_sms_two_throttled_one_alone_rests),
        TEST(test_sms_two_dropped_connection_doubles_only_what_may_be),
        TEST(test_sms_two_one_that_is_not_there_loses_nothing),
        TEST(test_sms_two_take_a_call_past_a_long_queue),
        TEST(test_sms_two_take_over_a_long_queue_from_a_daemon_that_is_gone),
        TEST(test_sms_quiet_hours_hold_nobody_else),
    };
    return cmocka_run_group_tests(tests, sms_world_group_up, sms_world_group_down);
}
