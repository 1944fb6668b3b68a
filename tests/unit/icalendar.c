/* core/icalendar.h: escaping, folding, line ends. That other people's parsers read it is in
 * tests/api/ics.test.mjs. SPDX-License-Identifier: MIT */
#include "core/icalendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void assert_line(const char *value, const char *expected)
{
    struct buf out;

    buf_init(&out);
    icalendar_add_text(&out, "X", str_of(value));
    assert_string_equal(out.p, expected);
    buf_clear(&out);
}

static void test_icalendar_add_text_escapes(void **state)
{
    assert_line("", "X:\r\n");
    assert_line("a,b;c\\d\ne", "X:a\\,b\\;c\\\\d\\ne\r\n");
    assert_line("a:\"b\"", "X:a:\"b\"\r\n"); /* nothing to escape in a text */
}

/* A line break of its own would begin another property. */
static void test_icalendar_add_text_leaves_control_characters_out(void **state)
{
    assert_line("a\r\nATTENDEE:b", "X:a\\nATTENDEE:b\r\n");
    assert_line("a\rb\x01"
                "c\x7f"
                "d\te",
                "X:abcd\te\r\n");
    assert_line("a\xff"
                "b\xe5\x8d",
                "X:ab\r\n"); /* and what is no UTF-8 */
}

static void test_icalendar_add_line_folds_at_75_octets(void **state)
{
    char text[300], expected[320];

    memset(text, 'a', sizeof(text));
    text[73] = '\0'; /* "X:" and 73: exactly 75 */
    (void)snprintf(expected, sizeof(expected), "X:%s\r\n", text);
    assert_line(text, expected);
    text[73] = 'a';
    text[74] = '\0';
    (void)snprintf(expected, sizeof(expected), "X:%.73s\r\n a\r\n", text);
    assert_line(text, expected);
    text[74] = 'a';
    text[73 + 74 + 1] = '\0'; /* a continuation has room for 74 behind its blank */
    (void)snprintf(expected, sizeof(expected), "X:%.73s\r\n %.74s\r\n a\r\n", text, text);
    assert_line(text, expected);
}

/* Lines as they are after unfolding; each must be short, whole and valid UTF-8. */
static void unfold(const char *text, struct buf *out)
{
    struct str rest = str_of(text);

    while (rest.len > 0) {
        const char *end = memmem(rest.p, rest.len, "\r\n", 2);
        assert_non_null(end);
        struct str line = {rest.p, (size_t)(end - rest.p)};
        assert_true(line.len <= 75);
        assert_true(str_utf8_valid(line));
        rest = (struct str){end + 2, rest.len - line.len - 2};
        if (rest.len > 0 && rest.p[0] == ' ')
            rest = (struct str){rest.p + 1, rest.len - 1};
        else if (rest.len > 0)
            buf_add_str(out, line), buf_add_char(out, '\n'), line.len = 0;
        buf_add_str(out, line);
    }
}

/* Emoji and Chinese at every place around the fold. */
static void test_icalendar_add_line_folds_between_code_points(void **state)
{
    static const char *const points[] = {"\xf0\x9f\x98\x80", "\xe5\x8d\x88", "\xc3\xa9", "\\", ","};

    for (size_t p = 0; p < sizeof(points) / sizeof(points[0]); p++) {
        for (int before = 60; before < 80; before++) {
            struct buf value, folded, flat;
            buf_init(&value);
            buf_init(&folded);
            buf_init(&flat);
            for (int i = 0; i < before; i++)
                buf_add_char(&value, 'a');
            for (int i = 0; i < 60; i++)
                buf_add_c(&value, points[p]);
            icalendar_add_line(&folded, buf_str(&value));
            unfold(folded.p, &flat);
            assert_string_equal(flat.p, value.p);
            buf_clear(&value);
            buf_clear(&folded);
            buf_clear(&flat);
        }
    }
}

static const struct icalendar_event passport = {
    .uid = {"1795465432000-b1001@small", 25},
    .sequence = 2,
    .stamp_ms = 1795465432000,
    .from_ms = 1795564800000,
    .to_ms = 1795566600000,
    .summary = {"Identity card", 13},
    .location = {"8 Heping Road", 13},
    .url = {"https://hall.example/b#small.1,2;3", 34},
};

static void test_icalendar_write_writes_one_event(void **state)
{
    static const char *const lines[] = {
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:",
        "\r\nMETHOD:PUBLISH\r\n",
        "\r\nUID:1795465432000-b1001@small\r\n",
        "\r\nDTSTAMP:20261123T202352Z\r\n",
        "\r\nDTSTART:20261125T000000Z\r\n",
        "\r\nDTEND:20261125T003000Z\r\n",
        "\r\nSEQUENCE:2\r\n",
        "\r\nSTATUS:CONFIRMED\r\n",
        "\r\nSUMMARY:Identity card\r\n",
        "\r\nLOCATION:8 Heping Road\r\n",
        "\r\nURL:https://hall.example/b#small.1,2;3\r\n", /* a URI: not escaped */
        "\r\nTRIGGER:-P1D\r\n",
        "\r\nTRIGGER:-PT1H\r\n",
        "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    };
    struct buf out;

    buf_init(&out);
    icalendar_write(&passport, &out);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (!strstr(out.p, lines[i]))
            fail_msg("%s is not in %s", lines[i], out.p);
    assert_null(strstr(out.p, "DESCRIPTION:\r\n"));
    buf_clear(&out);
}

static void test_icalendar_write_has_no_alarms_when_cancelled(void **state)
{
    struct icalendar_event e = passport;
    struct buf out;

    e.is_cancelled = true;
    buf_init(&out);
    icalendar_write(&e, &out);
    assert_non_null(strstr(out.p, "\r\nSTATUS:CANCELLED\r\n"));
    assert_null(strstr(out.p, "VALARM"));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_icalendar_add_text_escapes),
        cmocka_unit_test(test_icalendar_add_text_leaves_control_characters_out),
        cmocka_unit_test(test_icalendar_add_line_folds_at_75_octets),
        cmocka_unit_test(test_icalendar_add_line_folds_between_code_points),
        cmocka_unit_test(test_icalendar_write_writes_one_event),
        cmocka_unit_test(test_icalendar_write_has_no_alarms_when_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
