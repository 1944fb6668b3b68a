/* What a hall learns of its days comes out again: means, shapes, shares; little of it leans on what
 * is more general, old of it fades, and a stored one reads back.
 * SPDX-License-Identifier: MIT */
#include "core/durations.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

static const struct durations_service services[] = {{"id-card", 10}, {"advice", 5}, {"rare", 20}};
enum { ID_CARD, ADVICE, RARE, SERVICES };

static struct durations *new_hall(void)
{
    return durations_new(services, SERVICES);
}

static void near(int64_t is, int64_t want, double share)
{
    if (is < (double)want * (1 - share) || is > (double)want * (1 + share))
        fail_msg("%lld is not within %.0f %% of %lld", (long long)is, share * 100, (long long)want);
}

static void serve(struct durations *d, int service, int hour, int64_t ms, int times)
{
    for (int i = 0; i < times; i++)
        durations_served(d, service, hour, ms, 1);
}

/* Of many draws of one: the mean, or the share of them that are as a test wants. */
static int64_t mean_draw(const struct durations *d, int service, int persons, int64_t elapsed)
{
    struct durations_rng rng = {.state = 7};
    int64_t sum = 0;

    for (int i = 0; i < 4000; i++) {
        int64_t ms = durations_draw(d, service, 9, persons, elapsed, &rng);

        assert_true(ms >= elapsed);
        sum += ms;
    }
    return sum / 4000;
}

static void test_durations_nothing_learned_is_the_configured_minutes(void **state)
{
    struct durations *d = new_hall();

    assert_false(durations_known(d, ID_CARD));
    assert_int_equal(durations_mean_ms(d, ID_CARD, 9), 10 * MINUTE);
    assert_int_equal(durations_mean_ms(d, RARE, 3), 20 * MINUTE);
    near(mean_draw(d, ADVICE, 1, 0), 5 * MINUTE, 0.03);
    near(mean_draw(d, ADVICE, 3, 0), 15 * MINUTE, 0.03);
    durations_free(d);
}

static void test_durations_served_moves_its_own_mean_and_those_of_others(void **state)
{
    struct durations *d = new_hall();

    serve(d, ID_CARD, 9, 14 * MINUTE, 4);
    assert_false(durations_known(d, ADVICE));
    serve(d, ID_CARD, 9, 14 * MINUTE, 296);
    near(durations_mean_ms(d, ID_CARD, 9), 14 * MINUTE, 0.03);
    /* One service takes longer than configured: perhaps what nobody has asked for yet does, too. */
    near(durations_mean_ms(d, RARE, 9), 24 * MINUTE, 0.06);
    serve(d, ADVICE, 9, 7 * MINUTE, 300);
    assert_true(durations_mean_ms(d, RARE, 9) > 25 * MINUTE);
    assert_true(durations_known(d, RARE));
    serve(d, RARE, 9, 10 * MINUTE, 100);
    near(durations_mean_ms(d, RARE, 9), 10 * MINUTE, 0.1);
    near(mean_draw(d, ID_CARD, 1, 0), durations_mean_ms(d, ID_CARD, 9), 0.03);
    durations_free(d);
}

static void test_durations_served_of_several_persons_is_shared_among_them(void **state)
{
    struct durations *d = new_hall();

    for (int i = 0; i < 200; i++)
        durations_served(d, ID_CARD, 9, 36 * MINUTE, 4);
    near(durations_mean_ms(d, ID_CARD, 9), 9 * MINUTE, 0.03);
    durations_free(d);
}

static void test_durations_hours_differ_where_they_do(void **state)
{
    struct durations *d = new_hall();

    for (int day = 0; day < 20; day++) {
        serve(d, ID_CARD, 9, 8 * MINUTE, 20);
        serve(d, ID_CARD, 16, 12 * MINUTE, 20);
        serve(d, ADVICE, 9, 5 * MINUTE, 2);
        durations_age(d);
    }
    near(durations_mean_ms(d, ID_CARD, 9), 8 * MINUTE, 0.06);
    near(durations_mean_ms(d, ID_CARD, 16), 12 * MINUTE, 0.06);
    /* Advice was never given in the afternoon, but everything takes longer then. */
    assert_true(durations_mean_ms(d, ADVICE, 16) > durations_mean_ms(d, ADVICE, 9) * 5 / 4);
    durations_free(d);
}

