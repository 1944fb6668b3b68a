/* One instance of libmicrohttpd, run by the loop: its epoll descriptor is watched, its timeouts are
 * kept. Runs on the server's thread. Extend with care: every step here stands against a stall that
 * was seen (external mode has no wake-up of its own after a resume; a timeout of 0 must be served
 * at once). SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/clock.h"
#include "base/log.h"

enum { RUNS_MAX = 64 }; /* in one turn; a busy instance must not starve Redis and the timers */

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
    pump_run(arg);
}

static void on_later(void *arg)
{
    struct pump *p = arg;

    p->later_ms = 0;
    pump_run(p);
}

/* A timer that fires too early only costs one run, so it is moved forward but never back. */
static void run_later(struct pump *p, int64_t in_ms)
{
    int64_t due_ms = clock_mono_ms() + in_ms;

    if (p->later_ms != 0 && p->later_ms <= due_ms)
        return;
    p->later_ms = due_ms;
    timer_once(p->later, in_ms);
}

void pump_run(struct pump *p)
{
    MHD_UNSIGNED_LONG_LONG in_ms = 0;
    bool has_timeout;
    int runs = 0;

    do {
        MHD_run(p->mhd);
        has_timeout = MHD_get_timeout(p->mhd, &in_ms) == MHD_YES;
    } while (has_timeout && in_ms == 0 && ++runs < RUNS_MAX);
    if (has_timeout)
        run_later(p, (int64_t)in_ms);
}

void pump_kick(struct pump *p)
{
    event_active(p->ready, EV_READ, 0);
}

/* MHD_USE_ERROR_LOG is left out on purpose: its messages quote what clients sent. */
static struct MHD_Daemon *start(struct pump *p, size_t pool_bytes)
{
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0,
                            NULL, NULL, request_on_call, p->server, MHD_OPTION_URI_LOG_CALLBACK,
                            request_on_uri, p->server, MHD_OPTION_NOTIFY_COMPLETED,
                            request_on_completed, p->server, MHD_OPTION_NOTIFY_CONNECTION,
                            door_on_connection, p, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned int)p->connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned int)p->server->stall_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            pool_bytes, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
}

bool pump_init(struct pump *p, struct http_server *s, int connections_max, size_t pool_bytes)
{
    const union MHD_DaemonInfo *info;

    p->server = s;
    p->connections_max = connections_max;
    p->mhd = start(p, pool_bytes);
    if (p->mhd == NULL) {
        log_error_errno("http: libmicrohttpd does not start");
        return false;
    }
    info = MHD_get_daemon_info(p->mhd, MHD_DAEMON_INFO_EPOLL_FD);
    p->later = timer_new(s->loop, on_later, p);
    p->ready = event_new(loop_base(s->loop), info->epoll_fd, EV_READ | EV_PERSIST, on_ready, p);
    if (p->ready == NULL || event_add(p->ready, NULL) != 0) {
        log_error("http: libevent does not watch libmicrohttpd");
        return false;
    }
    pump_run(p); /* once before the loop waits, so that its epoll set is complete */
    return true;
}

void pump_clear(struct pump *p)
{
    if (p->ready != NULL)
        event_free(p->ready);
    timer_free(p->later);
    if (p->mhd != NULL)
        MHD_stop_daemon(p->mhd);
    *p = (struct pump){0};
}
