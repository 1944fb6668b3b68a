/* A mailbox: an array of letters under a lock, which the reader takes away as a whole. Posting is
 * for any thread, all else for the reader's loop.
 * SPDX-License-Identifier: MIT */
#include "loop/mailbox.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdlib.h>

struct letters {
    void **p;
    size_t n;
    size_t cap;
};

struct mailbox {
    mailbox_fn fn;
    void *arg;
    struct event *wake;
    struct letters reading; /* the reader's own; changes places with waiting */
    pthread_mutex_t lock;
    struct letters waiting; /* under lock */
    bool woken;             /* likewise: the reader will take what waits */
};

static void deliver(struct mailbox *m)
{
    struct letters taken;

    pthread_mutex_lock(&m->lock);
    taken = m->waiting;
    m->waiting = m->reading;
    m->reading = taken;
    m->woken = false;
    pthread_mutex_unlock(&m->lock);
    for (size_t i = 0; i < taken.n; i++)
        m->fn(m->arg, taken.p[i]);
    m->reading.n = 0;
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    deliver(arg);
}

struct mailbox *mailbox_new(struct loop *reader, mailbox_fn fn, void *arg)
{
    struct mailbox *m = MEM_NEW(struct mailbox);

    m->fn = fn;
    m->arg = arg;
    pthread_mutex_init(&m->lock, NULL);
    m->wake = event_new(loop_base(reader), -1, 0, on_wake, m);
    if (m->wake == NULL)
        abort(); /* no memory */
    return m;
}

void mailbox_free(struct mailbox *m)
{
    if (m == NULL)
        return;
    while (m->waiting.n > 0)
        deliver(m);
    event_free(m->wake);
    pthread_mutex_destroy(&m->lock);
    mem_free(m->waiting.p);
    mem_free(m->reading.p);
    mem_free(m);
}

void mailbox_put(struct mailbox *m, void *letter)
{
    struct letters *w = &m->waiting;

    pthread_mutex_lock(&m->lock);
    if (w->n == w->cap) {
        w->cap = w->cap > 0 ? w->cap * 2 : 16;
        w->p = mem_realloc(w->p, w->cap * sizeof(*w->p));
    }
    w->p[w->n++] = letter;
    pthread_mutex_unlock(&m->lock);
}

void mailbox_wake(struct mailbox *m)
{
    bool sleeps;

    pthread_mutex_lock(&m->lock);
    sleeps = m->waiting.n > 0 && !m->woken;
    m->woken = m->woken || sleeps;
    pthread_mutex_unlock(&m->lock);
    /* Outside the lock: the reader wakes up and takes it at once. event_active() on a loop of
     * another thread writes to its eventfd. */
    if (sleeps)
        event_active(m->wake, EV_READ, 0);
}

void mailbox_post(struct mailbox *m, void *letter)
{
    mailbox_put(m, letter);
    mailbox_wake(m);
}
