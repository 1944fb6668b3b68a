/* sms/route with gateways that are nothing but room. SPDX-License-Identifier: MIT */
#include "sms/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static const int64_t t = 1000000000; /* some moment, us */

static int room_of(void *self)
{
    return *(int *)self;
}

static const struct gateway_ops linked = {.kind = "linked", .room = room_of};
static const struct gateway_ops endless = {.kind = "endless"};

struct bed {
    struct sms_gateway_settings settings[3]; /* a and b share the numbers, c is the spare one */
    struct settings all;
    struct prefixes *prefixes;
    struct route routes[3];
    int room;
};

static int bed_up(void **state)
{
    static struct bed b;
    static const char *const names[] = {"a", "b", "c"};
    memset(&b, 0, sizeof b);
    for (int i = 0; i < 3; i++) {
        b.settings[i] = (struct sms_gateway_settings){
            .name = names[i], .prefixes = "", .weight = i == 2 ? 0 : 10, .window = 4};
        b.routes[i].settings = &b.settings[i];
        b.routes[i].ops = &endless;
        b.routes[i].self = &b.room;
        b.routes[i].rate.per_second = 100000;
    }
    b.all =
        (struct settings){.sms_gateways = b.settings, .sms_gateway_count = 3, .sms_default = ""};
    b.prefixes = prefixes_new(&b.all);
    *state = &b;
    return 0;
}

static int bed_down(void **state)
{
    prefixes_free(((struct bed *)*state)->prefixes);
    return 0;
}

static const struct route_ask usual = {.harmless = true};

static struct route_choice ask(struct bed *b, struct route_ask a, int64_t at_us)
{
    return route_choose(b->routes, b->prefixes, &a, at_us);
}

/* Which it is, "" for none. */
static const char *name(struct route_choice c)
{
    return c.route ? c.route->settings->name : "";
}

/* One message through the gateway, answered like this. */
static void answer(struct route *r, enum gateway_outcome outcome, int64_t pause_ms, int64_t at_us)
{
    struct route_hold hold = {0};
    const struct gateway_result result = {.outcome = outcome, .reason = "r", .pause_ms = pause_ms};
    route_take(r, &usual, at_us, &hold);
    route_sent(&hold, 1, at_us);
    route_answered(&hold, &result, 1, at_us);
    assert_null(hold.route);
}

static void break_it(struct route *r, int64_t at_us)
{
    for (int i = 0; i < BREAKER_FAILURES; i++)
        answer(r, GATEWAY_TEMPFAIL, 0, at_us);
}

static void test_route_shares_by_weight(void **state)
{
    struct bed *b = *state;
    int count[3] = {0};
    b->settings[0].weight = 30;
    prefixes_free(b->prefixes);
    b->prefixes = prefixes_new(&b->all);
    for (int i = 0; i < 400; i++) {
        struct route_choice c = ask(b, usual, t + i * 1000);
        count[c.route - b->routes]++;
        answer(c.route, GATEWAY_OK, 0, t + i * 1000);
    }
    assert_int_equal(count[0], 300);
    assert_int_equal(count[1], 100);
    assert_int_equal(count[2], 0);
}

static void test_route_broken_ones_hold_nobody(void **state)
{
    struct bed *b = *state;
    break_it(&b->routes[0], t);
    for (int i = 0; i < 10; i++)
        assert_string_equal(name(ask(b, usual, t)), "b");
    break_it(&b->routes[1], t);
    assert_string_equal(name(ask(b, usual, t)), "c");
    break_it(&b->routes[2], t + 1000);
    struct route_choice c = ask(b, usual, t + 1000);
    assert_null(c.route);
    assert_false(c.none);
    assert_in_range(c.wait_ms, 4999, 5000);
}

static void test_route_busy_ones_are_waited_for(void **state)
{
    struct bed *b = *state;
    answer(&b->routes[0], GATEWAY_THROTTLED, 3000, t);
    assert_string_equal(route_state(&b->routes[0], t), "throttled");
    for (int i = 0; i < 10; i++) /* only its own route rests */
        assert_string_equal(name(ask(b, usual, t)), "b");
    answer(&b->routes[1], GATEWAY_THROTTLED, 5000, t);
    struct route_choice c = ask(b, usual, t);
    assert_null(c.route); /* not the spare one: nothing is broken */
    assert_int_equal(c.wait_ms, 3000);
    assert_null(ask(b, usual, t + 2999999).route);
    assert_string_equal(name(ask(b, usual, t + 3000000)), "a");
    assert_string_equal(route_state(&b->routes[0], t + 3000000), "up");
}

