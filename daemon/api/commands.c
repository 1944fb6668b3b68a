/* Owns the parsed rows of commands.def: read-only after commands_init(), so any thread may look. A
 * new kind of argument is a word in read_type() here, a check in args.c and a schema in openapi.c.
 * SPDX-License-Identifier: MIT */
#include "api/commands.h"
#include "base/json.h"
#include "base/log.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The bare words that stand in the role column. */
enum {
    PUBLIC = ROLE_PUBLIC,
    CITIZEN = ROLE_CITIZEN,
    KIOSK = ROLE_KIOSK,
    BOARD = ROLE_BOARD,
    CLERK = ROLE_CLERK,
    SUPERVISOR = ROLE_SUPERVISOR,
    ADMIN = ROLE_ADMIN,
    GATEWAY = ROLE_GATEWAY,
    CHOOSER = ROLE_CHOOSER,
    STAFF = ROLE_STAFF,
};

static struct command rows[COMMAND_COUNT] = {
#define COMMAND(id_, method_, path_, roles_, kind_, function_, status_, reply_, arguments_,        \
                summary_)                                                                          \
    [COMMAND_##id_] = {                                                                            \
        .id = COMMAND_##id_,                                                                       \
        .name = #id_,                                                                              \
        .method = HTTP_##method_,                                                                  \
        .path = path_,                                                                             \
        .roles = roles_,                                                                           \
        .kind = KIND_##kind_,                                                                      \
        .function = function_,                                                                     \
        .status = status_,                                                                         \
        .reply = reply_,                                                                           \
        .arguments = arguments_,                                                                   \
        .summary = summary_,                                                                       \
    },
#include "api/commands.def"
#undef COMMAND
};

static const struct {
    enum role role;
    const char *name;
} roles[] = {
    {ROLE_PUBLIC, "public"}, {ROLE_CITIZEN, "citizen"}, {ROLE_KIOSK, "kiosk"},
    {ROLE_BOARD, "board"},   {ROLE_CLERK, "clerk"},     {ROLE_SUPERVISOR, "supervisor"},
    {ROLE_ADMIN, "admin"},   {ROLE_GATEWAY, "gateway"}, {ROLE_CHOOSER, "chooser"},
};

static const char *const places[] = {
    [PLACE_PATH] = "path", [PLACE_BODY] = "body", [PLACE_QUERY] = "query", [PLACE_LINK] = "link"};

/* Types without brackets. */
static const struct {
    const char *word;
    enum arg_type type;
} plain_types[] = {
    {"code", TYPE_CODE},   {"ticket", TYPE_TICKET},   {"lang", TYPE_LANG},
    {"name", TYPE_NAME},   {"phone", TYPE_PHONE},     {"codes", TYPE_CODES},
    {"event", TYPE_EVENT}, {"booking", TYPE_BOOKING}, {"moment", TYPE_MOMENT},
    {"day", TYPE_DAY},     {"fields", TYPE_FIELDS},   {"calls", TYPE_CALLS},
};

static const char *const kinds[] = {
    [KIND_WRITE] = "WRITE", [KIND_READ] = "READ", [KIND_LOCAL] = "LOCAL", [KIND_STREAM] = "STREAM"};

static bool read_words(struct str inside, struct command_arg *a)
{
    struct str word;

    a->type = TYPE_ENUM;
    while (str_cut(&inside, '|', &word)) {
        if (word.len == 0 || a->n_words == ENUM_WORDS_MAX)
            return false;
        a->words[a->n_words++] = word;
    }
    return a->n_words > 0;
}

static bool read_bounds(struct str inside, struct command_arg *a)
{
    struct str low, high;

    a->type = TYPE_INT;
    return str_cut(&inside, ',', &low) && str_cut(&inside, ',', &high) && inside.len == 0 &&
           str_to_i64(low, INT32_MIN, INT64_MAX, &a->min) &&
           str_to_i64(high, a->min, INT64_MAX, &a->max);
}

static bool read_type(struct str text, struct command_arg *a)
{
    struct str word, inside;

    for (size_t i = 0; i < sizeof(plain_types) / sizeof(plain_types[0]); i++) {
        if (str_is(text, plain_types[i].word)) {
            a->type = plain_types[i].type;
            return true;
        }
    }
    if (str_is(text, "secret")) {
        a->type = TYPE_SECRET;
        a->min = 1;
        a->max = 128;
        return true;
    }
    if (text.len == 0 || text.p[text.len - 1] != ')' || !str_cut(&text, '(', &word))
        return false;
    inside = (struct str){text.p, text.len - 1};
    if (str_is(word, "enum"))
        return read_words(inside, a);
    if (str_is(word, "int"))
        return read_bounds(inside, a);
    a->type = TYPE_TEXT;
    a->min = 1;
    return str_is(word, "text") && str_to_i64(inside, 1, 10000, &a->max);
}

static bool read_place(struct str text, struct command_arg *a)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (str_is(text, places[i])) {
            a->place = (enum arg_place)i;
            return true;
        }
    }
    return false;
}

