/* Asks the system for the addresses of a name on a thread of its own, since getaddrinfo() blocks
 * for as long as a name server likes: the files, name servers and caches of the machine are heeded
 * as by every other program, and changes of them as well. The thread shares nothing with the loop:
 * it owns its question and the writing end of a pipe; the answer is one write, and a loop that has
 * lost interest has closed the other end. Everything else runs on the main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/lookup.h"

#include "base/mem.h"
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024 }; /* what the C library's resolver needs, and some */

/* One write(2) to a pipe is whole up to PIPE_BUF. */
_Static_assert(sizeof(struct lookup_result) <= PIPE_BUF, "a result must fit into one write");

struct question {
    int fd;
    char *host, *port;
};

struct lookup {
    struct event *readable;
    int fd;
    lookup_fn fn;
    void *arg;
};

static void question_free(struct question *q)
{
    (void)close(q->fd); /* nothing is left in it */
    mem_free(q->host);
    mem_free(q->port);
    mem_free(q);
}

static void add(struct lookup_result *r, const struct addrinfo *a)
{
    if (r->count == LOOKUP_MAX || a->ai_addrlen > sizeof(struct sockaddr_in6))
        return;
    memcpy(&r->addresses[r->count].any, a->ai_addr, a->ai_addrlen);
    r->addresses[r->count++].length = (int)a->ai_addrlen;
}

static void *run(void *arg)
{
    struct question *q = arg;
    struct lookup_result r;
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM};

    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are for main */
    memset(&r, 0, sizeof(r));
    if (getaddrinfo(q->host, q->port, &hints, &found) == 0) {
        for (const struct addrinfo *a = found; a; a = a->ai_next)
            add(&r, a);
        freeaddrinfo(found);
    }
    /* Nobody may want it any more: then there is nothing to be done about it. */
    ssize_t n = write(q->fd, &r, sizeof(r));
    (void)n;
    question_free(q);
    return NULL;
}

static bool start(struct question *q)
{
    pthread_attr_t attr;
    pthread_t thread;

    if (pthread_attr_init(&attr) != 0)
        return false;
    bool ok = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) == 0 &&
              pthread_attr_setstacksize(&attr, STACK_BYTES) == 0 &&
              pthread_create(&thread, &attr, run, q) == 0;
    (void)pthread_attr_destroy(&attr); /* cannot fail for one that was set up */
    return ok;
}

void lookup_cancel(struct lookup *k)
{
    if (!k)
        return;
    event_free(k->readable);
    (void)close(k->fd);
    mem_free(k);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct lookup *k = arg;
    struct lookup_result r;
    lookup_fn fn = k->fn;
    void *fn_arg = k->arg;

    if (read(fd, &r, sizeof(r)) != (ssize_t)sizeof(r))
        memset(&r, 0, sizeof(r));
    lookup_cancel(k);
    fn(fn_arg, &r);
}

struct lookup *lookup_new(struct loop *l, const char *host, const char *port, lookup_fn fn,
                          void *arg)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    struct question *q = MEM_NEW(struct question);
    *q = (struct question){ends[1], mem_strdup(host), mem_strdup(port)};
    if (!start(q)) {
        question_free(q);
        (void)close(ends[0]);
        return NULL;
    }
    struct lookup *k = MEM_NEW(struct lookup);
    *k = (struct lookup){NULL, ends[0], fn, arg};
    k->readable = event_new(loop_base(l), k->fd, EV_READ, on_readable, k);
    event_add(k->readable, NULL);
    return k;
}