static void test_durations_today_counts_before_it_is_over(void **state)
{
    struct durations *d = new_hall();
    int64_t usual, today;

    for (int day = 0; day < 20; day++) {
        serve(d, ADVICE, 9, 5 * MINUTE, 100);
        durations_age(d);
    }
    usual = durations_mean_ms(d, ADVICE, 15);
    serve(d, ADVICE, 9, 8 * MINUTE, 100);
    today = durations_mean_ms(d, ADVICE, 15);
    assert_true(today > usual * 115 / 100);
    durations_age(d);
    assert_true(durations_mean_ms(d, ADVICE, 15) < today * 95 / 100);
    durations_free(d);
}

static void test_durations_age_lets_the_new_way_of_working_show(void **state)
{
    struct durations *d = new_hall();

    for (int day = 0; day < 40; day++) {
        serve(d, ID_CARD, 9, (day < 20 ? 6 : 12) * MINUTE, 30);
        durations_age(d);
    }
    assert_true(durations_mean_ms(d, ID_CARD, 9) > 10 * MINUTE);
    durations_free(d);
}

static void test_durations_draw_goes_on_from_what_has_passed(void **state)
{
    struct durations *d = new_hall();

    for (int i = 0; i < 300; i++)
        serve(d, ID_CARD, 9, i % 3 == 0 ? 30 * MINUTE : 3 * MINUTE, 1);
    near(mean_draw(d, ID_CARD, 1, 0), 12 * MINUTE, 0.08);
    /* Past 8 minutes it can only be one of the long ones. */
    assert_true(mean_draw(d, ID_CARD, 1, 8 * MINUTE) > 25 * MINUTE);
    /* Longer than any before: neither over at once nor without end. */
    assert_true(mean_draw(d, ID_CARD, 1, 90 * MINUTE) > 95 * MINUTE);
    assert_true(mean_draw(d, ID_CARD, 1, 90 * MINUTE) < 180 * MINUTE);
    durations_free(d);
}

static void test_durations_served_for_a_forgotten_finish_is_cut(void **state)
{
    struct durations *d = new_hall();

    serve(d, ADVICE, 9, 5 * MINUTE, 200);
    serve(d, ADVICE, 9, INT64_C(1) << 60, 1);
    serve(d, ADVICE, 9, -5, 1);
    assert_true(durations_mean_ms(d, ADVICE, 9) < 6 * MINUTE);
    durations_free(d);
}

static void test_durations_came_tells_the_way_and_who_does_not_come(void **state)
{
    struct durations *d = new_hall();
    struct durations_rng rng = {.state = 1};
    int absent = 0, absent_later = 0;
    int64_t sum = 0;

    for (int i = 0; i < 1000; i++)
        durations_came(d, i % 5 == 0 ? -3 * MINUTE : 30000);
    for (int i = 0; i < 4000; i++) {
        int64_t way = durations_draw_way(d, 0, &rng);

        absent += way < 0;
        sum += way < 0 ? 0 : way;
        way = durations_draw_way(d, 90000, &rng);
        absent_later += way < 0;
        assert_true(way < 0 || way >= 90000);
    }
    near(absent, 800, 0.1);
    near(sum / (4000 - absent), 30000, 0.15); /* a bucket is 19 % wide */
    assert_true(absent_later > 3400);
    durations_free(d);
}

static void test_durations_booking_tells_when_they_come(void **state)
{
    struct durations *d = new_hall();
    struct durations_rng rng = {.state = 1};
    int missed = 0, missed_at_time = 0, late = 0;

    for (int i = 0; i < 1000; i++)
        durations_booking(d, i % 4 != 0, i % 4 == 1 ? 5 * MINUTE : -9 * MINUTE);
    for (int i = 0; i < 4000; i++) {
        int64_t at = durations_draw_late(d, -200 * MINUTE, &rng);

        missed += at == INT64_MAX;
        late += at != INT64_MAX && at > 0;
        at = durations_draw_late(d, 0, &rng);
        missed_at_time += at == INT64_MAX;
        assert_true(at >= 0);
    }
    near(missed, 1000, 0.1);
    near(late, 1000, 0.12);
    near(missed_at_time, 2000, 0.12);
    durations_free(d);
}

