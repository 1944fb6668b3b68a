/* What a forecast keeps of a hall: how it stands, who was overtaken, what its days taught.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "config/hall.h"
#include "forecast/lessons.h"
#include "forecast/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char small_hall[] =
    "code: h\n"
    "names: {en: Hall}\n"
    "address: {en: Street}\n"
    "zone: UTC\n"
    "country: \"49\"\n"
    "languages: [en]\n"
    "hours: [{days: [mon], from: \"08:00\", to: \"16:00\"}]\n"
    "classes:\n"
    "  - {code: normal, target_minutes: 30, names: {en: Standard}}\n"
    "  - {code: elderly, target_minutes: 10, names: {en: Old}}\n"
    "series: [{letter: A, first: 1, last: 999}]\n"
    "services:\n"
    "  - {code: short, series: A, minutes: 5, names: {en: Short}}\n"
    "  - {code: long, series: A, minutes: 20, names: {en: Long}}\n"
    "profiles:\n"
    "  - code: quick\n"
    "    serves: [{service: \"*\", up_to_minutes: 10}, {service: \"*\", offset_minutes: 15}]\n"
    "  - {code: all, serves: [{service: \"*\"}]}\n"
    "counters: [{code: \"1\", profile: all}, {code: \"2\", profile: quick}]\n";

static struct plan *plan;
static struct scene *scene;
static struct lessons *lessons;

static int setup(void **state)
{
    (void)state;
    struct buf error;
    buf_init(&error);
    struct hall_file *file = hall_read(str_of(small_hall), "test", &error);
    if (!file)
        printf("%s\n", error.p);
    plan = file ? plan_new(file, 1) : NULL;
    hall_free(file);
    buf_clear(&error);
    if (!plan)
        return -1;
    scene = scene_new(plan, NULL);
    lessons = lessons_new(plan, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scene_free(scene);
    lessons_free(lessons);
    plan_free(plan);
    return 0;
}

__attribute__((format(printf, 1, 2))) static bool happens(const char *fmt, ...)
{
    char text[512];
    struct json_where where;
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (char *p = text; *p; p++)
        if (*p == '\'')
            *p = '"';
    json_t *e = json_read(str_of(text), &where);
    assert_non_null(e);
    lessons_event(lessons, e);
    bool changed = scene_event(scene, e);
    json_decref(e);
    return changed;
}

#define T0 1795435200000LL

static void issue(int n, const char *service, int at)
{
    assert_true(happens("{'type':'ticket.issued','at':%lld,'ticket':'%lld-A%03d','service':'%s',"
                        "'class':'normal','from':'-','to':'waiting','line':'%s','rank':%lld}",
                        T0 + at, T0 + at, n, service, service, T0 + at + 1800000));
}

/* A move of ticket n that was issued at `issued`. */
static bool move(const char *what, int n, int issued, const char *from_to, int at, const char *more)
{
    return happens("{'type':'ticket.%s','at':%lld,'ticket':'%lld-A%03d','service':'short',%s%s}",
                   what, T0 + at, T0 + issued, n, from_to, more);
}

#define CALLED  "'from':'waiting','to':'called','counter':'1','calls':1"
#define BEGUN   "'from':'called','to':'serving','counter':'1'"
#define DONE    "'from':'serving','to':'done','counter':'1'"
#define MISSED  "'from':'called','to':'missed','counter':'1'"
#define BY_RANK ",'why':{'rule':'rank'}"

static const struct scene_ticket *find(int n, int issued)
{
    char id[ETA_ID_MAX];
    snprintf(id, sizeof id, "%lld-A%03d", T0 + issued, n);
    return scene_find(scene, str_of(id));
}

static void test_plan_has_the_lowest_offset_that_fits(void **state)
{
    (void)state;
    assert_int_equal(plan->offsets[0], 0);              /* quick: short */
    assert_int_equal(plan->offsets[1], 15 * 60 * 1000); /* quick: long */
    assert_int_equal(plan->offsets[2], 0);
    assert_int_equal(plan->normal, 0);
    assert_int_equal(plan->class[1].target_ms, 600000);
}

