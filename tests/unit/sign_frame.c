/* Frame templates: what may stand in them, what they become, which answers they take; and the texts
 * and letters of signs. SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "display/sign_driver.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct frame_template frame, answer;
static struct sign_plan plan = {.unit = 5, .frame = &frame};

static bool parse(const char *text, bool of_answer, struct frame_template *t)
{
    size_t at;
    const char *why;

    return frame_template_read(str_of(text), of_answer, t, &at, &why);
}

/* The frame as hex; "" when it cannot be shown. */
static const char *shown(const char *template, const char *number, const char *text)
{
    static char hex[2048];
    struct sign_face f = {.calls = 1};
    struct buf out;

    hex[0] = '\0';
    assert_true(parse(template, false, &frame));
    str_copy(str_of(number), f.number, sizeof f.number);
    str_copy(str_of(text), f.text, sizeof f.text);
    str_copy(STR("w12"), f.counter, sizeof f.counter);
    buf_init(&out);
    if (sign_frame.show(&plan, &f, &out)) {
        for (size_t i = 0; i < out.len; i++)
            (void)sprintf(hex + 2 * i, "%02x", (unsigned char)out.p[i]);
    }
    buf_clear(&out);
    return hex;
}

static void test_frame_published_ones_come_out(void **state)
{
    /* "05 03 E7 EF shows 999 on sign 5" */
    assert_string_equal(shown("{addr} {num:be16} {sum8}", "A999", ""), "0503e7ef");
    /* Modbus RTU, from the specification's serial line guide: read 2 registers of station 4 */
    plan.unit = 4;
    assert_string_equal(shown("{addr} 03 00 00 00 02 {crc16modbus}", "A1", ""), "040300000002c45e");
    plan.unit = 5;
    /* CRC-16/ARC and CRC-16/MODBUS of "123456789" are BB3D and 4B37 */
    assert_string_equal(shown("{text|gbk}{crc16arc}", "A1", "123456789"), "3132333435363738393dbb");
    assert_string_equal(shown("{text|gbk}{crc16modbus}", "A1", "123456789"),
                        "313233343536373839374b");
}

static void test_frame_fills_in_every_placeholder(void **state)
{
    assert_string_equal(shown("3a {num:be16}{num:le16}", "A258", ""), "3a01020201");
    assert_string_equal(shown("{num:digits}{letter}", "Z007", ""), "303030375a");
    assert_string_equal(shown("{counter:be16}", "Z007", ""), "000c");
    assert_string_equal(shown("{len8}{len:be16}{text|gbk}", "A1", "号"), "020002bac5");
    assert_string_equal(shown("{text|ascii}", "A1", "号A\\~"), "3f415c7e");
    assert_string_equal(shown("{addr:hex}", "A1", ""), "3035");
    assert_string_equal(shown("01 02 {xor8}", "A1", ""), "010203");
    assert_string_equal(shown("ff {from} 01 02 {sum8} {sum16:hex}", "A1", ""), "ff01020330303036");
    /* Nobody is called: no number, no counter, a blank. */
    assert_string_equal(shown("{num:be16}{counter:be16}{letter}", "", ""), "0000000020");
    assert_string_equal(shown("{text|gbk}", "", ""), "20");
}

static void test_frame_refuses_a_text_it_cannot_count(void **state)
{
    char text[300];
    memset(text, 'x', sizeof text);
    text[256] = '\0';
    assert_string_equal(shown("{len8}{text|gbk}", "A1", text), "");
    text[255] = '\0';
    assert_int_equal(strlen(shown("{len8}{text|gbk}", "A1", text)), 512);
}

static void check_fault(const char *text, bool of_answer, size_t at, const char *part)
{
    size_t where = 99999;
    const char *why = "";

    assert_false(frame_template_read(str_of(text), of_answer, &frame, &where, &why));
    assert_int_equal(where, at);
    assert_non_null(strstr(why, part));
}

static void test_frame_template_says_what_is_wrong(void **state)
{
    check_fault("", false, 0, "empty");
    check_fault("   ", false, 3, "empty");
    check_fault("0", false, 0, "two hexadecimal");
    check_fault("01 0g", false, 3, "two hexadecimal");
    check_fault("{from}", false, 6, "is empty");
    check_fault(" {from} {from}", true, 14, "is empty");
    check_fault("01 ??", false, 3, "in an answer only");
    check_fault("01 {num", false, 3, "closing brace");
    check_fault("01 {nix}", false, 3, "not known");
    check_fault("01 {text|gbk}", true, 3, "may not stand in an answer");
    check_fault("\xC3\xA9", false, 0, "two hexadecimal");
    char much[3 * FRAME_PIECES_MAX + 8] = "";
    for (int i = 0; i <= FRAME_PIECES_MAX; i++)
        strcat(much, "aa ");
    check_fault(much, false, 3 * FRAME_PIECES_MAX, "too long");
    much[3 * FRAME_PIECES_MAX] = '\0';
    assert_true(parse(much, false, &frame));
    assert_int_equal(frame.count, FRAME_PIECES_MAX);
}

static enum sign_answer answered(const char *bytes, size_t len, size_t *used)
{
    char why[SIGN_WHY_MAX] = "";

    return sign_frame.read(&plan, (struct str){bytes, len}, used, why);
}

