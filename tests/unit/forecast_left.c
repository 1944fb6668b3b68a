/* How many numbers are left: work that can go elsewhere makes room. SPDX-License-Identifier: MIT */
#include "core/eta.h"
#include "forecast/left.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { MIN = 60000, NO = -1 };

struct small {
    int64_t offsets[3 * 3], capacity[3], work[3], mean[3];
    int left[3];
};

/* serves: profiles x 3 services, '1' where it does. */
static void run(struct small *s, int profiles, const char *serves)
{
    for (int i = 0; i < profiles * 3; i++)
        s->offsets[i] = serves[i] == '1' ? 0 : ETA_NOT_SERVED;
    struct left_input in = {3, profiles, s->offsets, s->capacity, s->work, s->mean};
    left_run(&in, s->left);
}

static void test_left_is_the_time_divided(void **state)
{
    (void)state;
    struct small s = {.capacity = {60 * MIN}, .mean = {10 * MIN, 7 * MIN, 61 * MIN}};
    run(&s, 1, "111");
    assert_int_equal(s.left[0], 6);
    assert_int_equal(s.left[1], 8); /* the ninth would not be finished */
    assert_int_equal(s.left[2], 0);
}

static void test_left_work_of_any_service_takes_from_all_that_share(void **state)
{
    (void)state;
    struct small s = {.capacity = {60 * MIN, 60 * MIN}, .work = {0, 30 * MIN, 0}};
    s.mean[0] = s.mean[1] = s.mean[2] = 10 * MIN;
    run(&s, 2, "110"
               "001");
    assert_int_equal(s.left[0], 3);
    assert_int_equal(s.left[1], 3);
    assert_int_equal(s.left[2], 6); /* its own counter */
}

static void test_left_work_moves_to_make_room(void **state)
{
    (void)state;
    /* Service 1 can be served at both; where its work goes to the second, the first has room for
     * service 0, which has no other. */
    struct small s = {.capacity = {60 * MIN, 60 * MIN}, .work = {0, 60 * MIN, 0}};
    s.mean[0] = s.mean[1] = s.mean[2] = 10 * MIN;
    run(&s, 2, "110"
               "010");
    assert_int_equal(s.left[0], 6);
    assert_int_equal(s.left[1], 6);
    assert_int_equal(s.left[2], NO); /* no counter serves it */
    s.work[0] = 60 * MIN;
    run(&s, 2, "110"
               "010");
    assert_int_equal(s.left[0], 0);
    assert_int_equal(s.left[1], 0);
}

static void test_left_chains_of_moves(void **state)
{
    (void)state;
    /* 0 at the first only; 1 at first and second; 2 at second and third. */
    struct small s = {.capacity = {10 * MIN, 10 * MIN, 10 * MIN}, .work = {0, 10 * MIN, 10 * MIN}};
    s.mean[0] = s.mean[1] = s.mean[2] = 10 * MIN;
    run(&s, 3, "110"
               "011"
               "001");
    assert_int_equal(s.left[0], 1);
    assert_int_equal(s.left[1], 1);
    assert_int_equal(s.left[2], 1);
}

static void test_left_more_work_than_time_is_none(void **state)
{
    (void)state;
    struct small s = {.capacity = {30 * MIN}, .work = {300 * MIN, 0, 0}};
    s.mean[0] = s.mean[1] = 10 * MIN;
    run(&s, 1, "111");
    assert_int_equal(s.left[0], 0);
    assert_int_equal(s.left[1], 0);
    assert_int_equal(s.left[2], NO); /* how long it takes is not known */
}

static void test_left_closed_counters_are_no_counters(void **state)
{
    (void)state;
    struct small s = {.capacity = {0, 30 * MIN}};
    s.mean[0] = s.mean[1] = s.mean[2] = 10 * MIN;
    run(&s, 2, "100"
               "010");
    assert_int_equal(s.left[0], NO);
    assert_int_equal(s.left[1], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_left_is_the_time_divided),
        cmocka_unit_test(test_left_work_of_any_service_takes_from_all_that_share),
        cmocka_unit_test(test_left_work_moves_to_make_room),
        cmocka_unit_test(test_left_chains_of_moves),
        cmocka_unit_test(test_left_more_work_than_time_is_none),
        cmocka_unit_test(test_left_closed_counters_are_no_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
