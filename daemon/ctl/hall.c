/* paihaoctl's commands about hall files. The daemon checks them; here they are read, sent, and its
 * faults told by the name the file has on this side. Single-threaded. SPDX-License-Identifier: MIT
 */
#include "ctl/hall.h"

#include "base/mem.h"
#include "config/holidays.h"
#include "ctl/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { FILE_BYTES_MAX = 1024 * 1024, CODE_BYTES = 40 };

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
    bool broken = ferror(f) != 0;
    if (broken)
        perror(name);
    if (f != stdin)
        fclose(f);
    if (out->len > FILE_BYTES_MAX)
        fprintf(stderr, "%s: larger than 1 MiB\n", name);
    return !broken && out->len <= FILE_BYTES_MAX;
}

static int misused(const char *how)
{
    fprintf(stderr, "usage: paihaoctl hall %s\n", how);
    return EX_USAGE;
}

/* "/halls/small" and what stands below it. */
static void set_path(struct buf *path, const char *hall, const char *below)
{
    buf_reset(path);
    buf_add_c(path, "/halls/");
    arguments_encode(path, hall);
    buf_add_c(path, below);
}

/* So many words without a name, and names only among the allowed ones ("a|b"). */
static bool is_called_right(const struct given *g, int words, const char *names)
{
    int count = 0;
    for (int i = 0; i < g->n; i++) {
        struct str rest = str_of(names), name;
        bool known = g->names[i] == NULL;
        count += known;
        while (!known && str_cut(&rest, '|', &name))
            known = str_is(name, g->names[i]);
        if (!known)
            return false;
    }
    return count == words;
}

static const char *word(const struct given *g, int k)
{
    for (int i = 0; i < g->n; i++)
        if (g->names[i] == NULL && k-- == 0)
            return g->values[i];
    return NULL;
}

/* The value of the top-level key "code:" of a hall file; the daemon checks everything else. */
static bool code_in(const struct buf *text, char out[CODE_BYTES])
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
        snprintf(out, CODE_BYTES, "%s", p);
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

/* A hall file to a path below the hall's; option: an argument that goes into the query. */
struct upload {
    const char *method;
    const char *below;
    const char *option;
};

static int send_file(struct client *client, const struct given *g, const struct upload *u)
{
    struct buf text, path;
    const char *name = word(g, 0), *hall = arguments_value(g, "hall");
    const char *option = arguments_value(g, u->option);
    char code[CODE_BYTES] = "";
    int exit_code = EX_NOINPUT;
    buf_init(&text);
    buf_init(&path);
    if (read_whole(name, &text)) {
        if (hall == NULL)
            hall = code_in(&text, code) ? code : "unnamed";
        set_path(&path, hall, u->below);
        if (option != NULL) {
            buf_addf(&path, "?%s=", u->option);
            arguments_encode(&path, option);
        }
        struct client_request r = {.method = u->method,
                                   .path = path.p,
                                   .content_type = "application/yaml",
                                   .body = buf_str(&text)};
        struct client_answer a;
        client_ask(client, &r, &a);
        exit_code =
            json_i64(a.json, "line", 0) > 0 && str_is(json_str(a.json, "code"), "hall_invalid")
                ? invalid_file(name, a.json)
                : output_problem(&a);
        if (exit_code == 0)
            output_json(a.json);
        client_answer_clear(&a);
    }
    buf_clear(&text);
    buf_clear(&path);
    return exit_code;
}

int hall_import(struct client *client, const struct given *g)
{
    static const struct upload upload = {"PUT", "/config", "version"};
    if (!is_called_right(g, 1, "hall|version"))
        return misused("import FILE [--hall HALL] [--version VERSION]");
    return send_file(client, g, &upload);
}

int hall_preview(struct client *client, const struct given *g)
{
    static const struct upload upload = {"POST", "/config/preview", "days"};
    if (!is_called_right(g, 1, "hall|days"))
        return misused("preview FILE [--hall HALL] [--days DAYS]");
    return send_file(client, g, &upload);
}

/* Reads what stands below the hall; a problem is printed. */
static int get(struct client *client, const char *hall, const char *below, const char *accept,
               struct client_answer *out)
{
    struct buf path;
    buf_init(&path);
    set_path(&path, hall, below);
    client_ask(client, &(struct client_request){.method = "GET", .path = path.p, .accept = accept},
               out);
    buf_clear(&path);
    return output_problem(out);
}