static void test_frame_answer_is_compared_byte_by_byte(void **state)
{
    size_t used;
    plan.answer = &answer;
    assert_true(sign_frame.answers(&plan));
    assert_true(parse("06 {addr} ?? {sum8}", true, &answer));
    assert_int_equal(answered("", 0, &used), SIGN_WAIT);
    assert_int_equal(answered("\6", 1, &used), SIGN_WAIT);
    assert_int_equal(answered("\6\5\x20", 3, &used), SIGN_WAIT);
    assert_int_equal(answered("\6\5\x20\x2b", 4, &used), SIGN_TAKEN);
    assert_int_equal(used, 4);
    assert_int_equal(answered("\6\5\x20\x2b\6", 5, &used), SIGN_TAKEN);
    assert_int_equal(used, 4);
    assert_int_equal(answered("\x15", 1, &used), SIGN_REFUSED);
    assert_int_equal(answered("\6\6", 2, &used), SIGN_REFUSED);
    assert_int_equal(answered("\6\5\x20\x2c", 4, &used), SIGN_REFUSED);
    assert_int_equal(used, 4);
    plan.answer = NULL;
    assert_false(sign_frame.answers(&plan));
}

static void test_frame_presets_are_the_protocols_own(void **state)
{
    /* Function 16 of the Modbus specification: three registers from 0, over TCP and on a line. */
    assert_string_equal(shown(sign_preset_frame("modbus", false), "A012", ""),
                        "00010000000d0510000000030600"
                        "0c000c0041");
    assert_string_equal(shown("{addr} 10 00 00 00 03 {crc16modbus}", "A1", ""), "051000000003818c");
    assert_true(parse(sign_preset_answer("modbus", false), true, &answer));
    assert_true(parse(sign_preset_answer("modbus", true), true, &answer));
    /* Alpha: priority text, held in the middle; checksum from STX to ETX. */
    unsigned sum = 0x02 + 0x41 + 0x30 + 0x1B + 0x20 + 0x62 + 'A' + '1' + 0x03;
    char expected[128];
    (void)snprintf(expected, sizeof expected,
                   "0000000000015a30350241301b2062413103%02x%02x%02x%02x04", '0',
                   "0123456789ABCDEF"[sum >> 8 & 15], "0123456789ABCDEF"[sum >> 4 & 15],
                   "0123456789ABCDEF"[sum & 15]);
    assert_string_equal(shown(sign_preset_frame("alpha", false), "A1", "A1"), expected);
    assert_string_equal(sign_preset_answer("alpha", false), "");
    assert_null(sign_preset_frame("frame", false));
}

static void test_sign_driver_find_knows_all_of_them(void **state)
{
    static const char *const names[] = {"null", "onbon", "frame", "modbus", "alpha"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(sign_driver_find(names[i])->name, names[i]);
    assert_null(sign_driver_find("newer"));
    assert_false(sign_driver_find("null")->connects);
}

static void test_sign_text_gbk_keeps_what_it_knows(void **state)
{
    static const struct {
        const char *utf8, *gbk;
    } cases[] = {
        {"A012", "A012"},       {"欢迎光临", "\xbb\xb6\xd3\xad\xb9\xe2\xc1\xd9"},
        {"誠\\", "\xd5\x5c\\"}, /* a trail byte may look like a backslash */
        {"a😀b", "a?b"},         {"\xff\x41", "?A"},
        {"\xe5\x8f", "??"},     {"", ""},
    };
    struct buf out;

    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_reset(&out);
        sign_text_gbk(str_of(cases[i].utf8), &out);
        buf_add_char(&out, '\0');
        assert_string_equal(out.p, cases[i].gbk);
    }
    /* Longer than the room it converts in. */
    struct buf much;
    buf_init(&much);
    for (int i = 0; i < 200; i++)
        buf_add_c(&much, "号");
    buf_reset(&out);
    sign_text_gbk(buf_str(&much), &out);
    assert_int_equal(out.len, 400);
    buf_clear(&much);
    buf_clear(&out);
}

static void test_sign_text_fill_puts_in_number_and_counter(void **state)
{
    char out[SIGN_TEXT_BYTES];

    sign_text_fill("{number} 请到 {counter}", "A012", "3 号", out);
    assert_string_equal(out, "A012 请到 3 号");
    sign_text_fill("{number}{number}{x}", "A1", "", out);
    assert_string_equal(out, "A1A1{x}");
    char name[SIGN_TEXT_BYTES + 10] = "";
    while (strlen(name) < SIGN_TEXT_BYTES)
        strcat(name, "号");
    sign_text_fill("x{counter}", "", name, out);
    assert_true(str_utf8_valid(str_of(out)));
    assert_true(strlen(out) > SIGN_TEXT_BYTES - 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_published_ones_come_out),
        cmocka_unit_test(test_frame_fills_in_every_placeholder),
        cmocka_unit_test(test_frame_refuses_a_text_it_cannot_count),
        cmocka_unit_test(test_frame_template_says_what_is_wrong),
        cmocka_unit_test(test_frame_answer_is_compared_byte_by_byte),
        cmocka_unit_test(test_frame_presets_are_the_protocols_own),
        cmocka_unit_test(test_sign_driver_find_knows_all_of_them),
        cmocka_unit_test(test_sign_text_gbk_keeps_what_it_knows),
        cmocka_unit_test(test_sign_text_fill_puts_in_number_and_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
