/* paihaoctl: every row of commands.def as a subcommand ("ticket_issue" is `paihaoctl ticket
 * issue`), hall files in and out, the demo day and the history check. A subcommand that is no row
 * gets a row in OWN. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ctl/arguments.h"
#include "ctl/client.h"
#include "ctl/day.h"
#include "ctl/hall.h"
#include "ctl/help.h"
#include "ctl/output.h"
#include "ctl/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { CONNECTIONS = 32 };

struct options {
    const char *state_dir, *url, *token;
};

/* Reads the options before the subcommand; returns the index of the first word behind them, or -1.
 */
static int read_options(int argc, char **argv, struct options *o)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        const char **into = strcmp(argv[i], "--state-dir") == 0 ? &o->state_dir
                            : strcmp(argv[i], "--url") == 0     ? &o->url
                            : strcmp(argv[i], "--token") == 0   ? &o->token
                                                                : NULL;
        if (into == NULL || i + 1 == argc)
            return -1;
        *into = argv[i + 1];
    }
    return i;
}

static void print_answer(const struct command *c, const struct given *g,
                         const struct client_answer *a)
{
    if (c->id == COMMAND_device_add && !g->json)
        printf(STR_FMT "\n", STR_ARG(json_str(a->json, "token")));
    else if (a->json != NULL)
        output_json(a->json);
    else
        fwrite(a->body.p, 1, a->body.len, stdout); /* a calendar file */
}

static int run_row(struct client *client, const struct command *c, const struct given *g)
{
    struct wanted w;
    int code = EX_USAGE;
    if (arguments_request(c, g, &w)) {
        bool reads = c->method == HTTP_GET;
        struct client_request r = {.method = http_method_name(c->method),
                                   .path = w.path.p,
                                   .token = w.token.len > 0 ? w.token.p : NULL,
                                   .body = reads ? STR("") : buf_str(&w.body)};
        struct client_answer a;
        client_ask(client, &r, &a);
        code = output_problem(&a);
        if (code == 0)
            print_answer(c, g, &a);
        client_answer_clear(&a);
    }
    arguments_clear(&w);
    return code;
}

static int history_run(struct client *client, const struct given *g)
{
    if (g->n == 1)
        return day_check(client, g->values[0]);
    fputs("usage: paihaoctl history check HALL\n", stderr);
    return EX_USAGE;
}

static int number(const struct given *g, const char *name, int min, int max, int otherwise)
{
    int64_t n;
    const char *v = arguments_value(g, name);
    if (v == NULL)
        return otherwise;
    if (str_to_i64(str_of(v), min, max, &n))
        return (int)n;
    fprintf(stderr, "paihaoctl: --%s must be %d..%d\n", name, min, max);
    exit(EX_USAGE);
}

static int demo_day(struct client *client, const struct given *g)
{
    const char *hall = arguments_value(g, "hall");
    const struct day_plan plan = {
        .hall = hall != NULL ? hall : "shanghai",
        .citizens = number(g, "citizens", 1, 5000, 400),
        .counters = number(g, "counters", 1, 200, 12),
        .hours = number(g, "hours", 1, 12, 8),
        .seed = (uint64_t)number(g, "seed", 0, 1000000000, 1),
    };
    return day_run(client, &plan);
}

typedef int (*own_fn)(struct client *, const struct given *);

static const struct {
    const char *thing, *verb;
    own_fn fn;
    struct help_own help;
} OWN[] = {
    {"hall",
     "import",
     hall_import,
     {"hall import FILE [--hall HALL] [--version VERSION]", "Store a hall file (YAML or JSON)."}},
    {"hall", "export", hall_export, {"hall export HALL [--json]", "Print it again."}},
    {"hall",
     "preview",
     hall_preview,
     {"hall preview FILE [--hall HALL] [--days DAYS]",
      "Check a hall file without storing it: the slots it gives, and the bookings that would no "
      "longer fit."}},
    {"hall",
     "holidays",
     hall_holidays,
     {"hall holidays HALL FILE", "Put a year's public holidays into a hall in place of those it "
                                 "had for that year: a list such "
                                 "as config/holidays/cn-2026.yaml, or an iCalendar file."}},
    {"board",
     NULL,
     terminal_board,
     {"board HALL [--lang zh|en] [--once] [--quiet]",
      "The hall's board on this terminal, with a bell for each call (not with --quiet); q ends it. "
      "With --once as text, once. Where the output is no terminal: a line for each call as it is "
      "made (date, time, number, counter, call or recall)."}},
    {"history",
     "check",
     history_run,
     {"history check HALL", "Read all events and look for what must never be there."}},
    {"demo",
     "day",
     demo_day,
     {"demo day [--hall HALL] [--citizens N] [--counters N] [--hours H] [--seed N]",
      "Play a day of a hall: citizens come, clerks work."}},
};
enum { OWN_COUNT = sizeof OWN / sizeof OWN[0] };

static int help(FILE *to, void (*print)(FILE *, const struct help_own *, int))
{
    struct help_own own[OWN_COUNT];
    for (int i = 0; i < OWN_COUNT; i++)
        own[i] = OWN[i].help;
    print(to, own, OWN_COUNT);
    return to == stdout ? 0 : EX_USAGE;
}

/* words: of its name, one or two. */
static own_fn own_of(int argc, char **argv, int *words)
{
    for (int i = 0; i < OWN_COUNT; i++) {
        const char *verb = OWN[i].verb;
        *words = verb == NULL ? 1 : 2;
        if (argc >= *words && strcmp(argv[0], OWN[i].thing) == 0 &&
            (verb == NULL || strcmp(argv[1], verb) == 0))
            return OWN[i].fn;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct options o = {.state_dir = "/var/lib/paihao"};
    commands_init();
    log_set(LOG_WARN, LOG_TEXT);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0))
        return help(stdout, help_print);
    if (argc == 2 && strcmp(argv[1], "--manual") == 0) /* for the build */
        return help(stdout, help_manual);
    int at = read_options(argc, argv, &o);
    if (at < 0)
        return help(stderr, help_print);
    int words;
    own_fn fn = own_of(argc - at, argv + at, &words);
    const struct command *row = fn == NULL ? arguments_row(argc - at, argv + at, &words) : NULL;
    struct given g;
    if ((fn == NULL && row == NULL) || !arguments_read(argc - at - words, argv + at + words, &g))
        return help(stderr, help_print);
    struct client *client = client_new(o.state_dir, o.url, o.token, CONNECTIONS);
    if (client == NULL)
        return EX_UNAVAILABLE;
    int code = fn != NULL ? fn(client, &g) : run_row(client, row, &g);
    client_free(client);
    return code;
}
