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

/* An event of ticket A001, given with ' for ". */
static const struct fold_ticket *say(struct fold *f, const char *type, int at, const char *members)
{
    char text[512];
    snprintf(text, sizeof text,
             "{'type':'ticket.%s','at':%d,'ticket':'1795435200001-A001','number':'A001',%s}", type,
             at, members);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    return apply(f, "%s", text);
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

/* The members of a ticket as the citizen's page gets them. */
static json_t *page(const struct fold *f, const char *id)
{
    struct buf b;
    buf_init(&b);
    buf_add_char(&b, '{');
    fold_ticket_json(f, fold_find(f, str_of(id)), &b);
    buf_add_char(&b, '}');
    struct json_where where;
    json_t *j = json_read(buf_str(&b), &where);
    assert_non_null(j);
    buf_clear(&b);
    return j;
}

static void test_fold_apply_keeps_the_place_of_one_who_is_coming(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 300);
    issue(f, 2, "a", 600);
    apply(
        f,
        "{\"type\":\"ticket.issued\",\"at\":3,\"ticket\":\"1795435200003-A003\",\"service\":\"a\","
        "\"class\":\"normal\",\"from\":\"-\",\"to\":\"coming\",\"line\":\"a\",\"rank\":500}");
    assert_int_equal(fold_waiting(f, "a"), 2);
    assert_int_equal(ahead(f, "1795435200003-A003"), 1);
    assert_int_equal(ahead(f, "1795435200002-A002"), 1);
    json_t *j = page(f, "1795435200003-A003");
    assert_true(str_is(json_str(j, "state"), "coming"));
    assert_int_equal(json_i64(j, "ahead", -1), 1);
    assert_int_equal(json_i64(j, "rank", -1), 500);
    json_decref(j);
    apply(
        f,
        "{\"type\":\"ticket.arrived\",\"at\":9,\"ticket\":\"1795435200003-A003\",\"service\":\"a\","
        "\"from\":\"coming\",\"to\":\"waiting\",\"line\":\"a\",\"rank\":500}");
    assert_int_equal(fold_waiting(f, "a"), 3);
    assert_int_equal(ahead(f, "1795435200002-A002"), 2);
    fold_free(f);
}

static void test_fold_apply_ends_one_who_never_came(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 300);
    apply(
        f,
        "{\"type\":\"ticket.issued\",\"at\":3,\"ticket\":\"1795435200003-A003\",\"service\":\"a\","
        "\"class\":\"normal\",\"from\":\"-\",\"to\":\"coming\",\"line\":\"a\",\"rank\":100}");
    const struct fold_ticket *t =
        apply(f, "{\"type\":\"ticket.expired\",\"at\":9,\"ticket\":\"1795435200003-A003\","
                 "\"service\":\"a\",\"from\":\"coming\",\"to\":\"expired\"}");
    assert_true(fold_ended(t));
    assert_int_equal(fold_waiting(f, "a"), 1);
    fold_free(f);
}

static void test_fold_apply_steps_on(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    apply(
        f,
        "{\"type\":\"ticket.issued\",\"at\":1,\"ticket\":\"1795435200001-A001\",\"service\":\"a\","
        "\"class\":\"normal\",\"from\":\"-\",\"to\":\"waiting\",\"line\":\"a\",\"rank\":50,"
        "\"booking\":\"1795435100000-b1001\",\"booked\":77,\"persons\":2,\"steps\":[\"b\",\"c\"]}");
    json_t *j = page(f, "1795435200001-A001");
    assert_true(str_is(json_str(j, "booking"), "1795435100000-b1001"));
    assert_int_equal(json_i64(j, "booked", -1), 77);
    assert_int_equal(json_i64(j, "persons", -1), 2);
    assert_int_equal(json_array_size(json_object_get(j, "steps")), 2);
    json_decref(j);
    apply(
        f,
        "{\"type\":\"ticket.called\",\"at\":2,\"ticket\":\"1795435200001-A001\",\"service\":\"a\","
        "\"from\":\"waiting\",\"to\":\"called\",\"counter\":\"3\",\"calls\":1}");
    const struct fold_ticket *t =
        apply(f, "{\"type\":\"ticket.stepped\",\"at\":9,\"ticket\":\"1795435200001-A001\","
                 "\"service\":\"b\",\"done\":\"a\",\"from\":\"serving\",\"to\":\"waiting\","
                 "\"counter\":\"3\",\"line\":\"b\",\"rank\":50,\"left\":1,\"steps\":[\"c\"]}");
    assert_false(fold_ended(t));
    assert_string_equal(t->counter, "");
    assert_string_equal(t->service, "b");
    assert_string_equal(t->steps, "[\"c\"]");
    assert_int_equal(fold_waiting(f, "b"), 1);
    t = apply(
        f, "{\"type\":\"ticket.stepped\",\"at\":9,\"ticket\":\"1795435200001-A001\","
           "\"service\":\"c\",\"from\":\"serving\",\"to\":\"waiting\",\"line\":\"c\",\"rank\":50}");
    assert_null(t->steps);
    fold_free(f);
}

