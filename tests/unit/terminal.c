/* The terminal board: from a board's stream to lines; widths, large digits, small terminals, texts
 * that mean harm. SPDX-License-Identifier: MIT */
#include "ctl/terminal_digits.h"
#include "ctl/terminal_draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-11-24 09:00 in Shanghai, a Tuesday. */
#define NINE   1795482000000LL
#define MINUTE 60000LL

static const char HALL[] =
    "{\"version\":3,\"zone\":\"Asia/Shanghai\",\"languages\":[\"zh\",\"en\"],"
    "\"names\":{\"zh\":\"徐汇政务服务中心\",\"en\":\"Xuhui Service Centre\"},\"services\":["
    "{\"code\":\"id\",\"names\":{\"zh\":\"身份证\",\"en\":\"Identity card\"}},"
    "{\"code\":\"tax\",\"names\":{\"zh\":\"个人所得税年度汇算清缴与完税证明\",\"en\":\"Tax\"}},"
    "{\"code\":\"x\",\"names\":{\"en\":\"a\\u001b[2Jb\\u009bc\\u202ed\\r\\n\"}}]}";

struct world {
    struct terminal_state s;
    int calls;
    char last[64];
};

static json_t *read(const char *text)
{
    struct json_where where;
    json_t *json = json_read(str_of(text), &where);

    assert_non_null(json);
    return json;
}

static void on_call(void *arg, const json_t *call)
{
    struct world *w = arg;

    w->calls++;
    str_copy(json_str(call, "number"), w->last, sizeof w->last);
}

static bool apply(struct world *w, const char *type, const char *text)
{
    json_t *data = read(text);
    bool changed = terminal_state_apply(&w->s, str_of(type), data, on_call, w);

    json_decref(data);
    return changed;
}

static int setup(void **state)
{
    static struct world w;
    json_t *hall = read(HALL);

    terminal_text_init();
    w.calls = 0;
    terminal_state_init(&w.s);
    assert_true(terminal_state_hall(&w.s, hall));
    json_decref(hall);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    terminal_state_clear(&((struct world *)*state)->s);
    return 0;
}

#define CALL(number, counter, at, calls, more)                                                     \
    "{\"number\":\"" number "\",\"counter\":\"" counter "\",\"service\":\"id\",\"at\":" #at        \
    ",\"calls\":" #calls more "}"
#define SNAPSHOT                                                                                   \
    "{\"event\":\"1-5\",\"now\":1795482000000,\"version\":3,\"calls\":[" CALL(                     \
        "A012", "3", 1795481990000, 1,                                                             \
        ",\"state\":\"called\"") "," CALL("A011", "2", 1795481700000, 1,                           \
                                          ",\"state\":\"serving\"") "],"                           \
                                                                    "\"waiting\":{\"id\":4,"       \
                                                                    "\"tax\":2},\"counters\":{"    \
                                                                    "\"3\":\"open\"},"             \
                                                                    "\"announcement\":{\"texts\":" \
                                                                    "{},\"until\":0},\"stopped\":" \
                                                                    "{}}"

static struct buf drawn;

/* The lines of a terminal of that size, without styles. */
static const char *draw_view(const struct terminal_view *v)
{
    struct buf raw;
    char *to;

    buf_init(&raw);
    terminal_draw(v, &raw);
    buf_reset(&drawn);
    buf_reserve(&drawn, raw.len + 1);
    to = drawn.p;
    for (const char *p = raw.p; p != NULL && *p != '\0'; p++) {
        if (*p == '\x1b') {
            assert_int_equal(p[1], '[');
            p += strcspn(p, "m"); /* only styles are ever written */
            continue;
        }
        *to++ = *p;
    }
    *to = '\0';
    drawn.len = (size_t)(to - drawn.p);
    buf_clear(&raw);
    return drawn.p;
}

static const char *draw(struct world *w, int cols, int rows, enum terminal_lang lang)
{
    const struct terminal_view v = {.state = &w->s,
                                    .lang = lang,
                                    .cols = cols,
                                    .rows = rows,
                                    .now_ms = NINE,
                                    .link = LINK_LIVE};
    return draw_view(&v);
}

