/* From words to a request. Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/arguments.h"

#include "base/json.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 512 };

bool arguments_read(int argc, char **argv, struct given *out)
{
    memset(out, 0, sizeof *out);
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--password-stdin") == 0) {
            out->password_stdin = true;
            continue;
        }
        if (strcmp(argv[i], "--json") == 0) {
            out->json = true;
            continue;
        }
        if (out->n == GIVEN_MAX) {
            fprintf(stderr, "paihaoctl: too many words\n");
            return false;
        }
        bool named = strncmp(argv[i], "--", 2) == 0;
        if (named && i + 1 == argc) {
            fprintf(stderr, "paihaoctl: %s needs a value\n", argv[i]);
            return false;
        }
        out->names[out->n] = named ? argv[i] + 2 : NULL;
        out->values[out->n++] = named ? argv[++i] : argv[i];
    }
    return true;
}

static bool same_name(const char *given, const char *name)
{
    for (; *given != '\0' && *name != '\0'; given++, name++)
        if (*given != *name && !(*given == '-' && *name == '_'))
            return false;
    return *given == *name;
}

const char *arguments_value(const struct given *g, const char *name)
{
    for (int i = 0; i < g->n; i++)
        if (g->names[i] != NULL && same_name(g->names[i], name))
            return g->values[i];
    return NULL;
}

/* The k-th word without a name. */
static const char *word(const struct given *g, int k)
{
    for (int i = 0; i < g->n; i++)
        if (g->names[i] == NULL && k-- == 0)
            return g->values[i];
    return NULL;
}

/* One line without echo; static memory. NULL: none came. */
static const char *read_secret(bool from_stdin)
{
    static char line[LINE_MAX_BYTES];
    struct termios was, quiet;
    bool terminal = !from_stdin && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal) {
        fputs("Password: ", stderr);
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    const char *got = fgets(line, sizeof line, stdin);
    if (terminal) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (got == NULL)
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static void add_encoded(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (isalnum(c) || strchr("-._~", c) != NULL)
            buf_add_char(out, (char)c);
        else
            buf_addf(out, "%%%02X", c);
    }
}

static void add_codes(struct buf *body, const char *list)
{
    struct str rest = str_of(list), code;
    buf_add_char(body, '[');
    while (str_cut(&rest, ',', &code)) {
        if (body->p[body->len - 1] != '[')
            buf_add_char(body, ',');
        json_add_str(body, code);
    }
    buf_add_char(body, ']');
}

static void add_member(struct buf *body, const struct command_arg *a, const char *value)
{
    json_add_key(body, a->name);
    int64_t n;
    if (a->type == TYPE_CODES)
        add_codes(body, value);
    else if (a->type == TYPE_INT && str_to_i64(str_of(value), INT64_MIN, INT64_MAX, &n))
        buf_add_i64(body, n);
    else
        json_add_str(body, str_of(value));
}

struct filling {
    const struct given *given;
    int used; /* words without a name */
};

static const char *value_for(struct filling *f, const char *name, bool optional)
{
    const char *v = arguments_value(f->given, name);
    if (v != NULL)
        return v;
    v = word(f->given, f->used);
    if (v != NULL)
        f->used++;
    else if (!optional)
        fprintf(stderr, "paihaoctl: %s is missing\n", name);
    return v;
}

/* The path with its parameters: {hall}, then those that are arguments, in the order of the path. */
static bool fill_path(const struct command *c, struct filling *f, struct buf *path)
{
    for (const char *p = c->path; *p != '\0';) {
        if (*p != '{') {
            buf_add_char(path, *p++);
            continue;
        }
        const char *end = strchr(p, '}');
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)(end - p - 1), p + 1);
        const char *v = value_for(f, name, false);
        if (v == NULL)
            return false;
        add_encoded(path, v);
        p = end + 1;
    }
    return true;
}

static bool known(const struct command *c, const char *name)
{
    for (int i = 0; i < c->n_args; i++)
        if (same_name(name, c->args[i].name))
            return true;
    return c->has_hall && same_name(name, "hall");
}

bool arguments_request(const struct command *c, const struct given *g, struct buf *path,
                       struct buf *body)
{
    struct filling f = {g, 0};
    for (int i = 0; i < g->n; i++)
        if (g->names[i] != NULL && !known(c, g->names[i])) {
            fprintf(stderr, "paihaoctl: --%s is not known here\n", g->names[i]);
            return false;
        }
    if (!fill_path(c, &f, path))
        return false;
    buf_add_char(body, '{');
    char joint = '?';
    for (int i = 0; i < c->n_args; i++) {
        const struct command_arg *a = &c->args[i];
        if (a->place == PLACE_PATH)
            continue;
        const char *v = a->type == TYPE_SECRET ? read_secret(g->password_stdin)
                                               : value_for(&f, a->name, a->optional);
        if (v == NULL && !a->optional)
            return false;
        if (v == NULL)
            continue;
        if (a->place == PLACE_BODY) {
            add_member(body, a, v);
        } else {
            buf_addf(path, "%c%s=", joint, a->name);
            add_encoded(path, v);
            joint = '&';
        }
    }
    buf_add_char(body, '}');
    if (word(g, f.used) != NULL)
        fprintf(stderr, "paihaoctl: '%s' is one word too many\n", word(g, f.used));
    return word(g, f.used) == NULL;
}

static void add_upper(struct buf *out, const char *name)
{
    for (; *name != '\0'; name++)
        buf_add_char(out, *name == '_' ? '-' : (char)toupper((unsigned char)*name));
}

void arguments_usage(const struct command *c, struct buf *out)
{
    for (const char *p = c->name; *p != '\0'; p++)
        buf_add_char(out, p == strchr(c->name, '_') ? ' ' : *p == '_' ? '-' : *p);
    if (c->has_hall)
        buf_add_c(out, " HALL");
    for (int i = 0; i < c->n_args; i++) {
        const struct command_arg *a = &c->args[i];
        if (a->type == TYPE_SECRET) {
            buf_add_c(out, " [--password-stdin]");
        } else if (a->optional) {
            buf_addf(out, " [--%s ", a->name);
            add_upper(out, a->name);
            buf_add_char(out, ']');
        } else {
            buf_add_char(out, ' ');
            add_upper(out, a->name);
        }
    }
}
