/* What boards and kiosks report (calls they have shown, how they are), and the list of a hall's
 * devices made of it. What a screen tells of itself is checked by its row; a further figure is an
 * argument there and a line in health_json(). The worker's thread. SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include "web/web.h"
#include <stdio.h>
#include <string.h>

static struct str arg(const struct call *c, const char *name)
{
    return args_get(c->command, &c->args, name);
}

void local_board_shown(struct call *c)
{
    struct str argv[] = {str_of(c->who.name), arg(c, "calls")};

    call_store_write(c, c->command->function, argv, 2, call_on_reply);
}

static void add_number(const struct call *c, struct buf *out, const char *name)
{
    int64_t n;

    if (str_to_i64(arg(c, name), INT64_MIN, INT64_MAX, &n)) /* absent: left out */
        json_add_member_i64(out, name, n);
}

static void health_json(const struct call *c, struct buf *out)
{
    static const char *const numbers[] = {"width", "height", "ratio", "announced", "since"};

    buf_add_char(out, '{');
    json_add_member_cstr(out, "kind", role_name((enum role)c->who.role));
    json_add_member_str(out, "page", arg(c, "page"));
    json_add_member_str(out, "sound", arg(c, "sound"));
    json_add_member_bool(out, "voice", str_is(arg(c, "voice"), "yes"));
    if (arg(c, "layout").len > 0)
        json_add_member_str(out, "layout", arg(c, "layout"));
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        add_number(c, out, numbers[i]);
    buf_add_char(out, '}');
}

static void on_health(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err != ERR_NONE)
        call_problem_store(c, reply);
    else
        call_reply_json(c, STR("{\"done\":true}"));
}

void local_device_health(struct call *c)
{
    struct buf json;

    c->hall = c->who.halls; /* a device has one; the path does not name it */
    buf_init(&json);
    health_json(c, &json);
    struct str argv[] = {str_of(c->who.name), buf_str(&json)};
    call_store_write(c, c->command->function, argv, 2, on_health);
    buf_clear(&json);
}

/* Another page than the daemon serves now: it was loaded before an update. One without a script of
 * ours says nothing. */
static bool is_old(const json_t *health)
{
    struct str page = json_str(health, "page");

    return str_starts(page, "/assets/") && !web_find(page);
}

static void add_health(struct buf *out, const json_t *health)
{
    char *text = health ? json_dumps(health, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;

    if (!text)
        return;
    json_add_key(out, "health");
    buf_add_c(out, text);
    free(text);
}

/* When its stream was last alive: of a kiosk that stands under "kiosk:" and its name. */
static int64_t seen_of(const json_t *device, const json_t *known)
{
    char key[48];
    struct str name = json_str(device, "name");
    const char *prefix = str_is(json_str(device, "kind"), "kiosk") ? "kiosk:" : "";

    (void)snprintf(key, sizeof(key), "%s" STR_FMT, prefix, STR_ARG(name)); /* a name has 32 */
    return json_i64(json_object_get(known, "seen"), key, 0);
}

static void add_screen(struct buf *out, const json_t *device, const json_t *known)
{
    const char *name = json_string_value(json_object_get(device, "name"));
    const json_t *health = json_object_get(json_object_get(known, "devices"), name ? name : "");
    int64_t seen_ms = seen_of(device, known);
    int64_t told_ms = json_i64(health, "at", 0);

    if (out->p[out->len - 1] == '}')
        buf_add_char(out, ',');
    buf_add_char(out, '{');
    json_add_member_str(out, "name", json_str(device, "name"));
    json_add_member_str(out, "kind", json_str(device, "kind"));
    seen_ms = told_ms > seen_ms ? told_ms : seen_ms;
    if (seen_ms > 0)
        json_add_member_i64(out, "seen", seen_ms);
    if (health)
        json_add_member_bool(out, "old", is_old(health));
    add_health(out, health);
    buf_add_char(out, '}');
}

/* Signs and printers tell how they are under "sign:" and "printer:" and their code. */
static void add_driven(struct buf *out, const char *key, const char *prefix, const json_t *known)
{
    const char *name;
    json_t *health;
    int n = 0;

    json_add_key(out, key);
    buf_add_char(out, '[');
    json_object_foreach(json_object_get(known, "devices"), name, health)
    {
        if (!str_starts(str_of(name), prefix))
            continue;
        buf_add_c(out, n++ > 0 ? ",{" : "{");
        json_add_member_cstr(out, "code", name + strlen(prefix));
        if (json_i64(health, "at", 0) > 0)
            json_add_member_i64(out, "seen", json_i64(health, "at", 0));
        add_health(out, health);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static bool is_of_device(const json_t *alarm)
{
    struct str kind = json_str(alarm, "kind");

    return str_is(kind, "board") || str_is(kind, "kiosk") || str_is(kind, "sign") ||
           str_is(kind, "printer");
}

static void add_alarms(struct buf *out, const json_t *known)
{
    json_t *one, *mine = json_array();
    size_t i;

    json_array_foreach(json_object_get(known, "alarms"), i, one)
    {
        if (is_of_device(one))
            json_array_append(mine, one);
    }
    char *text = json_dumps(mine, JSON_COMPACT);
    json_decref(mine);
    json_add_key(out, "alarms");
    buf_add_c(out, text);
    free(text);
}

static void reply_devices(struct call *c, const json_t *list, const json_t *known)
{
    struct buf out;
    json_t *one;
    size_t i;

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_i64(&out, "now", c->now_ms);
    json_add_key(&out, "devices");
    buf_add_char(&out, '[');
    json_array_foreach(json_object_get(list, "devices"), i, one) add_screen(&out, one, known);
    buf_add_char(&out, ']');
    add_driven(&out, "signs", "sign:", known);
    add_driven(&out, "printers", "printer:", known);
    add_alarms(&out, known);
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

static void on_devices(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    const struct str *told = c->state;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *list = json_read(reply->text, &where), *known = json_read(*told, &where);
    reply_devices(c, list, known);
    json_decref(list);
    json_decref(known);
}

/* What they told stands with the hall; which there are, with what belongs to no hall. */
static void on_known(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct arena *m = http_arena(c->req);
    struct str hall = c->hall, *told = arena_alloc(m, sizeof(*told));

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    *told = arena_str(m, reply->text);
    c->state = told;
    c->hall = STR("");
    call_store_read(c, "device_hall", &hall, 1, on_devices);
}

void local_hall_devices(struct call *c)
{
    call_store_read(c, "health_list", NULL, 0, on_known);
}
