/* display/escpos, display/slip: the bytes of a ticket. SPDX-License-Identifier: MIT */
#include "display/escpos.h"
#include "display/slip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void check(const struct escpos *e, size_t from, const char *bytes, size_t len)
{
    assert_int_equal(e->out.len - from, len);
    assert_memory_equal(e->out.p + from, bytes, len);
}

#define CHECK(e, from, literal) check((e), (from), (literal), sizeof(literal) - 1)

static void clear(struct escpos *e)
{
    escpos_end(e);
    buf_clear(&e->out);
}

static void test_escpos_begins_anew_and_tells_sizes_twice(void **state)
{
    struct escpos e;

    escpos_begin(&e, 32, true);
    CHECK(&e, 0,
          "\x1b@\x1b"
          "a\x01");
    size_t from = e.out.len;
    escpos_size(&e, 2);
    CHECK(&e, from, "\x1c!\x0c\x1d!\x11");
    from = e.out.len;
    escpos_size(&e, 1);
    CHECK(&e, from, "\x1c!\x00\x1d!\x00");
    from = e.out.len;
    escpos_cut(&e, true);
    escpos_cut(&e, false);
    escpos_ask_done(&e);
    CHECK(&e, from,
          "\x1dVB\x00\x1b"
          "d\x05\x1dr\x01");
    clear(&e);
}

static void test_escpos_text_switches_to_chinese_before_each_run(void **state)
{
    struct escpos e;

    escpos_begin(&e, 32, true);
    size_t from = e.out.len;
    escpos_text(&e, STR("请 A012 到"));
    CHECK(&e, from, "\x1c&\xc7\xeb A012 \x1c&\xb5\xbd\n");
    clear(&e);
}

/* text, how it is printed with GB18030, and without. */
static void test_escpos_text_has_a_way_to_write_everything(void **state)
{
    static const struct {
        const char *text, *with, *without;
    } cases[] = {
        {"Müller, Straße", "Mueller, Strasse\n", "Mueller, Strasse\n"},
        {"5–10 €", "5-10 EUR\n", "5-10 EUR\n"},
        {"é\xc2\xa0x", "e x\n", "e x\n"},
        {"中", "\x1c&\xd6\xd0\n", "?\n"},
        {"“…”", "\x1c&\xa1\xb0\xa1\xad\xa1\xb1\n", "\"...\"\n"},
        {"𠀀 😀 ᠠ", "? ? ?\n", "? ? ?\n"}, /* four bytes in GB18030: in no printer's font */
        {"a\x01\x7f"
         "b\xff",
         "a??b?\n", "a??b?\n"},
        {"", "\n", "\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int chinese = 0; chinese < 2; chinese++) {
            struct escpos e;
            const char *expected = chinese ? cases[i].with : cases[i].without;
            escpos_begin(&e, 32, chinese);
            size_t from = e.out.len;
            escpos_text(&e, str_of(cases[i].text));
            check(&e, from, expected, strlen(expected));
            clear(&e);
        }
    }
}

/* Lines in UTF-8, as they are broken at so many columns. */
static void test_escpos_text_breaks_lines_where_a_reader_would(void **state)
{
    static const struct {
        int columns, size;
        const char *text;
        int lines;
        int widest;
    } cases[] = {
        {10, 1, "one two three", 2, 7},
        {10, 1, "0123456789", 1, 10},
        {10, 1, "01234567890", 2, 10},
        {10, 1, "一二三四五", 1, 10},
        {10, 1, "一二三四五六", 2, 10},
        {10, 1, "一二三四五。", 2, 8},
        {10, 1, "a一二三四五", 2, 9},
        {10, 2, "一二三", 2, 4},
        {10, 1, "一二三四（五", 2, 8},
        {10, 8, "A012", 4, 1},
        {10, 1, "one       two", 2, 3},
        {10, 1, "身份证 Identity card", 3, 8},
        {10, 1, "。。。。。。。。。。。", 3, 10},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct escpos e;
        int lines = 0, widest = 0, width = 0;
        escpos_begin(&e, cases[i].columns, true);
        e.size = cases[i].size;
        size_t from = e.out.len;
        escpos_text(&e, str_of(cases[i].text));
        for (size_t at = from; at < e.out.len; at++) {
            if (e.out.p[at] == '\x1c') {
                at++; /* FS & has no width */
            } else if (e.out.p[at] == '\n') {
                lines++;
                widest = width > widest ? width : widest;
                width = 0;
            } else {
                width++;
            }
        }
        if (lines != cases[i].lines || widest != cases[i].widest)
            fail_msg("%s: %d lines, %d columns", cases[i].text, lines, widest);
        clear(&e);
    }
}

