/* Threads for work that blocks. Owns the threads and one bounded queue under a lock; finished jobs
 * go home through the mailbox of their port. jobs_new() and jobs_free() are for main, a port
 * belongs to its loop's thread.
 * SPDX-License-Identifier: MIT */
#include "loop/jobs.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct job {
    struct job *next;
    struct jobs_port *port;
    jobs_fn work;
    jobs_fn done;
    void *arg;
};

struct jobs {
    int threads;
    int queue_max;
    pthread_t *ids;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *first; /* all below under lock */
    struct job **last;
    int waiting;
    bool stopping;
};

/* Its own lock, so that ports and jobs can be freed in either order. */
struct jobs_port {
    struct jobs *jobs;
    struct mailbox *finished;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    int under_way; /* submitted and not yet posted back; under lock */
};

static struct job *next_job(struct jobs *j)
{
    struct job *job;

    pthread_mutex_lock(&j->lock);
    while (j->first == NULL && !j->stopping)
        pthread_cond_wait(&j->changed, &j->lock);
    job = j->first;
    if (job != NULL) {
        j->first = job->next;
        if (j->first == NULL)
            j->last = &j->first;
        j->waiting--;
    }
    pthread_mutex_unlock(&j->lock);
    return job;
}

static void *thread_main(void *arg)
{
    struct job *job;

    while ((job = next_job(arg)) != NULL) {
        struct jobs_port *port = job->port;

        job->work(job->arg);
        /* Posted under the lock: the port is not freed before this thread has let go of it. */
        pthread_mutex_lock(&port->lock);
        mailbox_post(port->finished, job);
        port->under_way--;
        pthread_cond_signal(&port->idle);
        pthread_mutex_unlock(&port->lock);
    }
    return NULL;
}

struct jobs *jobs_new(int threads, int queue_max)
{
    struct jobs *j = MEM_NEW(struct jobs);

    assert(threads > 0 && queue_max > 0);
    j->threads = threads;
    j->queue_max = queue_max;
    j->last = &j->first;
    j->ids = mem_calloc((size_t)threads, sizeof(*j->ids));
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->changed, NULL);
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&j->ids[i], NULL, thread_main, j) != 0) {
            log_error_errno("jobs: thread %d cannot be started", i);
            abort(); /* at the start of the process: the machine has no room for it */
        }
    }
    return j;
}

void jobs_free(struct jobs *j)
{
    if (j == NULL)
        return;
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    for (int i = 0; i < j->threads; i++)
        pthread_join(j->ids[i], NULL);
    pthread_cond_destroy(&j->changed);
    pthread_mutex_destroy(&j->lock);
    mem_free(j->ids);
    mem_free(j);
}

static void on_finished(void *arg, void *letter)
{
    struct job *job = letter;

    job->done(job->arg);
    mem_free(job);
}

struct jobs_port *jobs_port_new(struct jobs *j, struct loop *l)
{
    struct jobs_port *p = MEM_NEW(struct jobs_port);

    p->jobs = j;
    p->finished = mailbox_new(l, on_finished, p);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->idle, NULL);
    return p;
}

void jobs_port_free(struct jobs_port *p)
{
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    while (p->under_way > 0)
        pthread_cond_wait(&p->idle, &p->lock);
    pthread_mutex_unlock(&p->lock);
    mailbox_free(p->finished);
    pthread_cond_destroy(&p->idle);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
}

/* Takes the job into the queue, or not: it must be counted in its port before a thread can finish
 * it. */
static bool enqueue(struct jobs *j, struct job *job)
{
    bool room;

    pthread_mutex_lock(&j->lock);
    assert(!j->stopping);
    room = j->waiting < j->queue_max;
    if (room) {
        *j->last = job;
        j->last = &job->next;
        j->waiting++;
        pthread_cond_signal(&j->changed);
    }
    pthread_mutex_unlock(&j->lock);
    return room;
}

static void count_under_way(struct jobs_port *p, int n)
{
    pthread_mutex_lock(&p->lock);
    p->under_way += n;
    pthread_mutex_unlock(&p->lock);
}

bool jobs_submit(struct jobs_port *p, jobs_fn work, jobs_fn done, void *arg)
{
    struct job *job = MEM_NEW(struct job);

    *job = (struct job){NULL, p, work, done, arg};
    count_under_way(p, 1);
    if (enqueue(p->jobs, job))
        return true;
    count_under_way(p, -1);
    mem_free(job);
    return false;
}
