/* loop/timer.h: never early, in order, and safe to stop or free in the own call.
 * SPDX-License-Identifier: MIT */
#include "loop/timer.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

struct seen {
    struct loop *loop;
    struct timer *timer;
    int64_t at_ms;
    int calls;
    int stop_at;
};

static void on_time(void *arg)
{
    struct seen *s = arg;

    s->at_ms = clock_mono_ms();
    if (++s->calls == s->stop_at)
        loop_stop(s->loop);
}

static void test_timer_once_comes_once_and_never_early(void **state)
{
    for (int64_t in_ms = 0; in_ms < 12; in_ms++) {
        struct seen s = {.loop = loop_new("test"), .stop_at = 1};
        int64_t start_ms = clock_mono_ms();

        s.timer = timer_new(s.loop, on_time, &s);
        timer_once(s.timer, in_ms);
        loop_run(s.loop);
        assert_int_equal(s.calls, 1);
        assert_true(s.at_ms >= start_ms + in_ms);
        timer_free(s.timer);
        loop_free(s.loop);
    }
}

static void test_timer_every_repeats(void **state)
{
    struct seen s = {.loop = loop_new("test"), .stop_at = 5};
    int64_t start_ms = clock_mono_ms();

    s.timer = timer_new(s.loop, on_time, &s);
    timer_every(s.timer, 2);
    loop_run(s.loop);
    assert_int_equal(s.calls, 5);
    assert_true(s.at_ms >= start_ms + 10);
    timer_free(s.timer);
    loop_free(s.loop);
}

static void on_free_myself(void *arg)
{
    struct seen *s = arg;

    timer_free(s->timer);
    s->timer = NULL;
    s->calls++;
}

static void on_stop_myself(void *arg)
{
    struct seen *s = arg;

    timer_stop(s->timer);
    s->calls++;
}

static void test_timer_may_be_freed_or_stopped_in_its_own_call(void **state)
{
    struct loop *l = loop_new("test");
    struct seen freed = {.loop = l};
    struct seen stopped = {.loop = l};
    struct seen last = {.loop = l, .stop_at = 1};

    freed.timer = timer_new(l, on_free_myself, &freed);
    stopped.timer = timer_new(l, on_stop_myself, &stopped);
    last.timer = timer_new(l, on_time, &last);
    timer_every(freed.timer, 1);
    timer_every(stopped.timer, 1);
    timer_once(last.timer, 20);
    loop_run(l);
    assert_int_equal(freed.calls, 1);
    assert_int_equal(stopped.calls, 1);
    timer_free(stopped.timer);
    timer_free(last.timer);
    timer_free(NULL);
    loop_free(l);
}

static void test_timer_once_arms_anew(void **state)
{
    struct loop *l = loop_new("test");
    struct seen moved = {.loop = l, .stop_at = 1};
    struct seen stopped = {.loop = l};

    moved.timer = timer_new(l, on_time, &moved);
    stopped.timer = timer_new(l, on_time, &stopped);
    timer_once(moved.timer, 3600 * 1000);
    timer_every(moved.timer, 3600 * 1000);
    timer_once(moved.timer, 8);
    timer_once(stopped.timer, 1);
    timer_stop(stopped.timer);
    loop_run(l);
    assert_int_equal(moved.calls, 1);
    assert_int_equal(stopped.calls, 0);
    timer_free(moved.timer);
    timer_free(stopped.timer);
    loop_free(l);
}

static char order[8];

static void on_letter_a(void *arg)
{
    strcat(order, "a");
}

static void on_letter_b(void *arg)
{
    strcat(order, "b");
    loop_stop(arg);
}

static void test_timers_come_in_the_order_of_their_times(void **state)
{
    struct loop *l = loop_new("test");
    struct timer *b = timer_new(l, on_letter_b, l);
    struct timer *a = timer_new(l, on_letter_a, l);

    timer_once(b, 12);
    timer_once(a, 2);
    loop_run(l);
    assert_string_equal(order, "ab");
    timer_free(a);
    timer_free(b);
    loop_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timer_once_comes_once_and_never_early),
        cmocka_unit_test(test_timer_every_repeats),
        cmocka_unit_test(test_timer_may_be_freed_or_stopped_in_its_own_call),
        cmocka_unit_test(test_timer_once_arms_anew),
        cmocka_unit_test(test_timers_come_in_the_order_of_their_times),
    };
    int failed;

    loop_library_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    loop_library_free();
    return failed;
}