static void test_route_window_keeps_a_place_for_what_cannot_wait(void **state)
{
    struct bed *b = *state;
    struct route_hold hold[8] = {0};
    struct route_ask patient = {.harmless = true, .patient = true};
    for (int i = 0; i < 6; i++) {
        struct route_choice c = ask(b, patient, t + i * 1000);
        route_take(c.route, &patient, t + i * 1000, &hold[i]);
    }
    assert_null(ask(b, patient, t + 9000).route);
    for (int i = 6; i < 8; i++)
        route_take(ask(b, usual, t + 9000).route, &usual, t + 9000, &hold[i]);
    struct route_choice c = ask(b, usual, t + 10000);
    assert_null(c.route);
    assert_int_equal(c.wait_ms, ROUTE_WAIT_EVENT);
    route_unsent(&hold[7]);
    route_unsent(&hold[7]); /* twice is nothing */
    assert_non_null(ask(b, usual, t + 10000).route);
}

static void test_route_counts_parts_against_the_rate(void **state)
{
    struct bed *b = *state;
    struct route_hold hold = {0};
    struct route_ask only_a = {.harmless = true, .tried = 1u << 1 | 1u << 2};
    b->routes[0].rate.per_second = 10;
    route_take(&b->routes[0], &only_a, t, &hold);
    route_sent(&hold, 3, t);
    struct route_choice c = ask(b, only_a, t + 200000);
    assert_null(c.route);
    assert_int_equal(c.wait_ms, 100);
    assert_string_equal(name(ask(b, only_a, t + 300000)), "a");
}

static void test_route_asks_the_gateway_for_room(void **state)
{
    struct bed *b = *state;
    struct route_hold hold = {0};
    struct route_ask only_a = {.harmless = true, .tried = 1u << 1 | 1u << 2};
    b->routes[0].ops = &linked;
    assert_null(ask(b, only_a, t).route);
    b->room = 1;
    route_take(ask(b, only_a, t).route, &only_a, t, &hold);
    assert_null(ask(b, only_a, t + 1000).route); /* it is spoken for */
    route_sent(&hold, 1, t + 1000);
    assert_non_null(ask(b, only_a, t + 1000).route);
}

static void test_route_link_that_is_down_is_waited_for_ten_seconds(void **state)
{
    struct bed *b = *state;
    b->routes[0].ops = b->routes[1].ops = &linked;
    breaker_link(&b->routes[0].breaker, false, t / 1000);
    breaker_link(&b->routes[1].breaker, false, t / 1000 + 1000);
    struct route_choice c = ask(b, usual, t);
    assert_null(c.route);
    assert_int_equal(c.wait_ms, 10000);
    assert_string_equal(route_state(&b->routes[0], t), "down");
    assert_null(ask(b, usual, t + 10000000).route);
    assert_string_equal(name(ask(b, usual, t + 11000000)), "c");
}

static void test_route_fails_over_to_what_was_not_tried(void **state)
{
    struct bed *b = *state;
    struct route_ask a = {.harmless = true, .tried = 1u << 0};
    assert_string_equal(name(ask(b, a, t)), "b");
    a.tried |= 1u << 1;
    assert_string_equal(name(ask(b, a, t)), "c");
    a.tried |= 1u << 2;
    struct route_choice c = ask(b, a, t);
    assert_null(c.route);
    assert_true(c.none);
}

static void test_route_probe_is_a_message_that_may_come_twice(void **state)
{
    struct bed *b = *state;
    struct route_ask code = {.harmless = false};
    struct route_hold hold = {0};
    int64_t at = t + 5000000;
    break_it(&b->routes[0], t);
    assert_string_equal(route_state(&b->routes[0], at), "half_open");
    for (int i = 0; i < 5; i++)
        assert_string_equal(name(ask(b, code, at)), "b");
    b->routes[0].credit = 1000;
    struct route_choice c = ask(b, usual, at);
    assert_string_equal(name(c), "a");
    route_take(c.route, &usual, at, &hold);
    assert_string_equal(name(ask(b, usual, at)), "b"); /* one probe, not two */
    route_sent(&hold, 1, at);
    route_answered(&hold, &(struct gateway_result){.outcome = GATEWAY_OK}, 1, at);
    assert_string_equal(route_state(&b->routes[0], at), "up");
    for (int i = 0; i < 3; i++)
        break_it(&b->routes[i], at + 1000000);
    assert_non_null(ask(b, code, at + 7000000).route); /* nothing else is left */
}

static void test_route_refused_account_opens_it_at_once(void **state)
{
    struct bed *b = *state;
    answer(&b->routes[0], GATEWAY_CONFIG, 0, t);
    assert_string_equal(route_state(&b->routes[0], t), "open");
    for (int i = 0; i < 20; i++)
        answer(&b->routes[1], GATEWAY_PERMFAIL, 0, t); /* the messages' fault */
    assert_string_equal(route_state(&b->routes[1], t), "up");
    assert_int_equal(b->routes[1].refused, 20);
    assert_int_equal(b->routes[0].failed, 1);
    assert_string_equal(b->routes[0].reason, "r");
}

