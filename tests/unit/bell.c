/* The bell against a real Redis: every event once and in order, whatever is lost.
 * SPDX-License-Identifier: MIT */
#include "store/bell.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/store_world.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct world {
    struct loop *loop;
    struct redis_server *server;
    struct store *store;
    struct store_config config;
    struct bell *bell;
    /* of hall xh: */
    int events;
    int resets;
    int outbox;
    int wrong; /* events that did not follow the one before, without a reset */
    bool after_reset;
    uint64_t epoch;
    uint64_t seq;
    char json[64];
    /* of all others: */
    int others;
    /* what to wait for */
    int want_events;
    int want_resets;
    uint64_t want_seq;
};

static void on_event(void *arg, const struct bell_event *e)
{
    struct world *w = arg;

    if (!str_is(e->hall, "xh")) {
        w->others++;
        return;
    }
    if (!w->after_reset && (e->epoch != w->epoch || e->seq != w->seq + 1) &&
        !(w->epoch == 0 && e->seq == 1))
        w->wrong++;
    w->after_reset = false;
    w->events++;
    w->epoch = e->epoch;
    w->seq = e->seq;
    (void)snprintf(w->json, sizeof(w->json), STR_FMT, STR_ARG(e->json)); /* the tests' are short */
}

static void on_reset(void *arg, struct str hall)
{
    struct world *w = arg;

    if (!str_is(hall, "xh"))
        return;
    w->resets++;
    w->after_reset = true;
}

static void on_outbox(void *arg, struct str hall)
{
    struct world *w = arg;

    if (str_is(hall, "xh"))
        w->outbox++;
}

static const struct bell_ops ops = {on_event, on_reset, on_outbox};

static bool has_events(void *arg)
{
    const struct world *w = arg;

    return w->events >= w->want_events;
}

static bool has_resets(void *arg)
{
    const struct world *w = arg;

    return w->resets >= w->want_resets;
}

static bool has_seq(void *arg)
{
    const struct world *w = arg;

    return w->seq == w->want_seq;
}

static bool has_others(void *arg)
{
    const struct world *w = arg;

    return w->others >= w->want_events;
}

static bool has_outbox(void *arg)
{
    const struct world *w = arg;

    return w->outbox > w->want_events;
}

static void ring(struct world *w, const char *epoch, int first, int last, const char *quiet)
{
    char from[16];
    char to[16];

    (void)snprintf(from, sizeof(from), "%d", first); /* both fit any int */
    (void)snprintf(to, sizeof(to), "%d", last);
    assert_int_equal(ask(w->loop, w->store, "ring", ARGS(epoch, from, to, quiet)).err, ERR_NONE);
}

static void follow(struct world *w)
{
    w->bell = bell_new(w->loop, &w->config, w->store, &ops, w);
    bell_follow(w->bell, STR("xh"));
    bell_follow(w->bell, STR("xh"));
    w->want_resets = 1;
    assert_true(eventually(w->loop, has_resets, w)); /* the place where it begins */
    w->resets = 0;
    w->after_reset = false;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    w->loop = loop_new("test");
    w->server = redis_server_new(NULL);
    redis_server_start(w->server);
    w->config.unix_path = redis_server_socket(w->server);
    w->config.library = store_world_library;
    w->store = store_new(w->loop, &w->config);
    *state = w;
    return eventually(w->loop, is_ready, w->store) ? 0 : 1;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    bell_free(w->bell);
    store_free(w->store);
    redis_server_free(w->server);
    loop_free(w->loop);
    free(w);
    return 0;
}

static void test_bell_delivers_from_the_newest_event_on(void **state)
{
    struct world *w = *state;

    ring(w, "1700000000", 1, 5, "");
    follow(w);
    w->epoch = 1700000000;
    w->seq = 5;
    ring(w, "1700000000", 6, 8, "");
    w->want_seq = 8;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->events, 3);
    assert_int_equal(w->wrong, 0);
    assert_int_equal(w->epoch, 1700000000);
    assert_string_equal(w->json, "{\"n\":8}");
}

