/* What somebody wants to book: services and persons as lengths in pools (struct visit), and where
 * that lies when it begins at a certain moment (segments, docs/booking.md). No state; any thread
 * that owns the hall. SPDX-License-Identifier: MIT */
#include "api/slots.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static int cells_of(const struct hall_service *s, int persons)
{
    int minutes = s->booking.minutes > 0 ? s->booking.minutes : s->minutes;

    return (minutes + CAL_CELL_MINUTES - 1) / CAL_CELL_MINUTES * persons;
}

static void add_part(struct visit *v, const char *name, int pool, int cap, int n_cells)
{
    assert(v->n_parts < VISIT_PARTS_MAX);
    v->parts[v->n_parts++] = (struct visit_part){
        .pool_name = name, .pool = pool, .cap = cap, .offset = v->n_cells, .n_cells = n_cells};
}

static void add_service(struct hall *hall, const struct hall_service *s, struct visit *v)
{
    char *pseudo = v->pseudo[v->n_services];
    int pool = hall_pool_of(hall, s), n_cells = cells_of(s, v->persons);

    add_part(v, hall->file->pools[pool].code, pool, 0, n_cells);
    if (s->booking.cap > 0) {
        (void)snprintf(pseudo, sizeof(v->pseudo[0]), "~%s", s->code); /* codes have 32 at most */
        add_part(v, pseudo, pool, s->booking.cap, n_cells);
    }
    v->services[v->n_services++] = s;
    v->n_cells += n_cells;
}

static bool has_service(const struct visit *v, const struct hall_service *s)
{
    for (int i = 0; i < v->n_services; i++)
        if (v->services[i] == s)
            return true;
    return false;
}

static enum err take_service(struct hall *hall, struct str code, bool for_staff, struct visit *v,
                             const char **field)
{
    const struct hall_service *s = hall_service(hall->file, code);

    *field = "services";
    if (!s)
        return ERR_SERVICE_UNKNOWN;
    if ((!for_staff && !s->booking.open) || hall_pool_of(hall, s) < 0)
        return ERR_BOOKING_CLOSED;
    if (v->n_services == VISIT_SERVICES_MAX || has_service(v, s))
        return ERR_FIELD_INVALID;
    if (v->persons > 1 && v->persons > s->booking.persons_max) {
        *field = "persons";
        return ERR_FIELD_INVALID;
    }
    add_service(hall, s, v);
    return ERR_NONE;
}

enum err visit_read(struct hall *hall, struct str services, struct str persons, bool for_staff,
                    struct visit *out, const char **field)
{
    struct str code;
    int64_t n = 1;
    enum err err = ERR_NONE;

    memset(out, 0, sizeof(*out));
    *field = "persons";
    if (persons.len > 0 && !str_to_i64(persons, 1, PERSONS_MAX, &n))
        return ERR_FIELD_INVALID;
    out->persons = (int)n;
    *field = "services";
    if (!for_staff && !hall->file->booking.open)
        return ERR_BOOKING_CLOSED;
    while (err == ERR_NONE && str_cut(&services, ',', &code))
        err = take_service(hall, code, for_staff, out, field);
    if (err == ERR_NONE && out->n_services == 0)
        err = ERR_FIELD_INVALID;
    if (err == ERR_NONE)
        *field = NULL;
    return err;
}

struct str visit_services(const struct visit *v, struct arena *m)
{
    struct buf csv;

    buf_init(&csv);
    for (int i = 0; i < v->n_services; i++)
        buf_addf(&csv, "%s%s", i > 0 ? "," : "", v->services[i]->code);
    struct str s = arena_str(m, buf_str(&csv));
    buf_clear(&csv);
    return s;
}

char share_letter(enum cal_share share)
{
    return share == CAL_STAFF ? 's' : 'p';
}

void visit_needs(const struct visit *v, enum cal_share share, struct buf *out)
{
    for (int i = 0; i < v->n_parts; i++) {
        const struct visit_part *p = &v->parts[i];
        buf_addf(out, "%s%s|%c|%d|%d", i > 0 ? ";" : "", p->pool_name, share_letter(share),
                 p->offset, p->n_cells);
    }
}

/* Units of the part's cells behind `cell`, comma-separated; false where one of them is closed. */
static bool add_units(const struct visit_part *p, const struct cal_day *day, enum cal_share share,
                      int cell, struct buf *out)
{
    for (int i = cell + p->offset; i < cell + p->offset + p->n_cells; i++) {
        if (i >= day->n_cells || day->units[share][i] == 0)
            return false;
        if (i > cell + p->offset)
            buf_add_char(out, ',');
        buf_add_i64(out, p->cap > 0 ? p->cap : day->units[share][i]);
    }
    return true;
}

enum err slot_segments(struct hall *hall, const struct slot_wish *w, int64_t now_ms,
                       struct buf *segments, int64_t *ends_ms, char day[9])
{
    const struct cal_rules *r = hall_rules_of(hall);
    const struct visit *v = w->visit;
    int date = cal_date_at(r, w->at_ms);
    const struct cal_day *first;
    struct slot_times times;

    if (date < 0)
        return ERR_SLOT_NONE;
    first = hall_cal_day(hall, v->parts[0].pool, date);
    int cell = cal_cell_at(first, w->at_ms);
    slot_times_of(hall, w->for_staff, now_ms, &times);
    if (cell < 0 || !first->start[cell] || !slot_is_in_time(hall, v, &times, date, cell))
        return ERR_SLOT_NONE;
    (void)snprintf(day, 9, "%08u", (unsigned)cal_yyyymmdd(date) % 100000000u);
    buf_reset(segments);
    for (int i = 0; i < v->n_parts; i++) {
        const struct visit_part *p = &v->parts[i];
        buf_addf(segments, "%s%s|%c|%s|%d|", i > 0 ? ";" : "", p->pool_name, share_letter(w->share),
                 day, cell + p->offset);
        if (!add_units(p, hall_cal_day(hall, p->pool, date), w->share, cell, segments))
            return ERR_SLOT_NONE;
    }
    *ends_ms = w->at_ms + (int64_t)v->n_cells * CAL_CELL_MS;
    return ERR_NONE;
}
