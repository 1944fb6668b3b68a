/* base/log.h, base/err.h and base/clock.h: lines, rows and times.
 * SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char line[8192];

/* Runs say() with stderr in a pipe; what it wrote stands in line. */
static void capture(void (*say)(void))
{
    int saved = dup(STDERR_FILENO);
    ssize_t len;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    say();
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    close(saved);
    len = read(ends[0], line, sizeof(line) - 1);
    assert_true(len >= 0);
    line[len] = '\0';
    close(ends[0]);
}

static void assert_matches(const char *pattern)
{
    regex_t regex;

    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&regex, line, 0, NULL, 0) != 0)
        fail_msg("not as wanted: %s", line);
    regfree(&regex);
}

#define TIME "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"

static void say_subject(void)
{
    log_warn("hall %s ticket %s: called by %d", "xh", "A012", 3);
}

static void say_lines(void)
{
    log_error("name \n<3>forged\x1b[2J \xE6\x8E\x92");
}

static void say_errno(void)
{
    errno = ENOENT;
    log_error_errno("file x: cannot be opened");
    assert_int_equal(errno, ENOENT);
}

static void say_debug(void)
{
    log_debug("nobody %s", "hears");
}

static void say_at_length(void)
{
    char text[9000];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_info("%s", text);
    errno = ENOENT;
    log_error_errno("%s", text);
}

static void test_log_write_gives_one_line_with_time_and_level(void **state)
{
    log_set(LOG_INFO, LOG_TEXT);
    capture(say_subject);
    assert_matches("^<4>" TIME " warn hall xh ticket A012: called by 3\n$");
}

static void test_log_write_lets_no_text_begin_a_line(void **state)
{
    log_set(LOG_INFO, LOG_TEXT);
    capture(say_lines);
    assert_matches("^<3>" TIME " error name \\\\x0a<3>forged\\\\x1b\\[2J \xE6\x8E\x92\n$");
}

static void test_log_write_errno_adds_the_reason(void **state)
{
    log_set(LOG_INFO, LOG_TEXT);
    capture(say_errno);
    assert_matches("^<3>" TIME " error file x: cannot be opened: No such file or directory\n$");
}

static void test_log_write_as_json(void **state)
{
    json_t *json;

    log_set(LOG_INFO, LOG_JSON);
    capture(say_lines);
    json = json_read(str_of(line), NULL);
    assert_non_null(json);
    assert_true(str_is(json_str(json, "level"), "error"));
    assert_true(str_is(json_str(json, "text"), "name \n<3>forged\x1b[2J \xE6\x8E\x92"));
    assert_int_equal(json_str(json, "time").len, 24);
    json_decref(json);
    assert_int_equal(setenv("JOURNAL_STREAM", "8:1", 1), 0);
    capture(say_subject);
    assert_matches("^<4>\\{\"time\"");
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
    log_set(LOG_INFO, LOG_TEXT);
}

static void test_log_write_keeps_to_its_level(void **state)
{
    enum log_level level = LOG_ERROR;

    log_set(LOG_INFO, LOG_TEXT);
    capture(say_debug);
    assert_string_equal(line, "");
    assert_true(log_level_parse("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    log_set(level, LOG_TEXT);
    capture(say_debug);
    assert_matches("^<7>" TIME " debug nobody hears\n$");
    log_set(LOG_INFO, LOG_TEXT);
    assert_false(log_level_parse("loud", &level));
}

static void test_log_write_cuts_what_is_too_long(void **state)
{
    log_set(LOG_INFO, LOG_TEXT);
    capture(say_at_length);
    assert_true(strlen(line) < 2 * 2000);
    assert_matches("x: No such file or directory\n$");
}

static void test_err_rows_are_found_by_their_code(void **state)
{
    for (int e = ERR_NONE + 1; e < ERR_COUNT; e++) {
        assert_int_equal(err_find(str_of(err_code((enum err)e))), e);
        assert_in_range(err_status((enum err)e), 400, 599);
        assert_true(err_title((enum err)e)[0] != '\0');
    }
    assert_int_equal(err_find(STR("no_such_code")), ERR_INTERNAL);
    assert_int_equal(err_find(STR("")), ERR_INTERNAL);
}

static void test_clock_demo_runs_faster_from_its_start(void **state)
{
    int64_t start_ms = INT64_C(1795465432000);
    int64_t before_ms;
    int64_t then_ms;

    assert_int_equal(clock_speed(), 1);
    assert_true(clock_now_ms() > INT64_C(1600000000000));
    clock_demo(start_ms, 3600);
    before_ms = clock_mono_ms();
    while (clock_mono_ms() < before_ms + 3)
        ;
    then_ms = clock_now_ms();
    assert_true(then_ms >= start_ms + 3600);
    assert_true(clock_now_ms() <= start_ms + (clock_mono_ms() - before_ms + 1) * 3600);
    assert_int_equal(clock_speed(), 3600);
    assert_true(clock_mono_us() / 1000 <= clock_mono_ms());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_write_gives_one_line_with_time_and_level),
        cmocka_unit_test(test_log_write_lets_no_text_begin_a_line),
        cmocka_unit_test(test_log_write_errno_adds_the_reason),
        cmocka_unit_test(test_log_write_as_json),
        cmocka_unit_test(test_log_write_keeps_to_its_level),
        cmocka_unit_test(test_log_write_cuts_what_is_too_long),
        cmocka_unit_test(test_err_rows_are_found_by_their_code),
        cmocka_unit_test(test_clock_demo_runs_faster_from_its_start),
    };

    unsetenv("JOURNAL_STREAM");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