static void test_bell_delivers_the_first_event_of_an_empty_hall(void **state)
{
    struct world *w = *state;

    follow(w);
    ring(w, "1700000000", 1, 1, "");
    w->want_seq = 1;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->resets, 0);
}

static void test_bell_delivers_10000_events_once_though_it_is_cut_off(void **state)
{
    struct world *w = *state;

    follow(w);
    for (int n = 0; n < 10000; n += 100) {
        ring(w, "1700000000", n + 1, n + 100, "");
        if (n % 1000 == 500)
            assert_int_equal(command(w->loop, w->store, "CLIENT KILL TYPE pubsub").err, ERR_NONE);
    }
    w->want_seq = 10000;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->events, 10000);
    assert_int_equal(w->wrong, 0);
    assert_int_equal(w->resets, 0);
}

static void test_bell_goes_on_after_redis_was_killed(void **state)
{
    struct world *w = *state;

    follow(w);
    ring(w, "1700000000", 1, 600, "");
    redis_server_signal(w->server, SIGKILL);
    redis_server_start(w->server);
    assert_true(eventually(w->loop, is_unready, w->store));
    assert_true(eventually(w->loop, is_ready, w->store));
    ring(w, "1700000000", 601, 900, "");
    w->want_seq = 900;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->events, 900);
    assert_int_equal(w->wrong, 0);
    assert_int_equal(w->resets, 0);
}

static void test_bell_finds_events_whose_message_was_lost(void **state)
{
    struct world *w = *state;

    follow(w);
    ring(w, "1700000000", 1, 700, "quiet");
    w->want_seq = 700;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->events, 700);
    assert_int_equal(w->wrong, 0);
}

static void test_bell_resets_when_events_were_trimmed(void **state)
{
    struct world *w = *state;

    follow(w);
    ring(w, "1700000000", 1, 10, "");
    w->want_seq = 10;
    assert_true(eventually(w->loop, has_seq, w));
    /* One step of Redis, so the bell cannot read between the two. */
    struct answer a[3] = {0};
    store_command(w->store, STR("xh"), 1, (struct str[]){STR("MULTI")}, on_answer, &a[0]);
    store_call(w->store, &(struct store_call){.function = "ring",
                                              .tag = STR("xh"),
                                              .argc = 4,
                                              .argv = (struct str[]){STR("1700000000"), STR("11"),
                                                                     STR("40"), STR("")},
                                              .fn = on_answer,
                                              .arg = &a[1]});
    store_command(w->store, STR("xh"), 4,
                  (struct str[]){STR("XTRIM"), STR("{xh}:events"), STR("MAXLEN"), STR("2")},
                  on_answer, &a[1]);
    store_command(w->store, STR("xh"), 1, (struct str[]){STR("EXEC")}, on_answer, &a[2]);
    w->want_seq = 40;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->resets, 1);
    assert_int_equal(w->events, 12);
    assert_int_equal(w->wrong, 0);
}

static void make_anew(struct world *w, const char *epoch)
{
    follow(w);
    ring(w, "1700000000", 1, 10, "");
    w->want_seq = 10;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(command(w->loop, w->store, "DEL {xh}:events").err, ERR_NONE);
    ring(w, epoch, 1, 3, "");
    w->want_resets = 1;
    assert_true(eventually(w->loop, has_resets, w));
    ring(w, epoch, 4, 4, "");
    w->want_seq = 4;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->wrong, 0);
}

static void test_bell_resets_when_the_stream_was_made_anew(void **state)
{
    struct world *w = *state;

    make_anew(w, "1700000007");
    assert_int_equal(w->epoch, 1700000007);
}

static void test_bell_resets_when_the_stream_went_back(void **state)
{
    struct world *w = *state;

    make_anew(w, "1600000000"); /* a clock that was wrong before */
    assert_int_equal(w->epoch, 1600000000);
}

static void test_bell_resets_when_the_stream_vanished(void **state)
{
    struct world *w = *state;

    follow(w);
    ring(w, "1700000000", 1, 10, "");
    w->want_seq = 10;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(command(w->loop, w->store, "FLUSHALL").err, ERR_NONE);
    w->want_resets = 1;
    assert_true(eventually(w->loop, has_resets, w)); /* by the poll */
}

