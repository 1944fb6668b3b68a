/* sms/retry, sms/rate and the pure part of sms/report and sms/fields. SPDX-License-Identifier: MIT
 */
#include "sms/fields.h"
#include "sms/rate.h"
#include "sms/report.h"
#include "sms/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static const struct retry_rules rules = {.max_tries = 6, .first_ms = 2000, .max_ms = 15000};
static const int64_t ages = 1000000000;

static void test_retry_pause_doubles_up_to_a_bound(void **state)
{
    static const int64_t pauses[] = {2000, 4000, 8000, 15000, 15000};
    for (int tries = 1; tries <= 5; tries++)
        assert_int_equal(retry_in_ms(&rules, tries, ages, 0), pauses[tries - 1]);
}

static void test_retry_jitter_keeps_to_the_upper_half(void **state)
{
    int64_t least = ages, most = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t in_ms = retry_in_ms(&rules, 2, ages, (uint32_t)i * 2654435761u);
        assert_in_range(in_ms, 2000, 4000);
        least = in_ms < least ? in_ms : least;
        most = in_ms > most ? in_ms : most;
    }
    assert_true(least < 2010 && most > 3990);
}

static void test_retry_ends(void **state)
{
    static const struct retry_rules once = {.max_tries = 1, .first_ms = 1, .max_ms = 1};
    static const struct retry_rules odd = {.max_tries = 20, .first_ms = 5000, .max_ms = 10};
    assert_int_equal(retry_in_ms(&rules, 6, ages, 0), RETRY_NO_MORE);
    assert_int_equal(retry_in_ms(&once, 1, ages, 0), RETRY_NO_MORE);
    assert_int_equal(retry_in_ms(&rules, 1, 2000, 0), RETRY_EXPIRES);
    assert_int_equal(retry_in_ms(&rules, 1, 2001, 0), 2000);
    assert_int_equal(retry_in_ms(&rules, 1, -5, 0), RETRY_EXPIRES);
    assert_int_equal(retry_in_ms(&odd, 19, ages, 0), 10);
}

/* How many of parts parts each go out within a second, tried every step_us. */
static int sent_in_a_second(int per_second, int parts, int64_t step_us)
{
    struct rate r = {.per_second = per_second};
    int n = 0;
    for (int64_t us = 5000000; us < 6000000; us += step_us) {
        while (rate_wait_us(&r, us) == 0) {
            rate_take(&r, us, parts);
            n++;
        }
    }
    return n;
}

static void test_rate_keeps_to_the_contract(void **state)
{
    assert_in_range(sent_in_a_second(10, 1, 1000), 10, 11);
    assert_in_range(sent_in_a_second(10, 2, 1000), 5, 6);
    assert_in_range(sent_in_a_second(1, 1, 1000), 1, 2);
    /* a loop that only looks every 4 ms still reaches a high rate */
    assert_in_range(sent_in_a_second(1000, 1, 4000), 995, 1021);
}

static void test_rate_pause_holds_everything(void **state)
{
    struct rate r = {.per_second = 1000};
    rate_pause(&r, 1000000, 2000);
    assert_int_equal(rate_wait_us(&r, 1000000), 2000000);
    rate_pause(&r, 1000000, 500); /* a shorter one does not end it */
    assert_int_equal(rate_wait_us(&r, 2000000), 1000000);
    assert_int_equal(rate_wait_us(&r, 3000000), 0);
}

static void test_rate_saves_nothing_up(void **state)
{
    struct rate r = {.per_second = 10};
    rate_take(&r, 1000000, 1);
    rate_take(&r, 9000000, 1);
    assert_int_equal(rate_wait_us(&r, 9000000), 100000);
}

static struct sms_report_state states[] = {
    {"1", "delivered"}, {"2", "undelivered"}, {"16", "rejected"}, {"8", "ignored"}};
static const struct sms_gateway_settings gateway = {.name = "kannel",
                                                    .report_secret = "s3cret-s3cret-s3cret",
                                                    .report_states = states,
                                                    .report_state_count = 4};

static void test_report_states_are_mapped(void **state)
{
    enum gateway_fate fate;
    assert_true(report_fate(&gateway, STR("1"), &fate));
    assert_int_equal(fate, GATEWAY_DELIVERED);
    assert_true(report_fate(&gateway, STR("16"), &fate));
    assert_int_equal(fate, GATEWAY_REJECTED);
    assert_false(report_fate(&gateway, STR("8"), &fate));
    assert_false(report_fate(&gateway, STR("4"), &fate));
    assert_false(report_fate(&gateway, STR(""), &fate));
    assert_false(report_fate(&gateway, STR("11"), &fate));
}

static void test_report_secret_must_be_the_same(void **state)
{
    static const struct sms_gateway_settings open_gateway = {.name = "g", .report_secret = ""};
    assert_true(report_secret_ok(&gateway, STR("s3cret-s3cret-s3cret")));
    assert_false(report_secret_ok(&gateway, STR("s3cret-s3cret-s3creT")));
    assert_false(report_secret_ok(&gateway, STR("s3cret-s3cret-s3cre")));
    assert_false(report_secret_ok(&gateway, STR("s3cret-s3cret-s3cret ")));
    assert_false(report_secret_ok(&gateway, STR("")));
    assert_false(report_secret_ok(&open_gateway, STR("")));
}

static void test_report_url_names_the_message(void **state)
{
    static const struct sms_gateway_settings open_gateway = {.name = "g", .report_secret = ""};
    struct buf out;
    buf_init(&out);
    report_url("https://hall.example", &gateway, STR("xh.1763932800000-0"), &out);
    assert_string_equal(out.p, "https://hall.example/api/v1/sms/kannel/report/"
                               "s3cret-s3cret-s3cret?message=xh.1763932800000-0");
    buf_reset(&out);
    report_url("https://hall.example", &open_gateway, STR("xh.1763932800000-0"), &out);
    assert_int_equal(out.len, 0);
    buf_clear(&out);
}

