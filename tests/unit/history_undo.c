/* The history check and what a hall's day has beyond the lifecycle of one ticket: undo, direct
 * service, moves, delays, lines of clerks, quick lanes, promises, stops. Each honest way passes,
 * each planted fault is found. SPDX-License-Identifier: MIT */
#include "ctl/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char hall_text[] =
    "{'rules':{'overtaking_max':2,'put_back_minutes':5,'return_minutes':5,'delay_minutes_max':15,"
    "'delay_max':1},'classes':[{'code':'normal','target_minutes':30}],"
    "'remote':{'arrive_minutes':15,'alive_max':1},"
    "'services':[{'code':'a','minutes':6},{'code':'b','minutes':10},{'code':'c','minutes':30}],"
    "'series':[{'letter':'A','first':1,'last':999}],"
    "'profiles':[{'code':'all','serves':[{'service':'*','offset_minutes':0}]},"
    "{'code':'quick','serves':[{'service':'*','offset_minutes':0,'up_to_minutes':6},"
    "{'service':'*','offset_minutes':15,'up_to_minutes':10}]}],"
    "'counters':[{'code':'1','profile':'all'},{'code':'2','profile':'all'}]}";

enum { MINUTE = 60000, TARGET = 30 * MINUTE };

static json_t *hall;
static struct history *h;
static int seq;

