/* Calls on their way to Redis, and how each is answered. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_CALLS_H
#define PAIHAO_STORE_CALLS_H

#include "store/errors.h"
#include "store/store.h"

struct call {
    struct call *next;
    store_fn fn; /* NULL: answered already, and only the reply is still owed */
    void *arg;
    struct buf command; /* kept only as long as it may have to be sent again */
    int64_t begun_us;
    int sends;
    enum err err; /* what a failed call will be answered */
    bool function;
    bool read_only;
    bool repeatable;
    bool reloaded; /* the library was loaded for it once */
    bool own;      /* of the store itself: answered by replies only */
};

/* First in, first out; replies come in the order of the commands. */
struct call_list {
    struct call *first;
    struct call *last;
    int count;
};

struct call *call_new(store_fn fn, void *arg);
void call_free(struct call *c);
void call_push(struct call_list *list, struct call *c);
struct call *call_pop(struct call_list *list); /* NULL when empty */
/* Takes all, leaving list empty. */
struct call_list call_take_all(struct call_list *list);

/* Both run c's function once and leave c with fn == NULL. */
void call_answer_value(struct call *c, const struct store_value *v);
void call_answer_err(struct call *c, enum err err);

#endif
