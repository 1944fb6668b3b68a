/* base/str.h: views, numbers, UTF-8 and the growing buffer.
 * SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void test_str_compares(void **state)
{
    assert_true(str_eq(STR("abc"), str_of("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_true(str_eq((struct str){NULL, 0}, STR("")));
    assert_int_equal(str_of(NULL).len, 0);
    assert_true(str_is(STR("hall"), "hall"));
    assert_false(str_is(STR("hall"), "halls"));
    assert_true(str_starts(STR("/halls/xh"), "/halls/"));
    assert_false(str_starts(STR("/hal"), "/halls/"));
    assert_true(str_starts((struct str){NULL, 0}, ""));
}

static void test_str_cut_gives_each_piece(void **state)
{
    struct str s = STR("a,,b,");
    struct str piece;

    assert_true(str_cut(&s, ',', &piece));
    assert_true(str_is(piece, "a"));
    assert_true(str_cut(&s, ',', &piece));
    assert_int_equal(piece.len, 0);
    assert_true(str_cut(&s, ',', &piece));
    assert_true(str_is(piece, "b"));
    assert_false(str_cut(&s, ',', &piece));
    s = STR("alone");
    assert_true(str_cut(&s, ',', &piece));
    assert_true(str_is(piece, "alone"));
    assert_false(str_cut(&s, ',', &piece));
    s = (struct str){NULL, 0};
    assert_false(str_cut(&s, ',', &piece));
}

static void test_str_to_i64_takes_digits_only(void **state)
{
    static const char *const bad[] = {"",    "-",   "+1",  " 1", "1 ",
                                      "1.0", "0x1", "--1", "1-", "9223372036854775808"};
    int64_t n = 7;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(str_to_i64(str_of(bad[i]), INT64_MIN, INT64_MAX, &n));
    assert_false(str_to_i64(STR("-9223372036854775809"), INT64_MIN, INT64_MAX, &n));
    assert_false(str_to_i64(STR("1\0"), INT64_MIN, INT64_MAX, &n));
    assert_int_equal(n, 7);
    assert_true(str_to_i64(STR("0"), 0, 0, &n));
    assert_int_equal(n, 0);
    assert_true(str_to_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MAX);
    assert_true(str_to_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MIN);
    assert_false(str_to_i64(STR("11"), 0, 10, &n));
    assert_false(str_to_i64(STR("-1"), 0, 10, &n));
}

static void test_str_utf8_valid_follows_rfc3629(void **state)
{
    static const char *const good[] = {"",
                                       "plain",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "\xE6\x8E\x92\xE5\x8F\xB7"};
    static const char *const bad[] = {
        "\x80",             /* continuation alone */
        "\xC0\x80",         /* overlong NUL */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* surrogate */
        "\xED\xBF\xBF",     /* surrogate */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xC2",         /* cut off */
        "\xE6\x8E",     /* cut off */
        "\xF0\x90\x80", /* cut off */
        "\xC2\x20",
        "\xE6\x20\x8E",
        "\xE6\x8E\x20",
        "\xF0\x90\x80\x20",
        "a\xC3(",
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(str_utf8_valid(str_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(str_utf8_valid(str_of(bad[i])));
    assert_false(str_utf8_valid(STR("a\0b")));
    assert_int_equal(str_utf8_count(STR("\xE6\x8E\x92\xE5\x8F\xB7 A")), 4);
    assert_int_equal(str_utf8_next(STR("\xE6\x8E\x92x")), 3);
    assert_int_equal(str_utf8_next(STR("")), 0);
}

static void test_str_is_blank_knows_spaces_of_any_width(void **state)
{
    (void)state;
    assert_true(str_is_blank(STR("")));
    assert_true(str_is_blank(STR("  ")));
    assert_true(str_is_blank(STR("\xe3\x80\x80 \xc2\xa0\xe2\x80\x83\xe2\x80\x8b\xef\xbb\xbf")));
    assert_false(str_is_blank(STR(" x ")));
    assert_false(str_is_blank(STR("\xe2\x80\x94"))); /* a dash */
    assert_false(str_is_blank(STR("\xe2\x80")));     /* cut off */
    assert_false(str_is_blank(STR("\xe6\x8e\x92")));
}

static void test_buf_is_a_c_string_from_the_start(void **state)
{
    struct buf b;

    buf_init(&b);
    assert_string_equal(b.p, "");
    buf_add(&b, "", 0);
    assert_string_equal(b.p, "");
    buf_clear(&b);
    assert_string_equal(b.p, "");
    buf_reset(&b);
    assert_string_equal(b.p, "");
    buf_add_c(&b, "again");
    assert_string_equal(b.p, "again");
    buf_clear(&b);
}

static void test_buf_add_i64_writes_every_number(void **state)
{
    static const struct {
        int64_t n;
        const char *text;
    } rows[] = {{0, "0"},
                {7, "7"},
                {-1, "-1"},
                {10, "10"},
                {-40, "-40"},
                {1795465432000, "1795465432000"},
                {INT64_MAX, "9223372036854775807"},
                {INT64_MIN, "-9223372036854775808"}};
    struct buf b;

    buf_init(&b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_reset(&b);
        buf_add_i64(&b, rows[i].n);
        assert_string_equal(b.p, rows[i].text);
    }
    buf_clear(&b);
}

static void test_buf_works_from_zeroed_memory(void **state)
{
    struct buf b = {0};

    assert_int_equal(buf_str(&b).len, 0);
    assert_non_null(buf_str(&b).p);
    buf_clear(&b);
    b = (struct buf){0};
    buf_addf(&b, "%s", "");
    assert_string_equal(b.p, "");
    buf_clear(&b);
}

static void test_buf_grows_over_every_boundary(void **state)
{
    struct buf b;

    buf_init(&b);
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(b.len, i);
        buf_add_char(&b, (char)('a' + i % 26));
        assert_int_equal(b.p[b.len], '\0');
        assert_true(b.cap > b.len);
    }
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(b.p[i], 'a' + i % 26);
    buf_clear(&b);
    for (size_t len = 60; len < 70; len++) { /* around the first capacity */
        char text[80];

        memset(text, 'x', sizeof(text));
        text[len] = '\0';
        buf_addf(&b, "%s", text);
        assert_int_equal(b.len, len);
        assert_string_equal(b.p, text);
        buf_clear(&b);
    }
}

