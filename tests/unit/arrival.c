/* core/arrival.h: which codes prove to be in the hall. SPDX-License-Identifier: MIT */
#include "core/arrival.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIFE = ARRIVAL_LIFE_MS };

static const int64_t begin = INT64_C(1795487400000); /* of a code's time */

static struct seal *seal;
static char dir[64], path[96];

static int set_up(void **state)
{
    strcpy(dir, "/tmp/paihao-arrival-XXXXXX");
    if (mkdtemp(dir) == NULL)
        return -1;
    (void)snprintf(path, sizeof(path), "%s/keys", dir);
    seal = seal_open(path, true);
    return seal ? 0 : -1;
}

static int tear_down(void **state)
{
    seal_close(seal);
    (void)unlink(path);
    return rmdir(dir);
}

static bool ok_at(const char *code, int64_t now_ms)
{
    return arrival_ok(seal, STR("small"), code, now_ms, LIFE);
}

static void test_arrival_ok_takes_a_code_until_the_next_one_ends(void **state)
{
    char code[ARRIVAL_DIGITS + 1];

    arrival_code(seal, STR("small"), begin, LIFE, code);
    assert_int_equal(strspn(code, "0123456789"), ARRIVAL_DIGITS);
    assert_int_equal(arrival_until_ms(begin, LIFE), begin + LIFE);
    assert_int_equal(arrival_until_ms(begin + LIFE - 1, LIFE), begin + LIFE);
    assert_true(ok_at(code, begin));
    assert_true(ok_at(code, begin + LIFE - 1));
    assert_true(ok_at(code, begin + 2 * LIFE - 1));
    assert_false(ok_at(code, begin + 2 * LIFE));
    assert_false(ok_at(code, begin - 1)); /* nobody knows it earlier */
}

static void test_arrival_ok_takes_two_of_all_codes(void **state)
{
    char code[8];
    int taken = 0;

    for (int i = 0; i < 10000; i++) {
        (void)snprintf(code, sizeof(code), "%04d", i);
        taken += ok_at(code, begin);
    }
    assert_in_range(taken, 1, 2); /* the two may be the same, once in 10,000 */
}

static void test_arrival_code_differs_between_halls_and_times(void **state)
{
    char code[ARRIVAL_DIGITS + 1], other[ARRIVAL_DIGITS + 1];
    int same_hall = 0, same_time = 0;

    for (int i = 0; i < 200; i++) {
        arrival_code(seal, STR("small"), begin + (int64_t)i * LIFE, LIFE, code);
        arrival_code(seal, STR("other"), begin + (int64_t)i * LIFE, LIFE, other);
        same_hall += strcmp(code, other) == 0;
        arrival_code(seal, STR("small"), begin + (int64_t)(i + 1) * LIFE, LIFE, other);
        same_time += strcmp(code, other) == 0;
    }
    assert_in_range(same_hall, 0, 3); /* by chance 0.02 */
    assert_in_range(same_time, 0, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrival_ok_takes_a_code_until_the_next_one_ends),
        cmocka_unit_test(test_arrival_ok_takes_two_of_all_codes),
        cmocka_unit_test(test_arrival_code_differs_between_halls_and_times),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
