/* The fold of the board: what is called goes on top, what is taken back leaves.
 * SPDX-License-Identifier: MIT */
#include "display/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct buf change;

/* Applies an event of this type for a number; the members of the change stand in `change`. */
static bool apply(struct board *b, const char *type, const char *number, int calls)
{
    char text[256];
    snprintf(text, sizeof text,
             "{\"type\":\"%s\",\"at\":7,\"number\":\"%s\",\"counter\":\"3\",\"service\":\"a\","
             "\"calls\":%d,\"to\":\"%s\","
             "\"version\":4}",
             type, number, calls, strcmp(type, "ticket.resumed") == 0 ? "waiting" : "x");
    struct json_where where;
    json_t *e = json_read(str_of(text), &where);
    buf_reset(&change);
    buf_add_char(&change, '{');
    bool shows = board_apply(b, e, &change);
    json_decref(e);
    return shows;
}

/* "A001 called, A002 ended" */
static const char *shown(struct board *b)
{
    static char out[2048];
    struct buf j;
    buf_init(&j);
    buf_add_char(&j, '{');
    board_json(b, &j);
    buf_add_char(&j, '}');
    struct json_where where;
    json_t *o = json_read(buf_str(&j), &where);
    assert_non_null(o);
    out[0] = '\0';
    size_t i;
    json_t *c;
    json_array_foreach(json_object_get(o, "calls"), i, c)
    {
        size_t at = strlen(out);
        snprintf(out + at, sizeof out - at, "%s" STR_FMT " " STR_FMT, i > 0 ? ", " : "",
                 STR_ARG(json_str(c, "number")), STR_ARG(json_str(c, "state")));
    }
    json_decref(o);
    buf_clear(&j);
    return out;
}

static void test_board_apply_keeps_the_newest_call_on_top(void **state)
{
    (void)state;
    struct board *b = board_new();
    assert_true(apply(b, "ticket.called", "A001", 1));
    assert_true(apply(b, "ticket.called", "A002", 1));
    assert_string_equal(shown(b), "A002 called, A001 called");
    assert_true(apply(b, "ticket.recalled", "A001", 2));
    assert_string_equal(shown(b), "A001 called, A002 called");
    assert_non_null(strstr(
        change.p,
        "\"call\":{\"number\":\"A001\",\"counter\":\"3\",\"service\":\"a\",\"at\":7,\"calls\":2}"));
    assert_true(apply(b, "ticket.finished", "A002", 1));
    assert_string_equal(shown(b), "A001 called, A002 ended");
    assert_true(apply(b, "ticket.put_back", "A001", 1));
    assert_non_null(strstr(change.p, "\"withdrawn\":\"A001\""));
    assert_string_equal(shown(b), "A002 ended");
    board_free(b);
}

static void test_board_apply_takes_a_step_off_the_list(void **state)
{
    (void)state;
    struct board *b = board_new();
    apply(b, "ticket.called", "A001", 1);
    apply(b, "ticket.begun", "A001", 1);
    assert_true(apply(b, "ticket.stepped", "A001", 1));
    assert_non_null(strstr(change.p, "\"withdrawn\":\"A001\""));
    assert_string_equal(shown(b), "");
    assert_true(apply(b, "ticket.called", "A001", 1));
    assert_string_equal(shown(b), "A001 called");
    board_free(b);
}

/* Applies an event given with ' for "; those of the change come back the same way. */
static bool say(struct board *b, const char *event)
{
    char text[256];
    struct json_where where;
    snprintf(text, sizeof text, "%s", event);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    json_t *e = json_read(str_of(text), &where);
    assert_non_null(e);
    buf_reset(&change);
    bool shows = board_apply(b, e, &change);
    json_decref(e);
    for (size_t i = 0; i < change.len; i++)
        if (change.p[i] == '"')
            change.p[i] = '\'';
    return shows;
}

static bool undo(struct board *b, const char *number, const char *to)
{
    char text[256];
    snprintf(text, sizeof text,
             "{'type':'ticket.undone','at':20,'number':'%s','to':'%s','counter':'3',"
             "'service':'a','calls':1,'since':9}",
             number, to);
    return say(b, text);
}

