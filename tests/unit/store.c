/* The store against a real Redis: calls, refusals, the library, readiness. SPDX-License-Identifier:
 * MIT */
#include "store/store.h"
#include "base/clock.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/store_world.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct loop *loop;
    struct redis_server *server;
    struct store *store;
    struct store_config config;
    int changes;
};

static void on_change(void *arg)
{
    struct world *w = arg;

    w->changes++;
}

static struct store *open_store(struct world *w)
{
    struct store *s = store_new(w->loop, &w->config);

    assert_true(eventually(w->loop, is_ready, s));
    return s;
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
    store_on_change(w->store, on_change, w);
    *state = w;
    return eventually(w->loop, is_ready, w->store) ? 0 : 1;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    store_free(w->store);
    redis_server_free(w->server);
    loop_free(w->loop);
    free(w);
    return 0;
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_store_call_answers_the_text(void **state)
{
    struct world *w = *state;
    struct answer a = {0};
    struct store_call call = {.function = "put",
                              .tag = STR("xh"),
                              .argc = 1,
                              .argv = (struct str[]){STR("a\r\n\0$5 %s\r\n\xe5\x8f\xb7")},
                              .fn = on_answer,
                              .arg = &a};

    store_call(w->store, &call);
    assert_int_equal(a.count, 0); /* never before it returns */
    assert_true(eventually(w->loop, is_answered, &a));
    assert_int_equal(a.err, ERR_NONE);
    assert_int_equal(a.len, call.argv[0].len);
    assert_memory_equal(a.text, call.argv[0].p, a.len);
    a = (struct answer){0};
    call = (struct store_call){
        .function = "get", .tag = STR("xh"), .read_only = true, .fn = on_answer, .arg = &a};
    store_call(w->store, &call);
    assert_true(eventually(w->loop, is_answered, &a));
    assert_int_equal(a.len, 14);
    assert_int_equal(w->changes, 1);
}

static void test_store_call_names_the_refusal_and_its_field(void **state)
{
    struct world *w = *state;
    struct answer a = ask(w->loop, w->store, "refuse", ARGS("counter_busy", "counter"));

    assert_int_equal(a.err, ERR_COUNTER_BUSY);
    assert_string_equal(a.field, "counter");
    a = ask(w->loop, w->store, "refuse", ARGS("ticket_unknown", "-"));
    assert_int_equal(a.err, ERR_TICKET_UNKNOWN);
    assert_string_equal(a.field, "");
    a = ask(w->loop, w->store, "refuse", ARGS("never_heard_of", "-"));
    assert_int_equal(a.err, ERR_INTERNAL);
    assert_true(store_ready(w->store, NULL));
}

static void test_store_call_reports_a_fault_of_the_library(void **state)
{
    struct world *w = *state;

    assert_int_equal(ask(w->loop, w->store, "fail", NULL).err, ERR_INTERNAL);
    assert_int_equal(ask(w->loop, w->store, "no_such_function", NULL).err, ERR_INTERNAL);
    assert_int_equal(ask(w->loop, w->store, "put", ARGS("x")).err, ERR_NONE);
}

static void test_store_command_gives_every_kind_of_value(void **state)
{
    struct world *w = *state;
    struct answer a = command(w->loop, w->store, "RPUSH {xh}:list a b c");

    assert_int_equal(a.kind, STORE_INTEGER);
    assert_int_equal(a.number, 3);
    a = command(w->loop, w->store, "LRANGE {xh}:list 0 -1");
    assert_int_equal(a.kind, STORE_ARRAY);
    assert_int_equal(a.elements, 3);
    assert_int_equal(command(w->loop, w->store, "GET {xh}:none").kind, STORE_NIL);
    assert_int_equal(command(w->loop, w->store, "PING").kind, STORE_STATUS);
    assert_string_equal(command(w->loop, w->store, "ECHO hello").text, "hello");
    a = command(w->loop, w->store, "LPUSH"); /* a fault of ours */
    assert_int_equal(a.err, ERR_INTERNAL);
    assert_int_equal(a.kind, STORE_ERROR);
    assert_int_equal(store_value_kind(NULL), STORE_NIL);
    assert_int_equal(store_value_count(NULL), 0);
    assert_null(store_value_at(NULL, 0));
}

static void test_store_keys_carry_the_tag(void **state)
{
    char key[64];

    assert_true(str_is(store_key_events(key, sizeof(key), STR("xh")), "{xh}:events"));
    assert_true(str_is(store_key_outbox(key, sizeof(key), STR("sys")), "{sys}:outbox"));
}

static bool all_answered(void *arg)
{
    struct answer *a = arg;

    for (int i = 0; i < 100; i++)
        if (a[i].count == 0)
            return false;
    return true;
}

static void count_100(struct world *w, struct answer *a)
{
    for (int i = 0; i < 100; i++) {
        struct store_call call = {.function = "count",
                                  .tag = STR("xh"),
                                  .argc = 1,
                                  .argv = (struct str[]){STR("x")},
                                  .fn = on_answer,
                                  .arg = &a[i]};
        store_call(w->store, &call);
    }
}

static void test_store_loads_the_library_again_when_it_is_gone(void **state)
{
    struct world *w = *state;
    struct answer a[100] = {0};

    assert_int_equal(command(w->loop, w->store, "FUNCTION FLUSH").err, ERR_NONE);
    count_100(w, a);
    assert_true(eventually(w->loop, all_answered, a));
    for (int i = 0; i < 100; i++) {
        assert_int_equal(a[i].count, 1);
        assert_int_equal(a[i].err, ERR_NONE);
        assert_int_equal(atoi(a[i].text), i + 1); /* in the order of asking */
    }
    assert_true(store_ready(w->store, NULL));
}

/* Under load it takes its time. Writes are held up, so the first read finds no library, and the
 * loading of it waits. */
static void test_store_waits_while_the_library_is_loaded(void **state)
{
    struct world *w = *state;
    struct answer a[100] = {0};

    assert_int_equal(command(w->loop, w->store, "FUNCTION FLUSH").err, ERR_NONE);
    assert_int_equal(command(w->loop, w->store, "CLIENT PAUSE 700 WRITE").err, ERR_NONE);
    int64_t begun_ms = clock_mono_ms();
    struct answer read = {0};
    struct store_call call = {.function = "get",
                              .tag = STR("h"),
                              .read_only = true,
                              .fn = on_answer,
                              .arg = &read};
    store_call(w->store, &call);
    assert_true(eventually(w->loop, is_answered, &read));
    assert_int_equal(read.err, ERR_NONE);
    assert_true(clock_mono_ms() - begun_ms >= 600);
    count_100(w, a); /* and those behind it */
    assert_true(eventually(w->loop, all_answered, a));
}

static void test_store_replaces_another_library(void **state)
{
    struct world *w = *state;
    struct store_config other = w->config;

    other.library = STR("#!lua name=paihao\nlocal LIBRARY_VERSION = 'newer'\n"
                        "redis.register_function{function_name='library_version', "
                        "callback=function() return LIBRARY_VERSION end, flags={'no-writes'}}\n"
                        "redis.register_function('put', function() return 'newer' end)\n");
    struct store *s = store_new(w->loop, &other);
    assert_true(eventually(w->loop, is_ready, s));
    assert_string_equal(ask(w->loop, s, "put", ARGS("x")).text, "newer");
    store_free(s);
    s = open_store(w); /* back to the first */
    assert_string_equal(ask(w->loop, s, "put", ARGS("x")).text, "x");
    store_free(s);
}

static void test_store_tells_of_a_library_that_does_not_load(void **state)
{
    struct world *w = *state;
    struct store_config broken = w->config;
    const char *reason;

    broken.library = STR("#!lua name=paihao\nlocal LIBRARY_VERSION = 'broken'\nthis is no Lua\n");
    struct store *s = store_new(w->loop, &broken);
    struct answer a = ask(w->loop, s, "put", ARGS("x"));
    assert_int_equal(a.err, ERR_STORE_DOWN);
    assert_false(store_ready(s, &reason));
    assert_non_null(strstr(reason, "the function library cannot be loaded"));
    store_free(s);
}

static void test_store_answers_busy_above_its_limit(void **state)
{
    struct world *w = *state;
    struct answer a[100] = {0};
    int busy = 0;

    store_free(w->store);
    w->config.inflight_max = 40;
    w->store = open_store(w);
    count_100(w, a);
    assert_int_equal(a[99].count, 0);
    assert_true(eventually(w->loop, all_answered, a));
    for (int i = 0; i < 100; i++) {
        assert_int_equal(a[i].err, i < 40 ? ERR_NONE : ERR_BUSY);
        busy += a[i].err == ERR_BUSY;
    }
    assert_int_equal(busy, 60);
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("y")).err, ERR_NONE);
}