static void test_escpos_text_is_bounded(void **state)
{
    struct escpos e;
    struct buf text;

    buf_init(&text);
    for (int i = 0; i < 5000; i++)
        buf_add_c(&text, i % 7 ? "中" : "…");
    escpos_begin(&e, 32, true);
    assert_int_equal(escpos_width(&e, buf_str(&text)), 2 * ESCPOS_CELLS_MAX);
    escpos_text(&e, buf_str(&text));
    assert_true(e.out.len < 4 * ESCPOS_CELLS_MAX);
    clear(&e);
    escpos_begin(&e, 32, false);
    escpos_text(&e, buf_str(&text)); /* each … becomes three cells, also at the bound */
    assert_true(e.out.len < 2 * ESCPOS_CELLS_MAX);
    clear(&e);
    buf_clear(&text);
}

static void test_escpos_qr_is_drawn_by_the_printer(void **state)
{
    struct escpos e;

    escpos_begin(&e, 32, true);
    size_t from = e.out.len;
    assert_true(escpos_qr(&e, STR("https://q/t#x"), false));
    CHECK(&e, from,
          "\x1d(k\x04\x00"
          "1A2\x00"
          "\x1d(k\x03\x00"
          "1C\x08"
          "\x1d(k\x03\x00"
          "1E1"
          "\x1d(k\x10\x00"
          "1P0https://q/t#x"
          "\x1d(k\x03\x00"
          "1Q0");
    clear(&e);
}

static void test_escpos_qr_as_a_picture_fits_the_paper(void **state)
{
    static const struct {
        int columns, length;
    } cases[] = {{32, 10}, {32, 300}, {48, 10}, {48, 80}, {48, 1000}};
    char text[1024];

    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct escpos e;
        escpos_begin(&e, cases[i].columns, true);
        size_t from = e.out.len;
        assert_true(escpos_qr(&e, (struct str){text, (size_t)cases[i].length}, true));
        const unsigned char *p = (const unsigned char *)e.out.p + from;
        assert_memory_equal(p, "\x1dv0\x00", 4);
        size_t width = p[4] + 256u * p[5], height = p[6] + 256u * p[7];
        assert_true(width * 8 <= (size_t)cases[i].columns * ESCPOS_DOTS);
        assert_true(height <= width * 8 && height + 8 > width * 8);
        assert_int_equal(e.out.len - from, 8 + width * height);
        clear(&e);
    }
}

static void test_escpos_qr_of_too_much_is_left_out(void **state)
{
    static char text[5000];
    struct escpos e;

    memset(text, 'x', sizeof(text));
    escpos_begin(&e, 32, true);
    size_t from = e.out.len;
    assert_false(escpos_qr(&e, (struct str){text, sizeof(text)}, true));
    assert_int_equal(e.out.len, from);
    clear(&e);
}

/* --- the ticket --- */

static const char HALL[] =
    "code: h\nnames: {zh: 便民服务站, en: Service point}\nzone: Asia/Shanghai\ncountry: \"86\"\n"
    "languages: [zh, en]\nhours: []\nrules: {return_max: 0}\n"
    "classes:\n  - {code: normal, target_minutes: 30, names: {zh: 普通, en: Standard}}\n"
    "series:\n  - {letter: A, first: 1, last: 99}\n"
    "services:\n  - {code: s, series: A, minutes: 5, names: {zh: 身份证}}\n"
    "profiles:\n  - {code: p, serves: [{service: s}]}\n"
    "counters:\n  - {code: \"1\", profile: p}\n"
    "printers:\n  - {code: gb, address: \"127.0.0.1:9100\"}\n"
    "  - {code: plain, address: \"127.0.0.1:9101\", encoding: ascii, cut: no}\n";