static void test_buf_keeps_nul_bytes_and_numbers(void **state)
{
    struct buf b;

    buf_init(&b);
    buf_add_str(&b, STR("a\0b"));
    buf_add_i64(&b, INT64_MIN);
    buf_addf(&b, "|%d", 5);
    assert_int_equal(b.len, 3 + 20 + 2);
    assert_memory_equal(b.p, "a\0b-9223372036854775808|5", b.len);
    buf_clear(&b);
}

static void test_buf_take_hands_over(void **state)
{
    struct buf b;
    size_t len = 9;
    char *p;

    buf_init(&b);
    p = buf_take(&b, &len);
    assert_int_equal(len, 0);
    assert_string_equal(p, "");
    mem_free(p);
    buf_add_c(&b, "mine");
    p = buf_take(&b, NULL);
    assert_string_equal(p, "mine");
    assert_int_equal(b.len, 0);
    assert_string_equal(b.p, "");
    mem_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str_compares),
        cmocka_unit_test(test_str_cut_gives_each_piece),
        cmocka_unit_test(test_str_to_i64_takes_digits_only),
        cmocka_unit_test(test_str_utf8_valid_follows_rfc3629),
        cmocka_unit_test(test_str_is_blank_knows_spaces_of_any_width),
        cmocka_unit_test(test_buf_is_a_c_string_from_the_start),
        cmocka_unit_test(test_buf_add_i64_writes_every_number),
        cmocka_unit_test(test_buf_works_from_zeroed_memory),
        cmocka_unit_test(test_buf_grows_over_every_boundary),
        cmocka_unit_test(test_buf_keeps_nul_bytes_and_numbers),
        cmocka_unit_test(test_buf_take_hands_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
