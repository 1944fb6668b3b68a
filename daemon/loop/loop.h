/* One event loop, run by one thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_LOOP_LOOP_H
#define PAIHAO_LOOP_LOOP_H

#include <event2/event.h>
#include <stdbool.h>

struct loop;
typedef void (*loop_fn)(void *arg);

/* Call once before any loop: libevent with pthreads, SIGPIPE ignored. */
void loop_library_init(void);
void loop_library_free(void);            /* after the last loop: LeakSanitizer finds nothing */
struct loop *loop_new(const char *name); /* name: "main", "worker 0"; copied */
void loop_free(struct loop *l);
void loop_run(struct loop *l);  /* returns after loop_stop() */
void loop_stop(struct loop *l); /* from the loop's own thread */
struct event_base *loop_base(struct loop *l);
const char *loop_name(const struct loop *l);
/* Calls fn(arg) on the next turn of l; l's own thread only. To free what a library's callback still
 * stands on. Everything deferred runs exactly once, also when the loop is freed first. */
void loop_defer(struct loop *l, loop_fn fn, void *arg);

#endif
