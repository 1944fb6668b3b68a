/* display/print_status: what status bytes mean. SPDX-License-Identifier: MIT */
#include "display/print_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void test_print_status_says_what_is_wrong_first(void **state)
{
    static const struct {
        unsigned char answers[PRINT_STATUS_ASKS];
        enum print_state is;
    } cases[] = {
        {{0x12, 0x12, 0x12}, PRINT_OK},
        {{0x16, 0x12, 0x12}, PRINT_OK}, /* a drawer kick-out pin: not ours */
        {{0x12, 0x12, 0x1e}, PRINT_PAPER_LOW},
        {{0x1a, 0x32, 0x7e}, PRINT_PAPER_OUT},
        {{0x12, 0x12, 0x72}, PRINT_PAPER_OUT},
        {{0x1a, 0x36, 0x7e}, PRINT_COVER_OPEN},
        {{0x1a, 0x16, 0x12}, PRINT_COVER_OPEN},
        {{0x1a, 0x52, 0x12}, PRINT_BROKEN}, /* the cutter */
        {{0x1a, 0x12, 0x12}, PRINT_BROKEN}, /* off line, and does not say why */
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(print_status_state(cases[i].answers), cases[i].is);
}

static void test_print_status_tells_answers_from_other_bytes(void **state)
{
    int answers = 0, done = 0;

    for (int b = 0; b < 256; b++) {
        bool answer = print_status_is_answer((unsigned char)b);
        bool is_done = print_status_is_done((unsigned char)b);
        assert_false(answer && is_done);
        answers += answer;
        done += is_done;
    }
    assert_int_equal(answers, 16); /* four bits are free */
    assert_int_equal(done, 16);
    assert_true(print_status_is_answer(0x12) && print_status_is_answer(0x7e));
    assert_false(print_status_is_answer(0x11) || print_status_is_answer(0x13)); /* XON, XOFF */
    assert_true(print_status_is_done(0x00) && print_status_is_done(0x0c));
    assert_false(print_status_is_done('A') || print_status_is_done(0x80)); /* ASB, letters */
}

static void test_print_state_prints_with_little_paper(void **state)
{
    for (int s = 0; s < PRINT_STATES; s++) {
        assert_non_null(print_state_name((enum print_state)s));
        assert_int_equal(print_state_prints((enum print_state)s),
                         s == PRINT_OK || s == PRINT_PAPER_LOW);
    }
    assert_string_equal(print_state_name(PRINT_PAPER_OUT), "paper_out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_status_says_what_is_wrong_first),
        cmocka_unit_test(test_print_status_tells_answers_from_other_bytes),
        cmocka_unit_test(test_print_state_prints_with_little_paper),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
