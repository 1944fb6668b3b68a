/* PUT and GET /halls/{hall}/config: hall files in and out. A file is checked whole, then stored by
 * the library under a new version; what was stored is registered, so that every daemon listens to
 * the hall. SPDX-License-Identifier: MIT */
#include "api/hallfiles.h"
#include "base/json.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool is_yaml(struct str content_type)
{
    return args_is_media_type(content_type, "application/yaml") ||
           args_is_media_type(content_type, "application/x-yaml") ||
           args_is_media_type(content_type, "text/yaml");
}

void hallfile_refuse(struct call *c, struct str name, struct str error)
{
    struct arena *m = http_arena(c->req);
    struct str rest = {error.p + name.len, error.len - name.len}, empty, line, column;
    struct problem p = {.err = ERR_HALL_INVALID, .detail = arena_str(m, error).p};
    int64_t n;

    if (str_cut(&rest, ':', &empty) && str_cut(&rest, ':', &line) && str_cut(&rest, ':', &column) &&
        str_to_i64(line, 0, INT32_MAX, &n) && str_to_i64(column, 0, INT32_MAX, &n))
        p.extra = arena_printf(m, ",\"line\":" STR_FMT ",\"column\":" STR_FMT, STR_ARG(line),
                               STR_ARG(column))
                      .p;
    call_problem_full(c, &p);
}

static void on_registered(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct str *answer = c->state;

    if (reply->err != ERR_NONE)
        call_problem_store(c, reply); /* repeating the request does the rest */
    else
        call_reply_json(c, *answer);
}

static void on_configured(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct arena *m = http_arena(c->req);
    struct str *answer = arena_alloc(m, sizeof(*answer));

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    halls_on_stored(c->api->halls, c->hall);
    *answer = arena_str(m, reply->text);
    c->state = answer;
    struct str code = c->hall;
    c->hall = STR(""); /* from here on it is about "sys" */
    c->request[0] = c->day[0] = '\0';
    call_store_write(c, "hall_register", &code, 1, on_registered);
}

static void store_file(struct call *c, const struct hall_file *f, const struct zone *zone)
{
    int64_t begins_ms, ends_ms;
    struct buf json;

    (void)snprintf(c->day, sizeof(c->day), "%08d",
                   zone_day(zone, c->now_ms, &begins_ms, &ends_ms)); /* any int fits */
    buf_init(&json);
    hall_json(f, &json);
    struct str argv[] = {buf_str(&json), c->args.v[0]};
    call_store_write(c, "hall_configure", argv, 2, on_configured);
    buf_clear(&json);
}

/* That the file is of this hall, and where it is. */
static bool check_file(struct call *c, struct hall_file *f, struct str name, struct zone **zone)
{
    struct buf error;
    bool ok = false;

    buf_init(&error);
    *zone = zone_load(f->zone);
    if (!*zone) {
        hall_zone_unknown(f, &error);
        hallfile_refuse(c, name, buf_str(&error));
    } else if (!str_is(c->hall, f->code)) {
        call_problem(c, ERR_HALL_INVALID, "code", "The file is of another hall than the address.");
    } else {
        ok = true;
    }
    buf_clear(&error);
    return ok;
}

bool hallfile_of_body(struct call *c, struct hall_file **file, struct zone **zone)
{
    struct str type = http_header(c->req, "Content-Type");
    bool yaml = is_yaml(type);
    struct buf error;

    if (!yaml && !args_is_media_type(type, "application/json")) {
        call_problem(c, ERR_MEDIA_TYPE, NULL,
                     "A hall file is application/yaml or application/json.");
        return false;
    }
    struct str name =
        arena_printf(http_arena(c->req), STR_FMT "%s", STR_ARG(c->hall), yaml ? ".yaml" : ".json");
    buf_init(&error);
    *file = hall_read(http_body(c->req), name.p, &error);
    if (!*file)
        hallfile_refuse(c, name, buf_str(&error));
    buf_clear(&error);
    if (*file && check_file(c, *file, name, zone))
        return true;
    if (*file) {
        zone_free(*zone);
        hall_free(*file);
    }
    return false;
}

void local_hall_import(struct call *c)
{
    struct hall_file *file;
    struct zone *zone;

    if (!hallfile_of_body(c, &file, &zone))
        return;
    store_file(c, file, zone);
    zone_free(zone);
    hall_free(file);
}

static void export_yaml(struct call *c, const struct hall *hall)
{
    struct buf yaml;
    struct http_field id = {"X-Request-Id", str_of(c->request_id)};

    buf_init(&yaml);
    hall_yaml(hall->file, &yaml);
    struct http_answer answer = {
        .status = 200,
        .content_type = "application/yaml",
        .body = buf_str(&yaml),
        .fields = &id,
        .n_fields = 1,
    };
    http_reply(c->req, &answer);
    buf_clear(&yaml);
}

static void on_export(void *arg, struct hall *hall, enum err err)
{
    struct call *c = arg;
    struct str accept = http_header(c->req, "Accept");

    if (!hall)
        call_problem(c, err, err == ERR_HALL_UNKNOWN ? "hall" : NULL, NULL);
    else if (accept.p && memmem(accept.p, accept.len, "yaml", 4))
        export_yaml(c, hall);
    else
        call_reply_json(c, buf_str(&hall->config));
}

/* Read anew: whoever exports means to change it, and another worker may have stored a newer one a
 * moment ago. */
void local_hall_export(struct call *c)
{
    halls_drop(c->api->halls, c->hall);
    halls_load(c->api->halls, c->hall, on_export, c);
}
