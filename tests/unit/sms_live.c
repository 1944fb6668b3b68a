/* sms/live: what the daemon says of its gateways, and the hour's cap of all halls.
 * SPDX-License-Identifier: MIT */
#include "sms/live.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "tests/lib/eventually.h"
#include "tests/lib/sms_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void test_live_json_says_how_a_gateway_is(void **state)
{
    static const struct sms_gateway_settings settings = {
        .name = "g", .kind = "smpp", .rate_per_second = 50, .window = 10};
    static const struct gateway_ops ops = {.kind = "smpp"};
    struct route r = {.settings = &settings, .ops = &ops, .rate = {.per_second = 50}};
    struct route_hold hold = {0}, other = {0};
    const struct route_ask ask = {.harmless = true};
    const int64_t t = 1000000000;
    struct buf out;
    buf_init(&out);
    route_take(&r, &ask, t, &hold);
    route_sent(&hold, 2, t);
    route_answered(&hold, &(struct gateway_result){.outcome = GATEWAY_OK}, 2, t);
    route_take(&r, &ask, t, &hold);
    route_sent(&hold, 1, t);
    route_answered(
        &hold, &(struct gateway_result){.outcome = GATEWAY_THROTTLED, .reason = "esme_58"}, 1, t);
    route_take(&r, &ask, t, &other);
    live_json(&r, true, t, &out);
    assert_string_equal(out.p, "{\"state\":\"throttled\",\"kind\":\"smpp\",\"breaker\":\"closed\","
                               "\"rate\":1,\"rate_per_second\":50,\"window\":10,\"used\":1,"
                               "\"accepted\":1,\"rejected\":0,\"failed\":0,\"throttled\":1,"
                               "\"parts\":2,\"reason\":\"esme_58\",\"capped\":true}");
    buf_clear(&out);
}

/* gateway_list's answer for both, parsed; today as on that day, or in UTC. */
static json_t *list_on(struct world *w, const char *day)
{
    struct answer a = {0};
    struct json_where where;
    char now[24];
    snprintf(now, sizeof now, "%lld", (long long)clock_now_ms());
    const struct str argv[] = {str_of(now), str_of(day), STR("first"), STR("second")};
    store_call(w->store, &(struct store_call){.function = "gateway_list",
                                              .tag = STR("sms"),
                                              .read_only = true,
                                              .argc = 4,
                                              .argv = argv,
                                              .fn = on_answer,
                                              .arg = &a});
    assert_true(eventually(w->loop, is_answered, &a));
    assert_int_equal(a.err, ERR_NONE);
    return json_read(str_of(a.text), &where);
}

static json_t *list(struct world *w)
{
    return list_on(w, "");
}

/* What the daemon "one" says of the gateway (0, 1) under that name; NULL: it said nothing. */
static const json_t *said(json_t *all, int which, const char *name)
{
    const json_t *gateway = json_array_get(json_object_get(all, "gateways"), (size_t)which);
    return json_object_get(json_array_get(json_object_get(gateway, "daemons"), 0), name);
}

static void wait_for_said(struct world *w, int which, const char *name, const char *text)
{
    int64_t until_ms = clock_mono_ms() + 20000;
    for (bool is = false; !is;) {
        json_t *all = list(w);
        const char *now = json_string_value(said(all, which, name));
        is = now && strcmp(now, text) == 0;
        if (!is && clock_mono_ms() > until_ms)
            fail_msg("%s is %s, never %s", name, now ? now : "nothing", text);
        json_decref(all);
    }
}

static void test_live_tells_of_every_gateway(void **state)
{
    struct world *w = *state;
    settings_two(w, "", "      window: 2\n", "      weight: 0\n      window: 50\n");
    wait_for_said(w, 0, "state", "up");
    wait_for_said(w, 1, "state", "up");
    behave_at(0, BREAKS, 1000);
    for (int i = 0; i < 6; i++)
        issue(w);
    wait_for_state(w, "accepted", 6);
    wait_for_said(w, 0, "reason", "http_500");
    wait_for_said(w, 0, "kind", "http");
}

static int64_t spent_this_hour(struct world *w)
{
    json_t *all = list(w);
    int64_t n = json_i64(all, "hour", -1);
    json_decref(all);
    return n;
}

static void wait_for_spent(struct world *w, int64_t n)
{
    int64_t until_ms = clock_mono_ms() + 20000;
    while (spent_this_hour(w) != n)
        if (clock_mono_ms() > until_ms)
            fail_msg("%lld parts were never spent", (long long)n);
}

/* What the first gateway spent on the day that it is there now. */
static int64_t spent_today(struct world *w, const char *zone_of)
{
    char day[12];
    int64_t begins_ms, ends_ms;
    struct zone *zone = zone_load(zone_of);
    assert_non_null(zone);
    snprintf(day, sizeof day, "%d", zone_day(zone, clock_now_ms(), &begins_ms, &ends_ms));
    zone_free(zone);
    json_t *all = list_on(w, day);
    const json_t *gateway = json_array_get(json_object_get(all, "gateways"), 0);
    assert_true(str_is(json_str(json_object_get(gateway, "spent"), "of"), day));
    int64_t n = json_i64(json_object_get(gateway, "spent"), "day", -1);
    json_decref(all);
    return n;
}