static void test_durations_arrived_is_a_rate_by_hour(void **state)
{
    struct durations *d = new_hall();

    assert_true(durations_rate(d, ADVICE, 9) == 0);
    for (int day = 0; day < 10; day++) {
        for (int i = 0; i < 8; i++)
            durations_arrived(d, ADVICE, 9 * 4 + (i < 4 ? 1 : 3), i == 0 ? 20 * MINUTE : 0,
                              i % 4 == 0 ? 3 : 1);
        if (day % 2 == 0)
            durations_arrived(d, ID_CARD, 15 * 4, 0, 1);
        durations_age(d);
    }
    assert_true(durations_rate(d, ADVICE, 9) > 7.9 && durations_rate(d, ADVICE, 9) < 8.1);
    assert_true(durations_rate(d, ADVICE, 15) == 0);
    /* Half of them in two quarters of the hour; the others get less and less of what is unknown. */
    assert_true(durations_wave(d, 37) > 1.6 && durations_wave(d, 37) < 2);
    assert_true(durations_wave(d, 36) > 0 && durations_wave(d, 36) < 0.4);
    assert_true(durations_wave(d, 44) == 1);
    assert_int_equal(durations_persons(d, ADVICE, 0.7), 1);
    assert_int_equal(durations_persons(d, ADVICE, 0.8), 3);
    assert_int_equal(durations_persons(d, RARE, 0.99), 1);
    near(durations_ahead_ms(d), 20 * MINUTE, 0.01);
    assert_true(durations_ahead_share(d) > 0.1 && durations_ahead_share(d) < 0.125);
    durations_free(d);
}

static void test_durations_break_is_a_rate_by_half_hour(void **state)
{
    struct durations *d = new_hall();

    assert_true(durations_break_rate(d, 24) == 0);
    for (int day = 0; day < 20; day++) {
        for (int counter = 0; counter < 10; counter++) {
            durations_open(d, 24, 30 * MINUTE);
            if (counter < 5)
                durations_break(d, 24, 40 * MINUTE);
            durations_open(d, 30, 30 * MINUTE);
        }
        durations_age(d);
    }
    assert_true(durations_break_rate(d, 24) > 0.9 && durations_break_rate(d, 24) < 1.05);
    assert_true(durations_break_rate(d, 30) == 0);
    near(durations_break_ms(d), 40 * MINUTE, 0.001);
    durations_free(d);
}

static void test_durations_staff_learns_breaks_and_not_going_home(void **state)
{
    struct durations *d = new_hall();
    struct durations_staff *staff = durations_staff_new(2);
    const int64_t nine = INT64_C(1800000000000), minute = MINUTE;

    for (int day = 0; day < 20; day++) {
        for (int c = 0; c < 2; c++)
            durations_staff_set(staff, d, c, DURATIONS_OPEN, nine, 9 * 60);
        durations_staff_set(staff, d, 1, DURATIONS_OPEN, nine + minute, 9 * 60 + 1);
        durations_staff_set(staff, d, 0, DURATIONS_PAUSED, nine + 60 * minute, 10 * 60);
        durations_staff_set(staff, d, 0, DURATIONS_OPEN, nine + 65 * minute,
                            10 * 60 + 5); /* a word */
        assert_false(durations_staff_rested(staff, 0));
        durations_staff_set(staff, d, 0, DURATIONS_PAUSED, nine + 195 * minute, 12 * 60 + 15);
        assert_false(durations_staff_rested(staff, 0));
        durations_staff_set(staff, d, 0, DURATIONS_OPEN, nine + 235 * minute, 12 * 60 + 55);
        assert_true(durations_staff_rested(staff, 0));
        durations_staff_set(staff, d, 1, DURATIONS_CLOSED, nine + 240 * minute, 13 * 60);
        durations_staff_set(staff, d, 0, DURATIONS_CLOSED, nine + 300 * minute, 14 * 60);
        durations_staff_day_over(staff, d);
        durations_age(d);
    }
    near(durations_break_ms(d), 40 * MINUTE, 0.001);
    /* One break in the quarter of an hour of the one and the half hour of the other. */
    assert_true(durations_break_rate(d, 24) > 1.1 && durations_break_rate(d, 24) < 1.34);
    assert_true(durations_break_rate(d, 20) == 0);
    assert_true(durations_break_rate(d, 26) == 0);
    durations_staff_free(staff);
    durations_free(d);
}

static int64_t share_gone(const struct durations_pause *p, int64_t passed)
{
    int64_t gone = 0;

    for (int i = 0; i < 1000; i++) {
        int64_t ms = durations_pause_at(p, passed, i / 1000.0);

        assert_true(ms >= passed);
        gone += ms == INT64_MAX;
    }
    return gone;
}

/* Before anything is known: most come back, the fewer the longer it is, and none after hours. */
static void test_durations_pause_of_a_new_hall_ends_mostly(void **state)
{
    struct durations *d = new_hall();
    struct durations_pause p;

    durations_pause(d, &p);
    near(share_gone(&p, 0), 100, 0.02);
    assert_true(durations_pause_at(&p, 0, 0.5) > 3 * MINUTE);
    assert_true(durations_pause_at(&p, 0, 0.5) < 30 * MINUTE);
    assert_true(share_gone(&p, 30 * MINUTE) > share_gone(&p, 5 * MINUTE));
    assert_int_equal(share_gone(&p, 4 * HOUR), 1000);
    assert_true(durations_pause_rate(d) == 0);
    durations_free(d);
}

