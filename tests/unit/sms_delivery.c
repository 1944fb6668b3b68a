/* sms/delivery with a real Redis and the real function library: reports on parts, early, late,
 * twice, with the store away. SPDX-License-Identifier: MIT */
#include "sms/delivery.h"

#include "base/log.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/sms_world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

struct bed {
    struct world *w;
    struct store *store;
    struct delivery *delivery;
    char message[44];
};

struct done {
    int count;
    bool ok;
};

static void on_done(void *arg, bool ok)
{
    struct done *d = arg;
    d->count++;
    d->ok = ok;
}

static bool is_done(void *arg)
{
    return ((struct done *)arg)->count > 0;
}

static bool is_idle(void *arg)
{
    return delivery_idle(arg);
}

/* An accepted message of two parts, and a delivery that knows nothing of it yet. */
static int bed_up(void **state)
{
    static struct bed b;
    struct answer id = {0};
    const struct str argv[] = {STR("EVAL"), STR("return redis.call('KEYS', '{xh}:m:*')[1]:sub(8)"),
                               STR("0")};
    if (sms_world_up((void **)&b.w))
        return 1;
    configure(
        b.w, "\"ticket\":{\"zh\":\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"
             "二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一\"}");
    issue(b.w);
    wait_for_state(b.w, "accepted", 1);
    store_command(b.w->store, STR("xh"), 3, argv, on_answer, &id);
    assert_true(eventually(b.w->loop, is_answered, &id));
    str_copy(str_of(id.text), b.message, sizeof b.message);
    b.store = store_new(b.w->loop, &b.w->config);
    b.delivery = delivery_new(b.w->loop, b.store);
    *state = &b;
    return eventually(b.w->loop, is_ready, b.store) ? 0 : 1;
}

static int bed_down(void **state)
{
    struct bed *b = *state;
    store_free(b->store);
    delivery_free(b->delivery);
    return sms_world_down((void **)&b->w);
}

static struct done report(struct bed *b, const char *id, enum gateway_fate fate)
{
    struct done d = {0};
    const struct gateway_report r = {.id = str_of(id), .fate = fate, .reason = STR("DELIVRD")};
    delivery_report(b->delivery, STR("g"), &r, on_done, &d);
    assert_int_equal(d.count, 0);
    assert_true(eventually(b->w->loop, is_done, &d));
    assert_int_equal(d.count, 1);
    return d;
}

static const struct gateway_result two = {.id_count = 2, .ids = {"one", "two"}};

static void take_ids(struct bed *b)
{
    delivery_ids(b->delivery, "g", STR("xh"), str_of(b->message), &two);
    assert_false(delivery_idle(b->delivery));
    assert_true(eventually(b->w->loop, is_idle, b->delivery));
}

/* How many events of that type there are. */
static int64_t events(struct bed *b, const char *type)
{
    return eval(b->w,
                "local n = 0 for _, e in ipairs(redis.call('XRANGE', '{xh}:events', '-', '+')) do "
                "if e[2][2]:find('\"type\":\"' .. ARGV[1] .. '\"', 1, true) then n = n + 1 end "
                "end return n",
                type);
}

static void test_delivery_counts_each_part(void **state)
{
    struct bed *b = *state;
    take_ids(b);
    assert_true(report(b, "one", GATEWAY_DELIVERED).ok);
    assert_int_equal(in_state(b->w, "accepted"), 1);
    assert_true(report(b, "two", GATEWAY_DELIVERED).ok);
    assert_int_equal(in_state(b->w, "delivered"), 1);
}

static void test_delivery_worst_part_decides(void **state)
{
    struct bed *b = *state;
    take_ids(b);
    assert_true(report(b, "two", GATEWAY_UNDELIVERED).ok);
    assert_true(report(b, "one", GATEWAY_DELIVERED).ok);
    assert_int_equal(in_state(b->w, "undelivered"), 1);
    assert_int_equal(reasons(b->w, "DELIVRD"), 1);
}

static void test_delivery_reports_before_the_ids_wait_for_them(void **state)
{
    struct bed *b = *state;
    assert_true(report(b, "two", GATEWAY_DELIVERED).ok);
    assert_true(report(b, "one", GATEWAY_DELIVERED).ok);
    assert_int_equal(in_state(b->w, "accepted"), 1);
    take_ids(b);
    wait_for_state(b->w, "delivered", 1);
}

static void test_delivery_tells_twice_what_is_told_twice_once(void **state)
{
    struct bed *b = *state;
    take_ids(b);
    for (int i = 0; i < 3; i++) {
        assert_true(report(b, "one", GATEWAY_DELIVERED).ok);
        assert_true(report(b, "two", GATEWAY_DELIVERED).ok);
        assert_true(report(b, "two", GATEWAY_EXPIRED).ok); /* late and contrary */
    }
    assert_int_equal(in_state(b->w, "delivered"), 1);
    assert_int_equal(events(b, "message.delivered"), 1);
    assert_int_equal(events(b, "message.expired"), 0);
}

static void test_delivery_of_nothing_is_acknowledged(void **state)
{
    struct bed *b = *state;
    assert_true(report(b, "never heard of", GATEWAY_DELIVERED).ok);
    assert_int_equal(in_state(b->w, "accepted"), 1);
}

static void test_delivery_acknowledges_nothing_while_the_store_is_away(void **state)
{
    struct bed *b = *state;
    redis_server_signal(b->w->server, SIGKILL);
    delivery_ids(b->delivery, "g", STR("xh"), str_of(b->message), &two);
    assert_false(report(b, "one", GATEWAY_DELIVERED).ok);
    redis_server_start(b->w->server);
    assert_true(eventually(b->w->loop, is_ready, b->store));
    assert_true(eventually(b->w->loop, is_idle, b->delivery)); /* the ids are told again */
    assert_true(report(b, "one", GATEWAY_DELIVERED).ok);
    assert_true(report(b, "two", GATEWAY_DELIVERED).ok);
    assert_true(eventually(b->w->loop, is_ready, b->w->store));
    assert_int_equal(in_state(b->w, "delivered"), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, bed_up, bed_down)
    const struct CMUnitTest tests[] = {
        TEST(test_delivery_counts_each_part),
        TEST(test_delivery_worst_part_decides),
        TEST(test_delivery_reports_before_the_ids_wait_for_them),
        TEST(test_delivery_tells_twice_what_is_told_twice_once),
        TEST(test_delivery_of_nothing_is_acknowledged),
        TEST(test_delivery_acknowledges_nothing_while_the_store_is_away),
    };
    return cmocka_run_group_tests(tests, sms_world_group_up, sms_world_group_down);
}
