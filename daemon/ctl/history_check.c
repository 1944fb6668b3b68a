/* The two rules that need arithmetic: which number comes next, and which ticket a counter has to
 * call. Written from docs/lifecycle.md, by brute force over all tickets. Single-threaded.
 * SPDX-License-Identifier: MIT */
#include "ctl/history_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool alive(const struct past_ticket *t)
{
    return strcmp(t->state, "done") != 0 && strcmp(t->state, "cancelled") != 0 &&
           strcmp(t->state, "expired") != 0;
}

static bool number_alive(const struct history *h, const struct past_ticket *but, const char *number)
{
    for (size_t i = 0; i < h->n_tickets; i++)
        if (&h->tickets[i] != but && strcmp(h->tickets[i].number, number) == 0 &&
            alive(&h->tickets[i]))
            return true;
    return false;
}

void history_check_number(struct history *h, const struct past_ticket *t)
{
    struct past_series *s = NULL;
    for (int i = 0; i < 26 && s == NULL; i++)
        if (h->series[i].letter == t->number[0])
            s = &h->series[i];
    if (s == NULL) {
        history_note(h, "%s is of no series of the hall", t->number);
        return;
    }
    if (number_alive(h, t, t->number))
        history_note(h, "%s is given while it is still alive", t->number);
    int given = atoi(t->number + 1), width = (int)strlen(t->number) - 1;
    bool new_day = (s->may_restart && given == s->first) || (h->late && s->last == 0);
    int expected = s->last == 0 ? s->first : s->first + (s->last - s->first + 1) % s->span;
    for (int i = 0; i < s->span && expected != given && !new_day; i++) {
        char number[16];
        snprintf(number, sizeof number, "%c%0*d", s->letter, width, expected);
        if (!number_alive(h, t, number)) {
            history_note(h, "%s is given, but %s comes next", t->number, number);
            break;
        }
        expected = s->first + (expected - s->first + 1) % s->span;
    }
    s->last = given;
    s->may_restart = false;
}

static const json_t *profile_of(const struct history *h, const char *code)
{
    size_t i;
    json_t *p;
    json_array_foreach(json_object_get(h->hall, "profiles"), i,
                       p) if (str_is(json_str(p, "code"), code)) return p;
    return NULL;
}

/* Minutes of a service as the hall tells them. */
static int64_t minutes_of(const struct history *h, const char *service)
{
    size_t i;
    json_t *s;
    json_array_foreach(json_object_get(h->hall, "services"), i, s)
    {
        if (str_is(json_str(s, "code"), service))
            return json_i64(s, "minutes", 0);
    }
    return 0;
}

int64_t history_offset(const struct history *h, const struct past_counter *c, const char *line)
{
    if (line[0] == '@' || line[0] == '&')
        return strcmp(line + 1, line[0] == '@' ? c->code : c->clerk) == 0 ? 0 : -1;
    int64_t star = -1, minutes = minutes_of(h, line);
    size_t i;
    json_t *s;
    json_array_foreach(json_object_get(profile_of(h, c->profile), "serves"), i, s)
    {
        int64_t offset = json_i64(s, "offset_minutes", 0) * 60000;
        if (str_is(json_str(s, "service"), line))
            return offset;
        int64_t most = json_i64(s, "up_to_minutes", 0);
        bool fits = str_is(json_str(s, "service"), "*") && (most == 0 || minutes <= most);
        if (fits && (star < 0 || offset < star))
            star = offset;
    }
    return star;
}

static int bound_of(const struct history *h)
{
    return (int)json_i64(json_object_get(h->hall, "rules"), "overtaking_max", 3);
}

/* The ticket of the line that entered first among those at their bound. */
static bool first_at_bound(const struct history *h, const struct past_ticket *t)
{
    if (t->n_over < bound_of(h))
        return false;
    for (size_t i = 0; i < h->n_tickets; i++) {
        const struct past_ticket *x = &h->tickets[i];
        if (x != t && strcmp(x->state, "waiting") == 0 && strcmp(x->line, t->line) == 0 &&
            x->n_over >= bound_of(h) && x->push < t->push)
            return false;
    }
    return true;
}

void history_check_call(struct history *h, const struct past_counter *c,
                        const struct past_ticket *t, struct str rule)
{
    int64_t offset = history_offset(h, c, t->line);
    bool held = t->line[0] == '@' || t->line[0] == '&';
    if (str_is(rule, "chosen") && offset < 0 && held) /* held for somebody else, but chosen */
        offset = history_offset(h, c, t->service);
    if (offset < 0) {
        history_note(h, "counter %s does not serve %s's line %s", c->code, t->number, t->line);
        return;
    }
    if (str_is(rule, "chosen"))
        return;
    bool same_press = h->now_ms == h->just_back_ms && strcmp(c->code, h->just_back_from) == 0;
    const struct past_ticket *best = NULL;
    int64_t best_key = 0;
    bool best_bound = false;
    for (size_t i = 0; i < h->n_tickets; i++) {
        const struct past_ticket *x = &h->tickets[i];
        if (strcmp(x->state, "waiting") != 0 || (same_press && strcmp(x->id, h->just_back) == 0) ||
            (offset = history_offset(h, c, x->line)) < 0)
            continue;
        bool bound = first_at_bound(h, x);
        int64_t key = x->rank + offset;
        bool better = best == NULL || (bound != best_bound ? bound
                                       : key != best_key   ? key < best_key
                                                           : strcmp(x->id, best->id) < 0);
        if (better) {
            best = x;
            best_key = key;
            best_bound = bound;
        }
    }
    if (best != t)
        history_note(h, "counter %s calls %s, but %s was to be called", c->code, t->number,
                     best != NULL ? best->number : "nobody");
}
