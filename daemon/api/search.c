/* GET /halls/{hall}/days and /times, and the same for staff: which times are free. Answers are
 * made from the worker's counters (slots.c) and kept for whoever asks the same (answers.c). The
 * worker's thread. SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/json.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    LIST_DAYS = 62, /* without a count: as many as one request may ask for */
    KEY_MAX = 64,   /* of a question, without its services */
};

/* What was asked, kept from the question to the counters' arrival. */
struct search {
    struct str key, services, persons;
    enum cal_share share;
    bool for_staff;
    int tries;
    int first, last; /* dates to list; last < first: none */
};

static struct search *search_new(struct call *c)
{
    struct search *s = arena_alloc(http_arena(c->req), sizeof(*s));

    s->services = args_get(c->command, &c->args, "services");
    s->persons = args_get(c->command, &c->args, "persons");
    return s;
}

struct str search_key(struct call *c)
{
    struct buf key;

    buf_init(&key);
    buf_reserve(&key, KEY_MAX + c->hall.len);
    buf_add_str(&key, c->hall);
    buf_addf(&key, " %d", (int)c->command->id);
    for (int i = 0; i < c->args.n; i++) {
        buf_add_char(&key, ' ');
        buf_add_str(&key, c->args.v[i]);
    }
    struct str s = arena_str(http_arena(c->req), buf_str(&key));
    buf_clear(&key);
    return s;
}

bool search_date(struct call *c, const char *name, int otherwise, int *date)
{
    struct str text = args_get(c->command, &c->args, name);
    int64_t day;

    *date = otherwise;
    if (text.len == 0)
        return true;
    *date = str_to_i64(text, 0, INT32_MAX, &day) ? cal_date((int)day) : -1;
    if (*date < 0)
        call_problem(c, ERR_DAY_UNKNOWN, name, NULL);
    return *date >= 0;
}

void search_add_day(struct buf *out, const char *key, int date)
{
    json_add_key(out, key);
    buf_addf(out, "\"%08d\"", cal_yyyymmdd(date));
}

static void add_day(struct buf *out, const struct slot_view *view, int date)
{
    struct slot_day d;
    int n_free = 0;
    int64_t first_ms = -1;

    if (out->p[out->len - 1] != '[')
        buf_add_char(out, ',');
    buf_add_char(out, '{');
    search_add_day(out, "day", date);
    json_add_member_bool(out, "open", cal_is_working_day(hall_rules_of(view->hall), date));
    if (slot_day_open(view, date, &d)) {
        for (int cell = 0; cell < d.first->n_cells; cell++) {
            if (slot_day_left(view, &d, cell) == 0)
                continue;
            if (n_free++ == 0)
                first_ms = cal_cell_ms(d.first, cell);
        }
    }
    json_add_member_i64(out, "free", n_free);
    if (n_free > 0)
        json_add_member_i64(out, "first", first_ms);
    buf_add_char(out, '}');
}

static void write_days(struct buf *out, const struct search *s, const struct slot_view *view)
{
    const struct cal_rules *r = hall_rules_of(view->hall);

    buf_add_char(out, '{');
    json_add_member_i64(out, "version", view->hall->version);
    search_add_day(out, "today", cal_date_at(r, view->times.now_ms));
    if (view->times.first <= view->times.last) {
        search_add_day(out, "first", view->times.first);
        search_add_day(out, "last", view->times.last);
    }
    json_add_member_i64(out, "length_minutes", view->visit->n_cells * CAL_CELL_MINUTES);
    json_add_key(out, "days");
    buf_add_char(out, '[');
    for (int date = s->first; date <= s->last; date++)
        add_day(out, view, date);
    buf_add_c(out, "]}");
}

