/* Owns the private redis-server: its files, its process, its restarts. Runs on the main thread and
 * its loop; start and stop block. What Redis is told is in embedded_files.c.
 *
 * The child is watched through a pidfd, not SIGCHLD: no handler is shared with the rest of the
 * daemon, and only this child is ever waited for. SPDX-License-Identifier: MIT */
#include "store/embedded.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "loop/timer.h"
#include "store/embedded_files.h"
#include "store/process.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    WAIT_MIN_MS = 100,  /* a Redis that was killed is back before a request gives up */
    WAIT_MAX_MS = 5000, /* one that cannot start is tried often enough to recover by itself */
    STEADY_MS =
        10000,       /* ran this long: the fault is a new one, waits start again from the bottom */
    STOP_MS = 10000, /* a last fsync of a busy disk */
};

struct embedded {
    struct loop *loop;
    struct embedded_files files;
    char *program;
    int pid; /* 0: none runs */
    int pidfd;
    struct event *ended;
    struct timer *again;
    int64_t started_ms;
    int64_t wait_ms;
};

static void on_ended(evutil_socket_t fd, short what, void *arg);

static void forget_process(struct embedded *e)
{
    if (e->ended != NULL)
        event_free(e->ended);
    e->ended = NULL;
    if (e->pidfd >= 0)
        (void)close(e->pidfd); /* a handle, no data */
    e->pidfd = -1;
    e->pid = 0;
}

/* False: logged, nothing runs. */
static bool start_process(struct embedded *e)
{
    struct process_start start = {e->program, e->files.conf, -1};

    assert(e->pid == 0);
    start.output_fd = embedded_files_open_log(&e->files);
    if (start.output_fd < 0)
        return false;
    e->started_ms = clock_mono_ms();
    int pid = process_start(&start);
    int error = errno;
    (void)close(start.output_fd); /* nothing was written through it */
    if (pid < 0) {
        errno = error;
        log_error_errno("embedded Redis: %s cannot be started", e->program);
        return false;
    }
    e->pid = pid;
    e->pidfd = process_open(pid);
    if (e->pidfd < 0 || !embedded_files_write_pid(&e->files, pid)) {
        log_error_errno("embedded Redis: process %d cannot be watched", pid);
        (void)kill(pid, SIGKILL); /* our child and not reaped yet: the number is its own */
        (void)waitpid(pid, NULL, 0);
        forget_process(e);
        return false;
    }
    e->ended = event_new(loop_base(e->loop), e->pidfd, EV_READ, on_ended, e);
    event_add(e->ended, NULL);
    log_info("embedded Redis: process %d started", pid);
    return true;
}

static void start_later(struct embedded *e)
{
    log_warn("embedded Redis: starting again in %d ms", (int)e->wait_ms);
    timer_once(e->again, e->wait_ms);
    e->wait_ms = e->wait_ms * 2 > WAIT_MAX_MS ? WAIT_MAX_MS : e->wait_ms * 2;
}

static void on_again(void *arg)
{
    struct embedded *e = arg;

    metric_add(METRIC_REDIS_RESTARTS, NULL, 1);
    if (!start_process(e))
        start_later(e);
}

static void log_end(const struct embedded *e, int status)
{
    char line[400];

    embedded_files_last_line(&e->files, line, sizeof(line));
    if (WIFSIGNALED(status))
        log_error("embedded Redis: process %d was ended by signal %d", e->pid, WTERMSIG(status));
    else
        log_error("embedded Redis: process %d ended with status %d, its last words: %s", e->pid,
                  WEXITSTATUS(status), line);
}

static void on_ended(evutil_socket_t fd, short what, void *arg)
{
    struct embedded *e = arg;
    int status = 0;

    (void)waitpid(e->pid, &status, 0); /* it has ended: this neither waits nor fails */
    log_end(e, status);
    forget_process(e);
    if (clock_mono_ms() - e->started_ms >= STEADY_MS)
        e->wait_ms = WAIT_MIN_MS;
    start_later(e);
}

static void embedded_free(struct embedded *e)
{
    timer_free(e->again);
    embedded_files_clear(&e->files);
    mem_free(e->program);
    mem_free(e);
}

struct embedded *embedded_start(struct loop *l, const struct embedded_config *config)
{
    struct embedded *e = MEM_NEW(struct embedded);

    assert(strcmp(config->fsync, "always") == 0 || strcmp(config->fsync, "everysec") == 0);
    e->loop = l;
    e->program = mem_strdup(config->program);
    e->pidfd = -1;
    e->wait_ms = WAIT_MIN_MS;
    e->again = timer_new(l, on_again, e);
    if (embedded_files_init(&e->files, config->state_dir) && embedded_files_end_stale(&e->files) &&
        embedded_files_configure(&e->files, config->fsync) && start_process(e))
        return e;
    embedded_free(e);
    return NULL;
}

const char *embedded_socket(const struct embedded *e)
{
    return e->files.socket;
}

int embedded_pid(const struct embedded *e)
{
    return e->pid;
}

void embedded_stop(struct embedded *e)
{
    if (e == NULL)
        return;
    if (e->pid != 0) {
        int pid = e->pid;
        if (!process_end(e->pidfd, STOP_MS))
            log_error("embedded Redis: process %d cannot be ended", pid);
        else
            (void)waitpid(pid, NULL, 0); /* it has ended: only to reap it */
        forget_process(e);
        log_info("embedded Redis: process %d stopped", pid);
    }
    (void)unlink(e->files.pid); /* may be missing, when the last start failed */
    embedded_free(e);
}