static void test_report_message_is_hall_and_id(void **state)
{
    static const char *const bad[] = {"",
                                      "xh",
                                      "xh.",
                                      ".1-0",
                                      "xh.1",
                                      "xh.1-",
                                      "xh.-1-0",
                                      "xh.1-0-0",
                                      "XH.1-0",
                                      "x}h.1-0",
                                      "-x.1-0",
                                      "xh.1-0.1-0",
                                      "xh.1 -0",
                                      "xh.1-99999999999999999999",
                                      "abcdefghijklmnopqrstuvwxyzabcdefghijk.1-0"};
    struct str hall, id;
    assert_true(report_message(STR("x-h_2.1763932800000-12"), &hall, &id));
    assert_true(str_is(hall, "x-h_2"));
    assert_true(str_is(id, "1763932800000-12"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (report_message(str_of(bad[i]), &hall, &id))
            fail_msg("taken: %s", bad[i]);
}

static struct str query(const void *arg, const char *name)
{
    return strcmp(name, "message") == 0 ? STR("xh.1-0") : (struct str){NULL, 0};
}

static void expect_field(const struct fields *f, size_t record, const char *names, const char *text)
{
    struct str value = fields_get(f, record, names);
    if (!str_is(value, text))
        fail_msg("%s of %zu: \"" STR_FMT "\"", names, record, STR_ARG(value));
}

static struct fields fields_of(struct arena *a, const char *format, const char *type,
                               const char *body)
{
    struct fields f = {.arena = a, .query = query};
    if (!fields_read(&f, format, str_of(type), str_of(body)))
        fail_msg("%s: %s was refused", format, body);
    return f;
}

static void test_fields_of_every_form(void **state)
{
    struct arena *a = arena_new();
    struct fields f = fields_of(a, "query", "", "");
    expect_field(&f, 0, "message", "xh.1-0");
    expect_field(&f, 0, "state", "");
    fields_clear(&f);
    f = fields_of(a, "form", "", "MessageStatus=delivered&Body=%E8%AF%B7+A%2B1&&Empty=&Odd=%zz%");
    expect_field(&f, 0, "MessageStatus", "delivered");
    expect_field(&f, 0, "Body", "请 A+1");
    expect_field(&f, 0, "Odd", "%zz%");
    expect_field(&f, 0, "message", "xh.1-0"); /* in the address all the same */
    fields_clear(&f);
    f = fields_of(a, "json", "text/plain",
                  "{\"a\":{\"b\":[1,\"x\"]},\"t\":true,\"n\":null,\"cc\":86,\"m\":\"138\"}");
    expect_field(&f, 0, "/a/b/1", "x");
    expect_field(&f, 0, "/t", "true");
    expect_field(&f, 0, "t", "true"); /* by its name, too */
    expect_field(&f, 0, "/n", "");
    expect_field(&f, 0, "/a", "");
    expect_field(&f, 0, "/cc m", "86138");
    assert_int_equal(fields_count(&f), 1);
    fields_clear(&f);
    f = fields_of(a, "json-array", "application/json", "[{\"s\":1},{\"s\":2},3]");
    assert_int_equal(fields_count(&f), 3);
    expect_field(&f, 1, "/s", "2");
    expect_field(&f, 2, "/s", "");
    fields_clear(&f);
    f = fields_of(a, "json-array", "application/json", "[]");
    assert_int_equal(fields_count(&f), 0);
    fields_clear(&f);
    f = fields_of(a, "auto", "application/x-www-form-urlencoded; charset=utf-8", "s=3");
    expect_field(&f, 0, "s", "3");
    fields_clear(&f);
    f = fields_of(a, "auto", "application/json", "{\"s\":4}");
    expect_field(&f, 0, "s", "4");
    fields_clear(&f);
    f = fields_of(a, "auto", "", "");
    expect_field(&f, 0, "message", "xh.1-0");
    fields_clear(&f);
    arena_free(a);
}

static void test_fields_refuse_what_is_not_in_the_form(void **state)
{
    static const char *const bad[] = {"", "{", "1", "\"x\"", "{\"a\":1,\"a\":2}", "a=b"};
    struct arena *a = arena_new();
    struct buf many;
    buf_init(&many);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fields f = {.arena = a, .query = query};
        assert_false(fields_read(&f, "json", STR("application/json"), str_of(bad[i])));
        fields_clear(&f);
    }
    for (int i = 0; i <= FIELDS_FORM_MAX; i++)
        buf_addf(&many, "a%d=b&", i);
    struct fields f = {.arena = a, .query = query};
    assert_false(fields_read(&f, "form", STR(""), buf_str(&many)));
    fields_clear(&f);
    buf_clear(&many);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retry_pause_doubles_up_to_a_bound),
        cmocka_unit_test(test_retry_jitter_keeps_to_the_upper_half),
        cmocka_unit_test(test_retry_ends),
        cmocka_unit_test(test_rate_keeps_to_the_contract),
        cmocka_unit_test(test_rate_pause_holds_everything),
        cmocka_unit_test(test_rate_saves_nothing_up),
        cmocka_unit_test(test_report_states_are_mapped),
        cmocka_unit_test(test_fields_of_every_form),
        cmocka_unit_test(test_fields_refuse_what_is_not_in_the_form),
        cmocka_unit_test(test_report_secret_must_be_the_same),
        cmocka_unit_test(test_report_url_names_the_message),
        cmocka_unit_test(test_report_message_is_hall_and_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