static void test_board_apply_shows_what_was_before_an_undo(void **state)
{
    (void)state;
    struct board *b = board_new();
    apply(b, "ticket.called", "A001", 1);
    apply(b, "ticket.called", "A002", 1);
    assert_true(undo(b, "A002", "waiting"));
    assert_string_equal(change.p, "'withdrawn':'A002'");
    assert_string_equal(shown(b), "A001 called");
    apply(b, "ticket.called", "A002", 1);
    apply(b, "ticket.missed", "A001", 1);
    assert_true(undo(b, "A001", "called")); /* where it was, and not announced */
    assert_string_equal(shown(b), "A002 called, A001 called");
    assert_string_equal(change.p, "'back':{'number':'A001','counter':'3','service':'a','at':7,"
                                  "'calls':1,'state':'called'}");
    apply(b, "ticket.transferred", "A001", 1);
    assert_string_equal(shown(b), "A002 called");
    assert_true(undo(b, "A001", "serving"));
    assert_string_equal(shown(b), "A001 serving, A002 called");
    assert_non_null(strstr(change.p, "'at':9,"));
    assert_false(undo(b, "A009", "waiting"));
    board_free(b);
}

/* The members of the board as they stand in its JSON. */
static const char *whole(const struct board *b)
{
    static char text[512];
    struct buf out;
    buf_init(&out);
    board_json(b, &out);
    snprintf(text, sizeof text, "%s", out.p);
    buf_clear(&out);
    return text;
}

static void test_board_apply_shows_announcements(void **state)
{
    (void)state;
    struct board *b = board_new();
    assert_non_null(strstr(whole(b), "\"announcement\":{\"texts\":{},\"until\":0}"));
    struct json_where where;
    json_t *s = json_read(
        STR("{\"version\":1,\"announcement\":{\"texts\":{\"en\":\"Drill at 3\"},\"until\":50}}"),
        &where);
    board_load(b, s);
    json_decref(s);
    assert_non_null(
        strstr(whole(b), "\"announcement\":{\"texts\":{\"en\":\"Drill at 3\"},\"until\":50}"));
    assert_true(say(b, "{'type':'hall.announced','texts':{'zh':'停\\\\电'},'until':60}"));
    assert_string_equal(change.p, "'announcement':{'texts':{'zh':'停\\\\电'},'until':60}");
    assert_true(say(b, "{'type':'hall.announced','texts':{},'until':0}"));
    assert_string_equal(change.p, "'announcement':{'texts':{},'until':0}");
    board_free(b);
}

static void test_board_apply_shows_what_is_stopped(void **state)
{
    (void)state;
    struct board *b = board_new();
    struct json_where where;
    json_t *s = json_read(STR("{\"version\":1,\"stopped\":{\"c\":\"enough\"}}"), &where);
    board_load(b, s);
    json_decref(s);
    assert_non_null(strstr(whole(b), "\"stopped\":{\"c\":\"enough\"}"));
    assert_true(say(b, "{'type':'hall.stopped','service':'*','reason':'power'}"));
    assert_string_equal(change.p, "'stopped':{'c':'enough','*':'power'}");
    assert_true(say(b, "{'type':'hall.started','service':'c'}"));
    assert_string_equal(change.p, "'stopped':{'*':'power'}");
    assert_true(say(b, "{'type':'hall.stopped','service':'b','reason':'r'}"));
    assert_true(say(b, "{'type':'hall.started','service':'*'}"));
    assert_string_equal(change.p, "'stopped':{}");
    assert_false(say(b, "{'type':'hall.stopped'}"));
    say(b, "{'type':'hall.stopped','service':'c','reason':'r'}");
    assert_true(say(b, "{'type':'hall.day_closed'}"));
    assert_string_equal(change.p, "'day_closed':true,'stopped':{}");
    assert_non_null(strstr(whole(b), "\"stopped\":{}"));
    board_free(b);
}

/* What has left its counter makes room for what comes; what stands at one never does, however long
 * ago it was called. */
static void test_board_apply_is_bounded_but_for_what_is_at_a_counter(void **state)
{
    (void)state;
    struct board *b = board_new();
    apply(b, "ticket.called", "C001", 1);
    apply(b, "ticket.begun", "C001", 1);
    for (int i = 0; i < 60; i++) {
        char number[12];
        snprintf(number, sizeof number, "A%03d", i);
        apply(b, "ticket.called", number, 1);
        apply(b, "ticket.finished", number, 1);
    }
    assert_non_null(strstr(shown(b), "A059 ended, A058 ended"));
    assert_non_null(strstr(shown(b), "A013 ended, C001 called"));
    assert_null(strstr(shown(b), "A012"));
    apply(b, "ticket.finished", "C001", 1);
    apply(b, "ticket.called", "A099", 1);
    assert_null(strstr(shown(b), "C001"));
    board_free(b);
}

