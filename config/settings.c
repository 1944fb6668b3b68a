/* Reads the settings file into struct settings, fills in what it leaves open, and decides what a
 * reload may change. Owns the memory of each struct settings; called on the main thread, the result
 * is only read by the others. A new setting is one row in settings.def. SPDX-License-Identifier:
 * MIT */
#include "config/settings.h"

#include "base/mem.h"
#include "config/settings_check.h"
#include "config/settings_table.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    FILE_BYTES_MAX = 1024 * 1024, /* as for a hall file; a settings file has a few KB */
    SECRET_BYTES_MAX = 4096
};

/* The whole file, at most max bytes and one more, so that the caller sees that there is more. */
static bool read_file(const char *path, size_t max_bytes, struct buf *out, struct buf *error)
{
    FILE *file = fopen(path, "re");
    size_t got;
    bool good;

    if (file == NULL) {
        buf_addf(error, "%s: %s.", path, strerror(errno));
        return false;
    }
    buf_reserve(out, max_bytes + 1);
    got = fread(out->p, 1, max_bytes + 1, file);
    good = ferror(file) == 0;
    if (!good)
        buf_addf(error, "%s: %s.", path, strerror(errno));
    out->len = got;
    (void)fclose(file); /* nothing was written */
    return good;
}

static void fill_workers(struct settings *s)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (s->workers == 0)
        s->workers = cores > 2 ? (int)(cores < 257 ? cores - 1 : 256) : 1;
}

static bool check_gateways(struct settings *s, const struct node *root, struct fault *f)
{
    const struct node *sms = tree_get(root, "sms");
    const struct node *list = sms != NULL ? tree_get(sms, "gateways") : NULL;

    for (size_t i = 0; i < s->sms_gateway_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(s->sms_gateways[i].name, s->sms_gateways[k].name) == 0)
                return fault_at(f, tree_get(tree_at(list, i), "name"),
                                "There is another gateway `%s` above.", s->sms_gateways[i].name);
        }
    }
    if (s->sms_default[0] != '\0' && settings_gateway(s, str_of(s->sms_default)) == NULL)
        return fault_at(f, tree_get(sms, "default"), "There is no gateway `%s` in this file.",
                        s->sms_default);
    return true;
}

/* A code shown to whoever asks proves nothing about a phone: on this machine only. */
static bool check_demo(const struct settings *s, const struct node *root, struct fault *f)
{
    const char *at = s->http_listen;

    if (!s->demo_show_codes || strncmp(at, "127.", 4) == 0 || strcmp(at, "::1") == 0)
        return true;
    return fault_at(f, tree_get(tree_get(root, "demo"), "show_codes"),
                    "Codes are shown only while http.listen is loopback, such as 127.0.0.1.");
}

/* Without a gateway messages go nowhere, and the log and the outbox say so. */
static void fill_gateways(struct settings *s)
{
    static const char nothing[] = "name: none\nkind: \"null\"\n";
    struct buf error;
    struct fault f = {"", &error};

    if (s->sms_gateway_count == 0) {
        buf_init(&error);
        s->sms_gateways = arena_alloc(s->own->arena, sizeof(*s->sms_gateways));
        s->sms_gateway_count = 1;
        (void)schema_read(s->own->arena, &f, &SETTINGS_GATEWAY_TYPE,
                          tree_read(s->own->arena, STR(nothing), &f), s->sms_gateways);
        buf_clear(&error);
    }
}

struct settings *settings_parse(struct str text, const char *name, struct buf *error)
{
    struct arena *a = arena_new();
    struct settings *s = arena_alloc(a, sizeof(*s));
    struct fault f = {name, error};
    struct node *root;

    buf_reset(error);
    root = tree_read(a, text, &f);
    if (root == NULL || !schema_read(a, &f, &SETTINGS_TYPE, root, s) ||
        !check_gateways(s, root, &f) || !check_demo(s, root, &f)) {
        arena_free(a);
        return NULL;
    }
    s->own = arena_alloc(a, sizeof(*s->own));
    s->own->arena = a;
    s->own->root = root;
    fill_workers(s);
    fill_gateways(s);
    if (s->key_file[0] == '\0')
        s->key_file = arena_printf(a, "%s/keys", s->state_dir).p;
    if (s->store_redis[0] != '\0')
        (void)settings_redis_parse(a, s->store_redis, &s->redis); /* checked while reading */
    return s;
}

struct settings *settings_load(const char *path, struct buf *error)
{
    struct settings *s = NULL;
    struct buf text;

    if (path == NULL)
        return settings_parse(STR("{}"), "(defaults)", error);
    buf_init(&text);
    buf_reset(error);
    if (read_file(path, FILE_BYTES_MAX, &text, error))
        s = settings_parse(buf_str(&text), path, error);
    buf_clear(&text);
    return s;
}

