/* core/challenge.h: what is accepted as solved, and nothing else. SPDX-License-Identifier: MIT */
#include "core/challenge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BITS = 8, NOW = 1000 };

struct world {
    struct seal *seal;
    char dir[64], path[96];
    char challenge[CHALLENGE_CHARS + 1], solution[CHALLENGE_SOLUTION_MAX + 1];
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    strcpy(w->dir, "/tmp/paihao-challenge-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    (void)snprintf(w->path, sizeof(w->path), "%s/keys", w->dir);
    w->seal = seal_open(w->path, true);
    assert_non_null(w->seal);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    seal_close(w->seal);
    (void)unlink(w->path);
    (void)rmdir(w->dir);
    free(w);
    return 0;
}

/* As the pages do it. enough: whether the solution must have at least, or fewer than, that many
 * bits. */
static void solve(struct world *w, bool enough)
{
    for (int i = 0;; i++) {
        (void)snprintf(w->solution, sizeof(w->solution), "%x", i);
        if ((challenge_zero_bits(str_of(w->challenge), str_of(w->solution)) >= BITS) == enough)
            return;
    }
}

static void make(struct world *w)
{
    challenge_make(w->seal, STR("small"), BITS, NOW + 1, w->challenge);
    solve(w, true);
}

static enum challenge_state check(const struct world *w, const char *hall, const char *challenge,
                                  int64_t now_ms)
{
    return challenge_check(w->seal, str_of(hall), str_of(challenge), str_of(w->solution), now_ms);
}

static void test_challenge_zero_bits_counts_as_sha256_does(void **state)
{
    /* By sha256sum: 0001909e..., 00005bcd..., 00065596..., 0eaeb6..., 20b699..., 89b7ce... */
    assert_int_equal(challenge_zero_bits(STR("abc"), STR("39941")), 15);
    assert_int_equal(challenge_zero_bits(STR("abc"), STR("72485")), 17);
    assert_int_equal(challenge_zero_bits(STR("abc"), STR("48")), 13);
    assert_int_equal(challenge_zero_bits(STR("abc"), STR("1")), 4);
    assert_int_equal(challenge_zero_bits(STR("abc"), STR("0")), 2);
    assert_int_equal(challenge_zero_bits(STR("abc"), STR("2")), 0);
}

static void test_challenge_check_takes_a_solution(void **state)
{
    struct world *w = *state;

    make(w);
    assert_int_equal(check(w, "small", w->challenge, NOW), CHALLENGE_GOOD);
    assert_true(str_starts(str_of(w->challenge), "8.1001."));
}

static void test_challenge_check_refuses_another_hall_and_another_time(void **state)
{
    struct world *w = *state;

    make(w);
    assert_int_equal(check(w, "other", w->challenge, NOW), CHALLENGE_WRONG);
    assert_int_equal(check(w, "small", w->challenge, NOW + 1), CHALLENGE_OLD); /* at that moment */
    assert_int_equal(check(w, "other", w->challenge, NOW + 1), CHALLENGE_WRONG);
}

static void test_challenge_check_refuses_too_little_work(void **state)
{
    struct world *w = *state;

    make(w);
    solve(w, false);
    assert_int_equal(check(w, "small", w->challenge, NOW), CHALLENGE_WRONG);
    assert_int_equal(check(w, "small", w->challenge, NOW + 1), CHALLENGE_WRONG); /* not just old */
}

/* Fewer bits, a later end, another salt: each of them is under the mac. */
static void test_challenge_check_refuses_what_was_changed(void **state)
{
    struct world *w = *state;
    char changed[CHALLENGE_CHARS + 2];

    make(w);
    for (size_t i = 0; i < strlen(w->challenge); i++) {
        strcpy(changed, w->challenge);
        changed[i] = changed[i] == '0' ? '1' : '0';
        assert_int_equal(check(w, "small", changed, NOW), CHALLENGE_WRONG);
        changed[i] = '\0'; /* cut short */
        assert_int_equal(check(w, "small", changed, NOW), CHALLENGE_WRONG);
    }
    strcpy(changed, w->challenge);
    strcat(changed, "0");
    assert_int_equal(check(w, "small", changed, NOW), CHALLENGE_WRONG);
    assert_int_equal(check(w, "small", "", NOW), CHALLENGE_WRONG);
    assert_int_equal(check(w, "small", "8.1001.", NOW), CHALLENGE_WRONG);
}

static void test_challenge_check_refuses_solutions_that_are_none(void **state)
{
    static const char *const bad[] = {"", "a b", "a.b", "\xc3\xa9", "0123456789012345678901234"};
    struct world *w = *state;

    challenge_make(w->seal, STR("small"), 0, NOW + 1, w->challenge); /* anything would solve it */
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(
            challenge_check(w->seal, STR("small"), str_of(w->challenge), str_of(bad[i]), NOW),
            CHALLENGE_WRONG);
    assert_int_equal(challenge_check(w->seal, STR("small"), str_of(w->challenge),
                                     STR("012345678901234567890123"), NOW),
                     CHALLENGE_GOOD);
}

static void test_challenge_make_never_makes_the_same(void **state)
{
    struct world *w = *state;
    char other[CHALLENGE_CHARS + 1];

    make(w);
    challenge_make(w->seal, STR("small"), BITS, NOW + 1, other);
    assert_string_not_equal(w->challenge, other);
}

static void test_challenge_make_fits_at_the_end_of_time(void **state)
{
    struct world *w = *state;

    challenge_make(w->seal, STR("h23456789012345678901234567890ab"), CHALLENGE_BITS_MAX,
                   7258118400000, w->challenge);
    assert_true(strlen(w->challenge) <= CHALLENGE_CHARS);
}

static void test_challenge_price_doubles_the_work_with_the_questions(void **state)
{
    static const struct {
        unsigned asked;
        int bits;
    } table[] = {{0, 14},   {1, 14},   {30, 14},  {31, 15},     {60, 15},        {61, 16},
                 {120, 16}, {960, 19}, {961, 20}, {100000, 20}, {UINT32_MAX, 20}};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_int_equal(challenge_price(table[i].asked), table[i].bits);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_challenge_zero_bits_counts_as_sha256_does),
        WORLD_TEST(test_challenge_check_takes_a_solution),
        WORLD_TEST(test_challenge_check_refuses_another_hall_and_another_time),
        WORLD_TEST(test_challenge_check_refuses_too_little_work),
        WORLD_TEST(test_challenge_check_refuses_what_was_changed),
        WORLD_TEST(test_challenge_check_refuses_solutions_that_are_none),
        WORLD_TEST(test_challenge_make_never_makes_the_same),
        WORLD_TEST(test_challenge_make_fits_at_the_end_of_time),
        cmocka_unit_test(test_challenge_price_doubles_the_work_with_the_questions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
