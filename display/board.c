/* The fold of the board. A call or recall goes to the top; being served or ended only changes how
 * it is shown; a call that was taken back (put back, transferred, on to the next step, undone)
 * leaves the list, and what an undo brings back to a counter stands there as before. Run by one
 * worker thread. To extend: a row in `steps`. SPDX-License-Identifier: MIT */
#include "display/board.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct shown {
    char number[12];
    char counter[FOLD_CODE_MAX];
    char service[FOLD_CODE_MAX];
    const char *state; /* called, serving, ended */
    int64_t at_ms;
    int calls;
};

struct desk {
    struct desk *next;
    char code[FOLD_CODE_MAX];
    char state[8];
};

struct board {
    struct shown *calls; /* newest first */
    int count, room;
    struct desk *desks;
    int64_t version;
    char *announcement; /* JSON {"texts","until"}, or NULL */
    json_t *stopped;    /* service or "*" -> reason; NULL: none */
};

struct board *board_new(void)
{
    return MEM_NEW(struct board);
}

void board_clear(struct board *b)
{
    for (struct desk *d = b->desks, *next; d != NULL; d = next) {
        next = d->next;
        mem_free(d);
    }
    mem_free(b->calls);
    mem_free(b->announcement);
    json_decref(b->stopped);
    memset(b, 0, sizeof *b);
}

void board_free(struct board *b)
{
    board_clear(b);
    mem_free(b);
}

static void set_desk(struct board *b, struct str code, const char *state)
{
    struct desk **p = &b->desks;
    while (*p != NULL && !str_is(code, (*p)->code))
        p = &(*p)->next;
    if (*p == NULL) {
        *p = MEM_NEW(struct desk);
        str_copy(code, (*p)->code, sizeof(*p)->code);
    }
    str_copy(str_of(state), (*p)->state, sizeof(*p)->state);
}

/* A copy: what was told is not kept alive as a whole. No text: nothing is announced. */
static void set_announcement(struct board *b, const json_t *texts, int64_t until_ms)
{
    mem_free(b->announcement);
    b->announcement = NULL;
    if (json_object_size(texts) == 0)
        return;
    char *json = json_dumps(texts, JSON_COMPACT);
    struct buf out;
    buf_init(&out);
    buf_addf(&out, "{\"texts\":%s,\"until\":%" PRId64 "}", json, until_ms);
    b->announcement = buf_take(&out, NULL);
    free(json);
}

static void set_stopped(struct board *b, json_t *stopped)
{
    json_decref(b->stopped);
    b->stopped = stopped;
}

void board_load(struct board *b, const json_t *snapshot)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(snapshot, "counters"), i, one)
    {
        char state[8];
        str_copy(json_str(one, "state"), state, sizeof state);
        set_desk(b, json_str(one, "code"), state);
    }
    b->version = json_i64(snapshot, "version", 0);
    const json_t *announcement = json_object_get(snapshot, "announcement");
    set_announcement(b, json_object_get(announcement, "texts"), json_i64(announcement, "until", 0));
    set_stopped(b, json_deep_copy(json_object_get(snapshot, "stopped")));
}

static int find(const struct board *b, struct str number)
{
    for (int i = 0; i < b->count; i++)
        if (str_is(number, b->calls[i].number))
            return i;
    return -1;
}

static void take_out(struct board *b, int at)
{
    b->count--;
    memmove(&b->calls[at], &b->calls[at + 1], (size_t)(b->count - at) * sizeof b->calls[0]);
}

static void insert(struct board *b, int at, const struct shown *s)
{
    if (b->count == b->room) {
        b->room = b->room > 0 ? 2 * b->room : BOARD_CALLS / 2;
        b->calls = mem_realloc(b->calls, (size_t)b->room * sizeof b->calls[0]);
    }
    memmove(&b->calls[at + 1], &b->calls[at], (size_t)(b->count - at) * sizeof b->calls[0]);
    b->calls[at] = *s;
    b->count++;
}

/* One too many: the oldest that has left its counter makes room. */
static void shorten(struct board *b)
{
    int at = b->count - 1;
    while (at > 0 && strcmp(b->calls[at].state, "ended") != 0)
        at--;
    if (at == 0 && b->count > BOARD_CALLS_MAX)
        at = b->count - 1;
    if (b->count > BOARD_CALLS && at > 0)
        take_out(b, at);
}

