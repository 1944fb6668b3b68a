/* The hall played forward calls in the order in which the library does, says nothing without a
 * basis, and says the same again for the same. SPDX-License-Identifier: MIT */
#include "core/eta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define NOW    INT64_C(1800000000000)

static const struct durations_service services[] = {{"a", 10}, {"b", 10}, {"c", 30}};
enum { A, B, C, SERVICES, TICKETS_MAX = 64, COUNTERS_MAX = 4 };

static const int64_t serves_a[] = {0, ETA_NOT_SERVED, ETA_NOT_SERVED};
static const int64_t serves_b[] = {ETA_NOT_SERVED, 0, ETA_NOT_SERVED};
static const int64_t serves_ab[] = {0, 0, ETA_NOT_SERVED};
static const int64_t helps_a[] = {10 * MINUTE, 0, ETA_NOT_SERVED};

/* A hall in which everything takes ten minutes a person, nearly. */
struct hall {
    struct eta_input in;
    struct eta_counter counters[COUNTERS_MAX];
    struct eta_ticket tickets[TICKETS_MAX];
    struct eta_range ticket_ranges[TICKETS_MAX], service_ranges[SERVICES];
    int64_t work_ms[SERVICES];
    struct durations *durations;
};

static int set_up(void **state)
{
    static struct hall h;

    memset(&h, 0, sizeof(h));
    h.durations = durations_new(services, SERVICES);
    for (int i = 0; i < 3000; i++) {
        durations_served(h.durations, i % 2 ? A : B, 9, 10 * MINUTE, 1);
        durations_came(h.durations, 1000);
        durations_booking(h.durations, true, -10 * MINUTE);
    }
    h.in = (struct eta_input){.now_ms = NOW,
                              .hour_ms = NOW,
                              .hour = 9,
                              .services = SERVICES,
                              .walk_in_target_ms = 30 * MINUTE,
                              .overtaking_max = 3,
                              .early_ms = 30 * MINUTE,
                              .late_ms = 10 * MINUTE,
                              .durations = h.durations,
                              .counters = h.counters,
                              .tickets = h.tickets,
                              .seed = 42};
    *state = &h;
    return 0;
}

static int tear_down(void **state)
{
    durations_free(((struct hall *)*state)->durations);
    return 0;
}

static void add_counter(struct hall *h, const int64_t *offsets)
{
    h->counters[h->in.counter_count++] = (struct eta_counter){.offset_ms = offsets};
}

/* Entered so many minutes ago; the rank in minutes from now. */
static int add_ticket(struct hall *h, int service, int64_t ago, int64_t rank)
{
    h->tickets[h->in.ticket_count] = (struct eta_ticket){.line = service,
                                                         .service = service,
                                                         .rank_ms = NOW + rank * MINUTE,
                                                         .entered_ms = NOW - ago * MINUTE,
                                                         .persons = 1};
    return h->in.ticket_count++;
}

static void run(struct hall *h)
{
    struct eta_output out = {h->ticket_ranges, h->service_ranges, h->work_ms};

    eta_run(&h->in, &out);
}

static void waits_minutes(const struct eta_range *r, double from, double to)
{
    double likely = (double)r->likely_ms / (double)MINUTE;

    assert_true(r->known);
    assert_true(r->low_ms <= r->likely_ms && r->likely_ms <= r->high_ms);
    if (likely < from || likely > to)
        fail_msg("%.1f min is not in %.1f to %.1f", likely, from, to);
}

static void test_eta_one_counter_calls_by_rank(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    add_ticket(h, A, 3, 30);
    add_ticket(h, A, 2, 10);
    add_ticket(h, A, 1, 20);
    run(h);
    waits_minutes(&h->ticket_ranges[1], 0, 0);
    waits_minutes(&h->ticket_ranges[2], 8, 12);
    waits_minutes(&h->ticket_ranges[0], 17, 23);
    waits_minutes(&h->service_ranges[A], 26, 34);
    assert_false(h->service_ranges[B].known);
    assert_true(h->work_ms[A] > 25 * MINUTE && h->work_ms[A] < 35 * MINUTE);
    assert_int_equal(h->work_ms[B], 0);
}

static void test_eta_ties_of_rank_go_by_arrival(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_ab);
    add_ticket(h, B, 3, 30);
    add_ticket(h, A, 2, 30);
    run(h);
    waits_minutes(&h->ticket_ranges[0], 0, 0);
    waits_minutes(&h->ticket_ranges[1], 8, 12);
}

