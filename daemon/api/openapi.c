/* The OpenAPI 3.1 document, written from the rows of commands.def and the schemas in schemas.json.
 * A new kind of argument needs its schema in add_schema(). Pure; any thread.
 * SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include <string.h>

extern const char api_schemas_begin[];
extern const char api_schemas_end[];

static const char *const methods[HTTP_METHODS] = {"get", "head", "post", "put", "delete", "patch"};

static void open_key(struct buf *b, const char *key, char bracket)
{
    json_add_key(b, key);
    buf_add_char(b, bracket);
}

static void comma(struct buf *b)
{
    char last = b->p[b->len - 1];
    if (last != '{' && last != '[')
        buf_add_char(b, ',');
}

static void add_ref(struct buf *b, const char *key, const char *schema)
{
    json_add_key(b, key);
    buf_addf(b, "{\"$ref\":\"#/components/schemas/%s\"}", schema);
}

static void add_enum(struct buf *b, const struct command_arg *a)
{
    open_key(b, "enum", '[');
    for (int i = 0; i < a->n_words; i++) {
        comma(b);
        json_add_str(b, a->words[i]);
    }
    buf_add_char(b, ']');
}

/* As the value of a member that was just begun. */
static void add_schema(struct buf *b, const struct command_arg *a)
{
    static const char *const fixed[] = {
        [TYPE_CODE] = "{\"$ref\":\"#/components/schemas/Code\"}",
        [TYPE_NAME] = "{\"$ref\":\"#/components/schemas/Name\"}",
        [TYPE_EVENT] = "{\"$ref\":\"#/components/schemas/EventId\"}",
        [TYPE_TICKET] = "{\"anyOf\":[{\"$ref\":\"#/components/schemas/TicketId\"},"
                        "{\"$ref\":\"#/components/schemas/TicketNumber\"}]}",
        [TYPE_LANG] = "{\"type\":\"string\",\"pattern\":\"^[a-z]{2}$\"}",
        [TYPE_PHONE] = "{\"type\":\"string\",\"description\":\"As people type it; kept sealed.\"}",
        [TYPE_CODES] = "{\"type\":\"array\",\"minItems\":1,\"maxItems\":64,\"items\":{\"type\":"
                       "\"string\"},\"description\":\"Codes, or * alone for all.\"}",
        [TYPE_BOOKING] = "{\"anyOf\":[{\"$ref\":\"#/components/schemas/BookingId\"},"
                         "{\"$ref\":\"#/components/schemas/WaitingId\"}]}",
        [TYPE_MOMENT] = "{\"$ref\":\"#/components/schemas/Moment\"}",
        [TYPE_DAY] = "{\"$ref\":\"#/components/schemas/Day\"}",
        [TYPE_FIELDS] =
            "{\"type\":\"object\",\"maxProperties\":10,\"propertyNames\":{\"$ref\":"
            "\"#/components/schemas/Code\"},\"additionalProperties\":{\"type\":\"string\","
            "\"maxLength\":200},\"description\":\"What the services ask for.\"}",
        [TYPE_CALLS] = "{\"type\":\"array\",\"minItems\":1,\"maxItems\":20,\"items\":{\"type\":"
                       "\"string\",\"pattern\":\"^[A-Z]{1,2}[0-9]{1,5}@[a-z0-9][a-z0-9_-]{0,31}"
                       "#[0-9]{1,6}-[0-9]{1,16}[+]?$\"}}",
    };

    if (fixed[a->type]) {
        buf_add_c(b, fixed[a->type]);
        return;
    }
    buf_add_char(b, '{');
    if (a->type == TYPE_ENUM) {
        json_add_member_cstr(b, "type", "string");
        add_enum(b, a);
    } else if (a->type == TYPE_INT) {
        json_add_member_cstr(b, "type", "integer");
        json_add_member_i64(b, "minimum", a->min);
        json_add_member_i64(b, "maximum", a->max);
    } else {
        json_add_member_cstr(b, "type", "string");
        json_add_member_i64(b, "minLength", a->min);
        json_add_member_i64(b, "maxLength", a->max);
        if (a->type == TYPE_TEXT)
            json_add_member_cstr(b, "pattern", "\\S"); /* not of spaces alone */
    }
    buf_add_char(b, '}');
}

