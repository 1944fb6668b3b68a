/* The embedded Redis: started, restarted, stopped in order, one daemon a directory.
 * SPDX-License-Identifier: MIT */
#include "store/embedded.h"
#include "base/str.h"
#include "store/store.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/store_world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct world {
    struct loop *loop;
    char *dir;
    char state_dir[256];
    struct embedded_config config;
    struct embedded *embedded;
    struct store *store;
    int pid;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    w->loop = loop_new("test");
    w->dir = temp_dir();
    (void)snprintf(w->state_dir, sizeof(w->state_dir), "%s/new/state \"dir\"", w->dir); /* fits */
    w->config = (struct embedded_config){w->state_dir, "redis-server", "always"};
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    store_free(w->store);
    embedded_stop(w->embedded);
    remove_dir(w->dir);
    loop_free(w->loop);
    free(w);
    return 0;
}

static void start(struct world *w)
{
    w->embedded = embedded_start(w->loop, &w->config);
    assert_non_null(w->embedded);
    struct store_config config = {.unix_path = embedded_socket(w->embedded),
                                  .library = store_world_library};
    w->store = store_new(w->loop, &config);
    assert_true(eventually(w->loop, is_ready, w->store));
    w->pid = embedded_pid(w->embedded);
    assert_true(w->pid > 0);
}

static void stop(struct world *w)
{
    store_free(w->store);
    w->store = NULL;
    embedded_stop(w->embedded);
    w->embedded = NULL;
}

static bool is_gone(void *arg)
{
    const int *pid = arg;

    return kill(*pid, 0) != 0 && errno == ESRCH;
}

static bool has_new_process(void *arg)
{
    struct world *w = arg;

    return embedded_pid(w->embedded) != 0 && embedded_pid(w->embedded) != w->pid;
}

static int mode_of(const struct world *w, const char *name)
{
    char path[512];
    struct stat st;

    (void)snprintf(path, sizeof(path), "%s/%s", w->state_dir, name); /* fits */
    assert_int_equal(stat(path, &st), 0);
    return (int)(st.st_mode & 0777);
}

static void test_embedded_start_makes_a_private_redis(void **state)
{
    struct world *w = *state;

    start(w);
    assert_int_equal(mode_of(w, ""), 0700);
    assert_int_equal(mode_of(w, "redis"), 0700);
    assert_int_equal(mode_of(w, "redis.sock"), 0700);
    assert_int_equal(mode_of(w, "redis.conf"), 0600);
    assert_string_equal(command(w->loop, w->store, "ECHO hi").text, "hi");
    assert_int_equal(command(w->loop, w->store, "CONFIG GET appendfsync").elements, 2);
    assert_int_equal(ask(w->loop, w->store, "put", ARGS("kept")).err, ERR_NONE);
    /* Its own process group: a Ctrl-C at the terminal is for the daemon. */
    assert_int_equal(getpgid(w->pid), w->pid);
}

static void test_embedded_redis_keeps_its_data_over_stop_and_start(void **state)
{
    struct world *w = *state;

    start(w);
    assert_int_equal(ask(w->loop, w->store, "put", ARGS("kept")).err, ERR_NONE);
    int pid = w->pid;
    stop(w);
    assert_true(is_gone(&pid));
    start(w);
    assert_string_equal(ask(w->loop, w->store, "get", NULL).text, "kept");
}

static void test_embedded_redis_is_restarted_when_it_is_killed(void **state)
{
    struct world *w = *state;

    start(w);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(w->loop, w->store, "put", ARGS("kept")).err, ERR_NONE);
        assert_int_equal(kill(w->pid, SIGKILL), 0);
        assert_true(eventually(w->loop, has_new_process, w));
        w->pid = embedded_pid(w->embedded);
        assert_true(eventually(w->loop, is_ready, w->store));
        assert_string_equal(ask(w->loop, w->store, "get", NULL).text, "kept");
    }
}

static void test_embedded_stop_ends_a_redis_that_stopped(void **state)
{
    struct world *w = *state;

    start(w);
    int pid = w->pid;
    assert_int_equal(kill(pid, SIGSTOP), 0);
    stop(w);
    assert_true(is_gone(&pid));
}

static void test_embedded_start_refuses_a_directory_in_use(void **state)
{
    struct world *w = *state;

    start(w);
    assert_null(embedded_start(w->loop, &w->config));
    /* The first goes on as if nothing had been. */
    assert_int_equal(ask(w->loop, w->store, "put", ARGS("x")).err, ERR_NONE);
}

static void test_embedded_start_refuses_what_cannot_be(void **state)
{
    struct world *w = *state;
    struct embedded_config config = w->config;
    char longer[200];

    config.program = "no-such-redis-server";
    assert_null(embedded_start(w->loop, &config));
    config = w->config;
    config.state_dir = "/proc/no/such/place";
    assert_null(embedded_start(w->loop, &config));
    config.state_dir = "/dev/null";
    assert_null(embedded_start(w->loop, &config));
    (void)snprintf(longer, sizeof(longer), "%s/%0120d", w->dir, 0); /* fits */
    config.state_dir = longer;
    assert_null(embedded_start(w->loop, &config));
    start(w); /* none of them has left a lock */
}