static void test_eta_offsets_decide_between_lines(void **state)
{
    struct hall *h = *state;

    add_counter(h, helps_a);
    add_ticket(h, A, 30, 5);
    add_ticket(h, B, 3, 14);
    add_ticket(h, B, 2, 16);
    run(h);
    waits_minutes(&h->ticket_ranges[1], 0, 0);
    waits_minutes(&h->ticket_ranges[0], 8, 12);
    waits_minutes(&h->ticket_ranges[2], 17, 23);
}

static void test_eta_a_ticket_at_its_bound_goes_first(void **state)
{
    struct hall *h = *state;
    int old;

    add_counter(h, serves_a);
    old = add_ticket(h, A, 50, 60);
    for (int i = 0; i < 6; i++)
        add_ticket(h, A, 20 - i, i);
    h->tickets[old].overtaken = 1;
    run(h); /* 1 of 3 already: two more, then it goes before everybody */
    waits_minutes(&h->ticket_ranges[old], 17, 23);
    waits_minutes(&h->ticket_ranges[3], 26, 34);
}

static void test_eta_persons_take_their_time_each(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    h->tickets[add_ticket(h, A, 9, 0)].persons = 4;
    add_ticket(h, A, 8, 1);
    run(h);
    waits_minutes(&h->ticket_ranges[1], 34, 46);
}

static void test_eta_counter_at_work_is_free_when_it_is_done(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    h->counters[0].state = ETA_SERVING;
    h->counters[0].since_ms = NOW - 7 * MINUTE;
    h->counters[0].service = A;
    h->counters[0].persons = 1;
    add_ticket(h, A, 1, 30);
    run(h);
    waits_minutes(&h->ticket_ranges[0], 1.5, 4.5);
    assert_true(h->work_ms[A] > 11 * MINUTE && h->work_ms[A] < 15 * MINUTE);
    h->counters[0].state = ETA_IDLE;
    h->counters[0].from_ms = NOW + 25 * MINUTE;
    run(h);
    waits_minutes(&h->ticket_ranges[0], 25, 25);
}

static void test_eta_own_line_is_the_counters_alone(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_b);
    add_counter(h, serves_a);
    h->tickets[add_ticket(h, A, 5, 0)].line = -1;
    h->tickets[add_ticket(h, A, 4, 1)].line = -1;
    run(h);
    waits_minutes(&h->ticket_ranges[0], 0, 0);
    waits_minutes(&h->ticket_ranges[1], 8, 12);
    waits_minutes(&h->service_ranges[A], 0, 0);
}

static void test_eta_on_the_way_is_called_when_there(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    h->tickets[add_ticket(h, A, 9, 0)].from_ms = NOW + 15 * MINUTE;
    add_ticket(h, A, 1, 30);
    run(h);
    waits_minutes(&h->ticket_ranges[0], 15, 16);
    waits_minutes(&h->ticket_ranges[1], 0, 0);
}

static void test_eta_bookings_to_come_go_before_walk_ins(void **state)
{
    struct hall *h = *state;
    struct eta_booking bookings[3];

    add_counter(h, serves_a);
    for (int i = 0; i < 3; i++)
        bookings[i] = (struct eta_booking){A, 1, NOW + (i + 11) * MINUTE, 0, 30 * MINUTE};
    add_ticket(h, A, 20, 10);
    add_ticket(h, A, 1, 29);
    run(h);
    waits_minutes(&h->ticket_ranges[1], 8, 12);
    h->in.bookings = bookings;
    h->in.booking_count = 3;
    run(h); /* they check in ten minutes early, before the counter is free again */
    waits_minutes(&h->ticket_ranges[0], 0, 0);
    assert_true(h->ticket_ranges[1].likely_ms > 30 * MINUTE);
}

static void test_eta_walk_ins_to_come_matter_where_they_go_before(void **state)
{
    struct hall *h = *state;
    struct eta_arrivals many = {A, 12, 0, 0, 0};

    add_counter(h, serves_a);
    for (int i = 0; i < 4; i++)
        add_ticket(h, A, 4 - i, 30);
    h->in.overtaking_max = 50;
    h->in.arrivals = &many;
    h->in.arrival_count = 1;
    many.target_ms = 60 * MINUTE;
    run(h);
    waits_minutes(&h->ticket_ranges[3], 26, 34);
    many.target_ms = 0;
    run(h);
    assert_true(h->ticket_ranges[3].likely_ms > 40 * MINUTE);
    many.to_ms = NOW + 1;
    run(h);
    waits_minutes(&h->ticket_ranges[3], 26, 34);
}