static void test_route_begins_ahead_where_the_whole_window_is_fast(void **state)
{
    struct bed *b = *state;
    struct route *a = &b->routes[0];
    struct route_hold holds[4] = {{0}};
    b->routes[1].breaker.down_since_ms = t / 1000; /* a alone */
    for (int i = 0; i < 3; i++)
        answer(a, GATEWAY_OK, 0, t);
    assert_false(route_may_begin_ahead(a, false));
    answer(a, GATEWAY_OK, 0, t);
    assert_true(route_may_begin_ahead(a, false));
    assert_false(route_may_begin_ahead(a, true)); /* by those that can wait it is not known */
    assert_null(ask(b, usual, t).full);           /* there is room */
    for (int i = 0; i < 4; i++)
        route_take(a, &usual, t, &holds[i]);
    assert_ptr_equal(ask(b, usual, t).full, a);
    a->ahead = 4;
    assert_false(route_may_begin_ahead(a, false)); /* as many as its window, at most */
    a->ahead = 0;
    a->breaker.down_since_ms = t / 1000;
    assert_null(ask(b, usual, t).full);
    a->breaker.down_since_ms = 0;
    route_sent(&holds[0], 1, t);
    const struct gateway_result busy = {.outcome = GATEWAY_THROTTLED, .pause_ms = 500};
    route_answered(&holds[0], &busy, 1, t);
    assert_false(route_may_begin_ahead(a, false));
    route_take(a, &usual, t, &holds[0]);
    assert_null(ask(b, usual, t).full); /* it pauses */
    assert_ptr_equal(ask(b, usual, t + 600000).full, a);
    for (int i = 0; i < 4; i++)
        route_unsent(&holds[i]);
    for (int i = 0; i < 4; i++)
        answer(a, GATEWAY_OK, 0, t + 600000);
    route_was_slow(a);
    assert_false(route_may_begin_ahead(a, false));
}

/* How many it may have begun beside its window. */
static int ahead_of(struct route *r)
{
    r->ahead = 0;
    while (r->ahead < 1000 && route_may_begin_ahead(r, false))
        r->ahead++;
    return r->ahead;
}

static void test_route_begins_as_many_ahead_as_it_takes_in_a_moment(void **state)
{
    struct bed *b = *state;
    struct route *a = &b->routes[0];
    int64_t at = t;
    b->routes[1].breaker.down_since_ms = t / 1000;
    for (int i = 0; i < 100; i++)
        answer(a, GATEWAY_OK, 0, at += 100000); /* ten a second */
    assert_int_equal(ahead_of(a), 4);
    for (int i = 0; i < 300; i++)
        answer(a, GATEWAY_OK, 0, at += 500); /* 40 in 20 ms */
    assert_in_range(ahead_of(a), 36, 44);
    for (int i = 0; i < 300; i++)
        answer(a, GATEWAY_OK, 0, at += 20);
    assert_int_equal(ahead_of(a), 256);
    answer(a, GATEWAY_OK, 0, at += 3600000000ll); /* a rest */
    assert_int_equal(ahead_of(a), 4);
}

static void test_route_counts_the_last_minute(void **state)
{
    struct bed *b = *state;
    struct route *r = &b->routes[0];
    for (int i = 0; i < 90; i++)
        answer(r, GATEWAY_OK, 0, t + i * 1000000ll);
    assert_int_equal(route_last_minute(r, t + 89 * 1000000ll), 60);
    assert_int_equal(route_last_minute(r, t + 119 * 1000000ll), 30);
    assert_int_equal(route_last_minute(r, t + 1000 * 1000000ll), 0);
    assert_int_equal(r->parts, 90);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, bed_up, bed_down)
    const struct CMUnitTest tests[] = {
        TEST(test_route_shares_by_weight),
        TEST(test_route_broken_ones_hold_nobody),
        TEST(test_route_busy_ones_are_waited_for),
        TEST(test_route_window_keeps_a_place_for_what_cannot_wait),
        TEST(test_route_counts_parts_against_the_rate),
        TEST(test_route_asks_the_gateway_for_room),
        TEST(test_route_link_that_is_down_is_waited_for_ten_seconds),
        TEST(test_route_fails_over_to_what_was_not_tried),
        TEST(test_route_probe_is_a_message_that_may_come_twice),
        TEST(test_route_refused_account_opens_it_at_once),
        TEST(test_route_begins_ahead_where_the_whole_window_is_fast),
        TEST(test_route_begins_as_many_ahead_as_it_takes_in_a_moment),
        TEST(test_route_counts_the_last_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
