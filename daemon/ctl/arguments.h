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
    const char *secret_stdin; /* "password" of --password-stdin, or NULL */
    bool json, once, quiet;   /* --json and so on: words without a value */
};

/* Words behind the subcommand. False: printed. */
bool arguments_read(int argc, char **argv, struct given *out);
const char *arguments_value(const struct given *g, const char *name);
/* What a row needs of a request. */
struct wanted {
    struct buf path; /* with its query */
    struct buf body;
    struct buf token; /* "Ticket ..." where the row is for the holder of a link, else empty */
};
/* Named ones by name, the others in the row's order, the hall first; one that may be left out gets
 * a word only where there are more than the row needs. A secret is asked for at the terminal or
 * read from stdin: never from a command line, which everybody on the machine can see. False:
 * printed. The caller clears, also then. */
bool arguments_request(const struct command *c, const struct given *g, struct wanted *out);
void arguments_clear(struct wanted *w); /* wipes what may hold a secret */
/* Percent-encoded, for a path or a query. */
void arguments_encode(struct buf *out, const char *s);
/* Has the row a subcommand? Not the streams, those that take a file, and those of devices. */
bool arguments_known(const struct command *c);
/* The row that the first words name: one ("rebook") or two ("ticket put-back"); NULL: none. */
const struct command *arguments_row(int argc, char **argv, int *words);
/* One line of help: "ticket issue HALL SERVICE [--class CODE] ..." */
void arguments_usage(const struct command *c, struct buf *out);

#endif