int hall_export(struct client *client, const struct given *g)
{
    if (!is_called_right(g, 1, ""))
        return misused("export HALL [--json]");
    struct client_answer a;
    int code = get(client, word(g, 0), "/config", g->json ? NULL : "application/yaml", &a);
    if (code == 0)
        fwrite(a.body.p, 1, a.body.len, stdout);
    client_answer_clear(&a);
    return code;
}

/* The hall's version and language come first: whatever is changed behind them makes the last step
 * fail, and nothing is lost. */
struct change {
    struct client *client;
    const char *hall;
    int64_t version;
    char language[8];
    struct client_answer config;
};

static int read_present(struct change *c)
{
    struct client_answer view;
    int code = get(c->client, c->hall, "", NULL, &view);
    if (code == 0) {
        c->version = json_i64(view.json, "version", 0);
        const json_t *own = json_array_get(json_object_get(view.json, "languages"), 0);
        snprintf(c->language, sizeof c->language, "%s",
                 json_is_string(own) ? json_string_value(own) : "en");
    }
    client_answer_clear(&view);
    return code != 0 ? code : get(c->client, c->hall, "/config", NULL, &c->config);
}

static int by_first_day(const void *a, const void *b)
{
    const json_t *const *x = a, *const *y = b;
    return strcmp(json_string_value(json_object_get(*x, "from")),
                  json_string_value(json_object_get(*y, "from")));
}

static json_t *sorted(const json_t *list)
{
    size_t count = json_array_size(list), i;
    json_t *out = json_array(), *one;
    const json_t **all = mem_calloc(count + 1, sizeof(*all));
    json_array_foreach(list, i, one) all[i] = one;
    qsort(all, count, sizeof(*all), by_first_day);
    for (i = 0; i < count; i++)
        json_array_append(out, (json_t *)all[i]);
    mem_free(all);
    return out;
}

/* What the list says about a year goes in place of what the hall had for it. */
static json_t *merged(const json_t *present, const struct holiday_list *list)
{
    struct buf b;
    struct json_where where;
    json_t *holiday;
    size_t i;
    buf_init(&b);
    holidays_json(list, &b);
    json_t *all = json_read(buf_str(&b), &where);
    buf_clear(&b);
    json_array_foreach(present, i, holiday)
    {
        if (!holidays_in(list, atoi(json_str(holiday, "from").p))) /* the year of 2026-10-01 */
            json_array_append(all, holiday);
    }
    json_t *out = sorted(all);
    json_decref(all);
    return out;
}

static int store(struct change *c, const struct given *g, size_t count)
{
    struct buf path;
    struct client_answer a;
    char *text = json_dumps(c->config.json, JSON_COMPACT);
    buf_init(&path);
    set_path(&path, c->hall, "/config");
    buf_addf(&path, "?version=%lld", (long long)c->version);
    struct client_request r = {.method = "PUT", .path = path.p, .body = str_of(text)};
    client_ask(c->client, &r, &a);
    int code = 1;
    if (str_is(json_str(a.json, "code"), "hall_version"))
        fprintf(stderr,
                "paihaoctl: somebody else has changed %s meanwhile, so nothing was stored. Please "
                "try again.\n",
                c->hall);
    else
        code = output_problem(&a);
    if (code == 0 && g->json)
        output_json(a.json);
    else if (code == 0)
        printf("%s: %zu entries stored, version %lld\n", c->hall, count,
               (long long)json_i64(a.json, "version", 0));
    client_answer_clear(&a);
    buf_clear(&path);
    free(text);
    return code;
}

static int put_holidays(struct change *c, const struct given *g, struct str text)
{
    struct buf error;
    buf_init(&error);
    struct holiday_list *list = holidays_read(text, word(g, 1), c->language, &error);
    int code = EX_DATAERR;
    if (list == NULL) {
        fprintf(stderr, "%s\n", error.p);
    } else {
        json_object_set_new(c->config.json, "holidays",
                            merged(json_object_get(c->config.json, "holidays"), list));
        code = store(c, g, list->holiday_count);
    }
    holidays_free(list);
    buf_clear(&error);
    return code;
}

int hall_holidays(struct client *client, const struct given *g)
{
    if (!is_called_right(g, 2, ""))
        return misused("holidays HALL FILE");
    struct change c = {.client = client, .hall = word(g, 0)};
    struct buf text;
    buf_init(&text);
    int code = EX_NOINPUT;
    if (read_whole(word(g, 1), &text)) {
        code = read_present(&c);
        if (code == 0)
            code = put_holidays(&c, g, buf_str(&text));
        client_answer_clear(&c.config);
    }
    buf_clear(&text);
    return code;
}