/* The append-only file that is being written: the newest *.incr.aof. */
static void append_to_aof(const struct world *w, const char *kind, const char *bytes)
{
    char path[800];
    struct dirent *entry;

    (void)snprintf(path, sizeof(path), "%s/redis/appendonlydir", w->state_dir); /* fits */
    DIR *dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, kind) == NULL)
            continue;
        (void)snprintf(path, sizeof(path), "%s/redis/appendonlydir/%s", w->state_dir,
                       entry->d_name); /* fits */
        int fd = open(path, O_WRONLY | O_APPEND);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
        assert_int_equal(close(fd), 0);
    }
    closedir(dir);
}

static void test_embedded_redis_loads_a_truncated_tail(void **state)
{
    struct world *w = *state;

    start(w);
    assert_int_equal(ask(w->loop, w->store, "put", ARGS("kept")).err, ERR_NONE);
    stop(w);
    append_to_aof(w, ".incr.aof", "*3\r\n$3\r\nSET\r\n$6\r\n{xh}:x\r\n$40\r\nhal");
    start(w);
    assert_string_equal(ask(w->loop, w->store, "get", NULL).text, "kept");
}

static bool was_restarted(void *arg)
{
    struct world *w = arg;

    if (embedded_pid(w->embedded) != 0)
        w->pid =
            w->pid == 0 || w->pid == embedded_pid(w->embedded) ? embedded_pid(w->embedded) : -1;
    return w->pid == -1;
}

static void test_embedded_redis_that_cannot_start_is_tried_again(void **state)
{
    struct world *w = *state;

    start(w);
    assert_int_equal(ask(w->loop, w->store, "put", ARGS("kept")).err, ERR_NONE);
    stop(w);
    append_to_aof(w, ".incr.aof", "this is no command\r\n*1\r\n");
    w->embedded = embedded_start(w->loop, &w->config);
    assert_non_null(w->embedded);
    w->pid = 0;
    assert_true(eventually(w->loop, was_restarted, w));
}

/* What a daemon that is killed does: starts, tells the pid of its Redis, never stops it. */
static _Noreturn void be_killed(const struct world *w, int tell_fd)
{
    struct loop *l = loop_new("killed");
    struct embedded *e = embedded_start(l, &w->config);
    int pid = e != NULL ? embedded_pid(e) : 0;
    char path[512];
    int tries = 0;

    /* Stopped, so that the SIGTERM which it gets by our death does not end it. */
    (void)snprintf(path, sizeof(path), "%s/redis.sock", w->state_dir);
    while (access(path, F_OK) != 0 && tries++ < 100000)
        (void)sched_yield();
    (void)kill(pid, SIGSTOP);
    ssize_t n = write(tell_fd, &pid, sizeof(pid));
    (void)n;
    (void)kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void test_embedded_start_ends_a_redis_left_behind(void **state)
{
    struct world *w = *state;
    int tell[2];
    int stale = 0;

    assert_int_equal(pipe(tell), 0);
    int daemon = fork();
    if (daemon == 0)
        be_killed(w, tell[1]);
    assert_int_equal(read(tell[0], &stale, sizeof(stale)), sizeof(stale));
    assert_int_equal(waitpid(daemon, NULL, 0), daemon);
    assert_true(stale > 0);
    assert_int_equal(kill(stale, 0), 0);
    start(w);
    assert_true(w->pid != stale);
    close(tell[0]);
    close(tell[1]);
}

static void test_embedded_start_spares_a_foreign_process(void **state)
{
    struct world *w = *state;
    char path[512];
    char text[16];

    start(w);
    stop(w);
    (void)snprintf(path, sizeof(path), "%s/redis.pid", w->state_dir); /* fits */
    int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, text, (size_t)len), len);
    assert_int_equal(close(fd), 0);
    start(w); /* else this very process would have ended */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_embedded_start_makes_a_private_redis),
        TEST(test_embedded_redis_keeps_its_data_over_stop_and_start),
        TEST(test_embedded_redis_is_restarted_when_it_is_killed),
        TEST(test_embedded_stop_ends_a_redis_that_stopped),
        TEST(test_embedded_start_refuses_a_directory_in_use),
        TEST(test_embedded_start_refuses_what_cannot_be),
        TEST(test_embedded_redis_loads_a_truncated_tail),
        TEST(test_embedded_redis_that_cannot_start_is_tried_again),
        TEST(test_embedded_start_ends_a_redis_left_behind),
        TEST(test_embedded_start_spares_a_foreign_process),
    };

    loop_library_init();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    loop_library_free();
    return failed;
}
