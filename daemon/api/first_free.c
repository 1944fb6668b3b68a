/* GET /first-free: every hall that offers the services with its first free time, asked in turn, so
 * that one request never sends more than one read at a time. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/json.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HALLS_MAX = 50, /* a city district's; each costs up to one read of the store */
    AHEAD_DAYS = 62,
    EARTH_RADIUS_M = 6371000,
    NUMBER_MAX = 16,
};

struct place {
    double lat, lon;
};

struct found {
    struct str code, json; /* members of the hall without a brace */
    int64_t first_ms;      /* -1: none */
    int64_t distance_m;    /* -1: not known */
};

struct tour {
    struct call *call;
    struct str key, services, persons;
    int from; /* date, -1: from now on */
    bool has_place;
    struct place place;
    struct str codes[HALLS_MAX];
    int n, at;
    int tries;            /* of this hall: it changed meanwhile */
    bool inside, waiting; /* of the loop: callbacks may come at once */
    struct found found[HALLS_MAX];
    int n_found;
};

/* Decimal degrees; no exponent, no hexadecimal, nothing else strtod() would take. */
static bool read_degrees(struct str text, double max, double *out)
{
    char copy[NUMBER_MAX];

    if (text.len == 0 || text.len >= sizeof(copy))
        return false;
    str_copy(text, copy, sizeof(copy));
    if (strspn(copy, "-.0123456789") != text.len)
        return false;
    char *end;
    *out = strtod(copy, &end);
    return *end == '\0' && *out >= -max && *out <= max;
}

/* Along the great circle (haversine). */
static int64_t distance_m(struct place a, struct place b)
{
    const double rad = acos(-1.0) / 180;
    double lat = sin((b.lat - a.lat) * rad / 2), lon = sin((b.lon - a.lon) * rad / 2);
    double h = lat * lat + cos(a.lat * rad) * cos(b.lat * rad) * lon * lon;

    return (int64_t)(2 * EARTH_RADIUS_M * asin(sqrt(h < 1 ? h : 1)));
}

static struct str hall_members(struct call *c, const struct hall *hall)
{
    const struct hall_file *f = hall->file;
    struct buf out;

    buf_init(&out);
    json_add_member_cstr(&out, "hall", hall->code);
    call_add_texts(&out, "names", &f->names);
    call_add_texts(&out, "address", &f->address);
    json_add_member_cstr(&out, "zone", f->zone);
    struct str s = arena_str(http_arena(c->req), buf_str(&out));
    buf_clear(&out);
    return s;
}

static void find_in_hall(struct tour *t, const struct slot_view *view)
{
    const struct hall_file *f = view->hall->file;
    struct found *found = &t->found[t->n_found++];
    int from = t->from > view->times.first ? t->from : view->times.first;
    struct place place;
    struct slot_day d;

    *found = (struct found){.code = t->codes[t->at],
                            .json = hall_members(t->call, view->hall),
                            .first_ms = -1,
                            .distance_m = -1};
    if (t->has_place && read_degrees(str_of(f->place.lat), 90, &place.lat) &&
        read_degrees(str_of(f->place.lon), 180, &place.lon))
        found->distance_m = distance_m(t->place, place);
    for (int date = from; date <= view->times.last && found->first_ms < 0; date++) {
        if (!slot_day_open(view, date, &d))
            return; /* behind what was loaded */
        for (int cell = 0; cell < d.first->n_cells && found->first_ms < 0; cell++)
            if (slot_day_left(view, &d, cell) > 0)
                found->first_ms = cal_cell_ms(d.first, cell);
    }
}

static int compare(int64_t a, int64_t b)
{
    if (a < 0 || b < 0) /* not known: behind those that are */
        return (a < 0) - (b < 0);
    return (a > b) - (a < b);
}

/* Distances are -1 for all when nobody asked for them. */
static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int by_distance = compare(x->distance_m, y->distance_m);
    int by_time = compare(x->first_ms, y->first_ms);

    if (by_distance != 0)
        return by_distance;
    return by_time != 0 ? by_time : strcmp(x->code.p, y->code.p);
}

static void answer(struct tour *t)
{
    struct buf out;

    qsort(t->found, (size_t)t->n_found, sizeof(t->found[0]), compare_found);
    buf_init(&out);
    buf_add_c(&out, "{\"halls\":[");
    for (int i = 0; i < t->n_found; i++) {
        const struct found *f = &t->found[i];
        buf_addf(&out, "%s{" STR_FMT, i > 0 ? "," : "", STR_ARG(f->json));
        if (f->first_ms >= 0)
            json_add_member_i64(&out, "first", f->first_ms);
        if (f->distance_m >= 0)
            json_add_member_i64(&out, "distance_m", f->distance_m);
        buf_add_char(&out, '}');
    }
    buf_add_c(&out, "]}");
    t->call->hall = STR("");
    answers_reply(t->call, t->key, buf_str(&out), 0);
    buf_clear(&out);
}