static void on_top(struct board *b, const struct shown *s)
{
    int at = find(b, str_of(s->number));
    if (at >= 0)
        take_out(b, at);
    insert(b, 0, s);
    shorten(b);
}

static void call_json(const struct shown *s, bool with_state, struct buf *out)
{
    buf_add_char(out, '{');
    json_add_member_cstr(out, "number", s->number);
    json_add_member_cstr(out, "counter", s->counter);
    json_add_member_cstr(out, "service", s->service);
    json_add_member_i64(out, "at", s->at_ms);
    json_add_member_i64(out, "calls", s->calls);
    if (with_state)
        json_add_member_cstr(out, "state", s->state);
    buf_add_char(out, '}');
}

static bool on_call(struct board *b, const json_t *e, struct buf *change)
{
    struct shown s = {
        .state = "called", .at_ms = json_i64(e, "at", 0), .calls = (int)json_i64(e, "calls", 1)};
    str_copy(json_str(e, "number"), s.number, sizeof s.number);
    str_copy(json_str(e, "counter"), s.counter, sizeof s.counter);
    str_copy(json_str(e, "service"), s.service, sizeof s.service);
    on_top(b, &s);
    json_add_key(change, "call");
    call_json(&s, false, change);
    return true;
}

static bool mark(struct board *b, const json_t *e, struct buf *change, const char *state)
{
    int at = find(b, json_str(e, "number"));
    if (at < 0)
        return false;
    b->calls[at].state = state;
    json_add_member_str(change, state, json_str(e, "number"));
    return true;
}

static bool on_begun(struct board *b, const json_t *e, struct buf *change)
{
    /* A resumed ticket may also wait again. */
    return str_is(json_str(e, "to"), "serving") && mark(b, e, change, "serving");
}

static bool on_ended(struct board *b, const json_t *e, struct buf *change)
{
    return mark(b, e, change, "ended");
}

static bool on_taken_back(struct board *b, const json_t *e, struct buf *change)
{
    int at = find(b, json_str(e, "number"));
    if (at < 0)
        return false;
    take_out(b, at);
    json_add_member_str(change, "withdrawn", json_str(e, "number"));
    return true;
}

/* What an undo brings back to a counter is shown as it was, and not announced: it was heard. */
static bool on_undone(struct board *b, const json_t *e, struct buf *change)
{
    struct str to = json_str(e, "to");
    bool called = str_is(to, "called");
    if (!called && !str_is(to, "serving"))
        return on_taken_back(b, e, change);
    int at = find(b, json_str(e, "number"));
    if (at < 0) {
        struct shown s = {.at_ms = json_i64(e, "since", 0), .state = "called"};
        str_copy(json_str(e, "number"), s.number, sizeof s.number);
        on_top(b, &s);
        at = 0;
    }
    struct shown *s = &b->calls[at];
    str_copy(json_str(e, "counter"), s->counter, sizeof s->counter);
    str_copy(json_str(e, "service"), s->service, sizeof s->service);
    s->calls = (int)json_i64(e, "calls", 1);
    s->state = called ? "called" : "serving";
    json_add_key(change, "back");
    call_json(s, true, change);
    return true;
}

static bool on_counter(struct board *b, const json_t *e, struct buf *change)
{
    struct str type = json_str(e, "type"), code = json_str(e, "counter");
    const char *state = str_is(type, "counter.opened")   ? "open"
                        : str_is(type, "counter.paused") ? "paused"
                                                         : "closed";
    set_desk(b, code, state);
    json_add_key(change, "counter");
    buf_add_char(change, '{');
    json_add_member_str(change, "code", code);
    json_add_member_cstr(change, "state", state);
    buf_add_char(change, '}');
    return true;
}

static bool on_configured(struct board *b, const json_t *e, struct buf *change)
{
    b->version = json_i64(e, "version", 0);
    json_add_member_i64(change, "configured", b->version);
    return true;
}

static void add_announcement(const struct board *b, struct buf *out)
{
    json_add_key(out, "announcement");
    buf_add_c(out, b->announcement != NULL ? b->announcement : "{\"texts\":{},\"until\":0}");
}

static void add_stopped(const struct board *b, struct buf *out)
{
    char *json = b->stopped != NULL ? json_dumps(b->stopped, JSON_COMPACT) : NULL;
    json_add_key(out, "stopped");
    buf_add_c(out, json != NULL ? json : "{}");
    free(json);
}

