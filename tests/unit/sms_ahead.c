/* sms/ahead: messages begun while their gateway's window is full, with a real Redis and a real HTTP
 * peer that hangs: 12 of its 16 slots are for tickets. SPDX-License-Identifier: MIT */
#include "sms/message.h"
#include "tests/lib/eventually.h"
#include "tests/lib/sms_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

enum { SLOTS = 12, AHEAD = 2, BEGUN = SLOTS + AHEAD };

/* So many tickets at a gateway that takes its time from now on, and two begun behind them. */
static void hang_with_two_ahead(struct world *w)
{
    settings_use(w, 20000, 1000, 6);
    struct route *r = &routes_list(w->sms->routes)[0];
    behave(HANGS, 1000);
    r->quick[1] = r->settings->window; /* it has been fast until now */
    for (int i = 0; i < BEGUN; i++)
        issue(w);
    wait_for_state(w, "submitted", BEGUN);
    wait_for_requests(w, SLOTS);
    assert_int_equal(r->ahead, AHEAD);
}

static void test_ahead_a_crash_loses_none_and_sends_what_was_not_sent(void **state)
{
    struct world *w = *state;
    hang_with_two_ahead(w);
    sms_down(w);
    assert_int_equal(requests(), SLOTS);
    assert_int_equal(in_state(w, "submitted"), BEGUN);
    behave(TAKES, 0);
    sms_up(w, "one");
    wait_for_state(w, "accepted", BEGUN);
    assert_int_equal(taken(), BEGUN);
    assert_int_equal(requests(), SLOTS + BEGUN);
    assert_int_equal(left_in_outbox(w), 0);
}

static void test_ahead_what_must_not_come_twice_is_never_begun_so(void **state)
{
    struct world *w = *state;
    hang_with_two_ahead(w);
    /* A warning, the next to go. */
    eval(w,
         "local e = redis.call('XRANGE', '{xh}:outbox', '-', '+', 'COUNT', 1)[1] "
         "for i = 1, #e[2], 2 do if e[2][i] == 'k' then e[2][i + 1] = 'warning' end end "
         "redis.call('SET', 'warning', redis.call('XADD', '{xh}:outbox', '*', unpack(e[2]))) "
         "return 0",
         "");
    issue(w); /* not before it */
    write_call(w, "counter_open", 2, (const char *[]){"1", ""});
    write_call(w, "ticket_next", 3, (const char *[]){"1", "", ""});
    sms_wake(w->sms, STR("xh"));
    wait_for_requests(w, SLOTS + 2); /* the call and "come now", which need no slot of theirs */
    assert_int_equal(in_state(w, "submitted"), BEGUN + 2);
    assert_int_equal(
        eval(w, "return redis.call('EXISTS', '{xh}:m:' .. redis.call('GET', 'warning'))", ""), 0);
    sms_down(w);
    behave(TAKES, 0);
    sms_up(w, "one");
    wait_for_state(w, "accepted", BEGUN + 4);
    assert_int_equal(taken(), BEGUN + 4);
}

/* What waits pending for room in a long queue is not new to the daemon, nor begun by anybody. */
static void test_ahead_takes_what_was_left_pending(void **state)
{
    struct world *w = *state;
    settings_use(w, 20000, 1000, 6);
    sms_down(w);
    for (int i = 0; i < BEGUN; i++)
        issue(w);
    eval(w,
         "redis.pcall('XGROUP', 'CREATE', '{xh}:outbox', 'sms', '0') "
         "return #redis.call('XREADGROUP', 'GROUP', 'sms', 'one', 'STREAMS', '{xh}:outbox', '>')",
         "");
    behave(HANGS, 1000);
    sms_up(w, "one");
    struct route *r = &routes_list(w->sms->routes)[0];
    r->quick[1] = r->settings->window;
    wait_for_state(w, "submitted", BEGUN);
    assert_int_equal(r->ahead, AHEAD);
    assert_int_equal(tries(w), BEGUN);
}

static void test_ahead_goes_back_when_the_daemon_stops(void **state)
{
    struct world *w = *state;
    hang_with_two_ahead(w);
    sms_stop(w->sms);
    wait_for_state(w, "queued", AHEAD);
    assert_int_equal(in_state(w, "submitted"), SLOTS);
    assert_int_equal(requests(), SLOTS);
    assert_int_equal(reasons(w, "no_room"), AHEAD);
}

static void test_ahead_goes_back_when_it_waits_in_vain(void **state)
{
    struct world *w = *state;
    hang_with_two_ahead(w);
    wait_for_state(w, "queued", AHEAD);
    assert_int_equal(routes_list(w->sms->routes)[0].ahead, 0);
    issue(w); /* and nobody else is begun */
    write_call(w, "counter_open", 2, (const char *[]){"1", ""});
    write_call(w, "ticket_next", 3, (const char *[]){"1", "", ""});
    behave(TAKES, 0);
    sms_wake(w->sms, STR("xh"));
    wait_for_state(w, "accepted", 2); /* the call, and "come now" */
    assert_int_equal(in_state(w, "submitted"), SLOTS);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, sms_world_up, sms_world_down)
    const struct CMUnitTest tests[] = {
        TEST(test_ahead_a_crash_loses_none_and_sends_what_was_not_sent),
        TEST(test_ahead_what_must_not_come_twice_is_never_begun_so),
        TEST(test_ahead_takes_what_was_left_pending),
        TEST(test_ahead_goes_back_when_the_daemon_stops),
        TEST(test_ahead_goes_back_when_it_waits_in_vain),
    };
    return cmocka_run_group_tests(tests, sms_world_group_up, sms_world_group_down);
}
