/* The store with a Redis that dies, stops, is not there, or is none. SPDX-License-Identifier: MIT
 */
#include "base/clock.h"
#include "loop/timer.h"
#include "store/store.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/store_world.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct world {
    struct loop *loop;
    struct redis_server *server;
    struct store *store;
    struct store_config config;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    w->loop = loop_new("test");
    w->server = redis_server_new(NULL);
    w->config.unix_path = redis_server_socket(w->server);
    w->config.library = store_world_library;
    *state = w;
    return 0;
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

static void open_store(struct world *w)
{
    w->store = store_new(w->loop, &w->config);
}

static void assert_reason(const struct store *s, const char *part)
{
    const char *reason;

    assert_false(store_ready(s, &reason));
    if (strstr(reason, part) == NULL)
        fail_msg("the reason is \"%s\" and lacks \"%s\"", reason, part);
}

/* ---- a Redis that dies under load ---- */

enum { TARGET = 4000, WINDOW = 200, KILL_EVERY = 1000 };

struct load {
    struct world *world;
    bool repeatable;
    int begun;
    int in_flight;
    int answered;
    int done;    /* answered with success */
    int members; /* as Redis has them afterwards */
    int missing;
    int callbacks[TARGET];
    enum err errs[TARGET];
};

struct one {
    struct load *load;
    int n;
};

static void load_more(struct load *l);

static void on_counted(void *arg, const struct store_reply *reply)
{
    struct one *one = arg;
    struct load *l = one->load;

    l->callbacks[one->n]++;
    l->errs[one->n] = reply->err;
    l->answered++;
    l->in_flight--;
    l->done += reply->err == ERR_NONE;
    free(one);
}

static void load_one(struct load *l)
{
    struct one *one = calloc(1, sizeof(*one));
    char text[16];
    int len = snprintf(text, sizeof(text), "%d", l->begun);
    struct str arg = {text, (size_t)len};

    *one = (struct one){l, l->begun};
    struct store_call call = {.function = "count",
                              .tag = STR("xh"),
                              .repeatable = l->repeatable,
                              .argc = 1,
                              .argv = &arg,
                              .fn = on_counted,
                              .arg = one};
    l->begun++;
    l->in_flight++;
    store_call(l->world->store, &call);
}

/* Keeps the window full, and kills Redis whenever another thousand was begun. */
static void load_more(struct load *l)
{
    while (l->in_flight < WINDOW && l->begun < TARGET) {
        load_one(l);
        if (l->begun % KILL_EVERY == KILL_EVERY / 2) {
            redis_server_signal(l->world->server, SIGKILL);
            redis_server_start(l->world->server);
        }
    }
}

static bool load_is_over(void *arg)
{
    struct load *l = arg;

    /* While Redis is away, everything would be answered STORE_DOWN in no time: the load waits. */
    if (store_ready(l->world->store, NULL))
        load_more(l);
    return l->answered == TARGET;
}

static void run_load(struct world *w, struct load *l)
{
    l->world = w;
    redis_server_start(w->server);
    open_store(w);
    assert_true(eventually(w->loop, load_is_over, l));
    assert_true(eventually(w->loop, is_ready, w->store));
    for (int i = 0; i < TARGET; i++)
        assert_int_equal(l->callbacks[i], 1);
}

static void on_members(void *arg, const struct store_reply *reply)
{
    struct load *l = arg;

    l->members = (int)store_value_count(reply->value);
    for (int i = 0; i < l->members; i++)
        if (l->errs[i] == ERR_NONE && store_value_int(store_value_at(reply->value, (size_t)i)) != 1)
            l->missing++;
}

static bool has_members(void *arg)
{
    const struct load *l = arg;

    return l->members > 0;
}