static void add_parameter(struct buf *b, struct str name, const char *in, bool required)
{
    comma(b);
    buf_add_char(b, '{');
    json_add_member_str(b, "name", name);
    json_add_member_cstr(b, "in", in);
    json_add_member_bool(b, "required", required);
}

static const struct command_arg *arg_of(const struct command *c, struct str name)
{
    for (int i = 0; i < c->n_args; i++)
        if (c->args[i].place == PLACE_PATH && str_is(name, c->args[i].name))
            return &c->args[i];
    return NULL; /* {hall}: no argument of its own */
}

static void add_parameters(struct buf *b, const struct command *c)
{
    static const struct command_arg code = {.type = TYPE_CODE};

    open_key(b, "parameters", '[');
    for (int i = 0; i < c->n_params; i++) {
        const struct command_arg *a = arg_of(c, c->params[i]);
        add_parameter(b, c->params[i], "path", true);
        json_add_key(b, "schema");
        add_schema(b, a ? a : &code);
        buf_add_char(b, '}');
    }
    for (int i = 0; i < c->n_args; i++) {
        if (c->args[i].place != PLACE_QUERY)
            continue;
        add_parameter(b, str_of(c->args[i].name), "query", !c->args[i].optional);
        if (c->args[i].type == TYPE_CODES) /* a,b */
            buf_add_c(b, ",\"style\":\"form\",\"explode\":false");
        json_add_key(b, "schema");
        add_schema(b, &c->args[i]);
        buf_add_char(b, '}');
    }
    if (c->needs_key) {
        comma(b);
        buf_add_c(b, "{\"$ref\":\"#/components/parameters/IdempotencyKey\"}");
    }
    if (c->kind == KIND_STREAM) {
        add_parameter(b, STR("Last-Event-ID"), "header", false);
        add_ref(b, "schema", "EventId");
        buf_add_char(b, '}');
    }
    buf_add_char(b, ']');
}

static void add_fields(struct buf *b, const struct command *c)
{
    open_key(b, "schema", '{');
    json_add_member_cstr(b, "type", "object");
    json_add_member_bool(b, "additionalProperties", false);
    open_key(b, "properties", '{');
    for (int i = 0; i < c->n_args; i++) {
        if (c->args[i].place != PLACE_BODY)
            continue;
        json_add_key(b, c->args[i].name);
        add_schema(b, &c->args[i]);
    }
    buf_add_char(b, '}');
    open_key(b, "required", '[');
    for (int i = 0; i < c->n_args; i++) {
        if (c->args[i].place != PLACE_BODY || c->args[i].optional)
            continue;
        comma(b);
        json_add_cstr(b, c->args[i].name);
    }
    buf_add_c(b, "]}");
}

static bool body_is_required(const struct command *c)
{
    for (int i = 0; i < c->n_args; i++)
        if (c->args[i].place == PLACE_BODY && !c->args[i].optional)
            return true;
    return c->raw_body;
}

static void add_body(struct buf *b, const struct command *c)
{
    open_key(b, "requestBody", '{');
    json_add_member_bool(b, "required", body_is_required(c));
    open_key(b, "content", '{');
    open_key(b, "application/json", '{');
    if (c->roles == ROLE_GATEWAY) {
        buf_add_c(b, "\"schema\":{}}");
        open_key(b, "application/x-www-form-urlencoded", '{');
        buf_add_c(b, "\"schema\":{\"type\":\"object\"}");
    } else if (c->raw_body) {
        add_ref(b, "schema", "HallConfig");
        buf_add_char(b, '}');
        open_key(b, "application/yaml", '{');
        buf_add_c(b, "\"schema\":{\"type\":\"string\"}");
    } else {
        add_fields(b, c);
    }
    buf_add_c(b, "}}}");
}

static void add_responses(struct buf *b, const struct command *c)
{
    open_key(b, "responses", '{');
    buf_addf(b, "\"%d\":{\"description\":\"Done.\"", c->status);
    open_key(b, "content", '{');
    if (c->kind == KIND_STREAM) {
        buf_add_c(b, "\"text/event-stream\":{\"schema\":{\"type\":\"string\"}}");
    } else if (c->id == COMMAND_booking_file) {
        buf_add_c(b, "\"text/calendar\":{\"schema\":{\"type\":\"string\"}}");
    } else {
        open_key(b, "application/json", '{');
        if (c->reply)
            add_ref(b, "schema", c->reply);
        buf_add_char(b, '}');
        if (c->id == COMMAND_hall_export)
            buf_add_c(b, ",\"application/yaml\":{\"schema\":{\"type\":\"string\"}}");
    }
    buf_add_c(b, "}},\"default\":{\"$ref\":\"#/components/responses/Problem\"}}");
}

