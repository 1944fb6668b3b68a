/* Which bookings do not fit a calendar any more: each takes its cells in the order in which they
 * were made, as far as there are any; who comes too late is in conflict. Pure but for the memory it
 * takes; the thread that owns the hall. SPDX-License-Identifier: MIT */
#include "api/conflict.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

enum { FIELDS_OF_SEGMENT = 5, NAME_MAX = 33 };

/* Units given out so far: of one pool (or service with a cap), share and date. */
struct tally {
    struct tally *next;
    char name[NAME_MAX + 1];
    enum cal_share share;
    struct cal_day day; /* a copy: the hall keeps only so many days */
    uint8_t used[CAL_CELLS_MAX];
};

/* By the date: a hall has a few pools, but bookings of months. */
enum { BUCKETS = 128 };

struct tallies {
    struct hall *hall;
    struct tally *buckets[BUCKETS];
};

/* One segment, read. */
struct segment {
    struct str name;
    int pool; /* -1: the hall has none of that name any more */
    int cap;
    int date, cell, n_cells;
};

static void tallies_free(struct tallies *t)
{
    for (int i = 0; i < BUCKETS; i++) {
        for (struct tally *x = t->buckets[i], *next; x; x = next) {
            next = x->next;
            mem_free(x);
        }
    }
}

static struct tally *tally_of(struct tallies *t, const struct segment *s, enum cal_share share)
{
    struct tally **bucket = &t->buckets[s->date % BUCKETS];

    for (struct tally *x = *bucket; x; x = x->next)
        if (x->day.date == s->date && x->share == share && str_is(s->name, x->name))
            return x;
    struct tally *x = MEM_NEW(struct tally);
    str_copy(s->name, x->name, sizeof(x->name));
    x->share = share;
    x->day = *hall_cal_day(t->hall, s->pool, s->date);
    x->next = *bucket;
    *bucket = x;
    return x;
}

/* The pool a segment is of: its code, or that of the service whose cap it counts. */
static void find_pool(struct hall *hall, struct segment *s)
{
    const struct hall_service *service;

    s->cap = 0;
    if (s->name.p[0] != '~') {
        s->pool = hall_pool_find(hall, s->name);
        return;
    }
    service = hall_service(hall->file, (struct str){s->name.p + 1, s->name.len - 1});
    s->pool = service ? hall_pool_of(hall, service) : -1;
    s->cap = service ? service->booking.cap : 0;
}

/* "pool|share|day|cell|u,u,u"; false when it is none. */
static bool read_segment(struct hall *hall, struct str text, struct segment *out)
{
    struct str field[FIELDS_OF_SEGMENT], unit;
    int64_t day, cell;

    for (int i = 0; i < FIELDS_OF_SEGMENT; i++)
        if (!str_cut(&text, '|', &field[i]))
            return false;
    if (field[0].len == 0 || field[0].len > NAME_MAX || !str_to_i64(field[2], 0, INT32_MAX, &day) ||
        !str_to_i64(field[3], 0, CAL_CELLS_MAX, &cell) || cal_date((int)day) < 0)
        return false;
    *out = (struct segment){.name = field[0], .date = cal_date((int)day), .cell = (int)cell};
    while (str_cut(&field[4], ',', &unit))
        out->n_cells++;
    find_pool(hall, out);
    return true;
}

static bool is_open(const struct cal_day *d, enum cal_share share, const struct segment *s)
{
    if (s->cell + s->n_cells > d->n_cells)
        return false;
    for (int i = s->cell; i < s->cell + s->n_cells; i++)
        if (d->units[share][i] == 0)
            return false;
    return true;
}

static bool has_services(const struct hall *hall, const json_t *booking)
{
    const json_t *list = json_object_get(booking, "services");

    for (size_t i = 0; i < json_array_size(list); i++)
        if (!hall_service(hall->file, str_of(json_string_value(json_array_get(list, i)))))
            return false;
    return true;
}

/* Takes the booking's cells, or says why it cannot have them. */
static enum conflict take(struct tallies *t, const struct booked *b, int overbook)
{
    struct tally *tallies[VISIT_PARTS_MAX];
    struct cal_part parts[VISIT_PARTS_MAX];
    struct str rest = b->segments, text;
    struct segment s;
    int n = 0;