static void test_bell_tells_of_the_outbox(void **state)
{
    struct world *w = *state;

    follow(w);
    struct answer a = {0};
    struct str argv[] = {STR("PUBLISH"), STR("paihao:bell"), STR("xh outbox")};
    assert_true(eventually(w->loop, has_outbox, w)); /* the one of the connect */
    w->want_events = w->outbox;
    store_command(w->store, STR("xh"), 3, argv, on_answer, &a);
    assert_true(eventually(w->loop, has_outbox, w));
}

static void test_bell_takes_no_harm_from_foreign_messages(void **state)
{
    struct world *w = *state;
    static const char *const texts[] = {
        "",      "xh",     "xh ",        "xh 1-",
        "xh -1", "xh x-y", "nobody 1-1", "xh 99999999999999999999-1",
        "x 1-1", "xhh 1-1"};

    follow(w);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct answer a = {0};
        struct str argv[] = {STR("PUBLISH"), STR("paihao:bell"), str_of(texts[i])};
        store_command(w->store, STR("xh"), 3, argv, on_answer, &a);
        assert_true(eventually(w->loop, is_answered, &a));
    }
    ring(w, "1700000000", 1, 3, "");
    w->want_seq = 3;
    assert_true(eventually(w->loop, has_seq, w));
    assert_int_equal(w->events, 3);
}

static void test_bell_follows_many_halls(void **state)
{
    struct world *w = *state;
    struct answer a = {0};
    char tag[300][16];

    follow(w);
    for (int i = 0; i < 300; i++) {
        (void)snprintf(tag[i], sizeof(tag[i]), "x%d", i * 7919 % 300); /* fits */
        bell_follow(w->bell, str_of(tag[i]));
    }
    w->want_resets = 0;
    ring(w, "1700000000", 1, 1, "");
    w->want_events = 1;
    assert_true(
        eventually(w->loop, has_events, w)); /* the looks of all halls were sent before it */
    for (int i = 0; i < 300; i++) {
        a = (struct answer){0};
        store_call(w->store,
                   &(struct store_call){
                       .function = "ring",
                       .tag = str_of(tag[i]),
                       .argc = 4,
                       .argv = (struct str[]){STR("1700000000"), STR("1"), STR("2"), STR("")},
                       .fn = on_answer,
                       .arg = &a});
        assert_true(eventually(w->loop, is_answered, &a));
        assert_int_equal(a.err, ERR_NONE);
    }
    w->want_events = 600;
    assert_true(eventually(w->loop, has_others, w));
    assert_int_equal(w->others, 600);
    assert_int_equal(w->wrong, 0);
}

static void test_bell_free_while_it_reads(void **state)
{
    struct world *w = *state;

    follow(w);
    bell_follow(w->bell, STR("yh")); /* its first read is under way */
    bell_free(w->bell);
    w->bell = NULL;
    assert_int_equal(command(w->loop, w->store, "PING").err, ERR_NONE);
    assert_int_equal(w->events, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_bell_delivers_from_the_newest_event_on),
        TEST(test_bell_delivers_the_first_event_of_an_empty_hall),
        TEST(test_bell_delivers_10000_events_once_though_it_is_cut_off),
        TEST(test_bell_goes_on_after_redis_was_killed),
        TEST(test_bell_finds_events_whose_message_was_lost),
        TEST(test_bell_resets_when_events_were_trimmed),
        TEST(test_bell_resets_when_the_stream_was_made_anew),
        TEST(test_bell_resets_when_the_stream_went_back),
        TEST(test_bell_resets_when_the_stream_vanished),
        TEST(test_bell_tells_of_the_outbox),
        TEST(test_bell_takes_no_harm_from_foreign_messages),
        TEST(test_bell_follows_many_halls),
        TEST(test_bell_free_while_it_reads),
    };

    loop_library_init();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    loop_library_free();
    return failed;
}