static void test_store_free_answers_what_is_pending(void **state)
{
    struct world *w = *state;
    struct answer a[100] = {0};

    count_100(w, a);
    store_free(w->store);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(a[i].count, 1);
        assert_int_equal(a[i].err, ERR_STOPPING);
    }
    w->store = open_store(w);
}

/* INFO stats: how often Redis read from a socket. */
static int64_t reads_processed(struct world *w)
{
    struct answer a = command(w->loop, w->store, "INFO stats");
    struct str text = {a.text, a.len};
    struct str line;
    const char *name = "total_reads_processed:";
    int64_t n = -1;

    while (str_cut(&text, '\r', &line)) {
        if (line.p[0] == '\n')
            line = (struct str){line.p + 1, line.len - 1};
        if (str_starts(line, name))
            (void)str_to_i64((struct str){line.p + strlen(name), line.len - strlen(name)}, 0,
                             INT64_MAX, &n); /* else -1, which the test refuses */
    }
    return n;
}

static void test_store_sends_the_calls_of_one_turn_at_once(void **state)
{
    struct world *w = *state;
    struct answer a[100] = {0};
    int64_t before = reads_processed(w);

    count_100(w, a);
    assert_true(eventually(w->loop, all_answered, a));
    int64_t after = reads_processed(w);
    assert_true(before >= 0);
    assert_in_range(after - before, 2, 4); /* the hundred, INFO, perhaps a heartbeat */
}