static void assert_fits(const char *text, int cols, int rows)
{
    struct str all = str_of(text), line;
    int n = 0;

    while (str_cut(&all, '\n', &line)) {
        if (terminal_width(line) > cols)
            fail_msg("%d columns, not %d: " STR_FMT, terminal_width(line), cols, STR_ARG(line));
        n++;
    }
    if (n > rows)
        fail_msg("%d lines, not %d", n, rows);
}

static void test_terminal_width_of_han_latin_and_combining(void **state)
{
    assert_int_equal(terminal_width(STR("A012")), 4);
    assert_int_equal(terminal_width(STR("政务 A")), 6);
    assert_int_equal(terminal_width(STR("e\xCC\x81")), 1); /* an accent of its own */
    assert_int_equal(terminal_width(STR("\xE2\x86\x92")), 1);
    assert_int_equal(terminal_width(STR("\xff")), 1); /* shown as U+FFFD */
}

static void test_pen_cuts_with_an_ellipsis_and_never_half_a_character(void **state)
{
    struct buf b;
    struct pen p = {.out = &b, .width = 20};

    buf_init(&b);
    pen_put_within(&p, STR("政务服务"), 6);
    assert_string_equal(b.p, "政务…");
    assert_int_equal(p.at, 5);
    pen_move(&p, 8);
    assert_int_equal(terminal_width(buf_str(&b)), 8);
    pen_put(&p, STR("abcdefghijklmnop"));
    assert_int_equal(terminal_width(buf_str(&b)), 20);
    assert_int_equal(p.at, 20);
    pen_put(&p, STR("more"));
    assert_int_equal(terminal_width(buf_str(&b)), 20);
    buf_clear(&b);
}

static void test_pen_lets_no_control_character_through(void **state)
{
    struct buf b;
    struct pen p = {.out = &b, .width = 80};

    buf_init(&b);
    pen_put(&p, STR("\x1b[2J\x07\x08\r\n\t\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8bz"));
    for (size_t i = 0; i < b.len; i++)
        assert_true((unsigned char)b.p[i] >= 0x20 && b.p[i] != 0x7f);
    assert_null(strstr(b.p, "\xc2\x9b"));
    assert_null(strstr(b.p, "\xe2\x80\xae"));
    assert_non_null(strstr(b.p, "[2J"));
    buf_clear(&b);
}

static void test_digits_are_five_rows_of_the_width_told(void **state)
{
    static const char *const one[] = {"  █  ", " ██  ", "  █  ", "  █  ", " ███ "};

    assert_int_equal(digits_width(STR("A012"), 1), 23);
    assert_int_equal(digits_width(STR("A012"), 2), 46);
    for (int row = 0; row < DIGITS_ROWS; row++) {
        struct buf b;
        struct pen p = {.out = &b, .width = 80};
        buf_init(&b);
        digits_put(&p, STR("1"), 1, row);
        assert_string_equal(b.p, one[row]);
        buf_reset(&b);
        p.at = 0;
        digits_put(&p, STR("a9-z"), 2, row);
        assert_int_equal(terminal_width(buf_str(&b)), digits_width(STR("a9-z"), 2));
        buf_clear(&b);
    }
}

static void test_draw_large_on_a_usual_terminal(void **state)
{
    struct world *w = *state;

    apply(w, "snapshot", SNAPSHOT);
    apply(w, "forecast",
          "{\"services\":[{\"code\":\"id\",\"waiting\":4,\"wait\":{\"low\":10,"
          "\"likely\":15,\"high\":20}}]}");
    const char *text = draw(w, 80, 24, TERMINAL_EN);
    assert_fits(text, 80, 24);
    assert_non_null(strstr(text, "Xuhui Service Centre"));
    assert_non_null(strstr(text, "Tue 24 Nov 09:00\n"));
    assert_non_null(strstr(text, "██████")); /* two columns a dot */
    assert_null(strstr(text, "A012"));
    assert_non_null(strstr(text, "A011"));
    assert_non_null(strstr(text, "being served"));
    assert_non_null(strstr(text, "4  10–20 min"));
    text = draw(w, 80, 24, TERMINAL_ZH);
    assert_fits(text, 80, 24);
    assert_non_null(strstr(text, "11月24日 周二 09:00"));
    assert_non_null(strstr(text, "4  10–20 分钟"));
    assert_non_null(strstr(text, "个人所得税年度")); /* too long: cut */
}