/* What was answered with success was written: fsync always. What was not may have been. */
static void assert_all_written(struct load *l)
{
    static char texts[TARGET][12];
    static struct str argv[TARGET + 2];

    argv[0] = STR("SMISMEMBER");
    argv[1] = STR("{xh}:done");
    for (int i = 0; i < TARGET; i++) {
        (void)snprintf(texts[i], sizeof(texts[i]), "%d", i); /* fits */
        argv[i + 2] = str_of(texts[i]);
    }
    store_command(l->world->store, STR("xh"), TARGET + 2, argv, on_members, l);
    assert_true(eventually(l->world->loop, has_members, l));
    assert_int_equal(l->members, TARGET);
    assert_int_equal(l->missing, 0);
}

static void test_store_answers_each_call_once_when_redis_is_killed(void **state)
{
    struct world *w = *state;
    struct load *l = calloc(1, sizeof(*l));
    int lost = 0;

    run_load(w, l);
    for (int i = 0; i < TARGET; i++) {
        assert_true(l->errs[i] == ERR_NONE || l->errs[i] == ERR_STORE_TIMEOUT ||
                    l->errs[i] == ERR_STORE_DOWN);
        lost += l->errs[i] != ERR_NONE;
    }
    assert_true(lost > 0);
    assert_all_written(l);
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("again")).err, ERR_NONE);
    free(l);
}

static void test_store_repeats_what_may_be_repeated(void **state)
{
    struct world *w = *state;
    struct load *l = calloc(1, sizeof(*l));

    l->repeatable = true;
    run_load(w, l);
    assert_all_written(l);
    /* Without repeating, at least each kill's window is lost. All come through unless this machine
     * needs more than the 300 ms of grace to start a Redis. */
    assert_true(l->done > TARGET - TARGET / KILL_EVERY * WINDOW);
    free(l);
}

/* ---- a Redis that stops ---- */

static void test_store_gives_up_on_a_redis_that_stopped(void **state)
{
    struct world *w = *state;
    struct answer a[10] = {0};

    redis_server_start(w->server);
    open_store(w);
    assert_true(eventually(w->loop, is_ready, w->store));
    redis_server_signal(w->server, SIGSTOP);
    int64_t begun_us = clock_mono_us();
    for (int i = 0; i < 10; i++) {
        struct store_call call = {.function = "count",
                                  .tag = STR("xh"),
                                  .argc = 1,
                                  .argv = (struct str[]){STR("x")},
                                  .fn = on_answer,
                                  .arg = &a[i]};
        store_call(w->store, &call);
    }
    assert_true(eventually(w->loop, is_answered, &a[9]));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(a[i].count, 1);
        assert_int_equal(a[i].err, ERR_STORE_TIMEOUT);
        assert_in_range(a[i].at_us - begun_us, 2400000, 3000000);
    }
    assert_reason(w->store, "no answer for 2500 ms");
    begun_us = clock_mono_us();
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
    assert_true(clock_mono_us() - begun_us < 1000000);
    redis_server_signal(w->server, SIGCONT);
    assert_true(eventually(w->loop, is_ready, w->store));
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_NONE);
}

static void test_store_notices_a_stop_without_any_call(void **state)
{
    struct world *w = *state;

    redis_server_start(w->server);
    open_store(w);
    assert_true(eventually(w->loop, is_ready, w->store));
    redis_server_signal(w->server, SIGSTOP);
    assert_true(eventually(w->loop, is_unready, w->store));
    redis_server_signal(w->server, SIGCONT);
    assert_true(eventually(w->loop, is_ready, w->store));
}

/* ---- a Redis that is not there, or does not let us in ---- */

static void test_store_waits_for_a_redis_that_is_not_there(void **state)
{
    struct world *w = *state;

    open_store(w);
    int64_t begun_us = clock_mono_us();
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
    assert_true(clock_mono_us() - begun_us < 1000000);
    assert_reason(w->store, "No such file");
    redis_server_start(w->server);
    assert_true(eventually(w->loop, is_ready, w->store));
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_NONE);
}