static void write(const char *printer, const char *lang, struct slip *s, struct buf *out)
{
    struct buf error;

    buf_init(&error);
    struct hall_file *hall = hall_read(str_of(HALL), "h.yaml", &error);
    if (hall == NULL)
        fail_msg("%s", error.p);
    struct zone *zone = zone_load("Asia/Shanghai");
    s->hall = hall;
    s->printer = hall_printer(hall, str_of(printer));
    s->zone = zone;
    s->lang = str_of(lang);
    s->number = STR("A012");
    s->service = STR("s");
    s->klass = STR("normal");
    s->issued_ms = 1795435200000; /* 2026-11-23 20:00 in Shanghai */
    slip_write(s, out);
    zone_free(zone);
    hall_free(hall);
    buf_clear(&error);
}

static bool has(const struct buf *b, const char *bytes, size_t len)
{
    return memmem(b->p, b->len, bytes, len) != NULL;
}

#define HAS(b, literal) has((b), (literal), sizeof(literal) - 1)

static void test_slip_says_what_is_known(void **state)
{
    const struct eta_said wait = {10, 15, 20}, sure = {5, 5, 5};
    struct slip s = {.ahead = 7, .wait = &wait, .link = STR("https://q/t#x"), .persons = 3};
    struct buf out;

    buf_init(&out);
    write("gb", "en", &s, &out);
    assert_true(HAS(&out, "\x1d!\x55\x1b"
                          "E\x01"
                          "A012\n"));
    assert_true(HAS(&out, "People before you: 7\n"));
    assert_true(HAS(&out, "About 10-20 min to wait\n"));
    assert_true(HAS(&out, "3 people"));
    assert_true(HAS(&out, "Issued 2026-11-23 20:00\n"));
    assert_true(HAS(&out, "1P0https://q/t#x"));
    assert_false(HAS(&out, "Reprint"));
    assert_false(HAS(&out, "Come back"));
    assert_true(HAS(&out, "\x1dVB\x00\x1dr\x01"));
    buf_reset(&out);
    s = (struct slip){.ahead = 1, .wait = &sure, .persons = 1, .reprint = true};
    write("gb", "zh", &s, &out);
    assert_true(HAS(&out, "\xb2\xb9\xb4\xf2  Reprint\n")); /* 补打 */
    assert_true(HAS(&out, "About 5 min to wait\n"));
    assert_false(HAS(&out, "1P0"));
    assert_false(HAS(&out, "people"));
    buf_clear(&out);
}

/* Called already: nothing about a place. */
static void test_slip_of_a_ticket_that_waits_no_more(void **state)
{
    struct slip s = {.ahead = -1, .persons = 1};
    struct buf out;

    buf_init(&out);
    write("gb", "en", &s, &out);
    assert_false(HAS(&out, "before you"));
    buf_clear(&out);
}

/* A text that is there in Chinese only is left out rather than printed as question marks. */
static void test_slip_without_chinese_letters_is_plain_ascii(void **state)
{
    struct slip s = {.ahead = 0, .persons = 1, .link = STR("https://q/t#x")};
    struct buf out;

    buf_init(&out);
    write("plain", "zh", &s, &out);
    assert_true(HAS(&out, "Service point\n"));
    assert_true(HAS(&out, "Nobody before you\n"));
    assert_false(HAS(&out, "?"));
    assert_false(HAS(&out, "\x1c"));
    for (size_t i = 0; i < out.len; i++)
        assert_true((unsigned char)out.p[i] < 0x80);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escpos_begins_anew_and_tells_sizes_twice),
        cmocka_unit_test(test_escpos_text_switches_to_chinese_before_each_run),
        cmocka_unit_test(test_escpos_text_has_a_way_to_write_everything),
        cmocka_unit_test(test_escpos_text_breaks_lines_where_a_reader_would),
        cmocka_unit_test(test_escpos_text_is_bounded),
        cmocka_unit_test(test_escpos_qr_is_drawn_by_the_printer),
        cmocka_unit_test(test_escpos_qr_as_a_picture_fits_the_paper),
        cmocka_unit_test(test_escpos_qr_of_too_much_is_left_out),
        cmocka_unit_test(test_slip_says_what_is_known),
        cmocka_unit_test(test_slip_of_a_ticket_that_waits_no_more),
        cmocka_unit_test(test_slip_without_chinese_letters_is_plain_ascii),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