static void test_eta_counters_have_their_breaks(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    for (int i = 0; i < 3; i++)
        add_ticket(h, A, 3 - i, 30);
    for (int i = 0; i < 100; i++) { /* always within five minutes, for an hour */
        durations_open(h->durations, 18, 5 * MINUTE);
        durations_break(h->durations, 18, 60 * MINUTE);
    }
    run(h);
    waits_minutes(&h->ticket_ranges[0], 0, 0);
    assert_true(h->ticket_ranges[1].likely_ms > 60 * MINUTE);
    waits_minutes(&h->ticket_ranges[2], 75, 85);
    h->counters[0].rested = true;
    run(h);
    waits_minutes(&h->ticket_ranges[2], 17, 23);
}

/* The hall's pauses are 20 minutes. */
static void test_eta_a_counter_that_pauses_comes_back(void **state)
{
    struct hall *h = *state;

    for (int i = 0; i < 1000; i++)
        durations_paused(h->durations, 20 * MINUTE);
    add_counter(h, serves_a);
    add_ticket(h, A, 1, 30);
    add_ticket(h, A, 1, 30);
    h->counters[0].paused_ms = NOW;
    run(h);
    waits_minutes(&h->ticket_ranges[0], 17, 23);
    waits_minutes(&h->ticket_ranges[1], 26, 34);
    waits_minutes(&h->service_ranges[A], 36, 45);
    h->counters[0].paused_ms = NOW - 12 * MINUTE;
    run(h);
    waits_minutes(&h->ticket_ranges[0], 5, 11);
    h->counters[0].paused_ms = NOW - 5 * 60 * MINUTE; /* as good as closed: nothing is claimed */
    run(h);
    assert_false(h->ticket_ranges[0].known);
    assert_false(h->service_ranges[A].known);
    add_counter(h, serves_ab);
    run(h);
    waits_minutes(&h->ticket_ranges[0], 0, 0);
    waits_minutes(&h->ticket_ranges[1], 8, 12);
}

static void test_eta_counters_pause_for_a_word(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    for (int i = 0; i < 4; i++)
        add_ticket(h, A, 4 - i, 30);
    run(h);
    waits_minutes(&h->ticket_ranges[3], 27, 33);
    for (int i = 0; i < 1000; i++) { /* ten minutes in ten */
        durations_worked(h->durations, 10 * MINUTE);
        durations_paused(h->durations, 10 * MINUTE);
    }
    run(h);
    assert_true(h->ticket_ranges[3].likely_ms > 42 * MINUTE);
    assert_true(h->ticket_ranges[3].likely_ms < 75 * MINUTE);
}

static void test_eta_families_come(void **state)
{
    static struct eta_arrivals many = {.service = A, .per_hour = 20, .target_ms = 0};
    struct hall *h = *state;

    add_counter(h, serves_a);
    for (int i = 0; i < 3; i++)
        add_ticket(h, A, 4 - i, 30);
    h->in.overtaking_max = 2;
    h->in.arrivals = &many;
    h->in.arrival_count = 1;
    run(h);
    int64_t alone_ms = h->ticket_ranges[2].likely_ms;
    for (int i = 0; i < 100; i++)
        durations_arrived(h->durations, A, 36, 0, 4);
    run(h);
    assert_true(h->ticket_ranges[2].likely_ms > alone_ms + 15 * MINUTE);
}

static void test_eta_is_silent_without_a_basis(void **state)
{
    struct hall *h = *state;
    struct durations *nothing = durations_new(services, SERVICES);

    add_counter(h, serves_a);
    add_ticket(h, A, 1, 30);
    add_ticket(h, B, 1, 30); /* nobody serves it */
    run(h);
    assert_true(h->ticket_ranges[0].known);
    assert_false(h->ticket_ranges[1].known);
    h->in.durations = nothing;
    run(h);
    assert_false(h->ticket_ranges[0].known);
    assert_false(h->service_ranges[A].known);
    h->in.durations = h->durations;
    h->in.counter_count = 0;
    run(h);
    assert_false(h->ticket_ranges[0].known);
    durations_free(nothing);
}