static void test_durations_pause_is_that_of_the_hall(void **state)
{
    struct durations *d = new_hall();
    struct durations_pause p;

    for (int day = 0; day < 20; day++) {
        for (int i = 0; i < 10; i++) {
            durations_worked(d, 2 * HOUR);
            durations_paused(d, i < 6 ? 4 * MINUTE : i < 9 ? 40 * MINUTE : -1);
            durations_break(d, 24, 40 * MINUTE);
        }
        durations_age(d);
    }
    durations_pause(d, &p);
    near(share_gone(&p, 0), 100, 0.05);
    near(durations_pause_at(&p, 0, 0.4), 4 * MINUTE, 0.2);
    near(durations_pause_at(&p, 10 * MINUTE, 0.6), 40 * MINUTE, 0.15); /* a meal, then */
    assert_true(share_gone(&p, 50 * MINUTE) > 700);
    assert_true(durations_pause_brief(&p, 0.99) <= DURATIONS_BREAK_MS);
    near(durations_pause_rest(&p, 0.5), 40 * MINUTE, 0.15);
    assert_true(durations_pause_rate(d) > 0.28 && durations_pause_rate(d) < 0.31);
    durations_free(d);
}

static void test_durations_staff_pauses_end_or_not(void **state)
{
    struct durations *d = new_hall();
    struct durations_staff *staff = durations_staff_new(2);
    const int64_t nine = INT64_C(1800000000000);
    struct durations_pause p;

    for (int day = 0; day < 30; day++) {
        for (int c = 0; c < 2; c++) {
            durations_staff_set(staff, d, c, DURATIONS_OPEN, nine, 540);
            durations_staff_set(staff, d, c, DURATIONS_PAUSED, nine + 60 * MINUTE, 600);
        }
        durations_staff_set(staff, d, 0, DURATIONS_OPEN, nine + 66 * MINUTE, 606);
        if (day % 2 == 0) /* the other one goes home, or forgets to say so */
            durations_staff_set(staff, d, 1, DURATIONS_CLOSED, nine + 70 * MINUTE, 610);
        durations_staff_set(staff, d, 0, DURATIONS_CLOSED, nine + 120 * MINUTE, 660);
        durations_staff_day_over(staff, d);
        durations_age(d);
    }
    durations_pause(d, &p);
    assert_true(share_gone(&p, 0) > 380 && share_gone(&p, 0) < 500);
    near(durations_pause_at(&p, 0, 0.75), 6 * MINUTE, 0.25);
    /* One in 174 minutes. */
    assert_true(durations_pause_rate(d) > 0.31 && durations_pause_rate(d) < 0.35);
    durations_staff_free(staff);
    durations_free(d);
}

static struct durations *busy_hall(void)
{
    struct durations *d = new_hall();
    struct durations_rng rng = {.state = 3};

    for (int day = 0; day < 5; day++) {
        for (int i = 0; i < 100; i++) {
            int hour = 8 + i % 9, service = i % SERVICES;

            durations_arrived(d, service, hour * 4 + i % 4, i % 7 == 0 ? 20 * MINUTE : 0,
                              1 + i % 2);
            durations_worked(d, HOUR / 4);
            durations_paused(d, i % 9 ? (5 + i) * MINUTE : -1);
            durations_served(d, service, hour, (int64_t)(durations_random(&rng) * 2e6), 1);
            durations_came(d, i % 11 == 0 ? -2 * MINUTE : 20000 + i * 500);
            durations_booking(d, i % 6 != 0, (i - 80) * 10000);
            durations_gap(d, i * 300);
            durations_open(d, i % 48, MINUTE);
            durations_break(d, i % 48, 20 * MINUTE);
        }
        durations_age(d);
    }
    return d;
}

static json_t *stored(const struct durations *d)
{
    struct json_where where;
    struct buf out;
    json_t *json;

    buf_init(&out);
    durations_json(d, &out);
    json = json_read(buf_str(&out), &where);
    assert_non_null(json);
    buf_clear(&out);
    return json;
}