/* Events of bookings may name a ticket (checked_in) and states that a ticket has, too. */
static void test_fold_apply_leaves_bookings_alone(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 300);
    assert_null(apply(
        f, "{\"type\":\"booking.checked_in\",\"at\":3,\"booking\":\"1795435100000-b1001\","
           "\"ticket\":\"1795435200001-A001\",\"from\":\"confirmed\",\"to\":\"checked_in\"}"));
    assert_null(apply(f,
                      "{\"type\":\"booking.expired\",\"at\":3,\"booking\":\"1795435100000-b1001\","
                      "\"from\":\"held\",\"to\":\"expired\"}"));
    assert_null(apply(f, "{\"type\":\"slot.given\",\"at\":3}"));
    assert_int_equal(fold_waiting(f, "a"), 1);
    assert_string_equal(fold_find(f, STR("1795435200001-A001"))->state, "waiting");
    fold_free(f);
}

/* Served, undone, as if it had not been: with all that only the first event told. */
static void test_fold_apply_undoes_an_end(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    say(f, "issued", 1,
        "'service':'a','class':'elderly','from':'-','to':'waiting','line':'a','rank':50,"
        "'phone':true,'persons':3");
    say(f, "called", 5,
        "'service':'a','to':'called','counter':'3','calls':1,'why':{'rule':'rank'}");
    say(f, "begun", 6, "'service':'a','to':'serving','counter':'3'");
    say(f, "finished", 9000, "'service':'a','to':'done','counter':'3'");
    apply(f, "{\"type\":\"counter.paused\",\"at\":9500,\"counter\":\"3\"}");
    assert_null(fold_find(f, STR("1795435200001-A001")));
    const struct fold_ticket *t =
        say(f, "undone", 18900,
            "'undoes':'ticket.finished','service':'a','from':'done','to':'serving','line':'a',"
            "'rank':50,'since':6,'calls':1,'counter':'3','why':{'rule':'rank'}");
    assert_false(fold_ended(t));
    assert_ptr_equal(t, fold_find(f, STR("1795435200001-A001")));
    assert_string_equal(t->counter, "3");
    assert_string_equal(t->class, "elderly");
    assert_int_equal(t->since_ms, 6);
    assert_int_equal(t->persons, 3);
    assert_true(t->phone);
    say(f, "finished", 19000, "'service':'a','to':'done','counter':'3'");
    t = say(f, "rated", 20000, "'service':'a','from':'done','to':'done','rating':'good'");
    assert_true(fold_ended(t));
    assert_string_equal(t->rating, "good");
    assert_int_equal(t->since_ms, 19000);
    apply(f, "{\"type\":\"counter.closed\",\"at\":40000,\"counter\":\"3\"}");
    assert_null(say(f, "rated", 40001, "'service':'a','from':'done','to':'done','rating':'bad'"));
    fold_free(f);
}

/* A call taken back: the place in the line is the old one, and nothing is left of the call. */
static void test_fold_apply_undoes_a_call(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    issue(f, 2, "a", 600);
    say(f, "called", 9,
        "'service':'a','to':'called','counter':'3','calls':1,'why':{'rule':'rank'}");
    assert_int_equal(ahead(f, "1795435200002-A002"), 0);
    const struct fold_ticket *t =
        say(f, "undone", 12,
            "'undoes':'ticket.called','service':'a','from':'called','to':'waiting','line':'a',"
            "'rank':500,'since':1,'calls':0");
    assert_string_equal(t->state, "waiting");
    assert_string_equal(t->counter, "");
    assert_null(t->why);
    assert_int_equal(t->calls, 0);
    assert_int_equal(t->since_ms, 1);
    assert_int_equal(ahead(f, "1795435200002-A002"), 1);
    fold_free(f);
}

/* An undone transfer takes it out of the line it went to. */
static void test_fold_apply_undoes_a_transfer(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    say(f, "called", 9, "'service':'a','to':'called','counter':'3','calls':1");
    say(f, "transferred", 10, "'service':'a','to':'waiting','counter':'3','line':'&li','rank':500");
    assert_int_equal(fold_waiting(f, "&li"), 1);
    struct buf b;
    buf_init(&b);
    fold_waiting_json(f, &b);
    assert_string_equal(b.p, "{}"); /* a clerk's own line is nobody else's business */
    buf_clear(&b);
    const struct fold_ticket *t =
        say(f, "undone", 12,
            "'service':'a','from':'waiting','to':'called','line':'a','rank':500,'since':9,"
            "'calls':1,'counter':'3'");
    assert_string_equal(t->counter, "3");
    assert_int_equal(fold_waiting(f, "&li"), 0);
    fold_free(f);
}

static void test_fold_apply_serves_one_without_a_number(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    const struct fold_ticket *t = say(f, "issued", 1,
                                      "'service':'a','class':'normal','from':'-','to':'serving',"
                                      "'counter':'3','direct':true");
    assert_string_equal(t->state, "serving");
    assert_string_equal(t->counter, "3");
    assert_string_equal(t->line, "a");
    assert_int_equal(fold_waiting(f, "a"), 0);
    fold_free(f);
}

