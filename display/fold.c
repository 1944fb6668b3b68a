/* The fold of a hall: tickets by id in a hash table, each line an array sorted by (rank, id). Run
 * by one worker thread. To extend: an event that moves a ticket needs nothing here as long as it
 * carries from, to, line, rank, counter as docs/architecture.md says; one that does not move it
 * gets a row in `stays`. SPDX-License-Identifier: MIT */
#include "display/fold.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    BUCKETS = 2048,
    LINES = 64,      /* a busy hall has some 2,000 alive; chains stay short beyond */
    PAST_MS = 15000, /* an end can be undone for 10 s; event times of two daemons may differ */
};

struct place {
    int64_t rank;
    char id[FOLD_ID_MAX];
};

struct line {
    struct line *next;
    char name[FOLD_CODE_MAX];
    struct place *places;
    int count, room;
};

struct fold {
    struct fold_ticket *tickets[BUCKETS];
    struct line *lines[LINES];
    struct fold_ticket *ended; /* of the last event */
    struct fold_ticket *past;  /* served within PAST_MS, the newest first */
};

static unsigned hash(const char *s)
{
    unsigned h = 2166136261u; /* FNV-1a */
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

#define COPY(field, s) str_copy(s, field, sizeof(field))

struct fold *fold_new(void)
{
    return MEM_NEW(struct fold);
}

static void ticket_free(struct fold_ticket *t)
{
    if (t == NULL)
        return;
    mem_free(t->why);
    mem_free(t->steps);
    mem_free(t->promise);
    mem_free(t);
}

static void free_list(struct fold_ticket **first)
{
    for (struct fold_ticket *t = *first, *next; t != NULL; t = next) {
        next = t->next;
        ticket_free(t);
    }
    *first = NULL;
}

static void empty(struct fold *f)
{
    for (int i = 0; i < BUCKETS; i++)
        free_list(&f->tickets[i]);
    for (int i = 0; i < LINES; i++) {
        for (struct line *l = f->lines[i], *next; l != NULL; l = next) {
            next = l->next;
            mem_free(l->places);
            mem_free(l);
        }
        f->lines[i] = NULL;
    }
    free_list(&f->past);
    ticket_free(f->ended);
    f->ended = NULL;
}

void fold_free(struct fold *f)
{
    empty(f);
    mem_free(f);
}

static const char *number_of(const char *id)
{
    return strlen(id) > 14 ? id + 14 : "";
}

static struct line *line_find(const struct fold *f, const char *name)
{
    struct line *l = f->lines[hash(name) % LINES];
    while (l != NULL && strcmp(l->name, name) != 0)
        l = l->next;
    return l;
}

/* Where (rank, id) stands or would stand. */
static int line_index(const struct line *l, int64_t rank, const char *id)
{
    int low = 0, high = l->count;
    while (low < high) {
        int mid = (low + high) / 2;
        const struct place *p = &l->places[mid];
        bool before = p->rank != rank ? p->rank < rank : strcmp(p->id, id) < 0;
        if (before)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void line_add(struct fold *f, const struct fold_ticket *t)
{
    struct line *l = line_find(f, t->line);
    if (l == NULL) {
        l = MEM_NEW(struct line);
        strcpy(l->name, t->line);
        struct line **bucket = &f->lines[hash(t->line) % LINES];
        l->next = *bucket;
        *bucket = l;
    }
    if (l->count == l->room) {
        l->room = l->room > 0 ? 2 * l->room : 16;
        l->places = mem_realloc(l->places, (size_t)l->room * sizeof *l->places);
    }
    int at = line_index(l, t->rank, t->id);
    memmove(&l->places[at + 1], &l->places[at], (size_t)(l->count - at) * sizeof *l->places);
    l->places[at].rank = t->rank;
    strcpy(l->places[at].id, t->id);
    l->count++;
}

static void line_remove(struct fold *f, const struct fold_ticket *t)
{
    struct line *l = line_find(f, t->line);
    if (l == NULL)
        return;
    int at = line_index(l, t->rank, t->id);
    if (at == l->count || strcmp(l->places[at].id, t->id) != 0)
        return;
    l->count--;
    memmove(&l->places[at], &l->places[at + 1], (size_t)(l->count - at) * sizeof *l->places);
}

static struct fold_ticket **slot(const struct fold *f, const char *id)
{
    struct fold_ticket **p = (struct fold_ticket **)&f->tickets[hash(id) % BUCKETS];
    while (*p != NULL && strcmp((*p)->id, id) != 0)
        p = &(*p)->next;
    return p;
}

const struct fold_ticket *fold_find(const struct fold *f, struct str id)
{
    char key[FOLD_ID_MAX];
    COPY(key, id);
    struct fold_ticket *t = *slot(f, key);
    if (t == NULL && f->ended != NULL && strcmp(f->ended->id, key) == 0)
        return f->ended;
    return t;
}

static bool waits(const struct fold_ticket *t)
{
    return strcmp(t->state, "waiting") == 0;
}

static bool comes(const struct fold_ticket *t)
{
    return strcmp(t->state, "coming") == 0;
}

bool fold_ended(const struct fold_ticket *t)
{
    return strcmp(t->state, "done") == 0 || strcmp(t->state, "cancelled") == 0 ||
           strcmp(t->state, "expired") == 0;
}

/* Keeps a member as it came; NULL when there is none. */
static void set_json(char **kept, const json_t *value)
{
    mem_free(*kept);
    *kept = NULL;
    if (value == NULL)
        return;
    char *text = json_dumps(value, JSON_COMPACT);
    *kept = mem_strdup(text);
    free(text);
}

/* What stays as it was when the ticket was given: of a Ticket and of ticket.issued alike. */
static void set_given(struct fold_ticket *t, const json_t *j)
{
    COPY(t->class, json_str(j, "class"));
    COPY(t->booking, json_str(j, "booking"));
    t->booked_ms = json_i64(j, "booked", 0);
    t->persons = (int)json_i64(j, "persons", 1);
    t->phone = json_bool(j, "phone", false);
    t->travel = -1;
    set_json(&t->steps, json_object_get(j, "steps"));
}

static void load_ticket(struct fold *f, const json_t *j)
{
    struct fold_ticket *t = MEM_NEW(struct fold_ticket);
    COPY(t->id, json_str(j, "id"));
    COPY(t->service, json_str(j, "service"));
    set_given(t, j);
    COPY(t->line, json_str(j, "line"));
    COPY(t->counter, json_str(j, "counter"));
    COPY(t->state, json_str(j, "state"));
    t->rank = json_i64(j, "rank", 0);
    t->since_ms = json_i64(j, "since", 0);
    t->calls = (int)json_i64(j, "calls", 0);
    t->returns = (int)json_i64(j, "returns", 0);
    set_json(&t->why, json_object_get(j, "why"));
    set_json(&t->promise, json_object_get(j, "promise"));
    t->travel = (int)json_i64(j, "travel", -1);
    t->delays = (int)json_i64(j, "delays", 0);
    t->away_ms = json_i64(j, "away", 0);
    *slot(f, t->id) = t;
    if (waits(t))
        line_add(f, t);
}

void fold_load(struct fold *f, const json_t *snapshot)
{
    empty(f);
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(snapshot, "tickets"), i, one) load_ticket(f, one);
}

/* Lets go of the ticket that ended with the event before, and of those whose end is for good. */
static void age(struct fold *f, int64_t now_ms)
{
    struct fold_ticket **p = &f->past;
    if (f->ended != NULL && strcmp(f->ended->state, "done") == 0) {
        f->ended->next = f->past;
        f->past = f->ended;
    } else {
        ticket_free(f->ended);
    }
    f->ended = NULL;
    while (*p != NULL && (*p)->since_ms > now_ms - PAST_MS)
        p = &(*p)->next;
    free_list(p);
}

/* One that ended a moment ago, taken out of the past; NULL when it did not. */
static struct fold_ticket *take_past(struct fold *f, const char *id)
{
    struct fold_ticket **p = &f->past;
    while (*p != NULL && strcmp((*p)->id, id) != 0)
        p = &(*p)->next;
    struct fold_ticket *t = *p;
    if (t != NULL)
        *p = t->next;
    return t;
}

/* Events after which a ticket is where it was, since when it was. */
static const char *const stays[] = {"ticket.recalled", "ticket.noted",    "ticket.reprinted",
                                    "ticket.travel",   "ticket.promised", "ticket.rated",
                                    "ticket.shown"};

static bool is_staying(struct str type)
{
    for (size_t i = 0; i < sizeof stays / sizeof stays[0]; i++)
        if (str_is(type, stays[i]))
            return true;
    return false;
}

/* The ticket an event is about; made when it is the first one (issued), or when an end is undone
 * that lies before the snapshot. NULL for what is told of a ticket that has long ended. */
static struct fold_ticket *subject(struct fold *f, const json_t *event, struct str id)
{
    char key[FOLD_ID_MAX];
    COPY(key, id);
    struct fold_ticket **p = slot(f, key);
    if (*p != NULL)
        return *p;
    struct fold_ticket *t = take_past(f, key);
    if (t == NULL && is_staying(json_str(event, "type")))
        return NULL;
    if (t == NULL) {
        t = MEM_NEW(struct fold_ticket);
        strcpy(t->id, key);
        set_given(t, event);
        COPY(t->line, json_str(event, "service"));
    }
    t->next = NULL;
    *p = t;
    return t;
}

static void forget(struct fold *f, struct fold_ticket *t)
{
    struct fold_ticket **p = slot(f, t->id);
    *p = t->next;
    t->next = NULL;
    f->ended = t;
}

/* What an event tells beside states and places. */
static void read_members(struct fold_ticket *t, const json_t *event, struct str type)
{
    bool undone = str_is(type, "ticket.undone");
    t->calls = (int)json_i64(event, "calls", t->calls);
    if (str_is(type, "ticket.returned"))
        t->returns++;
    if (undone || json_object_get(event, "why") != NULL)
        set_json(&t->why, json_object_get(event, "why"));
    /* none left: none told */
    if (undone || str_is(type, "ticket.stepped") || str_is(type, "ticket.transferred") ||
        str_is(type, "ticket.moved"))
        set_json(&t->steps, json_object_get(event, "steps"));
    if (str_is(type, "ticket.delayed")) {
        t->delays = (int)json_i64(event, "delays", t->delays + 1);
        t->away_ms = json_i64(event, "until", 0);
    }
    if (!comes(t))
        t->away_ms = 0;
    if (str_is(type, "ticket.travel"))
        t->travel = (int)json_i64(event, "minutes", -1);
    if (str_is(type, "ticket.rated"))
        COPY(t->rating, json_str(event, "rating"));
    if (str_is(type, "ticket.promised")) {
        json_t *promise = json_pack("{s:I,s:I,s:I,s:I}", "low", json_i64(event, "low", 0), "likely",
                                    json_i64(event, "likely", 0), "high",
                                    json_i64(event, "high", 0), "at", json_i64(event, "at", 0));
        set_json(&t->promise, promise);
        json_decref(promise);
    }
}

/* State and place. An undone move tells all of them as they were before it. */
static void read_place(struct fold_ticket *t, const json_t *event, struct str type)
{
    struct str to = json_str(event, "to");
    bool at_counter = str_is(to, "called") || str_is(to, "serving");
    bool undone = str_is(type, "ticket.undone");
    if (!is_staying(type))
        t->since_ms = json_i64(event, undone ? "since" : "at", json_i64(event, "at", 0));
    COPY(t->state, to);
    COPY(t->service, json_str(event, "service"));
    if (!at_counter)
        t->counter[0] = '\0';
    else if (json_object_get(event, "counter") != NULL)
        COPY(t->counter, json_str(event, "counter"));
    if (json_object_get(event, "line") != NULL)
        COPY(t->line, json_str(event, "line"));
    t->rank = json_i64(event, "rank", t->rank);
}

const struct fold_ticket *fold_apply(struct fold *f, const json_t *event)
{
    struct str type = json_str(event, "type"), id = json_str(event, "ticket");
    age(f, json_i64(event, "at", 0));
    if (!str_starts(type, "ticket.") || id.len == 0 || json_str(event, "to").len == 0)
        return NULL;
    struct fold_ticket *t = subject(f, event, id);
    if (t == NULL)
        return NULL;
    if (waits(t))
        line_remove(f, t);
    read_place(t, event, type);
    read_members(t, event, type);
    if (!str_is(type, "ticket.noted") && !str_is(type, "ticket.shown")) /* for staff only */
        t->seen++;
    if (waits(t))
        line_add(f, t);
    if (fold_ended(t))
        forget(f, t);
    return t;
}

int fold_waiting(const struct fold *f, const char *line)
{
    const struct line *l = line_find(f, line);
    return l != NULL ? l->count : 0;
}

int fold_ahead(const struct fold *f, const struct fold_ticket *t)
{
    const struct line *l = line_find(f, t->line);
    return l != NULL && (waits(t) || comes(t)) ? line_index(l, t->rank, t->id) : 0;
}

void fold_waiting_json(const struct fold *f, struct buf *out)
{
    buf_add_char(out, '{');
    for (int i = 0; i < LINES; i++)
        for (const struct line *l = f->lines[i]; l != NULL; l = l->next)
            if (l->count > 0 && l->name[0] != '@' && l->name[0] != '&')
                json_add_member_i64(out, l->name, l->count);
    buf_add_char(out, '}');
}

bool fold_is_public_line(const char *line)
{
    return line[0] != '\0' && line[0] != '&';
}

static void next_json(const struct line *l, struct buf *out)
{
    buf_add_char(out, '[');
    for (int i = 0; l != NULL && i < l->count && i < FOLD_NEXT; i++) {
        const struct place *p = &l->places[i];
        buf_add_c(out, i > 0 ? ",[" : "[");
        json_add_cstr(out, number_of(p->id));
        buf_addf(out, ",%" PRId64 "]", p->rank);
    }
    buf_add_char(out, ']');
}

void fold_next_json(const struct fold *f, const char *line, struct buf *out)
{
    next_json(line_find(f, line), out);
}

void fold_next_all_json(const struct fold *f, struct buf *out)
{
    buf_add_char(out, '{');
    for (int i = 0; i < LINES; i++)
        for (const struct line *l = f->lines[i]; l != NULL; l = l->next)
            if (l->count > 0 && fold_is_public_line(l->name)) {
                json_add_key(out, l->name);
                next_json(l, out);
            }
    buf_add_char(out, '}');
}

void fold_each_at_counter(const struct fold *f, void (*fn)(void *, const struct fold_ticket *),
                          void *arg)
{
    for (int i = 0; i < BUCKETS; i++)
        for (const struct fold_ticket *t = f->tickets[i]; t != NULL; t = t->next)
            if (t->counter[0] != '\0')
                fn(arg, t);
}

static void add_json(struct buf *out, const char *key, const char *json)
{
    if (json == NULL)
        return;
    json_add_key(out, key);
    buf_add_c(out, json);
}

void fold_ticket_json(const struct fold *f, const struct fold_ticket *t, struct buf *out)
{
    json_add_member_cstr(out, "id", t->id);
    json_add_member_cstr(out, "number", number_of(t->id));
    json_add_member_cstr(out, "state", t->state);
    json_add_member_cstr(out, "service", t->service);
    json_add_member_cstr(out, "class", t->class);
    json_add_member_cstr(out, "line", t->line);
    json_add_member_i64(out, "rank", t->rank);
    json_add_key(out, "issued");
    buf_addf(out, "%.13s", t->id);
    json_add_member_i64(out, "since", t->since_ms);
    json_add_member_i64(out, "calls", t->calls);
    json_add_member_i64(out, "returns", t->returns);
    json_add_member_bool(out, "phone", t->phone);
    if (t->counter[0] != '\0')
        json_add_member_cstr(out, "counter", t->counter);
    if (waits(t) || comes(t))
        json_add_member_i64(out, "ahead", fold_ahead(f, t));
    if (t->booking[0] != '\0') {
        json_add_member_cstr(out, "booking", t->booking);
        json_add_member_i64(out, "booked", t->booked_ms);
    }
    if (t->persons > 1)
        json_add_member_i64(out, "persons", t->persons);
    add_json(out, "steps", t->steps);
    add_json(out, "why", t->why);
    add_json(out, "promise", t->promise);
    if (t->travel >= 0)
        json_add_member_i64(out, "travel", t->travel);
    if (t->delays > 0)
        json_add_member_i64(out, "delays", t->delays);
    if (t->away_ms > 0)
        json_add_member_i64(out, "away", t->away_ms);
    if (t->rating[0] != '\0')
        json_add_member_cstr(out, "rating", t->rating);
}
