/* sms/prefixes. SPDX-License-Identifier: MIT */
#include "sms/prefixes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* The gateways for a number as "a,b/c": by tier, with commas within one. */
static const char *order(const struct settings *s, const char *number)
{
    static char out[128];
    const struct prefix_way *ways;
    struct prefixes *p = prefixes_new(s);
    size_t n = prefixes_ways(p, prefixes_class(p, number), &ways);
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(out);
        const char *sep = i == 0 ? "" : ways[i].tier == ways[i - 1].tier ? "," : "/";
        snprintf(out + at, sizeof out - at, "%s%s", sep, s->sms_gateways[ways[i].gateway].name);
        assert_true(ways[i].weight > 0);
    }
    prefixes_free(p);
    return out;
}

static struct sms_gateway_settings three[] = {
    {.name = "home", .prefixes = "+86, +852", .weight = 10},
    {.name = "world", .prefixes = "", .weight = 10},
    {.name = "unicom", .prefixes = "+86130,+86131", .weight = 3},
};

static void test_prefixes_longest_prefix_decides(void **state)
{
    const struct settings s = {.sms_gateways = three, .sms_gateway_count = 3, .sms_default = ""};
    assert_string_equal(order(&s, "+8613800000001"), "home/world");
    assert_string_equal(order(&s, "+8613000000001"), "unicom/home/world");
    assert_string_equal(order(&s, "+85290000000"), "home/world");
    assert_string_equal(order(&s, "+4915112345678"), "world");
    assert_string_equal(order(&s, "+861"), "home/world");
}

static void test_prefixes_weights_share_a_tier_and_none_comes_last(void **state)
{
    struct sms_gateway_settings g[] = {
        {.name = "spare", .prefixes = "+86138", .weight = 0},
        {.name = "a", .prefixes = "", .weight = 30},
        {.name = "b", .prefixes = "", .weight = 10},
        {.name = "c", .prefixes = "", .weight = 0},
    };
    const struct settings s = {.sms_gateways = g, .sms_gateway_count = 4, .sms_default = ""};
    assert_string_equal(order(&s, "+8613800000001"), "a,b/spare/c");
    assert_string_equal(order(&s, "+49"), "a,b/c");
}

static void test_prefixes_default_is_first_where_no_prefix_decides(void **state)
{
    struct sms_gateway_settings g[] = {
        {.name = "a", .prefixes = "", .weight = 10},
        {.name = "b", .prefixes = "", .weight = 0},
        {.name = "home", .prefixes = "+86", .weight = 10},
    };
    const struct settings s = {.sms_gateways = g, .sms_gateway_count = 3, .sms_default = "b"};
    assert_string_equal(order(&s, "+49"), "b/a");
    assert_string_equal(order(&s, "+86138"), "home/b/a");
}

static void test_prefixes_numbers_nobody_serves_have_no_way(void **state)
{
    struct sms_gateway_settings g[] = {{.name = "home", .prefixes = " +86 ", .weight = 10}};
    const struct settings s = {.sms_gateways = g, .sms_gateway_count = 1, .sms_default = "home"};
    assert_string_equal(order(&s, "+49"), "");
    assert_string_equal(order(&s, "+86138"), "home");
}

static void test_prefixes_without_prefixes_has_one_class(void **state)
{
    struct sms_gateway_settings g[] = {{.name = "a", .prefixes = "", .weight = 1},
                                       {.name = "b", .prefixes = ",", .weight = 1}};
    const struct settings s = {.sms_gateways = g, .sms_gateway_count = 2, .sms_default = ""};
    struct prefixes *p = prefixes_new(&s);
    assert_int_equal(prefixes_classes(p), 1);
    assert_int_equal(prefixes_class(p, "+86138"), 0);
    prefixes_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefixes_longest_prefix_decides),
        cmocka_unit_test(test_prefixes_weights_share_a_tier_and_none_comes_last),
        cmocka_unit_test(test_prefixes_default_is_first_where_no_prefix_decides),
        cmocka_unit_test(test_prefixes_numbers_nobody_serves_have_no_way),
        cmocka_unit_test(test_prefixes_without_prefixes_has_one_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
