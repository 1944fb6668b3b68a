/* What stands on paihaoctl's command line, made into a request by a row of commands.def.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_ARGUMENTS_H
#define PAIHAO_CTL_ARGUMENTS_H

#include "api/commands.h"
#include "base/str.h"
#include <stdbool.h>

enum { GIVEN_MAX = 16 };

struct given {
    const char *names[GIVEN_MAX]; /* "--hall xh" is names "hall"; NULL for a word without a name */
    const char *values[GIVEN_MAX];
    int n;
    bool password_stdin;
    bool json;
};

/* Words behind the subcommand. False: printed. */
bool arguments_read(int argc, char **argv, struct given *out);
const char *arguments_value(const struct given *g, const char *name);
/* Fills path (with its query) and body for the row: named ones by name, the others in the row's
 * order, the hall first. A secret is asked for at the terminal or read from stdin. False: printed.
 */
bool arguments_request(const struct command *c, const struct given *g, struct buf *path,
                       struct buf *body);
/* One line of help: "ticket issue HALL SERVICE [--class CODE] ..." */
void arguments_usage(const struct command *c, struct buf *out);

#endif