    while (n < VISIT_PARTS_MAX && str_cut(&rest, ';', &text)) {
        if (!read_segment(t->hall, text, &s) || s.pool < 0)
            return CONFLICT_CLOSED;
        if (s.name.p[0] == '~' && s.cap == 0)
            continue; /* has no cap any more */
        tallies[n] = tally_of(t, &s, b->share);
        if (!is_open(&tallies[n]->day, b->share, &s))
            return CONFLICT_CLOSED;
        parts[n] = (struct cal_part){.day = &tallies[n]->day,
                                     .used = tallies[n]->used,
                                     .n_used = CAL_CELLS_MAX,
                                     .offset = s.cell,
                                     .n_cells = s.n_cells,
                                     .cap = s.cap,
                                     .overbook_permille = overbook};
        n++;
    }
    if (n > 0 && cal_left(parts, n, b->share, 0) == 0)
        return CONFLICT_CAPACITY;
    for (int i = 0; i < n; i++)
        for (int k = parts[i].offset; k < parts[i].offset + parts[i].n_cells; k++)
            tallies[i]->used[k]++;
    return CONFLICT_NONE;
}

static int compare_made(const void *a, const void *b)
{
    const struct booked *x = *(struct booked *const *)a, *y = *(struct booked *const *)b;

    if (x->made_ms != y->made_ms)
        return x->made_ms < y->made_ms ? -1 : 1;
    return strncmp(x->id.p, y->id.p, x->id.len < y->id.len ? x->id.len : y->id.len);
}

void conflicts_find(struct hall *hall, struct bookings *b)
{
    struct tallies t = {.hall = hall};
    struct booked **order = mem_calloc((size_t)b->n + 1, sizeof(struct booked *));

    for (int i = 0; i < b->n; i++)
        order[i] = &b->v[i];
    qsort(order, (size_t)b->n, sizeof(struct booked *), compare_made);
    for (int i = 0; i < b->n; i++) {
        struct booked *one = order[i];
        one->conflict =
            has_services(hall, one->json) ? take(&t, one, b->overbook) : CONFLICT_SERVICE;
    }
    mem_free(order);
    tallies_free(&t);
}

void booked_add_json(struct buf *out, const struct booked *b)
{
    static const char *const inner[] = {"record", "sealed", "segments", "made"};
    json_t *copy = json_copy(b->json);

    for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++)
        (void)json_object_del(copy, inner[i]); /* may have none */
    char *text = json_dumps(copy, JSON_COMPACT);
    buf_add_c(out, text);
    free(text); /* jansson's allocator, not ours */
    json_decref(copy);
}

void conflict_add_json(struct buf *out, const struct booked *b)
{
    static const char *const reasons[] = {[CONFLICT_NONE] = "",
                                          [CONFLICT_CLOSED] = "closed",
                                          [CONFLICT_CAPACITY] = "capacity",
                                          [CONFLICT_SERVICE] = "service"};
    static const char *const offers[] = {[OFFER_NONE] = "none",
                                         [OFFER_LIVE] = "offered",
                                         [OFFER_DECLINED] = "declined",
                                         [OFFER_EXPIRED] = "expired"};

    buf_add_c(out, "{\"booking\":");
    booked_add_json(out, b);
    json_add_member_cstr(out, "reason", reasons[b->conflict]);
    json_add_member_cstr(out, "offer", offers[b->offer]);
    if (b->offer == OFFER_LIVE)
        json_add_member_i64(out, "until", b->offer_until_ms);
    buf_add_char(out, '}');
}

void conflicts_add_json(struct buf *out, const struct bookings *b)
{
    json_add_key(out, "conflicts");
    buf_add_char(out, '[');
    for (int i = 0; i < b->n; i++) {
        if (b->v[i].conflict == CONFLICT_NONE)
            continue;
        if (out->p[out->len - 1] != '[')
            buf_add_char(out, ',');
        conflict_add_json(out, &b->v[i]);
    }
    buf_add_char(out, ']');
    json_add_member_bool(out, "more", b->more);
}
