/* What the tests of the store share: a loop, a small function library, and answers to wait for.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_STORE_WORLD_H
#define PAIHAO_TESTS_STORE_WORLD_H

#include "store/store.h"

/* Functions put, get, count, refuse, fail, spin, ring; version test-1. */
extern const struct str store_world_library;

struct answer {
    int count; /* how often the callback came: 1 is right */
    enum err err;
    enum store_kind kind;
    int64_t number;
    size_t elements;
    int64_t at_us; /* when */
    size_t len;
    char text[2048]; /* INFO stats fits */
    char field[64];
};

void on_answer(void *arg, const struct store_reply *reply); /* arg: struct answer */
bool is_answered(void *arg);                                /* struct answer */
bool is_ready(void *arg);                                   /* struct store */
bool is_unready(void *arg);
/* FCALL function on the tag "xh" with up to 4 C strings; waits for the answer. */
struct answer ask(struct loop *l, struct store *s, const char *function, const char *const args[]);
/* A plain command, its words separated by blanks; waits for the answer. */
struct answer command(struct loop *l, struct store *s, const char *words);

#endif
