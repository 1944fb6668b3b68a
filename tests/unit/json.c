/* base/json.h: what is refused on the way in, and what goes out.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void refuse(struct str text, int line, int column)
{
    struct json_where where = {0, 0, ""};

    assert_null(json_read(text, &where));
    assert_true(where.what[0] != '\0');
    if (line > 0)
        assert_int_equal(where.line, line);
    if (column > 0)
        assert_int_equal(where.column, column);
    assert_true(where.line > 0 && where.column > 0);
}

static void accept(struct str text)
{
    struct json_where where;
    json_t *json = json_read(text, &where);

    assert_non_null(json);
    json_decref(json);
}

static void test_json_read_takes_any_value(void **state)
{
    accept(STR("{}"));
    accept(STR(" [1, 2.5, -0, 1e3, true, false, null, \"x\"] "));
    accept(STR("3"));
    accept(STR("\"\xE6\x8E\x92\xE5\x8F\xB7\""));
    accept(STR("\"\\ud83d\\ude00\""));
    accept(STR("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ \\\" [[[\""));
}

static void test_json_read_refuses_what_is_not_json(void **state)
{
    refuse((struct str){NULL, 0}, 0, 0);
    refuse(STR(""), 0, 0);
    refuse(STR("{"), 0, 0);
    refuse(STR("{} {}"), 0, 0);
    refuse(STR("{\"a\":1,}"), 0, 0);
    refuse(STR("{'a':1}"), 0, 0);
    refuse(STR("[01]"), 0, 0);
    refuse(STR("[NaN]"), 0, 0);
    refuse(STR("[1e999]"), 0, 0);
    refuse(STR("[99999999999999999999]"), 0, 0);
    refuse(STR("/* */ {}"), 0, 0);
    refuse(STR("\xEF\xBB\xBF{}"), 0, 0);
    refuse(STR("{\n  \"a\": x\n}"), 2, 0);
}

static void test_json_read_refuses_duplicate_keys(void **state)
{
    refuse(STR("{\"a\":1,\"a\":2}"), 1, 0);
    refuse(STR("{\"x\":{\"a\":1,\"\\u0061\":2}}"), 1, 0);
    accept(STR("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"));
}

static void test_json_read_refuses_invalid_utf8_and_nul(void **state)
{
    refuse(STR("\"\xC0\x80\""), 1, 2);
    refuse(STR("\n\"\xE6\x8E\x92\xFF\""), 2, 3);
    refuse(STR("\"a\0b\""), 1, 3);
    refuse(STR("{}\0"), 1, 3);
    refuse(STR("\"\\u0000\""), 0, 0);
    refuse(STR("\"\\ud800\""), 0, 0);
}

static void test_json_read_bounds_the_depth(void **state)
{
    struct buf b;

    buf_init(&b);
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_add_char(&b, '[');
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_add_char(&b, ']');
    accept(buf_str(&b));
    buf_reset(&b);
    for (int i = 0; i < 100000; i++)
        buf_add_c(&b, "{\"\\\"\":[");
    refuse(buf_str(&b), 1, 0);
    buf_clear(&b);
}

static void test_json_read_fills_nothing_without_where(void **state)
{
    json_t *json;

    assert_null(json_read(STR("["), NULL));
    json = json_read(STR("[]"), NULL);
    assert_non_null(json);
    json_decref(json);
}

static void written(struct str s, const char *expected)
{
    struct buf b;

    buf_init(&b);
    json_add_str(&b, s);
    assert_string_equal(b.p, expected);
    buf_clear(&b);
}

static void test_json_add_str_escapes(void **state)
{
    written(STR(""), "\"\"");
    written((struct str){NULL, 0}, "\"\"");
    written(STR("\xE6\x8E\x92 caf\xC3\xA9"), "\"\xE6\x8E\x92 caf\xC3\xA9\"");
    written(STR("\"\\/\b\f\n\r\t\x01\x1F\x7F"), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\"");
    written(STR("a\0b"), "\"a\\u0000b\"");
    written(STR("a\xFF\xE6\x8Ez"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"");
    written(STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void test_json_add_member_sets_commas(void **state)
{
    struct buf b;
    json_t *json;

    buf_init(&b);
    buf_add_char(&b, '{');
    json_add_member_str(&b, "a", STR("x"));
    json_add_member_cstr(&b, "b", NULL);
    json_add_member_i64(&b, "c", INT64_MIN);
    json_add_key(&b, "d");
    buf_add_c(&b, "[{");
    json_add_member_bool(&b, "e", true);
    buf_add_c(&b, "}]");
    json_add_member_bool(&b, "f", false);
    buf_add_char(&b, '}');
    assert_string_equal(b.p, "{\"a\":\"x\",\"b\":null,\"c\":-9223372036854775808,"
                             "\"d\":[{\"e\":true}],\"f\":false}");
    json = json_read(buf_str(&b), NULL);
    assert_non_null(json);
    assert_true(str_is(json_str(json, "a"), "x"));
    assert_int_equal(json_str(json, "b").len, 0);
    assert_true(json_i64(json, "c", 0) == INT64_MIN);
    assert_int_equal(json_i64(json, "a", 5), 5);
    assert_int_equal(json_i64(json, "nowhere", 6), 6);
    assert_false(json_bool(json, "f", true));
    assert_true(json_bool(json, "c", true));
    json_decref(json);
    buf_clear(&b);
}

/* Every byte string written is JSON that reads back; valid UTF-8 without NUL reads back as itself.
 */
static void test_json_add_str_reads_back(void **state)
{
    for (int lead = 0; lead < 256; lead++) {
        for (int second = 0; second < 256; second++) {
            char bytes[4] = {(char)lead, (char)second, (char)0x80, '"'};
            struct str s = {bytes, sizeof(bytes)};
            struct buf b;
            json_t *json;

            if (lead == 0 || second == 0)
                continue; /* read back is refused on purpose */
            buf_init(&b);
            json_add_str(&b, s);
            json = json_read(buf_str(&b), NULL);
            assert_non_null(json);
            if (str_utf8_valid(s))
                assert_memory_equal(json_string_value(json), bytes, sizeof(bytes));
            json_decref(json);
            buf_clear(&b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_read_takes_any_value),
        cmocka_unit_test(test_json_read_refuses_what_is_not_json),
        cmocka_unit_test(test_json_read_refuses_duplicate_keys),
        cmocka_unit_test(test_json_read_refuses_invalid_utf8_and_nul),
        cmocka_unit_test(test_json_read_bounds_the_depth),
        cmocka_unit_test(test_json_read_fills_nothing_without_where),
        cmocka_unit_test(test_json_add_str_escapes),
        cmocka_unit_test(test_json_add_member_sets_commas),
        cmocka_unit_test(test_json_add_str_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
