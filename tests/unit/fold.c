/* The fold of a hall's events: positions, states, what is forgotten. SPDX-License-Identifier: MIT
 */
#include "display/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct fold_ticket *apply(struct fold *f, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    struct json_where where;
    json_t *e = json_read(str_of(text), &where);
    assert_non_null(e);
    const struct fold_ticket *t = fold_apply(f, e);
    json_decref(e);
    return t;
}

static void issue(struct fold *f, int n, const char *line, long rank)
{
    apply(f,
          "{\"type\":\"ticket.issued\",\"at\":%d,\"ticket\":\"179543520000%d-A00%d\",\"service\":"
          "\"%s\",\"class\":\"normal\","
          "\"from\":\"-\",\"to\":\"waiting\",\"line\":\"%s\",\"rank\":%ld}",
          n, n, n, line, line, rank);
}

static int ahead(const struct fold *f, const char *id)
{
    const struct fold_ticket *t = fold_find(f, str_of(id));
    assert_non_null(t);
    return fold_ahead(f, t);
}

static void test_fold_ahead_follows_rank_then_id(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    issue(f, 2, "a", 300);
    issue(f, 3, "a", 500);
    issue(f, 4, "b", 100);
    assert_int_equal(ahead(f, "1795435200002-A002"), 0);
    assert_int_equal(ahead(f, "1795435200001-A001"), 1);
    assert_int_equal(ahead(f, "1795435200003-A003"), 2);
    assert_int_equal(ahead(f, "1795435200004-A004"), 0);
    assert_int_equal(fold_waiting(f, "a"), 3);
    assert_int_equal(fold_waiting(f, "nobody"), 0);
    fold_free(f);
}

static void test_fold_apply_moves_a_ticket_through_its_life(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    issue(f, 2, "a", 600);
    const struct fold_ticket *t =
        apply(f, "{\"type\":\"ticket.called\",\"at\":9,\"ticket\":\"1795435200001-A001\","
                 "\"number\":\"A001\",\"service\":\"a\","
                 "\"from\":\"waiting\",\"to\":\"called\",\"counter\":\"3\",\"calls\":1,\"why\":{"
                 "\"rule\":\"rank\"}}");
    assert_string_equal(t->state, "called");
    assert_string_equal(t->counter, "3");
    assert_string_equal(t->why, "{\"rule\":\"rank\"}");
    assert_int_equal(ahead(f, "1795435200002-A002"), 0);
    t = apply(f, "{\"type\":\"ticket.recalled\",\"at\":20,\"ticket\":\"1795435200001-A001\","
                 "\"service\":\"a\",\"from\":\"called\","
                 "\"to\":\"called\",\"counter\":\"3\",\"calls\":2}");
    assert_int_equal(t->calls, 2);
    assert_int_equal(t->since_ms, 9);
    t = apply(f, "{\"type\":\"ticket.transferred\",\"at\":30,\"ticket\":\"1795435200001-A001\","
                 "\"service\":\"b\",\"from\":\"called\","
                 "\"to\":\"waiting\",\"counter\":\"3\",\"line\":\"b\",\"rank\":500}");
    assert_string_equal(t->line, "b");
    assert_string_equal(t->counter, "");
    assert_int_equal(fold_waiting(f, "b"), 1);
    t = apply(f, "{\"type\":\"ticket.cancelled\",\"at\":40,\"ticket\":\"1795435200001-A001\","
                 "\"service\":\"b\",\"from\":\"waiting\","
                 "\"to\":\"cancelled\",\"line\":\"b\"}");
    assert_string_equal(t->state, "cancelled");
    assert_int_equal(fold_waiting(f, "b"), 0);
    assert_non_null(fold_find(f, STR("1795435200001-A001")));
    apply(f, "{\"type\":\"counter.opened\",\"at\":50,\"counter\":\"1\"}");
    assert_null(fold_find(f, STR("1795435200001-A001")));
    fold_free(f);
}

static void test_fold_load_replaces_everything(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    struct json_where where;
    json_t *s = json_read(
        STR("{\"tickets\":[{\"id\":\"1795435200007-C007\",\"state\":\"waiting\",\"service\":\"c\","
            "\"class\":\"x\","
            "\"line\":\"c\",\"rank\":5,\"since\":1,\"calls\":0,\"returns\":1,\"phone\":true}]}"),
        &where);
    fold_load(f, s);
    json_decref(s);
    assert_null(fold_find(f, STR("1795435200001-A001")));
    assert_int_equal(fold_waiting(f, "a"), 0);
    struct buf b;
    buf_init(&b);
    buf_add_char(&b, '{');
    fold_ticket_json(f, fold_find(f, STR("1795435200007-C007")), &b);
    buf_add_char(&b, '}');
    json_t *j = json_read(buf_str(&b), &where);
    assert_non_null(j);
    assert_true(str_is(json_str(j, "number"), "C007"));
    assert_int_equal(json_i64(j, "ahead", -1), 0);
    assert_int_equal(json_i64(j, "issued", -1), 1795435200007);
    assert_true(json_bool(j, "phone", false));
    json_decref(j);
    buf_clear(&b);
    fold_free(f);
}

static void test_fold_apply_ignores_what_it_does_not_know(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    assert_null(apply(f, "{\"type\":\"ticket.called\"}"));
    assert_null(apply(f, "{\"type\":\"message.sent\",\"ticket\":\"1795435200001-A001\"}"));
    assert_null(apply(f, "{}"));
    apply(f,
          "{\"type\":\"ticket.finished\",\"ticket\":\"%0200d\",\"to\":\"done\",\"service\":\"a\"}",
          7);
    fold_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold_ahead_follows_rank_then_id),
        cmocka_unit_test(test_fold_apply_moves_a_ticket_through_its_life),
        cmocka_unit_test(test_fold_load_replaces_everything),
        cmocka_unit_test(test_fold_apply_ignores_what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