static void test_scene_counts_who_was_overtaken(void **state)
{
    (void)state;
    issue(1, "short", 0);
    issue(2, "short", 10);
    issue(3, "short", 20);
    assert_true(move("called", 3, 20, CALLED, 30, BY_RANK));
    assert_int_equal(scene_overtaken(scene, find(1, 0)), 1);
    assert_int_equal(scene_overtaken(scene, find(2, 10)), 1);
    assert_true(move("called", 2, 10, CALLED, 40, BY_RANK));
    assert_int_equal(scene_overtaken(scene, find(1, 0)), 2);
    assert_true(move(
        "undone", 2, 10,
        "'from':'called','to':'waiting','undoes':'ticket.called','line':'short','rank':1", 41, ""));
    assert_int_equal(scene_overtaken(scene, find(1, 0)), 1);
    assert_int_equal(find(2, 10)->entered_ms, T0 + 10); /* as if it had not been called */
    assert_true(move("called", 1, 0, CALLED, 50, BY_RANK));
    assert_int_equal(scene_overtaken(scene, find(2, 10)), 1);
}

static void test_scene_follows_counters_and_stops(void **state)
{
    (void)state;
    assert_false(scene_in_use(scene));
    assert_true(happens(
        "{'type':'counter.opened','at':1,'counter':'1','clerk':'clerk:li','profile':'quick'}"));
    assert_true(scene->counters[0].open);
    assert_int_equal(scene->counters[0].profile, 0);
    assert_string_equal(scene->counters[0].clerk, "li");
    assert_true(happens("{'type':'counter.profiled','at':1,'counter':'1','profile':'all'}"));
    assert_true(scene->counters[0].open);
    assert_int_equal(scene->counters[0].profile, 1);
    assert_true(
        happens("{'type':'counter.paused','at':7,'counter':'1','clerk':'clerk:li','reason':'x'}"));
    assert_false(scene->counters[0].open);
    assert_int_equal(scene->counters[0].paused_ms, 7);
    assert_true(scene_in_use(scene)); /* comes back */
    assert_true(happens("{'type':'counter.closed','at':8,'counter':'1','clerk':'clerk:li'}"));
    assert_int_equal(scene->counters[0].paused_ms, 0);
    assert_false(scene_in_use(scene));
    assert_true(happens("{'type':'hall.stopped','at':1,'service':'*','reason':'late'}"));
    assert_string_equal(scene_stopped(scene, 1), "late");
    assert_true(happens("{'type':'hall.started','at':1,'service':'*'}"));
    assert_null(scene_stopped(scene, 1));
    assert_true(happens("{'type':'hall.ghosts','at':1,'profile':'all','count':3}"));
    assert_int_equal(scene->ghosts[1], 3);
    assert_true(happens("{'type':'hall.day_closed','at':1,'day':'20261123','expired':0}"));
    assert_int_equal(scene->ghosts[1], 0);
    assert_false(happens("{'type':'message.accepted','at':1,'message':'1-0','kind':'ticket'}"));
}

static void test_scene_remembers_what_ended_while_it_may_come_back(void **state)
{
    (void)state;
    issue(1, "short", 0);
    assert_int_equal(scene->alive, 1);
    move("called", 1, 0, CALLED, 10, BY_RANK);
    move("begun", 1, 0, BEGUN, 20, "");
    move("finished", 1, 0, DONE, 30, "");
    assert_int_equal(scene->alive, 0);
    scene_trim(scene, T0 + 20);
    assert_true(move("undone", 1, 0,
                     "'from':'done','to':'serving','undoes':'ticket.finished','counter':'1'", 40,
                     ""));
    assert_int_equal(scene->alive, 1);
    assert_int_equal(find(1, 0)->counter, 0);
    move("finished", 1, 0, DONE, 50, "");
    scene_trim(scene, T0 + 60);
    assert_null(find(1, 0));
}

static int served_so_often(void)
{
    struct buf out;
    buf_init(&out);
    durations_json(lessons->durations, &out);
    struct json_where where;
    json_t *j = json_read(buf_str(&out), &where);
    assert_non_null(j);
    json_decref(j);
    int len = (int)out.len;
    buf_clear(&out);
    return len;
}