struct trouble {
    const char *on;
    const char *off;
    enum err err;
    const char *reason;
};

static void test_store_is_not_ready_while_redis_refuses_writes(void **state)
{
    static const struct trouble troubles[] = {
        {"CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", ERR_STORE_FULL, "memory"},
        {"CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0", ERR_STORE_DOWN,
         "replicas"},
        {"REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", ERR_STORE_DOWN, "replica"},
    };
    struct world *w = *state;
    const char *reason;

    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        struct store *other = open_store(w);
        assert_int_equal(command(w->loop, other, troubles[i].on).err, ERR_NONE);
        assert_int_equal(ask(w->loop, w->store, "put", ARGS("x")).err, troubles[i].err);
        assert_false(store_ready(w->store, &reason));
        assert_non_null(strstr(reason, troubles[i].reason));
        assert_int_equal(command(w->loop, other, troubles[i].off).err, ERR_NONE);
        assert_true(eventually(w->loop, is_ready, w->store)); /* by its own heartbeat */
        assert_int_equal(ask(w->loop, w->store, "put", ARGS("x")).err, ERR_NONE);
        store_free(other);
    }
}

static void test_store_says_busy_when_a_function_does_not_end(void **state)
{
    struct world *w = *state;
    struct answer spin = {0};
    struct store *other = open_store(w);
    struct store_call call = {
        .function = "spin", .tag = STR("xh"), .read_only = true, .fn = on_answer, .arg = &spin};
    const char *reason;

    assert_int_equal(command(w->loop, other, "CONFIG SET busy-reply-threshold 50").err, ERR_NONE);
    store_call(w->store, &call);
    while (ask(w->loop, other, "put", ARGS("x")).err == ERR_NONE)
        continue; /* until the other call has begun to spin */
    assert_false(store_ready(other, &reason));
    assert_non_null(strstr(reason, "busy"));
    (void)command(w->loop, other, "FUNCTION KILL"); /* its effect is what is waited for */
    assert_true(eventually(w->loop, is_answered, &spin));
    assert_true(eventually(w->loop, is_ready, other));
    assert_int_equal(ask(w->loop, other, "put", ARGS("x")).err, ERR_NONE);
    store_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store_call_answers_the_text),
        cmocka_unit_test(test_store_call_names_the_refusal_and_its_field),
        cmocka_unit_test(test_store_call_reports_a_fault_of_the_library),
        cmocka_unit_test(test_store_command_gives_every_kind_of_value),
        cmocka_unit_test(test_store_keys_carry_the_tag),
        cmocka_unit_test(test_store_loads_the_library_again_when_it_is_gone),
        cmocka_unit_test(test_store_waits_while_the_library_is_loaded),
        cmocka_unit_test(test_store_replaces_another_library),
        cmocka_unit_test(test_store_tells_of_a_library_that_does_not_load),
        cmocka_unit_test(test_store_free_answers_what_is_pending),
        cmocka_unit_test(test_store_sends_the_calls_of_one_turn_at_once),
        cmocka_unit_test(test_store_is_not_ready_while_redis_refuses_writes),
        cmocka_unit_test(test_store_says_busy_when_a_function_does_not_end),
        cmocka_unit_test(test_store_answers_busy_above_its_limit),
    };

    loop_library_init();
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    loop_library_free();
    return failed;
}