static void write_times(struct buf *out, const struct search *s, const struct slot_view *view)
{
    struct slot_day d;

    buf_add_char(out, '{');
    search_add_day(out, "day", s->first);
    json_add_member_i64(out, "length_minutes", view->visit->n_cells * CAL_CELL_MINUTES);
    json_add_key(out, "times");
    buf_add_char(out, '[');
    if (slot_day_open(view, s->first, &d)) {
        for (int cell = 0; cell < d.first->n_cells; cell++) {
            int left = slot_day_left(view, &d, cell);
            if (left == 0)
                continue;
            buf_addf(out, "%s{\"at\":%lld,\"left\":%d}", out->p[out->len - 1] == '[' ? "" : ",",
                     (long long)cal_cell_ms(d.first, cell), left);
        }
    }
    buf_add_c(out, "]}");
}

static bool begin(struct call *c, struct search *s, struct visit *v);

static void on_slots(struct call *c, void *arg, enum err err);

/* Loads what the search needs; a list without days still answers what the window is. */
static void go(struct call *c, struct search *s, const struct visit *v)
{
    int last = s->last < s->first ? s->first : s->last;

    slots_load(c, v, s->share, s->first, last, on_slots, s);
}

static void on_slots(struct call *c, void *arg, enum err err)
{
    struct search *s = arg;
    struct slot_view view;
    struct visit visit;
    struct buf out;

    if (err == ERR_CALENDAR_CHANGED && ++s->tries < CALENDAR_TRIES) {
        if (begin(c, s, &visit))
            go(c, s, &visit);
        return;
    }
    if (err != ERR_NONE) {
        call_problem(c, err, NULL, NULL);
        return;
    }
    if (!begin(c, s, &visit))
        return;
    struct slot_wish wish = {.visit = &visit, .share = s->share, .for_staff = s->for_staff};
    slot_view_open(c, &wish, &view);
    buf_init(&out);
    if (c->command->id == COMMAND_day_list)
        write_days(&out, s, &view);
    else
        write_times(&out, s, &view);
    answers_reply(c, s->key, buf_str(&out), view.generation);
    buf_clear(&out);
}

static bool begin(struct call *c, struct search *s, struct visit *v)
{
    const char *field;
    enum err err = visit_read(halls_find(c->api->halls, c->hall), s->services, s->persons,
                              s->for_staff, v, &field);

    if (err != ERR_NONE)
        call_problem(c, err, field, NULL);
    return err == ERR_NONE;
}

void local_day_list(struct call *c)
{
    struct search *s = search_new(c);
    struct hall *hall = halls_find(c->api->halls, c->hall);
    struct str count = args_get(c->command, &c->args, "count");
    int64_t n = LIST_DAYS;
    int window_first, window_last;
    struct visit v;

    assert(hall); /* the step before has just found it */
    s->key = search_key(c);
    s->share = CAL_PUBLIC;
    if (answers_try(c, s->key))
        return;
    hall_window(hall, c->now_ms, &window_first, &window_last);
    if (!begin(c, s, &v) || !search_date(c, "from", window_first, &s->first))
        return;
    if (count.len > 0)
        (void)str_to_i64(count, 1, LIST_DAYS, &n); /* checked by its row */
    s->last = s->first + (int)n - 1 < window_last ? s->first + (int)n - 1 : window_last;
    s->first = s->first > window_first ? s->first : window_first;
    go(c, s, &v);
}

static void list_times(struct call *c, enum cal_share share, bool for_staff)
{
    struct search *s = search_new(c);
    struct visit v;

    s->key = search_key(c);
    s->share = share;
    s->for_staff = for_staff;
    if (answers_try(c, s->key))
        return;
    if (!begin(c, s, &v) || !search_date(c, "day", -1, &s->first))
        return;
    s->last = s->first;
    go(c, s, &v);
}

void local_time_list(struct call *c)
{
    list_times(c, CAL_PUBLIC, false);
}

enum cal_share search_share(const struct call *c, enum cal_share otherwise)
{
    struct str share = args_get(c->command, &c->args, "share");

    return share.len == 0 ? otherwise : str_is(share, "staff") ? CAL_STAFF : CAL_PUBLIC;
}

void local_desk_times(struct call *c)
{
    list_times(c, search_share(c, CAL_STAFF), true);
}
