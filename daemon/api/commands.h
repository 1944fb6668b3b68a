/* The rows of commands.def as a table: what the router, the checks, OpenAPI and paihaoctl read.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_COMMANDS_H
#define PAIHAO_API_COMMANDS_H

#include "base/str.h"
#include "http/http.h"
#include <stdbool.h>
#include <stdint.h>

enum command_id {
#define COMMAND(id, ...) COMMAND_##id,
#include "api/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

enum role {
    ROLE_PUBLIC = 1 << 0,
    ROLE_CITIZEN = 1 << 1,
    ROLE_KIOSK = 1 << 2,
    ROLE_BOARD = 1 << 3,
    ROLE_CLERK = 1 << 4,
    ROLE_SUPERVISOR = 1 << 5,
    ROLE_ADMIN = 1 << 6,
    ROLE_GATEWAY = 1 << 7,
    ROLE_CHOOSER = 1 << 8, /* a clerk with the right `choose`; never a role of its own */
    ROLE_STAFF = ROLE_CLERK | ROLE_SUPERVISOR | ROLE_ADMIN,
};

enum command_kind { KIND_WRITE, KIND_READ, KIND_LOCAL, KIND_STREAM };

enum arg_place { PLACE_PATH, PLACE_BODY, PLACE_QUERY, PLACE_LINK };

enum arg_type {
    TYPE_CODE,
    TYPE_TICKET,
    TYPE_LANG,
    TYPE_NAME,
    TYPE_TEXT,
    TYPE_SECRET,
    TYPE_PHONE,
    TYPE_INT,
    TYPE_ENUM,
    TYPE_CODES,
    TYPE_EVENT,
    TYPE_BOOKING,
    TYPE_MOMENT,
    TYPE_DAY,
    TYPE_FIELDS,
    TYPE_CALLS,
};

enum {
    ARGS_MAX = 10, /* the longest row is booking_make; one phone counts as three strings */
    ARG_STRINGS_MAX = ARGS_MAX + 2,
    ARG_NAME_MAX = 15, /* longest now: "to_counter" */
    ENUM_WORDS_MAX = 10, /* the states of a message, and one for several of them */
    PATH_PARAMS_MAX = 2, /* {hall}/{counter}, {gateway}/{secret} */
};

struct command_arg {
    char name[ARG_NAME_MAX + 1];
    enum arg_place place;
    enum arg_type type;
    bool optional;
    int64_t min, max; /* TYPE_INT: bounds; TYPE_TEXT, TYPE_SECRET: code points */
    int n_words;      /* TYPE_ENUM */
    struct str words[ENUM_WORDS_MAX];
};

struct command {
    enum command_id id;
    const char *name; /* "ticket_issue" */
    enum http_method method;
    const char *path; /* below /api/v1 */
    unsigned roles;   /* enum role, or-ed */
    enum command_kind kind;
    const char *function; /* of the Lua library, or NULL */
    int status;
    const char *reply; /* name of a schema, or NULL */
    const char *arguments;
    const char *summary;
    int n_args;
    struct command_arg args[ARGS_MAX];
    int n_params; /* names in the path, in their order */
    struct str params[PATH_PARAMS_MAX];
    bool has_hall;  /* {hall} in the path */
    bool has_body;  /* takes fields in its body */
    bool raw_body;  /* the body is a hall file, not an object of fields */
    bool needs_key; /* Idempotency-Key */
};

/* Parses the rows; aborts where one is not well-formed. Before any other function here, on main. */
void commands_init(void);
const struct command *command_at(enum command_id id);
/* NULL when there is no such row. */
const struct command *command_find(const char *name);
const char *role_name(enum role r); /* one bit: "clerk" */
/* "choose": what a clerk may be given the right to; as a bit of command.roles. 0: no such right. */
unsigned right_find(struct str name);
/* 0 when there is no such role. */
unsigned role_find(struct str name);
/* All rows as one JSON array: id, method, path, roles, kind, arguments. For tests and tools. */
void commands_dump(struct buf *out);
/* Used by commands_init(), and by itself in the unit test: false when text is no argument list. */
bool command_args_parse(const char *text, struct command *c);

#endif
