/* The arguments of a request, checked and in the order of the row. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_ARGS_H
#define PAIHAO_API_ARGS_H

#include "api/commands.h"
#include "base/arena.h"
#include "base/err.h"
#include "core/seal.h"

/* Where the values come from; apart from HTTP so that tests and the fuzzer can feed it. */
struct args_input {
    const struct command *command;
    const struct str *params; /* values of command->params */
    struct str content_type;
    struct str body;
    size_t body_max_bytes;  /* of an object of fields; a hall file has the listener's limit */
    struct str link_ticket; /* from the citizen's link */
    struct str hall;
    const char *country; /* of the hall, for phone numbers; "" when the row has none */
    const struct seal *seal;
    struct arena *arena;
    struct str (*query)(const void *arg, const char *name); /* p == NULL: absent */
    const void *query_arg;
};

struct args {
    int n;
    struct str v[ARG_STRINGS_MAX]; /* in the arena, or borrowed from the request */
    /* Of a refusal: */
    const char *field;  /* NULL: none in particular */
    const char *detail; /* NULL, or a sentence in the arena */
};

enum err args_read(const struct args_input *in, struct args *out);
/* The value of the row's argument of that name; an absent one is empty. */
struct str args_get(const struct command *c, const struct args *a, const char *name);
/* Where it stands among the others: a phone number is three strings. */
const struct str *args_find(const struct command *c, const struct args *a, const char *name);
/* [a-z0-9][a-z0-9_-]{0,31}: codes of halls too. */
bool args_is_code(struct str s);
/* "application/json" with or without parameters. */
bool args_is_media_type(struct str content_type, const char *type);

#endif