static void test_draw_fits_every_terminal(void **state)
{
    struct world *w = *state;
    static const char more[] =
        "{\"announcement\":{\"texts\":{\"zh\":\"电梯正在维修，请走楼梯或咨询工作人员\"},"
        "\"until\":1795490000000},\"stopped\":{\"id\":\"full\",\"tax\":\"打印机坏了\"}}";

    apply(w, "snapshot", SNAPSHOT);
    apply(w, "change", more);
    for (int cols = 1; cols <= 130; cols += cols < 20 ? 1 : 7)
        for (int rows = 1; rows <= 50; rows += rows < 26 ? 1 : 6)
            for (int lang = 0; lang < TERMINAL_LANGS; lang++)
                assert_fits(draw(w, cols, rows, (enum terminal_lang)lang), cols, rows);
}

static void test_draw_small_shows_the_number_before_all_else(void **state)
{
    struct world *w = *state;

    apply(w, "snapshot", SNAPSHOT);
    assert_non_null(strstr(draw(w, 40, 8, TERMINAL_EN), "A012 → Counter 3"));
    assert_non_null(strstr(draw(w, 24, 2, TERMINAL_EN), "A012 → Counter 3"));
    assert_non_null(strstr(draw(w, 24, 1, TERMINAL_EN), "A012 → Counter 3"));
}

static void test_draw_plain_is_text_without_any_sequence(void **state)
{
    struct world *w = *state;
    struct buf out;
    const struct terminal_view v = {.state = &w->s,
                                    .lang = TERMINAL_EN,
                                    .cols = 80,
                                    .plain = true,
                                    .now_ms = NINE,
                                    .link = LINK_LIVE};

    apply(w, "snapshot", SNAPSHOT);
    buf_init(&out);
    terminal_draw(&v, &out);
    assert_null(strchr(out.p, '\x1b'));
    assert_non_null(strstr(out.p, "A012 → Counter 3  (Now calling)\n"));
    assert_non_null(strstr(out.p, "A011"));
    assert_null(strstr(out.p, " \n"));
    buf_clear(&out);
}

static void test_draw_hides_numbers_that_are_a_minute_old(void **state)
{
    struct world *w = *state;
    struct terminal_view v = {.state = &w->s,
                              .lang = TERMINAL_EN,
                              .cols = 80,
                              .rows = 24,
                              .now_ms = NINE,
                              .link = LINK_STALE,
                              .since_ms = NINE - MINUTE};

    apply(w, "snapshot", SNAPSHOT);
    const char *text = draw_view(&v);
    assert_non_null(strstr(text, "Not up to date since 08:59"));
    assert_non_null(strstr(text, "A011"));
    v.link = LINK_OFFLINE;
    text = draw_view(&v);
    assert_non_null(strstr(text, "Calls cannot be shown"));
    assert_null(strstr(text, "A011"));
    assert_null(strstr(text, "█"));
}

static void test_draw_names_that_mean_harm(void **state)
{
    struct world *w = *state;

    apply(
        w, "snapshot",
        "{\"version\":3,\"calls\":[" CALL(
            "A\\u001b]0;", "\\u001b[31m", 1, 1,
            ",\"state\":\"called\"") "],"
                                     "\"waiting\":{\"x\":1},\"announcement\":{\"texts\":{\"en\":"
                                     "\"\\u001b[2J\\u0007\"},"
                                     "\"until\":1795490000000},\"stopped\":{\"x\":\"\\u001bc\"}}");
    for (int rows = 6; rows < 30; rows += 5) {
        struct buf out;
        const struct terminal_view v = {.state = &w->s,
                                        .lang = TERMINAL_EN,
                                        .cols = 80,
                                        .rows = rows,
                                        .now_ms = NINE,
                                        .link = LINK_LIVE};
        buf_init(&out);
        terminal_draw(&v, &out);
        for (const char *p = strchr(out.p, '\x1b'); p != NULL; p = strchr(p + 1, '\x1b')) {
            assert_int_equal(p[1], '[');
            assert_int_equal(p[2 + strspn(p + 2, "0123456789;")], 'm');
            assert_null(strstr(out.p, "\x1b[31m"));
        }
        assert_null(strpbrk(out.p, "\a\r\t"));
        buf_clear(&out);
    }
}

