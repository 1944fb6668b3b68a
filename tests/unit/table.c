/* base/table.h: found, gone and walked, as it grows.
 * SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANY = 5000 };

struct thing {
    struct table_node node;
    char key[16];
    int seen;
};

static void add(struct table *t, struct thing *x, int i)
{
    (void)snprintf(x->key, sizeof(x->key), "t-%d", i);
    table_add(t, &x->node, str_of(x->key));
}

static int walk(const struct table *t)
{
    int n = 0;

    for (struct thing *x = table_first(t); x; x = table_next(t, &x->node), n++)
        x->seen++;
    return n;
}

static void test_table_finds_what_is_in_it_and_nothing_else(void **state)
{
    struct thing *all = calloc(MANY, sizeof(*all));
    struct table t = {0};

    assert_null(table_find(&t, STR("t-0")));
    for (int i = 0; i < MANY; i++) {
        add(&t, &all[i], i);
        assert_ptr_equal(table_find(&t, str_of(all[i / 2].key)), &all[i / 2]);
    }
    assert_int_equal(t.n, MANY);
    assert_null(table_find(&t, STR("t-5000")));
    assert_null(table_find(&t, STR("")));
    for (int i = 0; i < MANY; i += 2)
        table_remove(&t, &all[i].node);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(table_find(&t, str_of(all[i].key)), i % 2 ? &all[i] : NULL);
    table_clear(&t);
    assert_null(table_find(&t, str_of(all[1].key)));
    free(all);
}

static void test_table_walk_passes_each_once(void **state)
{
    struct thing *all = calloc(MANY, sizeof(*all));
    struct table t = {0};

    assert_int_equal(walk(&t), 0);
    for (int i = 0; i < MANY; i++)
        add(&t, &all[i], i);
    assert_int_equal(walk(&t), MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(all[i].seen, 1);
    /* The one just passed may go. */
    for (struct thing *x = table_first(&t), *next; x; x = next) {
        next = table_next(&t, &x->node);
        table_remove(&t, &x->node);
    }
    assert_int_equal(t.n, 0);
    assert_int_equal(walk(&t), 0);
    add(&t, &all[7], 7);
    assert_int_equal(walk(&t), 1);
    table_clear(&t);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_finds_what_is_in_it_and_nothing_else),
        cmocka_unit_test(test_table_walk_passes_each_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