static void tour_on(struct tour *t);

/* This hall is done with, or is to be asked once more. */
static void turn(struct tour *t, bool again)
{
    if (!again || ++t->tries == CALENDAR_TRIES) {
        t->tries = 0;
        t->at++;
    }
    t->waiting = false;
    if (!t->inside)
        tour_on(t);
}

static void on_slots(struct call *c, void *arg, enum err err)
{
    struct tour *t = arg;
    struct slot_view view;
    const char *field;
    struct visit v;

    if (err != ERR_NONE && err != ERR_CALENDAR_CHANGED) {
        call_problem(c, err, NULL, NULL);
        return;
    }
    if (err == ERR_NONE && visit_read(halls_find(c->api->halls, c->hall), t->services, t->persons,
                                      false, &v, &field) == ERR_NONE) {
        struct slot_wish wish = {.visit = &v, .share = CAL_PUBLIC};
        slot_view_open(c, &wish, &view);
        find_in_hall(t, &view);
    }
    turn(t, err == ERR_CALENDAR_CHANGED);
}

static void ask_hall(struct tour *t, struct hall *hall)
{
    struct call *c = t->call;
    const char *field;
    int first, last;
    struct visit v;

    /* Without these services, or closed for booking: not one to go to. */
    if (visit_read(hall, t->services, t->persons, false, &v, &field) != ERR_NONE) {
        turn(t, false);
        return;
    }
    hall_window(hall, c->now_ms, &first, &last);
    first = t->from > first ? t->from : first;
    last = last < first + AHEAD_DAYS ? last : first + AHEAD_DAYS - 1;
    slots_load(c, &v, CAL_PUBLIC, first, last < first ? first : last, on_slots, t);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct tour *t = arg;

    if (hall) /* else unknown or not to be used: it must not hide the others */
        ask_hall(t, hall);
    else if (err == ERR_HALL_UNKNOWN || err == ERR_INTERNAL)
        turn(t, false);
    else
        call_problem(t->call, err, NULL, NULL);
}

static void tour_on(struct tour *t)
{
    struct call *c = t->call;

    t->inside = true;
    while (t->at < t->n) {
        t->waiting = true;
        c->hall = t->codes[t->at];
        struct hall *hall = halls_find_new(c->api->halls, c->hall);
        if (hall)
            ask_hall(t, hall);
        else
            halls_load(c->api->halls, c->hall, on_hall, t);
        if (t->waiting) {
            t->inside = false;
            return;
        }
    }
    answer(t);
}

static void on_codes(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct tour *t = c->state;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *codes = json_read(reply->text, &where);
    const json_t *list = json_object_get(codes, "halls");
    for (size_t i = 0; i < json_array_size(list) && t->n < HALLS_MAX; i++) {
        struct str code = str_of(json_string_value(json_array_get(list, i)));
        if (args_is_code(code))
            t->codes[t->n++] = arena_str(http_arena(c->req), code);
    }
    json_decref(codes);
    tour_on(t);
}

static bool read_place(struct call *c, struct tour *t)
{
    struct str lat = args_get(c->command, &c->args, "lat");
    struct str lon = args_get(c->command, &c->args, "lon");

    t->has_place = lat.len > 0 || lon.len > 0;
    if (!t->has_place)
        return true;
    bool lat_ok = read_degrees(lat, 90, &t->place.lat);
    if (lat_ok && read_degrees(lon, 180, &t->place.lon))
        return true;
    call_problem(c, ERR_FIELD_INVALID, lat_ok ? "lon" : "lat",
                 "Both, in decimal degrees, or neither.");
    return false;
}

void local_first_free(struct call *c)
{
    struct tour *t = arena_alloc(http_arena(c->req), sizeof(*t));

    t->call = c;
    t->key = search_key(c);
    if (answers_try(c, t->key))
        return;
    t->services = args_get(c->command, &c->args, "services");
    t->persons = args_get(c->command, &c->args, "persons");
    c->state = t;
    if (search_date(c, "from", -1, &t->from) && read_place(c, t))
        call_store_read(c, "hall_codes", NULL, 0, on_codes);
}