static void add_security(struct buf *b, const struct command *c)
{
    bool citizen = c->roles & ROLE_CITIZEN, device = c->roles & (ROLE_KIOSK | ROLE_BOARD),
         staff = c->roles & (ROLE_STAFF | ROLE_CHOOSER);

    open_key(b, "security", '[');
    if (citizen)
        buf_add_c(b, "{\"link\":[]}");
    if (device || staff) {
        comma(b);
        buf_add_c(b, "{\"token\":[]}");
    }
    if (staff) {
        comma(b);
        buf_add_c(b, "{\"session\":[]}");
    }
    buf_add_char(b, ']');
    open_key(b, "x-roles", '[');
    for (unsigned bit = 1; bit <= ROLE_CHOOSER; bit <<= 1) {
        if (!(c->roles & bit))
            continue;
        comma(b);
        json_add_cstr(b, role_name((enum role)bit));
    }
    buf_add_char(b, ']');
}

static void add_operation(struct buf *b, const struct command *c)
{
    open_key(b, methods[c->method], '{');
    json_add_member_cstr(b, "operationId", c->name);
    json_add_member_cstr(b, "summary", c->summary);
    add_security(b, c);
    add_parameters(b, c);
    if (c->has_body || c->raw_body)
        add_body(b, c);
    add_responses(b, c);
    buf_add_char(b, '}');
}

/* All rows of one path, which need not stand together in the table. */
static void add_path(struct buf *b, int first)
{
    const char *path = command_at((enum command_id)first)->path;

    for (int i = 0; i < first; i++)
        if (strcmp(command_at((enum command_id)i)->path, path) == 0)
            return; /* written already */
    open_key(b, path, '{');
    for (int i = first; i < COMMAND_COUNT; i++)
        if (strcmp(command_at((enum command_id)i)->path, path) == 0)
            add_operation(b, command_at((enum command_id)i));
    buf_add_char(b, '}');
}

static void add_components(struct buf *b)
{
    open_key(b, "components", '{');
    json_add_key(b, "schemas");
    buf_add(b, api_schemas_begin, (size_t)(api_schemas_end - api_schemas_begin));
    buf_add_c(
        b, ",\"parameters\":{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\","
           "\"required\":true,\"description\":\"One for each action; the same one when it is "
           "repeated.\",\"schema\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_-]{8,64}$\"}}}");
    buf_add_c(b, ",\"responses\":{\"Problem\":{\"description\":\"A problem; code says which.\","
                 "\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":"
                 "\"#/components/schemas/Problem\"}}}}}");
    buf_add_c(
        b, ",\"securitySchemes\":{"
           "\"token\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"Of a device, or "
           "of a session (the value of its cookie).\"},"
           "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"paihao_session\","
           "\"description\":\"__Host-paihao_session where the pages are served over https.\"},"
           "\"link\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"Authorization\","
           "\"description\":\"Ticket <hall>.<ticket>.<code>, as in the citizen's link.\"}}}");
}

void openapi_build(struct buf *b)
{
    buf_add_char(b, '{');
    json_add_member_cstr(b, "openapi", "3.1.0");
    open_key(b, "info", '{');
    json_add_member_cstr(b, "title", "paihao");
    json_add_member_cstr(b, "version", PAIHAO_VERSION);
    json_add_member_cstr(b, "description", "Queue numbers of public service halls.");
    json_add_key(b, "license");
    buf_add_c(b, "{\"name\":\"MIT\",\"identifier\":\"MIT\"}}");
    json_add_key(b, "servers");
    buf_add_c(b, "[{\"url\":\"/api/v1\"}]");
    open_key(b, "paths", '{');
    for (int i = 0; i < COMMAND_COUNT; i++)
        add_path(b, i);
    buf_add_char(b, '}');
    add_components(b);
    buf_add_char(b, '}');
}
