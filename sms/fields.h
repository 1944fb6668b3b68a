/* What providers tell us over HTTP, in whatever form: fields by name from address, form or JSON.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_FIELDS_H
#define PAIHAO_SMS_FIELDS_H

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "sms/sign.h"
#include <stdbool.h>
#include <stddef.h>

enum { FIELDS_FORM_MAX = 64 /* providers send some 20 */ };

/* A parameter of the address, decoded; p == NULL when there is none. */
typedef struct str (*fields_query_fn)(const void *arg, const char *name);

struct fields {
    struct arena *arena;
    fields_query_fn query;
    const void *query_arg;
    struct sign_field form[FIELDS_FORM_MAX];
    size_t form_count;
    json_t *json; /* or NULL */
};

/* Reads the body; format is one of "query", "form", "json", "json-array", "auto" (then the content
 * type says it). arena, query and query_arg are set before. False: it is not in that format, or too
 * much. To be cleared in any case. */
bool fields_read(struct fields *f, const char *format, struct str content_type, struct str body);
void fields_clear(struct fields *f);
/* How many there are of what is told: the elements where the body is a JSON array, else 1. */
size_t fields_count(const struct fields *f);
/* Of the record-th of them: a name (of form, JSON object or address, in that order) or a JSON
 * pointer; several with blanks between are put together. Empty where there is none. Lives as long
 * as the arena. */
struct str fields_get(const struct fields *f, size_t record, const char *names);

#endif
