/* base/arena.h: a request's memory.
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void test_arena_gives_zeroed_aligned_memory_of_every_size(void **state)
{
    struct arena *a = arena_new();

    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *p = arena_alloc(a, size);

        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size); /* seen by a neighbour that overlaps */
    }
    arena_free(a);
    arena_free(NULL);
}

static void test_arena_keeps_what_it_gave(void **state)
{
    struct arena *a = arena_new();
    char *texts[500];

    for (int i = 0; i < 500; i++)
        texts[i] = (char *)arena_printf(a, "text %d", i).p;
    for (int i = 0; i < 500; i++) {
        char expected[16];

        (void)snprintf(expected, sizeof(expected), "text %d", i);
        assert_string_equal(texts[i], expected);
    }
    arena_free(a);
}

static void test_arena_gives_zeroed_memory_after_a_reset(void **state)
{
    struct arena *a = arena_new();

    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 2000; size += 13) {
            unsigned char *p = arena_alloc(a, size);

            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAA, size);
        }
        arena_reset(a);
        arena_reset(a);
    }
    arena_free(a);
}

static void test_arena_takes_what_is_larger_than_a_block(void **state)
{
    struct arena *a = arena_new();
    char *before = arena_strdup(a, "before");
    char *large = arena_alloc(a, 1 << 20);
    char *behind = arena_strdup(a, "behind");

    memset(large, 'x', 1 << 20);
    assert_string_equal(before, "before");
    assert_string_equal(behind, "behind");
    arena_free(a);
}

static void test_arena_copies_end_in_nul(void **state)
{
    struct arena *a = arena_new();
    struct str copy = arena_str(a, (struct str){"abcdef", 3});
    struct str empty = arena_str(a, (struct str){NULL, 0});

    assert_string_equal(copy.p, "abc");
    assert_int_equal(copy.len, 3);
    assert_string_equal(empty.p, "");
    assert_int_equal(arena_printf(a, "%0900d", 1).len, 900);
    assert_int_equal(arena_printf(a, "%09000d", 1).len, 9000);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_gives_zeroed_aligned_memory_of_every_size),
        cmocka_unit_test(test_arena_keeps_what_it_gave),
        cmocka_unit_test(test_arena_gives_zeroed_memory_after_a_reset),
        cmocka_unit_test(test_arena_takes_what_is_larger_than_a_block),
        cmocka_unit_test(test_arena_copies_end_in_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