static void test_fold_apply_shows_what_a_citizen_said(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    say(f, "travel", 5, "'service':'a','from':'waiting','to':'waiting','minutes':25");
    say(f, "promised", 6,
        "'service':'a','from':'waiting','to':'waiting','low':10,'likely':15,'high':20,'line':'a'");
    const struct fold_ticket *t = fold_find(f, STR("1795435200001-A001"));
    assert_int_equal(t->since_ms, 1);
    assert_int_equal(t->rank, 500);
    unsigned seen = t->seen;
    say(f, "noted", 7, "'service':'a','from':'waiting','to':'waiting','note':true");
    say(f, "shown", 7, "'service':'a','from':'waiting','to':'waiting','calls':0");
    assert_int_equal(t->seen, seen);
    json_t *j = page(f, "1795435200001-A001");
    assert_int_equal(json_i64(j, "travel", -1), 25);
    assert_int_equal(json_i64(json_object_get(j, "promise"), "likely", -1), 15);
    assert_int_equal(json_i64(json_object_get(j, "promise"), "at", -1), 6);
    json_decref(j);
    fold_free(f);
}

/* "I need more time": out of the line until then, and back in it. */
static void test_fold_apply_leaves_out_who_is_away(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    issue(f, 1, "a", 500);
    say(f, "delayed", 8,
        "'service':'a','from':'waiting','to':'coming','line':'a','rank':900008,'until':900008,"
        "'delays':1");
    assert_int_equal(fold_waiting(f, "a"), 0);
    json_t *j = page(f, "1795435200001-A001");
    assert_int_equal(json_i64(j, "away", -1), 900008);
    assert_int_equal(json_i64(j, "delays", -1), 1);
    json_decref(j);
    say(f, "arrived", 60, "'service':'a','from':'coming','to':'waiting','line':'a','rank':900008");
    assert_int_equal(fold_waiting(f, "a"), 1);
    j = page(f, "1795435200001-A001");
    assert_null(json_object_get(j, "away"));
    assert_int_equal(json_i64(j, "delays", -1), 1);
    json_decref(j);
    const struct fold_ticket *t =
        say(f, "moved", 70,
            "'service':'b','from':'waiting','to':'waiting','line':'b','rank':900008,'reason':'x'");
    assert_string_equal(t->service, "b");
    assert_int_equal(fold_waiting(f, "a"), 0);
    assert_int_equal(fold_waiting(f, "b"), 1);
    fold_free(f);
}

static const char *next_of(const struct fold *f)
{
    static char text[1024];
    struct buf b;
    buf_init(&b);
    fold_next_all_json(f, &b);
    snprintf(text, sizeof text, "%s", b.p);
    buf_clear(&b);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '"')
            *p = '\'';
    return text;
}

/* By rank, so many of each line, as numbers; of a line held for a clerk nothing at all. */
static void test_fold_next_json_tells_the_first_of_each_line(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    assert_string_equal(next_of(f), "{}");
    for (int i = 1; i <= 8; i++)
        issue(f, i, "a", 10000 - 1000 * i);
    assert_string_equal(next_of(f), "{'a':[['A008',2000],['A007',3000],['A006',4000],['A005',5000],"
                                    "['A004',6000],['A003',7000]]}");
    say(f, "transferred", 9,
        "'service':'a','from':'called','to':'waiting','line':'&li','rank':5000");
    assert_null(strstr(next_of(f), "li"));
    say(f, "transferred", 9,
        "'service':'a','from':'waiting','to':'waiting','line':'@3','rank':5999");
    assert_non_null(strstr(next_of(f), "'@3':[['A001',5999]]"));
    struct buf b;
    buf_init(&b);
    fold_next_json(f, "nobody", &b);
    assert_string_equal(b.p, "[]");
    buf_clear(&b);
    fold_free(f);
}

static void test_fold_apply_ignores_what_it_does_not_know(void **state)
{
    (void)state;
    struct fold *f = fold_new();
    assert_null(apply(f, "{\"type\":\"ticket.called\"}"));
    assert_null(apply(f, "{\"type\":\"message.accepted\",\"ticket\":\"1795435200001-A001\"}"));
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
        cmocka_unit_test(test_fold_apply_keeps_the_place_of_one_who_is_coming),
        cmocka_unit_test(test_fold_apply_ends_one_who_never_came),
        cmocka_unit_test(test_fold_apply_steps_on),
        cmocka_unit_test(test_fold_apply_leaves_bookings_alone),
        cmocka_unit_test(test_fold_apply_undoes_an_end),
        cmocka_unit_test(test_fold_apply_undoes_a_call),
        cmocka_unit_test(test_fold_apply_undoes_a_transfer),
        cmocka_unit_test(test_fold_apply_serves_one_without_a_number),
        cmocka_unit_test(test_fold_apply_shows_what_a_citizen_said),
        cmocka_unit_test(test_fold_apply_leaves_out_who_is_away),
        cmocka_unit_test(test_fold_next_json_tells_the_first_of_each_line),
        cmocka_unit_test(test_fold_apply_ignores_what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