void settings_free(struct settings *s)
{
    if (s != NULL)
        arena_free(s->own->arena);
}

/* Does the row's member have the same value in both structs? */
static bool row_same(const struct settings_row *row, const void *a, const void *b)
{
    const char *x = (const char *)a + row->offset;
    const char *y = (const char *)b + row->offset;

    if (strcmp(row->type, "INT") == 0)
        return *(const int *)x == *(const int *)y;
    if (strcmp(row->type, "BOOL") == 0)
        return *(const bool *)x == *(const bool *)y;
    return strcmp(*(const char *const *)x, *(const char *const *)y) == 0;
}

/* The first row that differs although only a restart can change it, or NULL. */
static const struct settings_row *changed_row(const struct settings *old,
                                              const struct settings *new)
{
    for (size_t i = 0; i < SETTINGS_ROW_COUNT; i++) {
        const struct settings_row *row = &SETTINGS_ROWS[i];

        if (strcmp(row->section, "gateway") != 0 && !row->reload && !row_same(row, old, new))
            return row;
    }
    return NULL;
}

static bool gateway_same(const struct sms_gateway_settings *a, const struct sms_gateway_settings *b)
{
    for (size_t i = 0; i < SETTINGS_ROW_COUNT; i++) {
        if (strcmp(SETTINGS_ROWS[i].section, "gateway") == 0 && !row_same(&SETTINGS_ROWS[i], a, b))
            return false;
    }
    if (a->header_count != b->header_count || a->report_state_count != b->report_state_count)
        return false;
    for (size_t i = 0; i < a->header_count; i++) {
        if (strcmp(a->headers[i], b->headers[i]) != 0)
            return false;
    }
    for (size_t i = 0; i < a->report_state_count; i++) {
        if (strcmp(a->report_states[i].from, b->report_states[i].from) != 0 ||
            strcmp(a->report_states[i].to, b->report_states[i].to) != 0)
            return false;
    }
    return true;
}

static bool gateways_same(const struct settings *old, const struct settings *new)
{
    if (old->sms_gateway_count != new->sms_gateway_count)
        return false;
    for (size_t i = 0; i < old->sms_gateway_count; i++) {
        if (!gateway_same(&old->sms_gateways[i], &new->sms_gateways[i]))
            return false;
    }
    return true;
}

/* Where the setting stands in the new file: its own line, or the first when it was taken out. */
static bool fault_restart(struct fault *f, const struct settings *s, const char *section,
                          const char *key)
{
    const struct node *in = section[0] != '\0' ? tree_get(s->own->root, section) : s->own->root;
    const struct node *at = in != NULL ? tree_get(in, key) : NULL;

    return fault_on(f, at != NULL ? at->line : 1, at != NULL ? at->column : 1,
                    "A change of `%s%s%s` needs a restart; nothing was taken over.", section,
                    section[0] != '\0' ? "." : "", key);
}

struct settings *settings_reload(const struct settings *old, const char *path, struct buf *error)
{
    struct settings *new = settings_load(path, error);
    struct fault f = {path != NULL ? path : "(defaults)", error};
    const struct settings_row *row;
    bool good = true;

    if (new == NULL)
        return NULL;
    row = changed_row(old, new);
    if (!gateways_same(old, new)) /* first: a change of them may change sms.default too */
        good = fault_restart(&f, new, "sms", "gateways");
    else if (row != NULL)
        good = fault_restart(&f, new, row->section, row->key);
    if (good)
        return new;
    settings_free(new);
    return NULL;
}

const struct sms_gateway_settings *settings_gateway(const struct settings *s, struct str name)
{
    for (size_t i = 0; i < s->sms_gateway_count; i++) {
        if (str_is(name, s->sms_gateways[i].name))
            return &s->sms_gateways[i];
    }
    return NULL;
}

char *settings_secret(const char *path, struct buf *error)
{
    struct buf text;
    struct str rest, line = {NULL, 0};
    char *secret = NULL;

    buf_init(&text);
    buf_reset(error);
    if (read_file(path, SECRET_BYTES_MAX, &text, error)) {
        rest = buf_str(&text);
        (void)str_cut(&rest, '\n', &line);
        if (line.len > 0 && line.p[line.len - 1] == '\r')
            line.len--;
        if (line.len == 0 || line.len > SECRET_BYTES_MAX || memchr(line.p, '\0', line.len) != NULL)
            buf_addf(error, "%s: Its first line must be 1 to %d bytes of text.", path,
                     SECRET_BYTES_MAX);
        else
            secret = mem_strndup(line.p, line.len);
    }
    buf_clear(&text);
    return secret;
}
