/* loop/loop.h and loop/mailbox.h: turns, and letters from other threads. event_active() is wrapped
 * by the linker, so that wake-ups can be counted.
 * SPDX-License-Identifier: MIT */
#include "loop/mailbox.h"
#include "base/mem.h"
#include "loop/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

static atomic_int wakes;

void __real_event_active(struct event *ev, int what, short calls);
void __wrap_event_active(struct event *ev, int what, short calls);

void __wrap_event_active(struct event *ev, int what, short calls)
{
    wakes++;
    __real_event_active(ev, what, calls);
}

enum { WRITERS = 4, LETTERS = 20000 };

struct reader {
    struct loop *loop;
    struct mailbox *box;
    int got;
    int expected;
    int last[WRITERS];
    bool in_order;
};

/* A letter is writer * LETTERS + number + 1, dressed as a pointer. */
static void on_letter(void *arg, void *letter)
{
    struct reader *r = arg;
    int n = (int)(intptr_t)letter - 1;
    int writer = n / LETTERS;

    if (n % LETTERS != r->last[writer]++)
        r->in_order = false;
    if (++r->got == r->expected)
        loop_stop(r->loop);
}

struct writer {
    struct mailbox *box;
    int number;
};

static void *write_letters(void *arg)
{
    struct writer *w = arg;

    for (int i = 0; i < LETTERS; i++)
        mailbox_post(w->box, (void *)(intptr_t)(w->number * LETTERS + i + 1));
    return NULL;
}

static void reader_init(struct reader *r, int expected)
{
    *r = (struct reader){.expected = expected, .in_order = true};
    r->loop = loop_new("test");
    r->box = mailbox_new(r->loop, on_letter, r);
    wakes = 0;
}

static void reader_clear(struct reader *r)
{
    mailbox_free(r->box);
    loop_free(r->loop);
}

static void test_mailbox_keeps_the_order_of_each_thread(void **state)
{
    struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    struct reader r;

    reader_init(&r, WRITERS * LETTERS);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){r.box, i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_letters, &writers[i]), 0);
    }
    loop_run(r.loop);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(r.got, WRITERS * LETTERS);
    assert_true(r.in_order);
    assert_in_range(wakes, 1, WRITERS * LETTERS);
    reader_clear(&r);
}

static void test_mailbox_wakes_only_when_it_was_empty(void **state)
{
    struct writer w;
    pthread_t thread;
    struct reader r;

    reader_init(&r, LETTERS);
    w = (struct writer){r.box, 0};
    assert_int_equal(pthread_create(&thread, NULL, write_letters, &w), 0);
    assert_int_equal(pthread_join(thread, NULL), 0); /* nothing was read meanwhile */
    assert_int_equal(wakes, 1);
    loop_run(r.loop);
    assert_int_equal(r.got, LETTERS);
    mailbox_post(r.box, (void *)(intptr_t)(LETTERS + 1));
    assert_int_equal(wakes, 2);
    reader_clear(&r);
}

static void test_mailbox_put_wakes_nobody_before_wake(void **state)
{
    struct reader r;

    reader_init(&r, 3);
    mailbox_wake(r.box); /* nothing waits */
    for (int i = 0; i < 2; i++)
        mailbox_put(r.box, (void *)(intptr_t)(i + 1));
    assert_int_equal(wakes, 0);
    mailbox_wake(r.box);
    mailbox_wake(r.box);
    mailbox_post(r.box, (void *)(intptr_t)3); /* it will be taken with the others */
    assert_int_equal(wakes, 1);
    loop_run(r.loop);
    assert_int_equal(r.got, 3);
    assert_true(r.in_order);
    mailbox_put(r.box, (void *)(intptr_t)4);
    mailbox_wake(r.box); /* once more after it was read */
    assert_int_equal(wakes, 2);
    reader_clear(&r);
}

static void test_mailbox_free_delivers_what_waits(void **state)
{
    struct reader r;

    reader_init(&r, 100);
    for (int i = 0; i < 3; i++)
        mailbox_post(r.box, (void *)(intptr_t)(i + 1));
    mailbox_free(r.box);
    assert_int_equal(r.got, 3);
    assert_true(r.in_order);
    loop_free(r.loop);
    mailbox_free(NULL);
}

struct chain {
    struct loop *loop;
    struct mailbox *box;
    int calls;
};

static void on_chain(void *arg, void *letter)
{
    struct chain *c = arg;

    if (++c->calls == 5)
        loop_stop(c->loop);
    else
        mailbox_post(c->box, letter); /* from within the reader itself */
}

static void test_mailbox_takes_letters_from_its_reader(void **state)
{
    struct chain c = {.loop = loop_new("chain")};

    c.box = mailbox_new(c.loop, on_chain, &c);
    mailbox_post(c.box, &c);
    loop_run(c.loop);
    assert_int_equal(c.calls, 5);
    mailbox_free(c.box);
    loop_free(c.loop);
}

struct turns {
    struct loop *loop;
    char seen[8];
    int n;
};

static void on_second(void *arg)
{
    struct turns *t = arg;

    t->seen[t->n++] = '2';
    loop_stop(t->loop);
}

static void on_first(void *arg)
{
    struct turns *t = arg;

    t->seen[t->n++] = '1';
    loop_defer(t->loop, on_second, t);
}

static void on_beside(void *arg)
{
    struct turns *t = arg;

    t->seen[t->n++] = 'b';
}

static void test_loop_defer_runs_in_order_on_the_next_turn(void **state)
{
    struct turns t = {.loop = loop_new("turns")};

    loop_defer(t.loop, on_first, &t);
    loop_defer(t.loop, on_beside, &t);
    assert_int_equal(t.n, 0);
    loop_run(t.loop);
    assert_string_equal(t.seen, "1b2");
    assert_string_equal(loop_name(t.loop), "turns");
    loop_free(t.loop);
}

static void test_loop_free_runs_what_was_deferred(void **state)
{
    struct turns t = {.loop = loop_new("turns")};

    loop_defer(t.loop, on_first, &t);
    loop_free(t.loop);
    assert_string_equal(t.seen, "12");
    loop_free(NULL);
}

static void test_loop_stop_before_run_is_not_lost(void **state)
{
    struct loop *l = loop_new("short");

    loop_stop(l);
    loop_run(l);
    loop_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mailbox_keeps_the_order_of_each_thread),
        cmocka_unit_test(test_mailbox_wakes_only_when_it_was_empty),
        cmocka_unit_test(test_mailbox_put_wakes_nobody_before_wake),
        cmocka_unit_test(test_mailbox_free_delivers_what_waits),
        cmocka_unit_test(test_mailbox_takes_letters_from_its_reader),
        cmocka_unit_test(test_loop_defer_runs_in_order_on_the_next_turn),
        cmocka_unit_test(test_loop_free_runs_what_was_deferred),
        cmocka_unit_test(test_loop_stop_before_run_is_not_lost),
    };
    int failed;

    loop_library_init();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    loop_library_free();
    return failed;
}
