/* POST /halls/{hall}/closures: a special day added to the hall file, stored like any other change
 * of it. Somebody else's change meanwhile is read and added to, once. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/hallfiles.h"
#include "api/moment.h"
#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>

enum { DAYS_MAX = 366 /* a year of building works; a year mistyped is longer */ };

struct closure {
    struct str from, to; /* "2026-10-01" */
    int first, last;     /* as dates; to may be missing */
    bool again;
};

/* yyyymmdd of the row as a date of the hall file; false when a problem was answered. */
static bool read_date(struct call *c, const char *name, struct str *out, int *date)
{
    struct str text = args_get(c->command, &c->args, name);
    int64_t day = 0;

    *out = STR("");
    if (text.len == 0)
        return true;
    if (!str_to_i64(text, 0, INT32_MAX, &day) || cal_date((int)day) < 0) {
        call_problem(c, ERR_DAY_UNKNOWN, name, NULL);
        return false;
    }
    *date = cal_date((int)day);
    *out = arena_printf(http_arena(c->req), "%04d-%02d-%02d", (int)day / 10000,
                        (int)day / 100 % 100, (int)day % 100);
    return true;
}

static void set_text(json_t *object, const char *key, struct str value)
{
    if (value.len > 0)
        (void)json_object_set_new(object, key, json_stringn(value.p, value.len)); /* checked text */
}

static void set_number(json_t *object, const char *key, struct str value)
{
    int64_t n;

    if (str_to_i64(value, 0, CAL_UNITS_MAX, &n))
        (void)json_object_set_new(object, key, json_integer(n)); /* only no memory fails */
}

static json_t *special_of(const struct call *c, const struct closure *x)
{
    json_t *day = json_object();

    set_text(day, "from", x->from);
    set_text(day, "to", x->to);
    set_text(day, "kind", args_get(c->command, &c->args, "kind"));
    set_text(day, "pool", args_get(c->command, &c->args, "pool"));
    set_number(day, "public", args_get(c->command, &c->args, "public"));
    set_number(day, "staff", args_get(c->command, &c->args, "staff"));
    set_text(day, "reason", args_get(c->command, &c->args, "reason"));
    return day;
}

/* The hall file with the special day behind all others: the last one that names a date decides. */
static struct hall_file *add_special(struct call *c, const struct hall *hall, struct buf *error)
{
    json_t *file = json_read(buf_str(&hall->config), NULL);
    json_t *days = json_object_get(file, "special_days");

    if (!json_is_array(days)) {
        days = json_array();
        (void)json_object_set_new(file, "special_days", days); /* only no memory fails */
    }
    (void)json_array_append_new(days, special_of(c, c->state)); /* likewise */
    char *text = json_dumps(file, JSON_COMPACT);
    struct hall_file *f = hall_read(str_of(text), "hall", error);
    free(text); /* jansson's allocator, not ours */
    json_decref(file);
    return f;
}

static void on_stored(void *arg, const struct store_reply *reply);

static void on_hall(struct call *c, struct hall *hall)
{
    char version[MOMENT_MAX];
    const struct closure *x = c->state;
    struct buf error, json;

    if (x->last < cal_date_at(hall_rules_of(hall), c->now_ms) || x->last - x->first >= DAYS_MAX) {
        call_problem(c, ERR_FIELD_INVALID, "to", "Not before today, at most 366 days in all.");
        return;
    }
    buf_init(&error);
    struct hall_file *f = add_special(c, hall, &error);
    if (f) {
        buf_init(&json);
        hall_json(f, &json);
        struct str argv[] = {buf_str(&json), moment_text(hall->version, version)};
        call_store_write(c, c->command->function, argv, 2, on_stored);
        buf_clear(&json);
        hall_free(f);
    } else {
        hallfile_refuse(c, STR("hall"), buf_str(&error));
    }
    buf_clear(&error);
}

static void on_stored(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct closure *x = c->state;

    if (reply->err == ERR_HALL_VERSION && !x->again) {
        x->again = true;
        halls_drop(c->api->halls, c->hall);
        call_hall(c, on_hall);
        return;
    }
    if (reply->err == ERR_NONE)
        halls_on_stored(c->api->halls, c->hall);
    call_on_reply(c, reply);
}

void local_closure_add(struct call *c)
{
    struct closure *x = arena_alloc(http_arena(c->req), sizeof(*x));

    c->state = x;
    if (!read_date(c, "from", &x->from, &x->first))
        return;
    x->last = x->first;
    if (read_date(c, "to", &x->to, &x->last))
        call_hall(c, on_hall);
}
