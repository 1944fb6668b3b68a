/* Owns the fold of one hall that its forecast is made of. Reads ranks, never makes one. Main
 * thread. An event that moves a ticket needs nothing here as long as it carries to, line, rank and
 * counter as docs/architecture.md says; a further kind of event gets a row in scene_event().
 * SPDX-License-Identifier: MIT */
#include "forecast/scene.h"
#include "base/mem.h"
#include <string.h>

#define COPY(field, s) str_copy(s, field, sizeof(field))

struct scene_ticket *scene_find(const struct scene *s, struct str id)
{
    return table_find(&s->tickets, id);
}

struct scene_ticket *scene_first(const struct scene *s)
{
    return table_first(&s->tickets);
}

struct scene_ticket *scene_next(const struct scene *s, const struct scene_ticket *t)
{
    return table_next(&s->tickets, &t->node);
}

static struct scene_ticket *make(struct scene *s, struct str id)
{
    struct scene_ticket *t = scene_find(s, id);

    if (t || id.len >= ETA_ID_MAX)
        return t;
    t = MEM_NEW(struct scene_ticket);
    COPY(t->id, id);
    t->service = t->counter = t->travel_minutes = -1;
    t->persons = 1;
    (void)str_to_i64((struct str){id.p, id.len < 13 ? id.len : 13}, 0, INT64_MAX, &t->issued_ms);
    table_add(&s->tickets, &t->node, str_of(t->id));
    return t;
}

static enum scene_state state_of(struct str word)
{
    static const struct {
        const char *word;
        enum scene_state state;
    } states[] = {{"waiting", SCENE_WAITING}, {"coming", SCENE_COMING}, {"called", SCENE_CALLED},
                  {"serving", SCENE_SERVING}, {"parked", SCENE_ASIDE},  {"missed", SCENE_ASIDE}};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (str_is(word, states[i].word))
            return states[i].state;
    return SCENE_GONE;
}

/* What is the same in a Ticket and in an event. */
static void read_common(struct scene *s, struct scene_ticket *t, const json_t *j)
{
    t->service = plan_service(s->plan, json_str(j, "service"));
    if (json_object_get(j, "line") && json_object_get(j, "rank")) {
        COPY(t->line, json_str(j, "line"));
        t->rank_ms = json_i64(j, "rank", t->rank_ms);
    }
    bool at_counter = t->state == SCENE_CALLED || t->state == SCENE_SERVING;
    t->counter = at_counter ? plan_counter(s->plan, json_str(j, "counter")) : -1;
}

static void read_given(struct scene_ticket *t, const json_t *j)
{
    t->persons = (int)json_i64(j, "persons", 1);
    t->phone = json_bool(j, "phone", false);
    t->booked_ms = json_i64(j, "booked", 0);
}

static void read_promise(struct scene_ticket *t, const json_t *j)
{
    int64_t at_ms = json_i64(j, "at", 0);

    t->due_ms = at_ms ? at_ms + json_i64(j, "high", 0) * 60000 : 0;
}

static void load_ticket(struct scene *s, const json_t *j)
{
    struct scene_ticket *t = make(s, json_str(j, "id"));

    if (!t)
        return;
    t->state = state_of(json_str(j, "state"));
    read_common(s, t, j);
    read_given(t, j);
    t->since_ms = json_i64(j, "since", t->issued_ms);
    t->entered_ms = t->state == SCENE_WAITING ? t->since_ms : t->issued_ms;
    t->until_ms = json_i64(j, "away", 0);
    t->delays = (int)json_i64(j, "delays", 0);
    t->travel_minutes = (int)json_i64(j, "travel", -1);
    t->promised = json_object_get(j, "promise") != NULL;
    read_promise(t, json_object_get(j, "promise"));
    s->alive++;
}

/* "clerk:li" or "li": the lines of a clerk are named by the name alone. */
static struct str name_of(struct str who)
{
    struct str role, rest = who;

    return str_cut(&rest, ':', &role) && role.len < who.len ? rest : who;
}

static void load_counter(struct scene *s, const json_t *j)
{
    int i = plan_counter(s->plan, json_str(j, "code"));

    if (i < 0)
        return;
    s->counters[i].open = str_is(json_str(j, "state"), "open");
    if (str_is(json_str(j, "state"), "paused"))
        s->counters[i].paused_ms = json_i64(j, "since", 0);
    s->counters[i].profile = plan_profile(s->plan, json_str(j, "profile"));
    COPY(s->counters[i].clerk, name_of(json_str(j, "clerk")));
}

struct scene *scene_new(const struct plan *plan, const json_t *snapshot)
{
    struct scene *s = MEM_NEW(struct scene);
    const char *profile;
    json_t *one;
    size_t i;

    s->plan = plan;
    s->counters = mem_calloc((size_t)plan->counters + 1, sizeof(*s->counters));
    s->ghosts = mem_calloc((size_t)plan->profiles + 1, sizeof(*s->ghosts));
    for (int k = 0; k < plan->counters; k++)
        s->counters[k].profile = plan->counter_profile[k];
    json_array_foreach(json_object_get(snapshot, "tickets"), i, one) load_ticket(s, one);
    json_array_foreach(json_object_get(snapshot, "counters"), i, one) load_counter(s, one);
    json_object_foreach(json_object_get(snapshot, "ghosts"), profile, one)
    {
        int p = plan_profile(plan, str_of(profile));
        if (p >= 0)
            s->ghosts[p] = (int)json_integer_value(one);
    }
    const json_t *stopped = json_object_get(snapshot, "stopped");
    s->stopped = json_is_object(stopped) ? json_copy((json_t *)stopped) : json_object();
    return s;
}