static void test_lessons_wait_until_nothing_can_be_taken_back(void **state)
{
    (void)state;
    issue(1, "short", 0);
    move("called", 1, 0, CALLED, 1000, BY_RANK);
    move("begun", 1, 0, BEGUN, 60000, "");
    move("finished", 1, 0, DONE, 300000, "");
    assert_non_null(lessons->first);
    assert_int_equal(lessons->first->kind, LESSON_SERVED); /* the way is learned already */
    assert_int_equal(lessons->first->ms, 240000);
    move("undone", 1, 0,
         "'from':'done','to':'serving','undoes':'ticket.finished','counter':'1','since':"
         "1795435260000",
         305000, "");
    assert_null(lessons->first);
    move("finished", 1, 0, DONE, 400000, "");
    assert_int_equal(lessons->first->ms, 340000); /* since it really began */
    int before = served_so_often();
    lessons_settle(lessons, T0 + 400000 + 10000);
    assert_non_null(lessons->first);
    lessons_settle(lessons, T0 + 400000 + 11000);
    assert_null(lessons->first);
    assert_true(served_so_often() >= before);
}

static void promise(int n, int issued, int at, int low, int high)
{
    char more[64];
    snprintf(more, sizeof more, ",'low':%d,'likely':%d,'high':%d", low, low, high);
    move("promised", n, issued, "'from':'waiting','to':'waiting'", at, more);
}

static void test_lessons_judge_promises(void **state)
{
    (void)state;
    for (int n = 1; n <= 5; n++) {
        issue(n, "short", n);
        promise(n, n, n, 2, 5);
    }
    move("called", 1, 1, CALLED, 3 * 60000, BY_RANK);
    assert_int_equal(lessons->given, 1);
    assert_int_equal(lessons->kept, 1);
    move("called", 2, 2, CALLED, 30 * 60000, BY_RANK);
    assert_int_equal(lessons->given, 2);
    assert_int_equal(lessons->kept, 1);
    move("undone", 2, 2,
         "'from':'called','to':'waiting','undoes':'ticket.called','line':'short','rank':1",
         30 * 60000 + 1, "");
    assert_int_equal(lessons->given, 1);
    move("called", 3, 3, CALLED, 3 * 60000, ",'why':{'rule':'chosen','reason':'x'}");
    assert_int_equal(lessons->given, 1);
    move("delayed", 4, 4, "'from':'waiting','to':'coming','line':'short','rank':1", 60000, "");
    move("called", 4, 4, CALLED, 3 * 60000, BY_RANK);
    assert_int_equal(lessons->given, 1);
}

static void test_lessons_of_messages(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        happens("{'type':'message.rejected','at':%lld,'message':'1-0','kind':'ticket'}", T0 + i);
    assert_int_equal(lessons_failed_percent(lessons, T0), -1);
    happens("{'type':'message.accepted','at':%lld,'message':'1-0','kind':'ticket'}", T0 + 5);
    assert_int_equal(lessons_failed_percent(lessons, T0), 80);
    assert_int_equal(lessons_failed_percent(lessons, T0 + 3), -1);
    for (int i = 0; i < 300; i++)
        happens("{'type':'message.accepted','at':%lld,'message':'1-0','kind':'ticket'}",
                T0 + 10 + i);
    assert_int_equal(lessons_failed_percent(lessons, T0), 0);
}

static void test_lessons_come_back_as_they_were(void **state)
{
    (void)state;
    struct buf out;
    struct json_where where;
    for (int n = 1; n <= 30; n++) {
        int at = n * 600000;
        issue(n, "short", at);
        move("called", n, at, CALLED, at + 1000, BY_RANK);
        move(n % 7 ? "begun" : "missed", n, at, n % 7 ? BEGUN : MISSED, at + 60000, "");
        if (n % 7)
            move("finished", n, at, DONE, at + 360000, "");
    }
    lessons_close(lessons, STR("20261123"));
    buf_init(&out);
    lessons_json(lessons, &out);
    json_t *j = json_read(buf_str(&out), &where);
    struct lessons *again = lessons_new(plan, j);
    assert_string_equal(again->day, "20261123");
    assert_true(durations_known(again->durations, 0));
    assert_int_equal(durations_mean_ms(again->durations, 0, 12),
                     durations_mean_ms(lessons->durations, 0, 12));
    lessons_free(again);
    json_decref(j);
    buf_clear(&out);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_plan_has_the_lowest_offset_that_fits),
        TEST(test_scene_counts_who_was_overtaken),
        TEST(test_scene_follows_counters_and_stops),
        TEST(test_scene_remembers_what_ended_while_it_may_come_back),
        TEST(test_lessons_wait_until_nothing_can_be_taken_back),
        TEST(test_lessons_judge_promises),
        TEST(test_lessons_of_messages),
        TEST(test_lessons_come_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
