/* Owns the way to a connected socket: the lookup, then the socket while it connects. Of several
 * addresses one is tried; whoever dials again gets the next. Main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/dial.h"

#include "base/mem.h"
#include "sms/lookup.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

struct dial {
    struct loop *loop;
    unsigned attempt;
    dial_fn fn;
    void *arg;
    struct lookup *lookup; /* NULL once it has an address */
    struct event *writable;
    int fd;
};

static const char *reason(const struct dial *d)
{
    return d->fd < 0 ? "no_name" : "unreachable";
}

static void clear(struct dial *d)
{
    lookup_cancel(d->lookup);
    if (d->writable)
        event_free(d->writable);
    mem_free(d);
}

const char *dial_cancel(struct dial *d)
{
    const char *why = d ? reason(d) : "";

    if (!d)
        return why;
    if (d->fd >= 0)
        (void)close(d->fd); /* nothing was sent on it */
    clear(d);
    return why;
}

static void fail(struct dial *d, const char *why)
{
    dial_fn fn = d->fn;
    void *arg = d->arg;

    (void)dial_cancel(d); /* the reason is known */
    fn(arg, -1, why);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct dial *d = arg;
    dial_fn fn = d->fn;
    void *fn_arg = d->arg;
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        fail(d, "unreachable");
        return;
    }
    clear(d);
    fn(fn_arg, fd, NULL);
}

static void connect_to(struct dial *d, const struct lookup_address *to)
{
    const int one = 1;

    d->fd = socket(to->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (d->fd < 0 ||
        (connect(d->fd, &to->any, (socklen_t)to->length) != 0 && errno != EINPROGRESS)) {
        fail(d, "unreachable");
        return;
    }
    /* A message waits for no other one. Where it cannot be had, it is slower. */
    (void)setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    d->writable = event_new(loop_base(d->loop), d->fd, EV_WRITE, on_writable, d);
    event_add(d->writable, NULL);
}

static void on_looked_up(void *arg, const struct lookup_result *r)
{
    struct dial *d = arg;

    d->lookup = NULL;
    if (r->count)
        connect_to(d, &r->addresses[d->attempt % (unsigned)r->count]);
    else
        fail(d, "no_name");
}

struct dial *dial_new(struct loop *l, const char *host, const char *port, unsigned attempt,
                      dial_fn fn, void *arg)
{
    struct dial *d = MEM_NEW(struct dial);

    *d = (struct dial){.loop = l, .attempt = attempt, .fn = fn, .arg = arg, .fd = -1};
    d->lookup = lookup_new(l, host, port, on_looked_up, d);
    if (d->lookup)
        return d;
    mem_free(d);
    return NULL;
}