static void test_eta_says_nothing_for_after_the_close(void **state)
{
    struct hall *h = *state;

    add_counter(h, serves_a);
    for (int i = 0; i < 8; i++)
        add_ticket(h, A, 8 - i, i);
    h->in.close_ms = NOW + 35 * MINUTE;
    run(h);
    assert_true(h->ticket_ranges[2].known);
    assert_false(h->ticket_ranges[7].known);
    assert_false(h->service_ranges[A].known);
}

/* A hall like a day's: different services, some served, some on their way. */
static void fill(struct hall *h)
{
    add_counter(h, serves_a);
    add_counter(h, helps_a);
    add_counter(h, serves_ab);
    for (int i = 0; i < 40; i++)
        add_ticket(h, i % 3 ? A : B, 60 - i, (i * 7) % 30);
}

static void test_eta_says_the_same_for_the_same(void **state)
{
    struct hall *h = *state;
    struct eta_range before[TICKETS_MAX];

    fill(h);
    run(h);
    memcpy(before, h->ticket_ranges, sizeof(before));
    memset(h->ticket_ranges, 0, sizeof(h->ticket_ranges));
    run(h);
    assert_memory_equal(before, h->ticket_ranges, sizeof(before));
    h->in.seed = 43;
    run(h);
    assert_memory_not_equal(before, h->ticket_ranges, sizeof(before));
}

/* When somebody else is gone or a minute has passed, what is told must not jump about. */
static void test_eta_does_not_jump(void **state)
{
    struct hall *h = *state;
    struct eta_range before;

    fill(h);
    run(h);
    before = h->ticket_ranges[39];
    add_ticket(h, A, 0, 60);
    run(h);
    assert_true(llabs(before.likely_ms - h->ticket_ranges[39].likely_ms) < MINUTE / 2);
    assert_true(llabs(before.high_ms - h->ticket_ranges[39].high_ms) < MINUTE);
}

static void test_eta_say_rounds_as_people_do(void **state)
{
    static const struct {
        double low, likely, high;
        struct eta_said want;
    } rows[] = {{0, 0, 0, {0, 0, 0}},           {2.9, 4.4, 6.1, {2, 4, 7}},
                {9.9, 10.4, 10.1, {9, 10, 15}}, {12, 17.6, 26, {10, 20, 30}},
                {31, 47, 61, {30, 50, 70}},     {14, 14, 14, {10, 15, 15}},
                {28, 44, 58, {25, 40, 60}}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct eta_range r = {true, (int64_t)(rows[i].low * 60e3), (int64_t)(rows[i].likely * 60e3),
                              (int64_t)(rows[i].high * 60e3)};
        struct eta_said said = eta_say(&r);

        assert_int_equal(said.low, rows[i].want.low);
        assert_int_equal(said.likely, rows[i].want.likely);
        assert_int_equal(said.high, rows[i].want.high);
    }
}

static void test_eta_kept_is_within_what_was_said(void **state)
{
    struct eta_said said = {5, 8, 15};

    assert_false(eta_kept(&said, 4 * MINUTE + 29999));
    assert_true(eta_kept(&said, 4 * MINUTE + 30000));
    assert_true(eta_kept(&said, 15 * MINUTE + 29999));
    assert_false(eta_kept(&said, 15 * MINUTE + 30000));
    said = (struct eta_said){0, 0, 0};
    assert_true(eta_kept(&said, -5));
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROW(test_eta_one_counter_calls_by_rank),
        ROW(test_eta_ties_of_rank_go_by_arrival),
        ROW(test_eta_offsets_decide_between_lines),
        ROW(test_eta_a_ticket_at_its_bound_goes_first),
        ROW(test_eta_persons_take_their_time_each),
        ROW(test_eta_counter_at_work_is_free_when_it_is_done),
        ROW(test_eta_own_line_is_the_counters_alone),
        ROW(test_eta_on_the_way_is_called_when_there),
        ROW(test_eta_bookings_to_come_go_before_walk_ins),
        ROW(test_eta_walk_ins_to_come_matter_where_they_go_before),
        ROW(test_eta_counters_have_their_breaks),
        ROW(test_eta_a_counter_that_pauses_comes_back),
        ROW(test_eta_counters_pause_for_a_word),
        ROW(test_eta_families_come),
        ROW(test_eta_is_silent_without_a_basis),
        ROW(test_eta_says_nothing_for_after_the_close),
        ROW(test_eta_says_the_same_for_the_same),
        ROW(test_eta_does_not_jump),
        cmocka_unit_test(test_eta_say_rounds_as_people_do),
        cmocka_unit_test(test_eta_kept_is_within_what_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
