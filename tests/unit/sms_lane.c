/* sms/lane: messages that are nothing but their places. SPDX-License-Identifier: MIT */
#include "sms/lane.h"

#include "sms/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void put(struct lanes *l, struct message *m, enum lane lane, int class)
{
    m->lane = lane;
    m->class = class;
    lanes_put(l, m);
}

static void test_lane_of_a_kind_is_by_its_urgency(void **state)
{
    assert_int_equal(lane_of(TEXT_CALLED), LANE_NOW);
    assert_int_equal(lane_of(TEXT_COME_NOW), LANE_NOW);
    assert_int_equal(lane_of(TEXT_CODE), LANE_CODE);
    assert_int_equal(lane_of(TEXT_OFFER), LANE_OFFER);
    assert_int_equal(lane_of(TEXT_ALARM), LANE_OFFER);
    assert_int_equal(lane_of(TEXT_TICKET), LANE_CONFIRM);
    assert_int_equal(lane_of(TEXT_BLOCKED), LANE_CONFIRM);
    /* Whatever leaves places free for others stands behind them. */
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        assert_int_equal(text_kind_can_wait((enum text_kind)kind),
                         lane_of((enum text_kind)kind) >= LANE_CONFIRM);
}

static void test_lanes_keep_the_order_over_all_classes(void **state)
{
    struct message m[4] = {{0}};
    struct lanes l;
    lanes_init(&l, 2);
    put(&l, &m[0], LANE_NOW, 1);
    put(&l, &m[1], LANE_NOW, 0);
    put(&l, &m[2], LANE_NOW, LANE_CLASS_UNKNOWN);
    put(&l, &m[3], LANE_NOW, 1); /* behind m[0], so not seen yet */
    assert_ptr_equal(lanes_next(&l, LANE_NOW, 0), &m[0]);
    assert_ptr_equal(lanes_next(&l, LANE_NOW, m[0].place), &m[1]);
    assert_ptr_equal(lanes_next(&l, LANE_NOW, m[1].place), &m[2]);
    assert_null(lanes_next(&l, LANE_NOW, m[2].place));
    assert_null(lanes_next(&l, LANE_CODE, 0));
    lanes_remove(&l, &m[0]);
    assert_ptr_equal(lanes_next(&l, LANE_NOW, m[2].place), &m[3]);
    lanes_clear(&l);
}

static void test_lanes_give_a_place_back_unless_it_is_forgotten(void **state)
{
    struct message m[3] = {{0}};
    struct lanes l;
    lanes_init(&l, 1);
    for (int i = 0; i < 3; i++)
        put(&l, &m[i], LANE_CONFIRM, LANE_CLASS_UNKNOWN);
    for (int i = 2; i >= 0; i--) { /* learned in any order */
        lanes_remove(&l, &m[i]);
        put(&l, &m[i], LANE_CONFIRM, 0);
    }
    assert_ptr_equal(lanes_next(&l, LANE_CONFIRM, 0), &m[0]);
    lanes_remove(&l, &m[0]);
    lanes_forget(&m[0]);
    put(&l, &m[0], LANE_CONFIRM, 0);
    for (int i = 0; i < 3; i++) {
        struct message *first = lanes_next(&l, LANE_CONFIRM, 0);
        assert_ptr_equal(first, &m[(i + 1) % 3]);
        lanes_remove(&l, first);
    }
    assert_null(lanes_next(&l, LANE_CONFIRM, 0));
    lanes_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lane_of_a_kind_is_by_its_urgency),
        cmocka_unit_test(test_lanes_keep_the_order_over_all_classes),
        cmocka_unit_test(test_lanes_give_a_place_back_unless_it_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