void scene_free(struct scene *s)
{
    if (!s)
        return;
    for (struct scene_ticket *t = scene_first(s), *next; t; t = next) {
        next = scene_next(s, t);
        mem_free(t);
    }
    table_clear(&s->tickets);
    scene_lines_free(s);
    json_decref(s->stopped);
    mem_free(s->counters);
    mem_free(s->ghosts);
    mem_free(s);
}

/* Into a line: a new place in it. A call taken back has the old one again. */
static void enter(struct scene *s, struct scene_ticket *t, int64_t at_ms, bool undone)
{
    if (undone)
        scene_line_undone(s, t);
    else
        t->entered_ms = at_ms;
}

static bool on_ticket(struct scene *s, struct str type, const json_t *e)
{
    struct str to = json_str(e, "to");
    struct scene_ticket *t = to.len > 0 ? make(s, json_str(e, "ticket")) : NULL;
    int64_t at_ms = json_i64(e, "at", 0);

    if (!t)
        return false;
    enum scene_state from = t->state;
    if (str_is(type, "ticket.issued"))
        read_given(t, e);
    if (str_is(type, "ticket.called"))
        scene_line_called(s, t);
    t->state = state_of(to);
    s->alive += (t->state != SCENE_GONE) - (from != SCENE_GONE);
    bool undone = str_is(type, "ticket.undone"), delayed = str_is(type, "ticket.delayed");
    bool stays = str_is(type, "ticket.recalled") ||
                 (from == t->state && !delayed && !str_is(type, "ticket.moved"));
    read_common(s, t, e);
    if (stays && from != SCENE_GONE)
        return false;
    t->since_ms = json_i64(e, "since", at_ms);
    if (t->state == SCENE_WAITING)
        enter(s, t, at_ms, undone);
    t->until_ms = delayed ? json_i64(e, "until", 0) : 0;
    t->delays = (int)json_i64(e, "delays", t->delays);
    return true;
}

/* Changes nothing about where the ticket stands. */
static bool on_remark(struct scene *s, struct str type, const json_t *e)
{
    struct scene_ticket *t = scene_find(s, json_str(e, "ticket"));

    if (str_is(type, "ticket.promised") && t) {
        t->promised = true;
        read_promise(t, e);
    }
    if (str_is(type, "ticket.travel") && t)
        t->travel_minutes = (int)json_i64(e, "minutes", -1);
    return str_is(type, "ticket.travel");
}

static bool is_remark(struct str type)
{
    static const char *const remarks[] = {"ticket.promised",  "ticket.travel", "ticket.noted",
                                          "ticket.reprinted", "ticket.rated",  "ticket.shown"};

    for (size_t i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++)
        if (str_is(type, remarks[i]))
            return true;
    return false;
}

static bool on_counter(struct scene *s, struct str type, const json_t *e)
{
    int i = plan_counter(s->plan, json_str(e, "counter"));

    if (i < 0)
        return false;
    struct scene_counter *k = &s->counters[i];
    if (str_is(type, "counter.opened") || str_is(type, "counter.profiled"))
        k->profile = plan_profile(s->plan, json_str(e, "profile"));
    if (str_is(type, "counter.profiled"))
        return true;
    k->open = str_is(type, "counter.opened");
    k->paused_ms = str_is(type, "counter.paused") ? json_i64(e, "at", 0) : 0;
    COPY(k->clerk, name_of(str_is(type, "counter.closed") ? STR("") : json_str(e, "clerk")));
    return true;
}

static bool on_hall(struct scene *s, struct str type, const json_t *e)
{
    const char *service = json_string_value(json_object_get(e, "service"));
    struct str profile = json_str(e, "profile"), reason = json_str(e, "reason");

    if (str_is(type, "hall.stopped") && service) {
        json_object_set_new(s->stopped, service,
                            json_stringn(reason.len ? reason.p : "", reason.len));
    } else if (str_is(type, "hall.started") && service) {
        if (strcmp(service, "*") == 0)
            json_object_clear(s->stopped);
        else
            (void)json_object_del(s->stopped, service);
    } else if (str_is(type, "hall.ghosts")) {
        int p = plan_profile(s->plan, profile);
        if (p >= 0)
            s->ghosts[p] = (int)json_i64(e, "count", 0);
    } else if (str_is(type, "hall.day_closed")) {
        json_object_clear(s->stopped);
        memset(s->ghosts, 0, (size_t)s->plan->profiles * sizeof(*s->ghosts));
    } else {
        return false;
    }
    return true;
}

bool scene_event(struct scene *s, const json_t *event)
{
    struct str type = json_str(event, "type");

    if (is_remark(type))
        return on_remark(s, type, event);
    if (str_starts(type, "ticket."))
        return on_ticket(s, type, event);
    if (str_starts(type, "counter."))
        return on_counter(s, type, event);
    return str_starts(type, "hall.") && on_hall(s, type, event);
}

void scene_trim(struct scene *s, int64_t before_ms)
{
    for (struct scene_ticket *t = scene_first(s), *next; t; t = next) {
        next = scene_next(s, t);
        if (t->state != SCENE_GONE || t->since_ms >= before_ms)
            continue;
        table_remove(&s->tickets, &t->node);
        mem_free(t);
    }
}

bool scene_in_use(const struct scene *s)
{
    for (int i = 0; i < s->plan->counters; i++)
        if (s->counters[i].open || s->counters[i].paused_ms > 0)
            return true;
    return s->alive > 0;
}

const char *scene_stopped(const struct scene *s, int service)
{
    const char *all = json_string_value(json_object_get(s->stopped, "*"));

    return all ? all
               : json_string_value(
                     json_object_get(s->stopped, s->plan->service_codes[service].code));
}