/* JSON with ' for ". */
static json_t *read_json(const char *text)
{
    char json[1200];
    struct json_where where;
    snprintf(json, sizeof json, "%s", text);
    for (char *p = json; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    json_t *j = json_read(str_of(json), &where);
    assert_non_null(j);
    return j;
}

static int setup(void **state)
{
    (void)state;
    hall = read_json(hall_text);
    h = history_new(hall);
    seq = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    history_free(h);
    json_decref(hall);
    return 0;
}

static void add(const char *fmt, ...)
{
    char rest[500], text[560];
    va_list args;
    va_start(args, fmt);
    vsnprintf(rest, sizeof rest, fmt, args);
    va_end(args);
    snprintf(text, sizeof text, "{'id':'7-%d',%s}", ++seq, rest);
    json_t *e = read_json(text);
    history_add(h, e);
    json_decref(e);
}

/* An event of ticket n: "from>to", and the further members. */
static void tell(const char *type, int at, int n, const char *move, const char *more)
{
    const char *to = strchr(move, '>') + 1;
    add("'type':'ticket.%s','at':%d,'ticket':'%013d-A%03d','number':'A%03d','class':'normal',"
        "'from':'%.*s','to':'%s',%s",
        type, at, n, n, n, (int)(to - move - 1), move, to, more);
}

static void issue(int n, const char *service, int at)
{
    char more[120];
    snprintf(more, sizeof more, "'by':'kiosk:k','service':'%s','line':'%s','rank':%d", service,
             service, at + TARGET);
    tell("issued", at, n, "->waiting", more);
}

static void open_counter(const char *code, const char *clerk, const char *profile)
{
    add("'type':'counter.opened','at':1,'counter':'%s','clerk':'clerk:%s','profile':'%s'", code,
        clerk, profile);
}

static void call(int n, const char *counter, int at)
{
    char more[120];
    snprintf(more, sizeof more, "'service':'a','counter':'%s','calls':1,'why':{'rule':'rank'}",
             counter);
    tell("called", at, n, "waiting>called", more);
}

static void at_counter(const char *type, int n, const char *counter, int at, const char *move)
{
    char more[80];
    snprintf(more, sizeof more, "'service':'a','counter':'%s'", counter);
    tell(type, at, n, move, more);
}

/* The call of ticket n, which waited since `since` in line a, is taken back. */
static void undo_call(int n, int at, int since)
{
    char more[200];
    snprintf(more, sizeof more,
             "'undoes':'ticket.called','service':'a','line':'a','rank':%d,'since':%d,'calls':0",
             since + TARGET, since);
    tell("undone", at, n, "called>waiting", more);
}

static void faults(int n, const char *word)
{
    if (history_result(h)->faults != n)
        print_message("%s\n", history_fault(h, 0) != NULL ? history_fault(h, 0) : "no fault");
    assert_int_equal(history_result(h)->faults, n);
    if (n > 0 && strstr(history_fault(h, 0), word) == NULL)
        fail_msg("'%s' does not tell of '%s'", history_fault(h, 0), word);
}

static void test_history_undo_of_a_call(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    issue(2, "a", 200);
    call(1, "1", 300);
    undo_call(1, 10300, 100);
    call(1, "1", 10400);
    faults(0, "");
    assert_int_equal(history_result(h)->called, 1);
    assert_int_equal(history_result(h)->undone, 1);
}

static void test_history_undo_too_late(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    call(1, "1", 300);
    undo_call(1, 10301, 100);
    faults(1, "undone after 10 s");
}

static void test_history_undo_to_another_place(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    call(1, "1", 300);
    undo_call(1, 400, 101);
    faults(2, "has rank");
}

static void test_history_undo_of_nothing(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    undo_call(1, 400, 100);
    faults(1, "nothing was pressed");
}

static void test_history_undo_twice(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    call(1, "1", 300);
    undo_call(1, 400, 100);
    undo_call(1, 401, 100);
    faults(1, "nothing was pressed");
}

/* One press finished 1 and called 2; both come back, the last one first. */
static void press_both(void)
{
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    issue(2, "a", 200);
    call(1, "1", 300);
    at_counter("begun", 1, "1", 400, "called>serving");
    at_counter("finished", 1, "1", 60000, "serving>done");
    call(2, "1", 60000);
}

static const char serving_again[] = "'undoes':'ticket.finished','service':'a','line':'a',"
                                    "'rank':1800100,'since':400,'calls':1,'counter':'1'";

static void test_history_undo_of_two_in_one_press(void **state)
{
    (void)state;
    press_both();
    undo_call(2, 65000, 200);
    tell("undone", 65000, 1, "done>serving", serving_again);
    faults(0, "");
    at_counter("finished", 1, "1", 70000, "serving>done");
    faults(0, "");
    assert_int_equal(history_result(h)->served, 1);
    assert_int_equal(history_result(h)->called, 1);
}

static void test_history_undo_of_the_half_of_a_press(void **state)
{
    (void)state;
    press_both();
    tell("undone", 65000, 1, "done>serving", serving_again);
    faults(1, "while it has another one");
}

/* 3 was called before 1 and 2, the call undone: nobody was overtaken by it. */
static void test_history_undone_call_overtakes_nobody(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    open_counter("2", "wu", "all");
    issue(1, "a", 100);
    tell("issued", 200, 2, "->waiting", "'service':'a','line':'a','rank':1800200");
    tell("issued", 300, 3, "->waiting", "'service':'a','line':'a','rank':1800300");
    for (int i = 0; i < 3; i++) {
        tell("called", 1000 + i, 3, "waiting>called",
             "'service':'a','counter':'1','calls':1,'why':{'rule':'chosen','reason':'x'}");
        undo_call(3, 1000 + i, 300);
    }
    assert_int_equal(history_result(h)->overtaken_most, 1);
    call(1, "1", 1100);
    call(2, "2", 1101);
    faults(0, "");
}

/* While 1 was at the counter, 2 and 3 were called: with its call undone they have overtaken it, and
 * it is at its bound of 2. */
static void test_history_overtaken_while_called(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    open_counter("2", "wu", "all");
    for (int n = 1; n <= 4; n++)
        issue(n, "a", 100 * n);
    call(1, "1", 1000);
    call(2, "2", 1001);
    at_counter("missed", 2, "2", 1002, "called>missed");
    call(3, "2", 1003);
    at_counter("missed", 3, "2", 1004, "called>missed");
    undo_call(1, 1005, 100);
    assert_int_equal(history_result(h)->overtaken_most, 2);
    call(4, "2", 1006);
    faults(1, "A001 was to be called");
}

static void test_history_direct(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    tell("issued", 300, 2, "->serving",
         "'by':'clerk:li','service':'a','line':'a','rank':1800300,'counter':'1','direct':true");
    at_counter("finished", 2, "1", 9000, "serving>done");
    faults(0, "");
    tell("issued", 9100, 3, "->serving",
         "'service':'a','line':'a','rank':1809100,'counter':'1','direct':true");
    tell("undone", 9200, 3, "serving>cancelled",
         "'undoes':'ticket.issued','service':'a','line':'a','rank':1809100,'since':9200,'calls':0");
    call(1, "1", 9300);
    faults(0, "");
    tell("issued", 9400, 4, "->serving",
         "'service':'a','line':'a','rank':1809400,'counter':'1','direct':true");
    faults(1, "has ticket");
}

static void test_history_line_of_a_clerk(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    open_counter("2", "wu", "all");
    issue(1, "a", 100);
    call(1, "1", 200);
    tell("transferred", 300, 1, "called>waiting",
         "'counter':'1','service':'a','line':'&wu','rank':1800100");
    issue(2, "a", 400);
    call(2, "1", 500); /* 1 waits for wu, who is not here */
    faults(0, "");
    add("'type':'counter.closed','at':600,'counter':'2','clerk':'clerk:wu'");
    at_counter("missed", 2, "1", 600, "called>missed");
    call(1, "1", 700);
    faults(1, "does not serve A001's line &wu");
}

static void test_history_clerk_at_another_counter(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    open_counter("2", "wu", "quick");
    issue(1, "c", 100);
    tell("called", 200, 1, "waiting>called",
         "'service':'c','counter':'1','calls':1,'why':{'rule':'rank'}");
    tell("transferred", 300, 1, "called>waiting",
         "'counter':'1','service':'c','line':'&wu','rank':1800100");
    call(1, "2", 400); /* whatever the profile */
    faults(0, "");
}

/* a takes 6 minutes: at once; b takes 10: 15 min later; c takes 30: never. */
static void test_history_quick_lane(void **state)
{
    (void)state;
    open_counter("1", "li", "quick");
    issue(1, "c", 100);
    issue(2, "b", 200);
    issue(3, "a", 200 + 15 * MINUTE);
    call(2, "1", 20 * MINUTE);
    faults(0, "");
    at_counter("missed", 2, "1", 20 * MINUTE, "called>missed");
    add("'type':'counter.profiled','at':1,'counter':'1','clerk':'clerk:li','profile':'all'");
    call(1, "1", 20 * MINUTE);
    faults(0, "");
    at_counter("missed", 1, "1", 20 * MINUTE, "called>missed");
    add("'type':'counter.profiled','at':1,'counter':'1','clerk':'clerk:li','profile':'quick'");
    issue(4, "c", 20 * MINUTE);
    call(4, "1", 20 * MINUTE);
    faults(1, "does not serve A004's line c");
}

static void test_history_quick_lane_takes_the_short_ones_first(void **state)
{
    (void)state;
    open_counter("1", "li", "quick");
    issue(1, "b", 100);
    issue(2, "a", 14 * MINUTE);
    call(1, "1", 20 * MINUTE);
    faults(1, "A002 was to be called");
}

static void test_history_moved(void **state)
{
    (void)state;
    issue(1, "a", 100);
    tell("moved", 200, 1, "waiting>waiting",
         "'service':'b','line':'b','rank':1800100,'reason':'full'");
    faults(0, "");
    tell("moved", 300, 1, "waiting>waiting",
         "'service':'c','line':'c','rank':1800300,'reason':'full'");
    faults(1, "A001 has rank");
}

static void test_history_delayed(void **state)
{
    (void)state;
    issue(1, "a", 100);
    issue(2, "a", 200);
    tell("delayed", 25 * MINUTE, 1, "waiting>coming",
         "'service':'a','line':'a','rank':2400000,'until':2400000,'delays':1");
    tell("arrived", 41 * MINUTE, 1, "coming>waiting", "'service':'a','line':'a','rank':2400000");
    faults(0, "");
    tell("delayed", 41 * MINUTE, 1, "waiting>coming",
         "'service':'a','line':'a','rank':2760000,'until':2760000,'delays':2");
    faults(1, "is delayed 2 times");
}

/* Back before it is over: no later than it is. */
static void test_history_delayed_and_back_early(void **state)
{
    (void)state;
    issue(1, "a", 100);
    tell("delayed", 29 * MINUTE, 1, "waiting>coming",
         "'service':'a','line':'a','rank':2640000,'until':2640000,'delays':1");
    tell("arrived", 35 * MINUTE, 1, "coming>waiting", "'service':'a','line':'a','rank':2100000");
    faults(0, "");
}

static void test_history_delayed_for_too_long(void **state)
{
    (void)state;
    issue(1, "a", 100);
    tell("delayed", 25 * MINUTE, 1, "waiting>coming",
         "'service':'a','line':'a','rank':2400001,'until':2400001,'delays':1");
    faults(1, "delayed by 900 s");
}

/* Whoever is away is not one of those from home, and is never called. */
static void test_history_away(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    tell("delayed", 200, 1, "waiting>coming",
         "'service':'a','line':'a','rank':1800100,'until':600000,'delays':1");
    tell("issued", 300, 2, "->coming", "'service':'a','line':'a','rank':1800300");
    faults(0, "");
    tell("called", 400, 1, "coming>called",
         "'service':'a','counter':'1','calls':1,'why':{'rule':'rank'}");
    faults(1, "may not go from coming to called");
}

static void test_history_promises_and_ratings(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    tell("promised", 200, 1, "waiting>waiting",
         "'service':'a','line':'a','low':5,'likely':10,'high':20");
    tell("noted", 200, 1, "waiting>waiting", "'service':'a','note':true");
    tell("travel", 200, 1, "waiting>waiting", "'service':'a','minutes':20");
    call(1, "1", 300);
    at_counter("begun", 1, "1", 400, "called>serving");
    tell("reprinted", 500, 1, "serving>serving", "'service':'a'");
    at_counter("finished", 1, "1", 60000, "serving>done");
    tell("rated", 60001, 1, "done>done", "'service':'a','rating':'bad','reason':'wait'");
    faults(0, "");
    tell("rated", 60002, 1, "done>done", "'service':'a','rating':'good'");
    faults(1, "rated twice");
}

static void test_history_shown_calls(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    call(1, "1", 300);
    tell("shown", 400, 1, "called>called", "'service':'a','counter':'1','calls':1,'device':'b'");
    tell("recalled", 500, 1, "called>called", "'service':'a','counter':'1','calls':2");
    tell("shown", 600, 1, "called>called", "'service':'a','counter':'1','calls':2,'device':'b'");
    faults(0, "");
    tell("shown", 700, 1, "called>called", "'service':'a','counter':'1','calls':2,'device':'c'");
    faults(1, "call 2 of A001 is shown twice");
}

static void test_history_shown_without_that_call(void **state)
{
    (void)state;
    open_counter("1", "li", "all");
    issue(1, "a", 100);
    call(1, "1", 300);
    tell("shown", 400, 1, "called>called", "'service':'a','counter':'1','calls':2,'device':'b'");
    faults(1, "it was called 1 times");
}

static void test_history_promised_twice(void **state)
{
    (void)state;
    issue(1, "a", 100);
    for (int i = 0; i < 2; i++)
        tell("promised", 200, 1, "waiting>waiting",
             "'service':'a','line':'a','low':5,'likely':10,'high':20");
    faults(1, "promised a wait twice");
}

static void test_history_given_though_stopped(void **state)
{
    (void)state;
    add("'type':'hall.stopped','at':1,'service':'a','reason':'full'");
    issue(1, "b", 100);
    tell("issued", 200, 2, "->waiting",
         "'by':'clerk:li','service':'a','line':'a','rank':1800200"); /* staff may */
    faults(0, "");
    issue(3, "a", 300);
    faults(1, "given though a was stopped");
    add("'type':'hall.started','at':1,'service':'a'");
    issue(4, "a", 400);
    add("'type':'hall.stopped','at':1,'service':'*','reason':'power'");
    issue(5, "b", 500);
    assert_int_equal(history_result(h)->faults, 2);
    add("'type':'hall.started','at':1,'service':'*'");
    issue(6, "b", 600);
    assert_int_equal(history_result(h)->faults, 2);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_history_undo_of_a_call),
        CASE(test_history_undo_too_late),
        CASE(test_history_undo_to_another_place),
        CASE(test_history_undo_of_nothing),
        CASE(test_history_undo_twice),
        CASE(test_history_undo_of_two_in_one_press),
        CASE(test_history_undo_of_the_half_of_a_press),
        CASE(test_history_undone_call_overtakes_nobody),
        CASE(test_history_overtaken_while_called),
        CASE(test_history_direct),
        CASE(test_history_line_of_a_clerk),
        CASE(test_history_clerk_at_another_counter),
        CASE(test_history_quick_lane),
        CASE(test_history_quick_lane_takes_the_short_ones_first),
        CASE(test_history_moved),
        CASE(test_history_delayed),
        CASE(test_history_delayed_and_back_early),
        CASE(test_history_delayed_for_too_long),
        CASE(test_history_away),
        CASE(test_history_promises_and_ratings),
        CASE(test_history_shown_calls),
        CASE(test_history_shown_without_that_call),
        CASE(test_history_promised_twice),
        CASE(test_history_given_though_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
