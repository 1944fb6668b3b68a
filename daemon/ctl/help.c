/* --help and paihaoctl(1), written from commands.def and the subcommands of main.c. Owns nothing.
 * Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/help.h"

#include "ctl/arguments.h"

#include <string.h>

/* Of the first two words and the blank behind them. */
static size_t name_len(const char *usage)
{
    const char *second = strchr(usage, ' ') + 1;
    return (size_t)(strchr(second, ' ') + 1 - usage);
}

/* The next row with a subcommand that is not replaced by one of our own; NULL at the end. Its usage
 * goes into out. */
static const struct command *next_row(int *i, const struct help_own *own, int count,
                                      struct buf *out)
{
    while (*i < COMMAND_COUNT) {
        const struct command *c = command_at((enum command_id)(*i)++);
        bool shown = arguments_known(c);
        buf_reset(out);
        arguments_usage(c, out);
        for (int k = 0; k < count; k++)
            shown = shown && strncmp(out->p, own[k].usage, name_len(own[k].usage)) != 0;
        if (shown)
            return c;
    }
    return NULL;
}

void help_print(FILE *to, const struct help_own *own, int count)
{
    struct buf b;
    fputs("usage: paihaoctl [--state-dir DIR] [--url URL] [--token TOKEN] COMMAND\n\n", to);
    for (int i = 0; i < count; i++)
        fprintf(to, "  %s\n      %s\n", own[i].usage, own[i].summary);
    buf_init(&b);
    const struct command *c;
    for (int i = 0; (c = next_row(&i, own, count, &b)) != NULL;)
        fprintf(to, "  %s\n      %s\n", b.p, c->summary);
    buf_clear(&b);
}

/* A line of text: no quote or point at its beginning may be read as a request, no hyphen be bent.
 */
static void roff(FILE *to, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", to);
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\')
            fputc('\\', to);
        fputs(*text == '\\' ? "e" : (const char[]){*text, '\0'}, to);
    }
    fputc('\n', to);
}

static void entry(FILE *to, const char *usage, const char *summary)
{
    fputs(".TP\n.B ", to);
    roff(to, usage);
    roff(to, summary);
}

static const char HEAD[] =
    ".TH PAIHAOCTL 1 \"\" paihao\n"
    ".SH NAME\npaihaoctl \\- command line of paihaod(8)\n"
    ".SH SYNOPSIS\n.B paihaoctl\n[\\-\\-state\\-dir DIR] [\\-\\-url URL] [\\-\\-token TOKEN] "
    "COMMAND\n"
    ".SH DESCRIPTION\nAsks a running daemon over HTTP. On the daemon's machine it finds address "
    "and "
    "token in its state folder and acts as an admin of all halls; elsewhere give \\-\\-url and "
    "\\-\\-token.\n.PP\n"
    "Arguments stand in the order shown, or anywhere by name (\\-\\-service id\\-card). Lists of "
    "codes "
    "are written with commas, moments in milliseconds since 1970, days as 20261224, fields as a "
    "JSON "
    "object. A secret (password, code, link) is asked for at the terminal, or read from the first "
    "line of the standard input with \\-\\-password\\-stdin and its like: a command line can be "
    "seen by "
    "everybody on the machine.\n"
    ".SH COMMANDS\n";

static const char TAIL[] =
    ".SH OPTIONS\n"
    ".TP\n.B \\-\\-state\\-dir DIR\nThe daemon's state folder; /var/lib/paihao if not given.\n"
    ".TP\n.B \\-\\-url URL\nThe daemon's address, such as http://127.0.0.1:8080.\n"
    ".TP\n.B \\-\\-token TOKEN\nA token other than the one in the state folder.\n"
    ".TP\n.B \\-\\-json\nBehind a command that prints sentences: print the answer as JSON.\n"
    ".SH EXIT STATUS\n0 done, 1 refused by the daemon, 64 misused, 65 a file with a fault, 66 no "
    "such "
    "file, 69 no daemon.\n"
    ".SH SEE ALSO\n.BR paihao.yaml (5)\n";

void help_manual(FILE *to, const struct help_own *own, int count)
{
    struct buf b;
    fputs(HEAD, to);
    for (int i = 0; i < count; i++)
        entry(to, own[i].usage, own[i].summary);
    buf_init(&b);
    const struct command *c;
    for (int i = 0; (c = next_row(&i, own, count, &b)) != NULL;)
        entry(to, b.p, c->summary);
    buf_clear(&b);
    fputs(TAIL, to);
}
