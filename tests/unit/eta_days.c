/* Some days of a sample hall, as bench/eta.c plays them: what a hall told of the wait after two
 * weeks of learning is nearer than counting heads, and the range holds what it says. The bounds are
 * wider than what bench/README.md shows, since the days are few; a rule of core/eta_play_run.c that
 * differs from the hall's breaks them. SPDX-License-Identifier: MIT */
#include "bench/eta_grade.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct hall_file *sample(const char *path)
{
    static char text[HALL_BYTES_MAX];
    FILE *f = fopen(path, "r");
    struct hall_file *hall;
    struct buf error;
    size_t len;

    assert_non_null(f);
    len = fread(text, 1, sizeof(text), f);
    assert_int_equal(fclose(f), 0);
    buf_init(&error);
    hall = hall_read((struct str){text, len}, path, &error);
    assert_non_null(hall);
    buf_clear(&error);
    return hall;
}

static void test_eta_foretells_the_days_of_a_hall(void **state)
{
    struct hall_file *hall = sample("config/halls/small.yaml");
    struct grade_plan plan = {hall, 1, 10, 8, 150};
    struct grade g = grade_hall(&plan);

    print_message(
        "%d foretold: by heads %.1f, by the last 30 %.1f, ours %.1f, knowing all %.1f min; "
        "held %.2f\n",
        g.samples, g.average, g.last30, g.ours, g.oracle, g.held);
    assert_true(g.samples > 150);
    assert_true(g.ours < 0.85 * g.average);
    assert_true(g.ours < 0.5 * g.last30);
    assert_true(g.ours < 1.25 * g.oracle + 0.3);
    assert_true(g.held > 0.68 && g.held < 0.93);
    assert_true(g.held_said >= g.held);
    hall_free(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_eta_foretells_the_days_of_a_hall)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