static void add_old(struct board *b, const char *number, const char *counter, int since)
{
    struct fold_ticket t = {.since_ms = since, .calls = 1};
    snprintf(t.id, sizeof t.id, "1795435200001-%s", number);
    snprintf(t.counter, sizeof t.counter, "%s", counter);
    strcpy(t.state, "serving");
    board_add_old(b, &t);
}

/* After a restart: in the order they were called, whatever order the fold has them in. */
static void test_board_add_old_sorts_by_call(void **state)
{
    (void)state;
    struct board *b = board_new();
    apply(b, "ticket.called", "A009", 1);
    add_old(b, "A003", "4", 3);
    add_old(b, "A005", "5", 5);
    add_old(b, "A009", "3", 5);
    add_old(b, "A004", "6", 4);
    assert_string_equal(shown(b), "A009 called, A005 serving, A004 serving, A003 serving");
    board_free(b);
}

static void test_board_apply_says_nothing_about_what_is_not_public(void **state)
{
    (void)state;
    struct board *b = board_new();
    assert_false(apply(b, "message.accepted", "A001", 1));
    assert_false(apply(b, "ticket.issued", "A001", 1));
    assert_false(apply(b, "ticket.finished", "A001", 1));
    assert_false(apply(b, "ticket.resumed", "A001", 1));
    assert_false(apply(b, "ticket.arrived", "A001", 1));
    assert_false(apply(b, "ticket.promised", "A001", 1));
    assert_false(apply(b, "ticket.noted", "A001", 1));
    assert_false(apply(b, "ticket.shown", "A001", 1));
    assert_false(apply(b, "counter.profiled", "", 1));
    assert_false(apply(b, "alarm.raised", "", 1));
    assert_true(apply(b, "ticket.called", "B001", 1));
    assert_false(apply(b, "booking.checked_in", "B001", 1));
    assert_false(apply(b, "booking.cancelled", "B001", 1));
    assert_false(apply(b, "waitlist.left", "B001", 1));
    assert_string_equal(shown(b), "B001 called");
    assert_true(apply(b, "hall.configured", "", 1));
    assert_true(apply(b, "ticket.called", "A001", 1));
    assert_true(apply(b, "hall.day_closed", "", 1));
    assert_string_equal(shown(b), "");
    board_free(b);
}

static bool note(void *arg, const struct board_call *call)
{
    struct buf *out = arg;
    buf_addf(out, "%s at %s %s %d;", call->number, call->counter, call->state, call->calls);
    return strcmp(call->number, "A002") != 0;
}

/* What signs read off the same fold. */
static void test_board_each_gives_the_newest_first_until_told_to_stop(void **state)
{
    (void)state;
    struct board *b = board_new();
    struct buf out;
    buf_init(&out);
    apply(b, "ticket.called", "A001", 1);
    apply(b, "ticket.called", "A002", 1);
    apply(b, "ticket.recalled", "A003", 2);
    board_each(b, note, &out);
    assert_string_equal(out.p, "A003 at 3 called 2;A002 at 3 called 1;");
    assert_false(board_is_open(b, STR("3")));
    apply(b, "counter.opened", "", 0);
    assert_true(board_is_open(b, STR("3")));
    assert_false(board_is_open(b, STR("4")));
    apply(b, "counter.paused", "", 0);
    assert_false(board_is_open(b, STR("3")));
    buf_clear(&out);
    board_free(b);
}

int main(void)
{
    buf_init(&change);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_board_apply_keeps_the_newest_call_on_top),
        cmocka_unit_test(test_board_apply_takes_a_step_off_the_list),
        cmocka_unit_test(test_board_apply_shows_what_was_before_an_undo),
        cmocka_unit_test(test_board_apply_shows_announcements),
        cmocka_unit_test(test_board_apply_shows_what_is_stopped),
        cmocka_unit_test(test_board_apply_is_bounded_but_for_what_is_at_a_counter),
        cmocka_unit_test(test_board_add_old_sorts_by_call),
        cmocka_unit_test(test_board_apply_says_nothing_about_what_is_not_public),
        cmocka_unit_test(test_board_each_gives_the_newest_first_until_told_to_stop),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_clear(&change);
    return failed;
}