static bool on_day_closed(struct board *b, const json_t *e, struct buf *change)
{
    (void)e;
    b->count = 0;
    set_stopped(b, NULL); /* for a day */
    json_add_member_bool(change, "day_closed", true);
    add_stopped(b, change);
    return true;
}

static bool on_announced(struct board *b, const json_t *e, struct buf *change)
{
    set_announcement(b, json_object_get(e, "texts"), json_i64(e, "until", 0));
    add_announcement(b, change);
    return true;
}

/* "*" stands for all services: starting all ends what was stopped one by one. */
static bool on_stopped(struct board *b, const json_t *e, struct buf *change)
{
    const char *service = json_string_value(json_object_get(e, "service"));
    if (service == NULL)
        return false;
    if (b->stopped == NULL)
        b->stopped = json_object();
    if (str_is(json_str(e, "type"), "hall.stopped"))
        json_object_set_new(b->stopped, service, json_copy(json_object_get(e, "reason")));
    else if (strcmp(service, "*") == 0)
        json_object_clear(b->stopped);
    else
        json_object_del(b->stopped, service);
    add_stopped(b, change);
    return true;
}

static const struct {
    const char *type;
    bool (*fn)(struct board *, const json_t *, struct buf *);
} steps[] = {
    {"ticket.called", on_call},         {"ticket.recalled", on_call},
    {"ticket.begun", on_begun},         {"ticket.resumed", on_begun},
    {"ticket.finished", on_ended},      {"ticket.missed", on_ended},
    {"ticket.parked", on_ended},        {"ticket.expired", on_ended},
    {"ticket.put_back", on_taken_back}, {"ticket.transferred", on_taken_back},
    {"ticket.stepped", on_taken_back},  {"counter.opened", on_counter},
    {"counter.paused", on_counter},     {"counter.closed", on_counter},
    {"hall.configured", on_configured}, {"hall.day_closed", on_day_closed},
    {"ticket.undone", on_undone},       {"hall.announced", on_announced},
    {"hall.stopped", on_stopped},       {"hall.started", on_stopped},
};

bool board_apply(struct board *b, const json_t *event, struct buf *change)
{
    struct str type = json_str(event, "type");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (str_is(type, steps[i].type))
            return steps[i].fn(b, event, change);
    return false;
}

void board_add_old(struct board *b, const struct fold_ticket *t)
{
    const char *number = strlen(t->id) > 14 ? t->id + 14 : "";
    if (find(b, str_of(number)) >= 0)
        return;
    struct shown s = {.state = strcmp(t->state, "called") == 0 ? "called" : "serving",
                      .at_ms = t->since_ms,
                      .calls = t->calls};
    str_copy(str_of(number), s.number, sizeof s.number);
    str_copy(str_of(t->counter), s.counter, sizeof s.counter);
    str_copy(str_of(t->service), s.service, sizeof s.service);
    int at = b->count; /* they come in no order; every daemon must show them in the same one */
    while (at > 0 && b->calls[at - 1].at_ms < s.at_ms)
        at--;
    insert(b, at, &s);
    shorten(b);
}

void board_each(const struct board *b, bool (*fn)(void *arg, const struct board_call *call),
                void *arg)
{
    for (int i = 0; i < b->count; i++) {
        const struct shown *s = &b->calls[i];
        const struct board_call call = {s->number, s->counter, s->state, s->calls};
        if (!fn(arg, &call))
            return;
    }
}

bool board_is_open(const struct board *b, struct str counter)
{
    const struct desk *d = b->desks;
    while (d != NULL && !str_is(counter, d->code))
        d = d->next;
    return d != NULL && strcmp(d->state, "open") == 0;
}

void board_json(const struct board *b, struct buf *out)
{
    json_add_member_i64(out, "version", b->version);
    json_add_key(out, "calls");
    buf_add_char(out, '[');
    for (int i = 0; i < b->count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        call_json(&b->calls[i], true, out);
    }
    buf_add_char(out, ']');
    json_add_key(out, "counters");
    buf_add_char(out, '{');
    for (const struct desk *d = b->desks; d != NULL; d = d->next)
        json_add_member_cstr(out, d->code, d->state);
    buf_add_char(out, '}');
    add_announcement(b, out);
    add_stopped(b, out);
}