static void test_store_refuses_a_name_that_would_have_to_be_looked_up(void **state)
{
    struct world *w = *state;

    w->config.unix_path = NULL;
    w->config.host = "redis.example";
    w->config.port = 6379;
    open_store(w);
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
    assert_reason(w->store, "not a numeric address");
}

static void test_store_logs_in(void **state)
{
    struct world *w = *state;

    redis_server_free(w->server);
    w->server = redis_server_new("open sesame \r\n");
    w->config.unix_path = redis_server_socket(w->server);
    w->config.password = "open sesame \r\n";
    redis_server_start(w->server);
    open_store(w);
    assert_true(eventually(w->loop, is_ready, w->store));
    store_free(w->store);
    w->config.user = "default";
    open_store(w);
    assert_true(eventually(w->loop, is_ready, w->store));
}

static bool has_reason(void *arg)
{
    const char *reason;

    (void)store_ready(arg, &reason); /* only the sentence matters */
    return strstr(reason, "password") != NULL;
}

static void test_store_tells_of_a_wrong_password(void **state)
{
    struct world *w = *state;

    redis_server_free(w->server);
    w->server = redis_server_new("right");
    w->config.unix_path = redis_server_socket(w->server);
    w->config.password = "wrong";
    redis_server_start(w->server);
    open_store(w);
    assert_true(eventually(w->loop, has_reason, w->store));
    assert_reason(w->store, "Redis refuses the user or the password");
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
    store_free(w->store);
    w->config.password = NULL;
    open_store(w);
    assert_true(eventually(w->loop, has_reason, w->store));
    assert_reason(w->store, "asks for a password and none is set");
}

/* ---- a peer that is no Redis of ours ---- */

struct peer {
    struct loop *loop;
    struct event *listening;
    struct event *reading; /* the one connection it has */
    int fd;
    const char *says; /* to everything it is sent */
    int connects;
    int reads;
    event_callback_fn on_read;
    struct store *store;
    struct answer second;
};

static void on_peer_read(evutil_socket_t fd, short what, void *arg)
{
    struct peer *p = arg;
    char bytes[4096];

    if (read(fd, bytes, sizeof(bytes)) > 0 &&
        write(fd, p->says, strlen(p->says)) == (ssize_t)strlen(p->says))
        return;
    event_free(p->reading);
    p->reading = NULL;
    close(fd);
}

static void on_peer_accept(evutil_socket_t fd, short what, void *arg)
{
    struct peer *p = arg;
    int one = accept(fd, NULL, NULL);

    assert_true(one >= 0);
    p->connects++;
    if (p->reading != NULL) {
        event_free(p->reading);
        close(p->fd);
    }
    p->fd = one;
    p->reading = event_new(loop_base(p->loop), one, EV_READ | EV_PERSIST, p->on_read, p);
    event_add(p->reading, NULL);
}

static void peer_listen(struct peer *p, struct world *w, int fd, const char *says)
{
    *p = (struct peer){.loop = w->loop, .says = says, .on_read = on_peer_read};
    assert_int_equal(listen(fd, 16), 0);
    p->listening = event_new(loop_base(w->loop), fd, EV_READ | EV_PERSIST, on_peer_accept, p);
    event_add(p->listening, NULL);
}

static void peer_open(struct peer *p, struct world *w, const char *says)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
                   w->config.unix_path); /* fits */
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    peer_listen(p, w, fd, says);
}

static void peer_close(struct peer *p)
{
    if (p->reading != NULL) {
        event_free(p->reading);
        close(p->fd);
    }
    close(event_get_fd(p->listening));
    event_free(p->listening);
}