static void test_durations_json_reads_back(void **state)
{
    struct durations *d = busy_hall(), *other = new_hall();
    json_t *json = stored(d);

    assert_true(durations_load(other, json));
    for (int s = 0; s < SERVICES; s++) {
        near(durations_mean_ms(other, s, 9), durations_mean_ms(d, s, 9), 0.001);
        near(mean_draw(other, s, 1, 0), mean_draw(d, s, 1, 0), 0.001);
        assert_true(durations_known(other, s));
    }
    near(durations_gap_ms(other), durations_gap_ms(d), 0.001);
    near((int64_t)(durations_break_rate(other, 7) * 1e6),
         (int64_t)(durations_break_rate(d, 7) * 1e6), 0.001);
    json_decref(json);
    json = stored(other);
    durations_free(d);
    d = new_hall();
    assert_true(durations_load(d, json));
    json_decref(json);
    durations_free(other);
    durations_free(d);
}

static void test_durations_load_drops_services_that_are_gone(void **state)
{
    static const struct durations_service now[] = {{"new", 7}, {"id-card", 10}};
    struct durations *d = busy_hall(), *other = durations_new(now, 2);
    json_t *json = stored(d);

    assert_true(durations_load(other, json));
    near(durations_mean_ms(other, 1, 9), durations_mean_ms(d, ID_CARD, 9), 0.02);
    json_decref(json);
    durations_free(other);
    durations_free(d);
}

static void test_durations_load_refuses_another_shape_and_learns_nothing(void **state)
{
    static const char *const bad[] = {"{\"services\":{}}", "{\"v\":2,\"services\":{}}", "[]", "{}"};
    struct durations *d = busy_hall(), *other = new_hall();
    json_t *json = stored(d), *shape;
    struct json_where where;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        json_t *one = json_read(str_of(bad[i]), &where);

        assert_false(durations_load(other, one));
        json_decref(one);
    }
    shape = json_object_get(json_object_get(json_object_get(json, "services"), "rare"), "shape");
    assert_int_equal(json_array_set_new(shape, 0, json_real(-1)), 0);
    assert_false(durations_load(other, json));
    assert_int_equal(json_array_set_new(shape, 0, json_string("1")), 0);
    assert_false(durations_load(other, json));
    assert_int_equal(json_array_set_new(shape, 0, json_real(0)), 0);
    while (json_array_size(shape) <= 40)
        assert_int_equal(json_array_append_new(shape, json_real(0)), 0);
    assert_false(durations_load(other, json));
    assert_false(durations_known(other, ID_CARD));
    assert_int_equal(durations_mean_ms(other, ID_CARD, 9), 10 * MINUTE);
    json_decref(json);
    durations_free(other);
    durations_free(d);
}

static void test_durations_copy_is_its_own(void **state)
{
    struct durations *d = busy_hall(), *copy = durations_copy(d);
    int64_t before = durations_mean_ms(d, ADVICE, 9);

    serve(copy, ADVICE, 9, 60 * MINUTE, 100);
    assert_int_equal(durations_mean_ms(d, ADVICE, 9), before);
    durations_free(d);
    assert_true(durations_mean_ms(copy, ADVICE, 9) > before);
    durations_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations_nothing_learned_is_the_configured_minutes),
        cmocka_unit_test(test_durations_served_moves_its_own_mean_and_those_of_others),
        cmocka_unit_test(test_durations_served_of_several_persons_is_shared_among_them),
        cmocka_unit_test(test_durations_hours_differ_where_they_do),
        cmocka_unit_test(test_durations_today_counts_before_it_is_over),
        cmocka_unit_test(test_durations_age_lets_the_new_way_of_working_show),
        cmocka_unit_test(test_durations_draw_goes_on_from_what_has_passed),
        cmocka_unit_test(test_durations_served_for_a_forgotten_finish_is_cut),
        cmocka_unit_test(test_durations_came_tells_the_way_and_who_does_not_come),
        cmocka_unit_test(test_durations_booking_tells_when_they_come),
        cmocka_unit_test(test_durations_arrived_is_a_rate_by_hour),
        cmocka_unit_test(test_durations_break_is_a_rate_by_half_hour),
        cmocka_unit_test(test_durations_staff_learns_breaks_and_not_going_home),
        cmocka_unit_test(test_durations_pause_of_a_new_hall_ends_mostly),
        cmocka_unit_test(test_durations_pause_is_that_of_the_hall),
        cmocka_unit_test(test_durations_staff_pauses_end_or_not),
        cmocka_unit_test(test_durations_json_reads_back),
        cmocka_unit_test(test_durations_load_drops_services_that_are_gone),
        cmocka_unit_test(test_durations_load_refuses_another_shape_and_learns_nothing),
        cmocka_unit_test(test_durations_copy_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
