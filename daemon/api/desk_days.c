/* GET /halls/{hall}/desk/days: what is planned and what is taken, for the calendar of staff. Cells
 * alike are one run, so that a day is some lines and not 300 numbers a pool. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/json.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

struct desk {
    struct str key;
    int first, last;
    int share; /* being loaded */
    int tries;
    uint64_t generation;
};

/* One cell: units and taken, public and staff. */
struct cell {
    int units[CAL_SHARES], taken[CAL_SHARES];
};

/* What stands behind one cell of a pool's day. */
struct pool_day {
    const struct cal_day *day;
    const uint8_t *used[CAL_SHARES];
    int n_used[CAL_SHARES];
};

static struct cell cell_of(const struct pool_day *p, int i)
{
    struct cell cell;

    for (int s = 0; s < CAL_SHARES; s++) {
        cell.units[s] = p->day->units[s][i];
        cell.taken[s] = i < p->n_used[s] ? p->used[s][i] : 0;
    }
    return cell;
}

static void add_run(struct buf *out, const struct pool_day *p, int from, int to)
{
    struct cell c = cell_of(p, from);

    if (c.units[CAL_PUBLIC] + c.units[CAL_STAFF] + c.taken[CAL_PUBLIC] + c.taken[CAL_STAFF] == 0)
        return;
    buf_addf(out,
             "%s{\"from\":%lld,\"to\":%lld,\"public\":%d,\"public_taken\":%d,\"staff\":%d,"
             "\"staff_taken\":%d}",
             out->p[out->len - 1] == '[' ? "" : ",", (long long)cal_cell_ms(p->day, from),
             (long long)cal_cell_ms(p->day, to), c.units[CAL_PUBLIC], c.taken[CAL_PUBLIC],
             c.units[CAL_STAFF], c.taken[CAL_STAFF]);
}

static void add_pool(struct buf *out, struct call *c, struct hall *hall, int pool, int date)
{
    struct pool_day p = {.day = hall_cal_day(hall, pool, date)};
    const char *code = hall->file->pools[pool].code;
    int from = 0;

    for (int s = 0; s < CAL_SHARES; s++) {
        const struct slots_column *column =
            slots_column(c->api->slots, c->hall, code, (enum cal_share)s);
        if (column)
            p.used[s] = slots_column_day(column, date, &p.n_used[s]);
    }
    buf_addf(out, "%s{", out->p[out->len - 1] == '[' ? "" : ",");
    json_add_member_cstr(out, "pool", code);
    json_add_key(out, "runs");
    buf_add_char(out, '[');
    for (int i = 1; i <= p.day->n_cells; i++) {
        struct cell before = cell_of(&p, from), here;
        if (i < p.day->n_cells) {
            here = cell_of(&p, i);
            if (memcmp(&before, &here, sizeof(here)) == 0)
                continue;
        }
        add_run(out, &p, from, i);
        from = i;
    }
    buf_add_c(out, "]}");
}

static void add_spans(struct buf *out, struct hall *hall, int date)
{
    struct cal_span spans[OPEN_SPANS_MAX];
    int n = cal_open_spans(hall_rules_of(hall), date, spans, OPEN_SPANS_MAX);

    json_add_key(out, "open");
    buf_add_char(out, '[');
    for (int i = 0; i < n; i++)
        buf_addf(out, "%s{\"from\":%d,\"to\":%d}", i > 0 ? "," : "", spans[i].from_minute,
                 spans[i].to_minute);
    buf_add_char(out, ']');
}

static void add_day(struct buf *out, struct call *c, struct hall *hall, int date)
{
    buf_addf(out, "%s{", out->p[out->len - 1] == '[' ? "" : ",");
    search_add_day(out, "day", date);
    json_add_member_i64(out, "begins", hall_date_begins_ms(hall, date));
    json_add_member_i64(out, "ends", hall_date_begins_ms(hall, date + 1));
    add_spans(out, hall, date);
    json_add_key(out, "pools");
    buf_add_char(out, '[');
    for (int p = 0; p < hall_rules_of(hall)->n_pools; p++)
        add_pool(out, c, hall, p, date);
    buf_add_c(out, "]}");
}

static void answer(struct call *c, struct desk *d)
{
    struct hall *hall = halls_find(c->api->halls, c->hall);
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_i64(&out, "version", hall->version);
    search_add_day(&out, "today", cal_date_at(hall_rules_of(hall), c->now_ms));
    json_add_member_i64(&out, "overbook_permille", slots_overbook(c->api->slots, c->hall));
    json_add_key(&out, "days");
    buf_add_char(&out, '[');
    for (int date = d->first; date <= d->last; date++)
        add_day(&out, c, hall, date);
    buf_add_c(&out, "]}");
    answers_reply(c, d->key, buf_str(&out), d->generation);
    buf_clear(&out);
}

static void load(struct call *c, struct desk *d);

static void on_slots(struct call *c, void *arg, enum err err)
{
    struct desk *d = arg;

    if (err == ERR_CALENDAR_CHANGED && ++d->tries < CALENDAR_TRIES) {
        d->share = 0;
        load(c, d);
    } else if (err != ERR_NONE) {
        call_problem(c, err, NULL, NULL);
    } else if (++d->share < CAL_SHARES) {
        load(c, d);
    } else {
        answer(c, d);
    }
}

static void load(struct call *c, struct desk *d)
{
    const struct hall *hall = halls_find(c->api->halls, c->hall);
    struct slots_range r = {(enum cal_share)d->share, d->first, d->last};
    struct buf pools;

    buf_init(&pools);
    for (size_t p = 0; p < hall->file->pool_count; p++)
        buf_addf(&pools, "%s%s", p > 0 ? "," : "", hall->file->pools[p].code);
    if (d->share == 0) /* what comes in between makes the answer old */
        d->generation = slots_generation(c->api->slots, c->hall);
    slots_load_pools(c, buf_str(&pools), &r, on_slots, d);
    buf_clear(&pools);
}

void local_desk_days(struct call *c)
{
    struct desk *d = arena_alloc(http_arena(c->req), sizeof(*d));
    struct str days = args_get(c->command, &c->args, "days");
    int64_t n = 1;

    d->key = search_key(c);
    if (answers_try(c, d->key) || !search_date(c, "from", -1, &d->first))
        return;
    if (days.len > 0)
        (void)str_to_i64(days, 1, 7, &n); /* checked by its row */
    d->last = d->first + (int)n - 1;
    load(c, d);
}
