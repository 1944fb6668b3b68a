/* From words to a request. A new type of argument needs a case in add_member() where it is no plain
 * text. Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/arguments.h"

#include "base/json.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 512 };

/* Cuts "--password-stdin" down to "password"; false for anything else. */
static bool take_stdin(char *arg, struct given *out)
{
    static const char end[] = "-stdin";
    size_t len = strlen(arg), end_len = sizeof end - 1;
    if (len < end_len + 3 || strncmp(arg, "--", 2) != 0 || strcmp(arg + len - end_len, end) != 0)
        return false;
    arg[len - end_len] = '\0';
    out->secret_stdin = arg + 2;
    return true;
}

static bool take_flag(const char *arg, struct given *out)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"--json", &out->json}, {"--once", &out->once}, {"--quiet", &out->quiet}};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (strcmp(arg, flags[i].name) == 0) {
            *flags[i].flag = true;
            return true;
        }
    return false;
}

bool arguments_read(int argc, char **argv, struct given *out)
{
    memset(out, 0, sizeof *out);
    for (int i = 0; i < argc; i++) {
        if (take_stdin(argv[i], out))
            continue;
        if (take_flag(argv[i], out))
            continue;
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
static const char *read_secret(const char *name, bool from_stdin)
{
    static char line[LINE_MAX_BYTES];
    struct termios was, quiet;
    bool terminal = !from_stdin && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal) {
        fprintf(stderr, "%c%s: ", toupper((unsigned char)name[0]), name + 1);
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    const char *got = fgets(line, sizeof line, stdin);
    if (terminal) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (got == NULL) {
        fprintf(stderr, "paihaoctl: %s is missing\n", name);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

void arguments_encode(struct buf *out, const char *s)
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

/* An object of texts, written as JSON. */
static bool add_fields(struct buf *body, const struct command_arg *a, const char *value)
{
    struct json_where where;
    json_t *fields = json_read(str_of(value), &where);
    char *text = json_is_object(fields) ? json_dumps(fields, JSON_COMPACT) : NULL;
    if (text != NULL)
        buf_add_c(body, text);
    else
        fprintf(stderr, "paihaoctl: --%s is a JSON object, such as '{\"company\":\"Li & Co\"}'\n",
                a->name);
    json_decref(fields);
    free(text);
    return text != NULL;
}

static bool add_member(struct buf *body, const struct command_arg *a, const char *value)
{
    int64_t n;
    bool number = (a->type == TYPE_INT || a->type == TYPE_MOMENT) &&
                  str_to_i64(str_of(value), INT64_MIN, INT64_MAX, &n);
    json_add_key(body, a->name);
    if (a->type == TYPE_FIELDS)
        return add_fields(body, a, value);
    if (a->type == TYPE_CODES || a->type == TYPE_CALLS)
        add_codes(body, value);
    else if (number)
        buf_add_i64(body, n);
    else
        json_add_str(body, str_of(value)); /* the daemon says what is wrong with it */
    return true;
}

struct filling {
    const struct given *given;
    int used;  /* words without a name */
    int spare; /* those that are left for what is optional */
};

static const char *value_for(struct filling *f, const char *name, bool optional)
{
    const char *v = arguments_value(f->given, name);
    if (v != NULL || (optional && f->spare-- <= 0))
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
        arguments_encode(path, v);
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

static bool is_secret_needed(const struct command_arg *a)
{
    return a->type == TYPE_SECRET && !a->optional;
}

/* Only asked for with "--link -". */
static bool optional_secret(const struct filling *f, const struct command_arg *a, const char **out)
{
    const char *given = arguments_value(f->given, a->name);
    if (given == NULL)
        return true;
    if (strcmp(given, "-") != 0) {
        fprintf(stderr, "paihaoctl: write --%s - and give it when asked\n", a->name);
        return false;
    }
    *out = read_secret(a->name, false);
    return *out != NULL;
}

/* The text of one argument, NULL where it was left out. False: printed. */
static bool value_of(struct filling *f, const struct command_arg *a, const char **out)
{
    *out = NULL;
    if (a->place == PLACE_PATH || a->place == PLACE_LINK)
        return true;
    if (a->type == TYPE_SECRET && a->optional)
        return optional_secret(f, a, out);
    *out = is_secret_needed(a) ? read_secret(a->name, f->given->secret_stdin != NULL)
                               : value_for(f, a->name, a->optional);
    return *out != NULL || a->optional;
}

static bool add_argument(const struct command_arg *a, const char *v, struct wanted *out)
{
    if (a->place == PLACE_BODY)
        return add_member(&out->body, a, v);
    buf_addf(&out->path, "%c%s=", strchr(out->path.p, '?') != NULL ? '&' : '?', a->name);
    arguments_encode(&out->path, v);
    return true;
}

/* Only the holder of a link may: its code is asked for. */
static bool is_of_a_link(const struct command *c)
{
    return (c->roles & (ROLE_STAFF | ROLE_PUBLIC)) == 0 && (c->roles & ROLE_CITIZEN) != 0;
}

static bool add_token(const struct command *c, const struct given *g, struct wanted *out)
{
    const char *code = is_of_a_link(c) ? read_secret("link", g->secret_stdin != NULL) : "";
    if (code != NULL && code[0] != '\0')
        buf_addf(&out->token, "Ticket %s", code);
    return code != NULL;
}

static bool check_names(const struct command *c, const struct given *g)
{
    for (int i = 0; i < g->n; i++)
        if (g->names[i] != NULL && !known(c, g->names[i])) {
            fprintf(stderr, "paihaoctl: --%s is not known here\n", g->names[i]);
            return false;
        }
    bool good = g->secret_stdin == NULL || (is_of_a_link(c) && same_name(g->secret_stdin, "link"));
    for (int i = 0; i < c->n_args; i++)
        good =
            good || (is_secret_needed(&c->args[i]) && same_name(g->secret_stdin, c->args[i].name));
    if (!good)
        fprintf(stderr, "paihaoctl: --%s-stdin is not known here\n", g->secret_stdin);
    return good;
}

/* Words without a name beyond those that the row needs. */
static int spare_words(const struct command *c, const struct given *g)
{
    int spare = 0;
    for (int i = 0; i < g->n; i++)
        spare += g->names[i] == NULL;
    spare -= c->has_hall && arguments_value(g, "hall") == NULL;
    for (int i = 0; i < c->n_args; i++) {
        const struct command_arg *a = &c->args[i];
        bool by_word = a->place != PLACE_LINK && a->type != TYPE_SECRET && !a->optional;
        spare -= by_word && arguments_value(g, a->name) == NULL;
    }
    return spare;
}

bool arguments_request(const struct command *c, const struct given *g, struct wanted *out)
{
    struct filling f = {g, 0, spare_words(c, g)};
    buf_init(&out->path);
    buf_init(&out->body);
    buf_init(&out->token);
    if (!check_names(c, g) || !add_token(c, g, out) || !fill_path(c, &f, &out->path))
        return false;
    buf_add_char(&out->body, '{');
    for (int i = 0; i < c->n_args; i++) {
        const char *v;
        if (!value_of(&f, &c->args[i], &v) || (v != NULL && !add_argument(&c->args[i], v, out)))
            return false;
    }
    buf_add_char(&out->body, '}');
    if (word(g, f.used) != NULL)
        fprintf(stderr, "paihaoctl: '%s' is one word too many\n", word(g, f.used));
    return word(g, f.used) == NULL;
}

void arguments_clear(struct wanted *w)
{
    struct buf *all[] = {&w->path, &w->body, &w->token};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i]->p != NULL)
            memset(all[i]->p, 0, all[i]->len);
        buf_clear(all[i]);
    }
}

bool arguments_known(const struct command *c)
{
    return c->kind != KIND_STREAM && !c->raw_body &&
           (c->roles & (ROLE_STAFF | ROLE_PUBLIC | ROLE_CITIZEN)) != 0;
}

static const struct command *row_called(const char *thing, const char *verb)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", thing, verb != NULL ? "_" : "", verb != NULL ? verb : "");
    for (char *p = name; *p != '\0'; p++)
        if (*p == '-')
            *p = '_';
    const struct command *c = command_find(name);
    return c != NULL && arguments_known(c) ? c : NULL;
}

const struct command *arguments_row(int argc, char **argv, int *words)
{
    for (*words = 2; *words > 0; (*words)--) {
        const struct command *c =
            argc >= *words ? row_called(argv[0], *words == 2 ? argv[1] : NULL) : NULL;
        if (c != NULL)
            return c;
    }
    return NULL;
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
    if (is_of_a_link(c))
        buf_add_c(out, " [--link-stdin]");
    for (int i = 0; i < c->n_args; i++) {
        const struct command_arg *a = &c->args[i];
        if (a->place == PLACE_LINK)
            continue;
        if (is_secret_needed(a)) {
            buf_addf(out, " [--%s-stdin]", a->name);
        } else if (a->type == TYPE_SECRET) {
            buf_addf(out, " [--%s -]", a->name);
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