/* It is never the same day in both of them. */
static void test_live_counts_by_the_day_of_the_hall(void **state)
{
    static const char *const zones[] = {"Pacific/Kiritimati", "Pacific/Pago_Pago"};
    struct world *w = *state;
    int64_t hour = clock_now_ms() / 3600000;
    configure_in(w, zones[0], "\"ticket\":{\"zh\":\"{number}\"}");
    settings_two(w, "", "", "      weight: 0\n");
    issue(w);
    wait_for_state(w, "accepted", 1);
    wait_for_spent(w, 1);
    configure_in(w, zones[1], "\"ticket\":{\"zh\":\"{number}\"}");
    issue(w);
    issue(w);
    wait_for_state(w, "accepted", 3);
    wait_for_spent(w, 3);
    if (clock_now_ms() / 3600000 != hour)
        return; /* it may be another day, too */
    assert_int_equal(spent_today(w, zones[0]), 1);
    assert_int_equal(spent_today(w, zones[1]), 2);
}

static void test_live_cap_of_the_hour_holds_all_but_codes_and_alarms(void **state)
{
    struct world *w = *state;
    configure(w, "\"ticket\":{\"zh\":\"{number}\"},\"alarm\":{\"zh\":\"{alarm}\"}},"
                 "\"alarms\":{\"phones\":[\"+4915112345678\"]");
    settings_two(w, "  parts_per_hour: 3\n", "", "");
    for (int i = 0; i < 3; i++)
        issue(w);
    wait_for_state(w, "accepted", 3);
    int64_t hour = clock_now_ms() / 3600000;
    wait_for_spent(w, 3);
    sms_down(w); /* another daemon, or the same after a restart, holds to it from the start */
    sms_up(w, "one");
    issue(w);
    write_call(w, "alarm_set", 4, (const char *[]){"wait", "a", "35", "1"});
    sms_wake(w->sms, STR("xh"));
    wait_for_state(w, "accepted", 5); /* that one, and the cap's own */
    if (clock_now_ms() / 3600000 != hour)
        return; /* the next one has begun: the ticket may go */
    assert_int_equal(taken_at(0) + taken_at(1), 5);
    assert_int_equal(eval(w, "return redis.call('XLEN', '{xh}:outbox')", ""), 1);
}

/* How many events raised or cleared the alarm of the hour's cap: ARGV[1]. */
static int64_t cap_events(struct world *w, const char *what)
{
    return eval(w,
                "local n = 0 for _, e in ipairs(redis.call('XRANGE', '{xh}:events', '-', '+')) do "
                "if e[2][2]:find('\"type\":\"alarm.' .. ARGV[1], 1, true) and "
                "e[2][2]:find('\"alarm\":\"cap\",\"subject\":\"hour\",\"value\":3', 1, true) then "
                "n = n + 1 end "
                "end return n",
                what);
}

static void wait_for_cap_events(struct world *w, const char *what, int n)
{
    int64_t until_ms = clock_mono_ms() + 20000;
    while (cap_events(w, what) < n)
        if (clock_mono_ms() > until_ms)
            fail_msg("the alarm of the cap was never %s", what);
}

/* The alarm phones hear of it though the cap is reached; it ends with the hour, whoever ticks then.
 */
static void test_live_cap_of_the_hour_alarms_the_halls(void **state)
{
    struct world *w = *state;
    configure(w, "\"ticket\":{\"zh\":\"{number}\"},\"alarm_cap_hour\":{\"zh\":\"cap {value}\"}},"
                 "\"alarms\":{\"phones\":[\"+4915112345678\",\"+4915112345679\"]");
    settings_two(w, "  parts_per_hour: 3\n", "", "      weight: 0\n");
    int64_t hour = clock_now_ms() / 3600000;
    for (int i = 0; i < 3; i++)
        issue(w);
    wait_for_cap_events(w, "raised", 1);
    wait_for_state(w, "accepted", 5);
    assert_true(last_request_has("cap%203"));
    /* Another daemon, or this one after a restart: it knows of the hour from the store. */
    sms_down(w);
    (void)eval(w, "return redis.call('HDEL', '{xh}:alarms', 'cap|hour')", "");
    sms_up(w, "two");
    if (clock_now_ms() / 3600000 != hour)
        return; /* nothing to be alarmed about any more */
    wait_for_cap_events(w, "raised", 2);
    w->at_ms = (hour + 1) * 3600000 - 1;
    write_call(w, "hall_tick", 2, (const char *[]){"", ""});
    assert_int_equal(cap_events(w, "cleared"), 0);
    w->at_ms++;
    write_call(w, "hall_tick", 2, (const char *[]){"", ""});
    assert_int_equal(cap_events(w, "cleared"), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, sms_world_up, sms_world_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_live_json_says_how_a_gateway_is),
        TEST(test_live_tells_of_every_gateway),
        TEST(test_live_counts_by_the_day_of_the_hall),
        TEST(test_live_cap_of_the_hour_holds_all_but_codes_and_alarms),
        TEST(test_live_cap_of_the_hour_alarms_the_halls),
    };
    return cmocka_run_group_tests(tests, sms_world_group_up, sms_world_group_down);
}
