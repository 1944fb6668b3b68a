/* Owns the form of a call and the making of its answer. Runs on the thread of its store. A new
 * error of Redis is a row in errors.c, not a branch here. SPDX-License-Identifier: MIT */
#include "store/calls.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"

#include <assert.h>
#include <stdio.h>

struct call *call_new(store_fn fn, void *arg)
{
    struct call *c = MEM_NEW(struct call);

    c->fn = fn;
    c->arg = arg;
    c->begun_us = clock_mono_us();
    buf_init(&c->command);
    metric_add(METRIC_STORE_PENDING, NULL, 1);
    return c;
}

void call_free(struct call *c)
{
    metric_add(METRIC_STORE_PENDING, NULL, -1);
    buf_clear(&c->command);
    mem_free(c);
}

void call_push(struct call_list *list, struct call *c)
{
    c->next = NULL;
    if (list->first == NULL)
        list->first = c;
    else
        list->last->next = c;
    list->last = c;
    list->count++;
}

struct call *call_pop(struct call_list *list)
{
    struct call *c = list->first;

    if (c == NULL)
        return NULL;
    list->first = c->next;
    list->count--;
    return c;
}

struct call_list call_take_all(struct call_list *list)
{
    struct call_list all = *list;

    *list = (struct call_list){NULL, NULL, 0};
    return all;
}

static void answer(struct call *c, const struct store_reply *reply)
{
    store_fn fn = c->fn;

    assert(fn != NULL);
    c->fn = NULL;
    fn(c->arg, reply);
}

void call_answer_err(struct call *c, enum err err)
{
    struct store_reply reply = {.err = err};

    metric_add(METRIC_STORE_FAILURES, err_code(err), 1);
    answer(c, &reply);
}

/* The error replies that are no refusal: of Redis itself, or of a library with a fault. */
static enum err err_of(struct str text)
{
    const struct store_error *row = store_error_find(text);

    metric_add(METRIC_STORE_FAILURES, row != NULL ? row->prefix : "ERR", 1);
    if (row != NULL)
        return row->err;
    log_error("store: Redis answered: " STR_FMT, STR_ARG(text));
    return ERR_INTERNAL;
}

void call_answer_value(struct call *c, const struct store_value *v)
{
    struct store_reply reply = {.err = ERR_NONE, .value = v};

    metric_observe(METRIC_STORE_SECONDS, NULL, (double)(clock_mono_us() - c->begun_us) / 1e6);
    if (store_value_kind(v) != STORE_ERROR)
        reply.text = store_value_str(v);
    else if (!store_error_refusal(store_value_str(v), &reply.err, &reply.field))
        reply.err = err_of(store_value_str(v));
    answer(c, &reply);
}