static void test_state_tells_each_call_once(void **state)
{
    struct world *w = *state;

    apply(w, "snapshot", SNAPSHOT); /* what was called before we came */
    assert_int_equal(w->calls, 0);
    apply(w, "change", "{\"call\":" CALL("A013", "1", 1795482001000, 1, "") "}");
    assert_int_equal(w->calls, 1);
    apply(w, "change", "{\"call\":" CALL("A013", "1", 1795482001000, 1, "") "}"); /* replayed */
    assert_int_equal(w->calls, 1);
    apply(w, "change", "{\"call\":" CALL("A013", "1", 1795482002000, 2, "") "}"); /* a recall */
    assert_int_equal(w->calls, 2);
    /* A snapshot after a broken link: one call is new. */
    apply(w, "snapshot",
          "{\"version\":3,\"calls\":[" CALL(
              "A014", "2", 1795482005000, 1,
              ",\"state\":\"called\"") "," CALL("A013", "1", 1795482002000, 2,
                                                ",\"state\":\"called\"") "],\"waiting\":{}}");
    assert_int_equal(w->calls, 3);
    assert_string_equal(w->last, "A014");
    /* Back in the line, and called again by the same counter. */
    apply(w, "change", "{\"withdrawn\":\"A014\"}");
    apply(w, "change", "{\"call\":" CALL("A014", "2", 1795482009000, 1, "") "}");
    assert_int_equal(w->calls, 4);
}

static void test_state_follows_changes(void **state)
{
    struct world *w = *state;

    apply(w, "snapshot", SNAPSHOT);
    apply(w, "change", "{\"serving\":\"A012\",\"waiting\":{\"id\":0}}");
    assert_null(strstr(draw(w, 40, 8, TERMINAL_EN), "Identity"));
    apply(w, "change", "{\"call\":" CALL("A013", "1", 1795482001000, 1, "") "}");
    assert_non_null(strstr(draw(w, 40, 8, TERMINAL_EN), "A013 → Counter 1"));
    apply(w, "change", "{\"withdrawn\":\"A013\"}");
    assert_null(strstr(draw(w, 40, 8, TERMINAL_EN), "A013"));
    apply(w, "change",
          "{\"back\":" CALL("A013", "1", 1795482001000, 1, ",\"state\":\"serving\"") "}");
    assert_non_null(strstr(draw(w, 40, 8, TERMINAL_EN), "A013"));
    assert_int_equal(w->calls, 1);
    apply(w, "change", "{\"day_closed\":true,\"stopped\":{}}");
    assert_non_null(strstr(draw(w, 60, 20, TERMINAL_EN), "Please watch for your number"));
    assert_true(apply(w, "change", "{\"configured\":4}"));
    assert_false(apply(w, "change", "{\"configured\":3}"));
    assert_false(apply(w, "hb", "{\"now\":1,\"event\":\"1-1\"}"));
}

static void test_state_survives_rubbish(void **state)
{
    struct world *w = *state;

    apply(w, "snapshot", "{\"calls\":7,\"waiting\":[],\"stopped\":\"x\",\"announcement\":null}");
    apply(w, "change", "{\"call\":{},\"back\":{},\"serving\":3,\"waiting\":7}");
    apply(w, "change", "[]");
    apply(w, "forecast", "{\"services\":[1,{\"wait\":{}},{\"code\":\"id\",\"wait\":{}}]}");
    assert_fits(draw(w, 80, 24, TERMINAL_ZH), 80, 24);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int end(void **state)
{
    (void)state;
    buf_clear(&drawn);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_terminal_width_of_han_latin_and_combining),
        TEST(test_pen_cuts_with_an_ellipsis_and_never_half_a_character),
        TEST(test_pen_lets_no_control_character_through),
        TEST(test_digits_are_five_rows_of_the_width_told),
        TEST(test_draw_large_on_a_usual_terminal),
        TEST(test_draw_fits_every_terminal),
        TEST(test_draw_small_shows_the_number_before_all_else),
        TEST(test_draw_plain_is_text_without_any_sequence),
        TEST(test_draw_hides_numbers_that_are_a_minute_old),
        TEST(test_draw_names_that_mean_harm),
        TEST(test_state_tells_each_call_once),
        TEST(test_state_follows_changes),
        TEST(test_state_survives_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