static bool read_arg(struct str text, struct command_arg *a)
{
    struct str name, place;

    if (!str_cut(&text, ':', &name) || !str_cut(&text, ':', &place))
        return false;
    if (name.len == 0 || name.len > ARG_NAME_MAX || !read_place(place, a) || text.len == 0)
        return false;
    memcpy(a->name, name.p, name.len);
    a->name[name.len] = '\0';
    if (text.p[text.len - 1] == '?') {
        a->optional = true;
        text.len--;
    }
    return read_type(text, a);
}

bool command_args_parse(const char *text, struct command *c)
{
    struct str all = str_of(text), one;

    c->n_args = 0;
    while (str_cut(&all, ' ', &one)) {
        if (c->n_args == ARGS_MAX)
            return false;
        struct command_arg *a = &c->args[c->n_args];
        memset(a, 0, sizeof(*a));
        if (!read_arg(one, a))
            return false;
        c->n_args++;
        c->has_body = c->has_body || a->place == PLACE_BODY;
    }
    return true;
}

static void read_params(struct command *c)
{
    for (const char *p = strchr(c->path, '{'); p; p = strchr(p + 1, '{')) {
        const char *end = strchr(p, '}');
        assert(end && c->n_params < PATH_PARAMS_MAX);
        c->params[c->n_params] = (struct str){p + 1, (size_t)(end - p - 1)};
        c->has_hall = c->has_hall || str_is(c->params[c->n_params], "hall");
        c->n_params++;
    }
}

static bool path_has(const struct command *c, const char *name)
{
    for (int i = 0; i < c->n_params; i++)
        if (str_is(c->params[i], name))
            return true;
    return false;
}

/* Logging in and out carry secrets that must not be stored with an answer; a QR code, previews
 * and a what-if change nothing. */
static bool is_keyless(enum command_id id)
{
    return id == COMMAND_session_open || id == COMMAND_session_close || id == COMMAND_qr_make ||
           id == COMMAND_hall_preview || id == COMMAND_message_preview || id == COMMAND_what_if ||
           id == COMMAND_device_health;
}

static bool row_is_sound(const struct command *c)
{
    bool calls_library = c->kind == KIND_WRITE || c->kind == KIND_READ;

    for (int i = 0; i < c->n_args; i++)
        if (c->args[i].place == PLACE_PATH && !path_has(c, c->args[i].name))
            return false;
    return c->path[0] == '/' && c->roles != 0 && (!calls_library || c->function);
}

void commands_init(void)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        struct command *c = &rows[i];
        bool is_write = c->kind == KIND_WRITE || (c->kind == KIND_LOCAL && c->method != HTTP_GET);
        /* Each speaks as it does. */
        bool is_gateway = c->roles == ROLE_GATEWAY && c->method != HTTP_GET;

        if (c->n_params > 0 || c->n_args > 0)
            continue; /* read already */
        read_params(c);
        if (!command_args_parse(c->arguments, c) || !row_is_sound(c)) {
            log_error("commands.def: the row %s is not well-formed", c->name);
            abort();
        }
        c->raw_body = c->id == COMMAND_hall_import || c->id == COMMAND_hall_preview || is_gateway;
        c->needs_key = is_write && !is_gateway && !is_keyless(c->id);
    }
}

const struct command *command_at(enum command_id id)
{
    assert(id >= 0 && id < COMMAND_COUNT);
    return &rows[id];
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const char *role_name(enum role r)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        if (roles[i].role == r)
            return roles[i].name;
    return "";
}

unsigned role_find(struct str name)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        if (str_is(name, roles[i].name) && roles[i].role != ROLE_CHOOSER)
            return roles[i].role;
    return 0;
}

unsigned right_find(struct str name)
{
    return str_is(name, "choose") ? ROLE_CHOOSER : 0;
}

static void dump_row(struct buf *out, const struct command *c)
{
    buf_add_char(out, '{');
    json_add_member_cstr(out, "id", c->name);
    json_add_member_cstr(out, "method", http_method_name(c->method));
    json_add_member_cstr(out, "path", c->path);
    json_add_key(out, "roles");
    buf_add_char(out, '[');
    for (size_t i = 0, n = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (!(c->roles & roles[i].role))
            continue;
        if (n++ > 0)
            buf_add_char(out, ',');
        json_add_cstr(out, roles[i].name);
    }
    buf_add_char(out, ']');
    json_add_member_cstr(out, "kind", kinds[c->kind]);
    json_add_member_i64(out, "status", c->status);
    json_add_member_bool(out, "key", c->needs_key);
    json_add_member_cstr(out, "reply", c->reply);
    json_add_member_cstr(out, "arguments", c->arguments);
    json_add_member_cstr(out, "summary", c->summary);
    buf_add_char(out, '}');
}

void commands_dump(struct buf *out)
{
    buf_add_char(out, '[');
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (i > 0)
            buf_add_c(out, ",\n");
        dump_row(out, &rows[i]);
    }
    buf_add_c(out, "]\n");
}
