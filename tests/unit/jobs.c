/* loop/jobs.h: work on job threads, home to the loop that asked.
 * SPDX-License-Identifier: MIT */
#include "loop/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

struct task {
    struct loop *loop;
    pthread_t worked_on;
    pthread_t done_on;
    int worked;
    int done;
    int *left; /* the loop stops with the last one; NULL: it does not */
};

static void work(void *arg)
{
    struct task *t = arg;

    t->worked_on = pthread_self();
    t->worked++;
}

static void done(void *arg)
{
    struct task *t = arg;

    t->done_on = pthread_self();
    t->done++;
    if (t->left != NULL && --*t->left == 0)
        loop_stop(t->loop);
}

/* A gate that keeps job threads busy until the test opens it. */
static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_moved = PTHREAD_COND_INITIALIZER;
static bool gate_open;
static int gate_waiting;

static void gate_set(bool open)
{
    pthread_mutex_lock(&gate_lock);
    gate_open = open;
    pthread_cond_broadcast(&gate_moved);
    pthread_mutex_unlock(&gate_lock);
}

static void gate_await(int waiting)
{
    pthread_mutex_lock(&gate_lock);
    while (gate_waiting < waiting)
        pthread_cond_wait(&gate_moved, &gate_lock);
    pthread_mutex_unlock(&gate_lock);
}

static void work_behind_gate(void *arg)
{
    pthread_mutex_lock(&gate_lock);
    gate_waiting++;
    pthread_cond_broadcast(&gate_moved);
    while (!gate_open)
        pthread_cond_wait(&gate_moved, &gate_lock);
    gate_waiting--;
    pthread_mutex_unlock(&gate_lock);
    work(arg);
}

enum { TASKS = 100 };

static void assert_each_once(const struct task *tasks, int n)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(tasks[i].worked, 1);
        assert_int_equal(tasks[i].done, 1);
        assert_false(pthread_equal(tasks[i].worked_on, pthread_self()));
        assert_true(pthread_equal(tasks[i].done_on, pthread_self()));
    }
}

static void test_jobs_submit_works_there_and_is_done_here(void **state)
{
    struct loop *l = loop_new("test");
    struct jobs *j = jobs_new(2, TASKS);
    struct jobs_port *p = jobs_port_new(j, l);
    struct task tasks[TASKS] = {0};
    int left = TASKS;

    for (int i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){.loop = l, .left = &left};
        assert_true(jobs_submit(p, work, done, &tasks[i]));
    }
    loop_run(l);
    assert_each_once(tasks, TASKS);
    jobs_port_free(p);
    jobs_free(j);
    loop_free(l);
}

static void test_jobs_submit_is_refused_when_the_queue_is_full(void **state)
{
    struct loop *l = loop_new("test");
    struct jobs *j = jobs_new(2, 3);
    struct jobs_port *p = jobs_port_new(j, l);
    struct task tasks[6] = {0};
    int left = 5;

    gate_set(false);
    for (int i = 0; i < 6; i++)
        tasks[i] = (struct task){.loop = l, .left = &left};
    for (int i = 0; i < 2; i++)
        assert_true(jobs_submit(p, work_behind_gate, done, &tasks[i]));
    gate_await(2); /* both threads are busy, the queue is empty */
    for (int i = 2; i < 5; i++)
        assert_true(jobs_submit(p, work, done, &tasks[i]));
    assert_false(jobs_submit(p, work, done, &tasks[5]));
    gate_set(true);
    loop_run(l);
    assert_each_once(tasks, 5);
    assert_int_equal(tasks[5].worked + tasks[5].done, 0);
    left = 1;
    assert_true(jobs_submit(p, work, done, &tasks[5])); /* there is room again */
    loop_run(l);
    assert_each_once(tasks, 6);
    jobs_port_free(p);
    jobs_free(j);
    loop_free(l);
}

static void test_jobs_port_free_waits_for_its_own_jobs(void **state)
{
    struct loop *l = loop_new("test");
    struct jobs *j = jobs_new(1, TASKS);
    struct jobs_port *p = jobs_port_new(j, l);
    struct task tasks[TASKS] = {0};

    for (int i = 0; i < TASKS; i++)
        assert_true(jobs_submit(p, work, done, &tasks[i]));
    jobs_port_free(p);
    assert_each_once(tasks, TASKS);
    jobs_free(j);
    loop_free(l);
}

static void test_jobs_free_runs_what_waits(void **state)
{
    struct loop *l = loop_new("test");
    struct jobs *j = jobs_new(2, TASKS);
    struct jobs_port *p = jobs_port_new(j, l);
    struct task tasks[TASKS] = {0};

    for (int i = 0; i < TASKS; i++)
        assert_true(jobs_submit(p, work, done, &tasks[i]));
    jobs_free(j);
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(tasks[i].worked, 1);
        assert_int_equal(tasks[i].done, 0);
    }
    jobs_port_free(p);
    assert_each_once(tasks, TASKS);
    loop_free(l);
    jobs_free(NULL);
    jobs_port_free(NULL);
}

static struct jobs *shared;

static void *run_one_port(void *arg)
{
    struct loop *l = loop_new("worker");
    struct jobs_port *p = jobs_port_new(shared, l);
    struct task tasks[TASKS] = {0};
    int left = TASKS;

    for (int i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){.loop = l, .left = &left};
        if (!jobs_submit(p, work, done, &tasks[i]))
            return NULL;
    }
    loop_run(l);
    for (int i = 0; i < TASKS; i++) {
        if (tasks[i].done != 1 || !pthread_equal(tasks[i].done_on, pthread_self()))
            return NULL;
    }
    jobs_port_free(p);
    loop_free(l);
    return arg;
}

static void test_jobs_come_home_to_the_loop_that_asked(void **state)
{
    pthread_t threads[4];
    void *ok;

    shared = jobs_new(2, 4 * TASKS);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_one_port, shared), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], &ok), 0);
        assert_non_null(ok);
    }
    jobs_free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_submit_works_there_and_is_done_here),
        cmocka_unit_test(test_jobs_submit_is_refused_when_the_queue_is_full),
        cmocka_unit_test(test_jobs_port_free_waits_for_its_own_jobs),
        cmocka_unit_test(test_jobs_free_runs_what_waits),
        cmocka_unit_test(test_jobs_come_home_to_the_loop_that_asked),
    };
    int failed;

    loop_library_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    loop_library_free();
    return failed;
}