static void test_store_connects_over_tcp(void **state)
{
    struct world *w = *state;
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    struct peer p;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    w->config = (struct store_config){.host = "127.0.0.1", .port = ntohs(address.sin_port)};
    open_store(w); /* bound, but nobody listens yet: refused */
    assert_int_equal(command(w->loop, w->store, "PING").err, ERR_STORE_DOWN);
    assert_reason(w->store, "Connection refused");
    peer_listen(&p, w, fd, "$22\r\nredis_version:7.0.15\r\n\r\n");
    assert_true(eventually(w->loop, is_ready, w->store));
    assert_int_equal(command(w->loop, w->store, "PING").err, ERR_NONE);
    peer_close(&p);
}

static bool tried_again(void *arg)
{
    const struct peer *p = arg;

    return p->connects >= 3;
}

static void test_store_tells_of_a_redis_that_is_too_old(void **state)
{
    struct world *w = *state;
    struct peer p;

    peer_open(&p, w, "$36\r\nredis_mode:x\r\nredis_version:6.2.14\r\n\r\n");
    open_store(w);
    assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
    assert_reason(w->store, "version 6.2.14 is too old, paihao needs Redis 7 or newer");
    peer_close(&p);
}

/* Answers the second thing it is sent, dies, and the store writes before it reads. */
static void on_dying_read(evutil_socket_t fd, short what, void *arg)
{
    struct peer *p = arg;

    on_peer_read(fd, what, arg);
    if (++p->reads < 2)
        return;
    event_free(p->reading);
    p->reading = NULL;
    close(fd);
    store_command(p->store, STR("xh"), 1, (struct str[]){STR("SECOND")}, on_answer, &p->second);
}

static void test_store_reads_what_a_redis_answered_before_it_died(void **state)
{
    struct world *w = *state;
    struct peer p;
    struct answer first = {0};

    peer_open(&p, w, "$22\r\nredis_version:7.0.15\r\n\r\n");
    p.on_read = on_dying_read;
    w->config.library = STR("");
    open_store(w);
    p.store = w->store;
    assert_true(eventually(w->loop, is_ready, w->store));
    store_command(w->store, STR("xh"), 1, (struct str[]){STR("FIRST")}, on_answer, &first);
    assert_true(eventually(w->loop, is_answered, &p.second));
    assert_int_equal(first.err, ERR_NONE);
    assert_int_equal(p.second.err, ERR_STORE_TIMEOUT);
    assert_int_equal(first.count, 1);
    peer_close(&p);
}

static void test_store_survives_a_peer_that_speaks_otherwise(void **state)
{
    struct world *w = *state;
    static const char *const says[] = {
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        "+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n", /* more answers than questions */
        "-LOADING Redis is loading the dataset in memory\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        "$-7\r\n",
        "*-1\r\n*-1\r\n",
        "%1\r\n+a\r\n+b\r\n",
    };

    for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
        struct peer p;
        peer_open(&p, w, says[i]);
        open_store(w);
        /* A version that is none is no passing fault: then the next try comes late. */
        assert_int_equal(ask(w->loop, w->store, "count", ARGS("x")).err, ERR_STORE_DOWN);
        assert_false(store_ready(w->store, NULL));
        if (i == 0)
            assert_true(eventually(w->loop, tried_again, &p));
        store_free(w->store);
        w->store = NULL;
        peer_close(&p);
        unlink(w->config.unix_path);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_store_answers_each_call_once_when_redis_is_killed),
        TEST(test_store_repeats_what_may_be_repeated),
        TEST(test_store_gives_up_on_a_redis_that_stopped),
        TEST(test_store_notices_a_stop_without_any_call),
        TEST(test_store_waits_for_a_redis_that_is_not_there),
        TEST(test_store_refuses_a_name_that_would_have_to_be_looked_up),
        TEST(test_store_logs_in),
        TEST(test_store_tells_of_a_wrong_password),
        TEST(test_store_connects_over_tcp),
        TEST(test_store_tells_of_a_redis_that_is_too_old),
        TEST(test_store_reads_what_a_redis_answered_before_it_died),
        TEST(test_store_survives_a_peer_that_speaks_otherwise),
    };

    loop_library_init();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    loop_library_free();
    return failed;
}
