/* The list `results` of a gateway: which codes and ranges it takes, where a wrong one stands, and
 * which entry decides. SPDX-License-Identifier: MIT */
#include "config/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static struct settings *parse(const char *gateway, struct buf *error)
{
    char text[512];
    snprintf(text, sizeof text, "sms:\n  gateways:\n    - {name: a, %s}\n", gateway);
    buf_reset(error);
    return settings_parse(str_of(text), "f", error);
}

static void test_settings_results_say_where_and_what_is_wrong(void **state)
{
    static const struct {
        const char *gateway, *message;
    } cases[] = {
        {"kind: smpp, results: [{codes: 0, as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: 0x, as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: 1-, as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: 5-4, as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: -5, as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: 100-199x, as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: \"1,2\", as: retry}]", "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: 0x100000000, as: retry}]",
         "f:3:47: Write a code or a range"},
        {"kind: smpp, results: [{codes: 7, as: never}]",
         "f:3:54: `as` must be one of: retry throttle permanent config."},
        {"url: \"http://h\", results: [{codes: 117, as: retry}]",
         "f:3:43: `results` is for smpp and cmpp"},
    };
    struct buf error;
    buf_init(&error);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(parse(cases[i].gateway, &error));
        if (!str_starts(buf_str(&error), cases[i].message))
            fail_msg("case %zu: expected \"%s\", got \"%s\"", i, cases[i].message, error.p);
    }
    buf_clear(&error);
}

static void test_settings_result_is_that_of_the_first_entry(void **state)
{
    static const struct {
        uint32_t code;
        const char *as;
    } cases[] = {{0, NULL},           {99, NULL},
                 {100, "retry"},      {117, "permanent"},
                 {199, "retry"},      {200, NULL},
                 {0x400, "throttle"}, {0x4FF, "throttle"},
                 {0x500, NULL},       {UINT32_MAX, "config"}};
    struct buf error;
    buf_init(&error);
    struct settings *s = parse("kind: smpp, address: \"h:1\", login: x, results: "
                               "[{codes: 117, as: permanent}, {codes: 100-199, as: retry}, "
                               "{codes: 0x400-0x4fF, as: throttle}, "
                               "{codes: 4294967295, as: config}]",
                               &error);
    if (!s)
        fail_msg("%s", error.p);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *as = settings_result(&s->sms_gateways[0], cases[i].code);
        assert_int_equal(as != NULL, cases[i].as != NULL);
        if (as)
            assert_string_equal(as, cases[i].as);
    }
    settings_free(s);
    buf_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_results_say_where_and_what_is_wrong),
        cmocka_unit_test(test_settings_result_is_that_of_the_first_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
