/* paihaoctl: every row of commands.def as a subcommand ("ticket_issue" is `paihaoctl ticket
 * issue`), hall files in and out, the demo day and the history check. SPDX-License-Identifier: MIT
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ctl/arguments.h"
#include "ctl/client.h"
#include "ctl/day.h"
#include "ctl/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { CONNECTIONS = 32, FILE_BYTES_MAX = 1024 * 1024 };

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

static const struct command *row_of(const char *thing, const char *verb)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%s", thing, verb);
    for (char *p = name; *p != '\0'; p++)
        if (*p == '-')
            *p = '_';
    const struct command *c = command_find(name);
    return c != NULL && c->kind != KIND_STREAM && (c->roles & (ROLE_STAFF | ROLE_PUBLIC)) != 0
               ? c
               : NULL;
}

static int usage(FILE *to)
{
    fputs("usage: paihaoctl [--state-dir DIR] [--url URL] [--token TOKEN] COMMAND\n\n"
          "  hall import FILE            store a hall file (YAML)\n"
          "  hall export HALL [--json]   print it again\n"
          "  history check HALL          read all events and look for what must never be there\n"
          "  demo day [--hall HALL] [--citizens N] [--counters N] [--hours H] [--seed N]\n\n",
          to);
    struct buf b;
    buf_init(&b);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = command_at((enum command_id)i);
        if (c->kind == KIND_STREAM || (c->roles & (ROLE_STAFF | ROLE_PUBLIC)) == 0 || c->raw_body)
            continue;
        buf_reset(&b);
        arguments_usage(c, &b);
        fprintf(to, "  %s\n      %s\n", b.p, c->summary);
    }
    buf_clear(&b);
    return to == stdout ? 0 : EX_USAGE;
}

static int run_row(struct client *client, const struct command *c, const struct given *g)
{
    struct buf path, body;
    buf_init(&path);
    buf_init(&body);
    int code = EX_USAGE;
    if (arguments_request(c, g, &path, &body)) {
        bool reads = c->method == HTTP_GET;
        struct client_request r = {.method = http_method_name(c->method),
                                   .path = path.p,
                                   .body = reads ? STR("") : buf_str(&body)};
        struct client_answer a;
        client_ask(client, &r, &a);
        code = output_problem(&a);
        if (code == 0 && c->id == COMMAND_device_add && !g->json)
            printf(STR_FMT "\n", STR_ARG(json_str(a.json, "token")));
        else if (code == 0)
            output_json(a.json);
        client_answer_clear(&a);
    }
    buf_clear(&path);
    if (body.p != NULL)
        memset(body.p, 0, body.len); /* may have held a password */
    buf_clear(&body);
    return code;
}

static bool read_whole(const char *name, struct buf *out)
{
    FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
    if (f == NULL) {
        perror(name);
        return false;
    }
    char piece[4096];
    size_t n;
    while (out->len <= FILE_BYTES_MAX && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(out, piece, n);
    if (f != stdin)
        fclose(f);
    if (out->len > FILE_BYTES_MAX)
        fprintf(stderr, "%s: larger than 1 MiB\n", name);
    return out->len <= FILE_BYTES_MAX;
}

/* The value of the top-level key "code:" of a hall file; the daemon checks everything else. */
static bool hall_code(const struct buf *text, char out[40])
{
    struct str rest = buf_str(text), line;
    while (str_cut(&rest, '\n', &line)) {
        if (!str_starts(line, "code:") && !str_starts(line, "\"code\":"))
            continue;
        char value[64];
        snprintf(value, sizeof value, STR_FMT, STR_ARG(line));
        char *p = strchr(value, ':') + 1;
        p += strspn(p, " \t\"'");
        p[strcspn(p, " \t\"'#,\r")] = '\0';
        snprintf(out, 40, "%s", p);
        return out[0] != '\0';
    }
    return false;
}

/* "file:line:column: sentence", the file by the name it was given here. */
static int invalid_file(const char *name, const json_t *problem)
{
    struct str sentence = json_str(problem, "detail"), piece;
    for (int i = 0; i < 3; i++)
        (void)str_cut(&sentence, ':', &piece);
    fprintf(stderr, "%s:%d:%d:" STR_FMT "\n", name, (int)json_i64(problem, "line", 0),
            (int)json_i64(problem, "column", 0), STR_ARG(sentence));
    return EX_DATAERR;
}

static int hall_import(struct client *client, const struct given *g)
{
    if (g->n < 1 || g->names[0] != NULL)
        return usage(stderr);
    struct buf text;
    buf_init(&text);
    char code[40] = "", path[120];
    int exit_code = EX_NOINPUT;
    if (read_whole(g->values[0], &text)) {
        const char *given = arguments_value(g, "hall"), *version = arguments_value(g, "version");
        if (given != NULL || !hall_code(&text, code))
            snprintf(code, sizeof code, "%s", given != NULL ? given : "unnamed");
        snprintf(path, sizeof path, "/halls/%s/config%s%s", code,
                 version != NULL ? "?version=" : "", version != NULL ? version : "");
        struct client_request r = {.method = "PUT",
                                   .path = path,
                                   .content_type = "application/yaml",
                                   .body = buf_str(&text)};
        struct client_answer a;
        client_ask(client, &r, &a);
        exit_code = str_is(json_str(a.json, "code"), "hall_invalid")
                        ? invalid_file(g->values[0], a.json)
                        : output_problem(&a);
        if (exit_code == 0)
            output_json(a.json);
        client_answer_clear(&a);
    }
    buf_clear(&text);
    return exit_code;
}

static int hall_export(struct client *client, const struct given *g)
{
    if (g->n != 1 || g->names[0] != NULL)
        return usage(stderr);
    char path[120];
    snprintf(path, sizeof path, "/halls/%s/config", g->values[0]);
    struct client_request r = {
        .method = "GET", .path = path, .accept = g->json ? NULL : "application/yaml"};
    struct client_answer a;
    client_ask(client, &r, &a);
    int code = output_problem(&a);
    if (code == 0)
        fwrite(a.body.p, 1, a.body.len, stdout);
    client_answer_clear(&a);
    return code;
}

static int history_run(struct client *client, const struct given *g)
{
    return g->n == 1 ? day_check(client, g->values[0]) : usage(stderr);
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

static const struct {
    const char *thing, *verb;
    int (*fn)(struct client *, const struct given *);
} own[] = {
    {"hall", "import", hall_import},
    {"hall", "export", hall_export},
    {"history", "check", history_run},
    {"demo", "day", demo_day},
};

int main(int argc, char **argv)
{
    struct options o = {.state_dir = "/var/lib/paihao"};
    commands_init();
    log_set(LOG_WARN, LOG_TEXT);
    int at = read_options(argc, argv, &o);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0))
        return usage(stdout);
    if (at < 0 || at + 2 > argc)
        return usage(stderr);
    int (*fn)(struct client *, const struct given *) = NULL;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(argv[at], own[i].thing) == 0 && strcmp(argv[at + 1], own[i].verb) == 0)
            fn = own[i].fn;
    const struct command *row = fn == NULL ? row_of(argv[at], argv[at + 1]) : NULL;
    struct given g;
    if ((fn == NULL && row == NULL) || !arguments_read(argc - at - 2, argv + at + 2, &g))
        return usage(stderr);
    struct client *client = client_new(o.state_dir, o.url, o.token, CONNECTIONS);
    if (client == NULL)
        return EX_UNAVAILABLE;
    int code = fn != NULL ? fn(client, &g) : run_row(client, row, &g);
    client_free(client);
    return code;
}
