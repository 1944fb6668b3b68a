/* The fold of a board's stream on jansson's values, and the memory of calls that were told: a
 * snapshot after a broken link tells again what a clerk has called since, and nothing twice.
 * Single-threaded. A new member of a change frame gets its line in on_change().
 * SPDX-License-Identifier: MIT */
#include "ctl/terminal_state.h"

#include <string.h>

void terminal_state_init(struct terminal_state *s)
{
    memset(s, 0, sizeof *s);
    s->hall = json_object();
    s->calls = json_array();
    s->waiting = json_object();
    s->waits = json_object();
    s->announcement = json_object();
    s->stopped = json_object();
}

void terminal_state_clear(struct terminal_state *s)
{
    json_t *all[] = {s->hall, s->calls, s->waiting, s->waits, s->announcement, s->stopped};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        json_decref(all[i]);
    zone_free(s->zone);
    memset(s, 0, sizeof *s);
}

bool terminal_state_hall(struct terminal_state *s, json_t *hall)
{
    char name[64];

    str_copy(json_str(hall, "zone"), name, sizeof name);
    struct zone *zone = zone_load(name);
    if (zone == NULL)
        return false;
    zone_free(s->zone);
    s->zone = zone;
    json_decref(s->hall);
    s->hall = json_incref(hall);
    return true;
}

struct str terminal_text_of(const json_t *texts, const char *lang)
{
    const char *order[] = {lang, "en", "zh", "de"};
    struct str text = {"", 0};

    for (size_t i = 0; i < sizeof order / sizeof order[0] && text.len == 0; i++)
        text = json_str(texts, order[i]);
    return text;
}

static uint64_t hash_of(const json_t *call)
{
    struct str parts[] = {json_str(call, "number"), json_str(call, "counter")};
    uint64_t hash = 14695981039346656037u ^ (uint64_t)json_i64(call, "calls", 1); /* FNV-1a */

    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < parts[k].len; i++)
            hash = (hash ^ (unsigned char)parts[k].p[i]) * 1099511628211u;
        hash = (hash ^ '@') * 1099511628211u;
    }
    return hash;
}

/* A snapshot may date a call earlier than its event did, never later: only a later one is new. */
static bool is_new(struct terminal_state *s, const json_t *call)
{
    uint64_t name = hash_of(call);
    int64_t at_ms = json_i64(call, "at", 0);

    for (int i = 0; i < TERMINAL_HEARD; i++)
        if (s->heard[i].name == name && s->heard[i].at_ms >= at_ms)
            return false;
    s->heard[s->heard_next] = (struct terminal_heard){name, at_ms};
    s->heard_next = (s->heard_next + 1) % TERMINAL_HEARD;
    return true;
}

static void take(json_t **into, const json_t *value)
{
    if (value == NULL)
        return;
    json_decref(*into);
    *into = json_deep_copy(value);
}

static int find(const struct terminal_state *s, struct str number)
{
    for (size_t i = 0; i < json_array_size(s->calls); i++)
        if (str_eq(json_str(json_array_get(s->calls, i), "number"), number))
            return (int)i;
    return -1;
}

static void take_out(struct terminal_state *s, struct str number)
{
    int at = find(s, number);

    if (at >= 0)
        json_array_remove(s->calls, (size_t)at);
}

static void on_top(struct terminal_state *s, const json_t *call)
{
    take_out(s, json_str(call, "number"));
    json_array_insert_new(s->calls, 0, json_deep_copy(call));
    while (json_array_size(s->calls) > TERMINAL_CALLS)
        json_array_remove(s->calls, TERMINAL_CALLS);
}

static void on_call(struct terminal_state *s, const json_t *call)
{
    json_t *shown = json_deep_copy(call);

    json_object_set_new(shown, "state", json_string("called"));
    on_top(s, shown);
    json_decref(shown);
}

/* What an undo brought back: where it stood, else on top. It was heard already. */
static void on_back(struct terminal_state *s, const json_t *back)
{
    int at = find(s, json_str(back, "number"));

    if (at < 0)
        on_top(s, back);
    else
        json_array_set_new(s->calls, (size_t)at, json_deep_copy(back));
}

static void mark(struct terminal_state *s, const json_t *change, const char *state)
{
    int at = find(s, json_str(change, state));

    if (json_object_get(change, state) != NULL && at >= 0)
        json_object_set_new(json_array_get(s->calls, (size_t)at), "state", json_string(state));
}

static void on_change(struct terminal_state *s, const json_t *change)
{
    const json_t *call = json_object_get(change, "call"), *back = json_object_get(change, "back");

    if (json_is_object(call))
        on_call(s, call);
    mark(s, change, "serving");
    mark(s, change, "ended");
    take_out(s, json_str(change, "withdrawn"));
    if (json_is_object(back))
        on_back(s, back);
    if (json_bool(change, "day_closed", false))
        json_array_clear(s->calls);
    take(&s->announcement, json_object_get(change, "announcement"));
    take(&s->stopped, json_object_get(change, "stopped"));
    if (json_is_object(json_object_get(change, "waiting")))
        json_object_update(s->waiting, json_object_get(change, "waiting"));
}

static void on_snapshot(struct terminal_state *s, const json_t *board)
{
    take(&s->calls, json_object_get(board, "calls"));
    take(&s->waiting, json_object_get(board, "waiting"));
    take(&s->announcement, json_object_get(board, "announcement"));
    take(&s->stopped, json_object_get(board, "stopped"));
}

static void on_forecast(struct terminal_state *s, const json_t *forecast)
{
    const json_t *one;
    size_t i;

    json_object_clear(s->waits);
    json_array_foreach(json_object_get(forecast, "services"), i, one)
    {
        const json_t *wait = json_object_get(one, "wait");
        const char *code = json_string_value(json_object_get(one, "code"));
        if (json_is_object(wait) && code != NULL)
            json_object_set_new(s->waits, code, json_deep_copy(wait));
    }
}

/* Those called in a snapshot, the oldest first. */
static void tell_snapshot(struct terminal_state *s, const json_t *calls, terminal_call_fn fn,
                          void *arg)
{
    for (size_t i = json_array_size(calls); i-- > 0;) {
        const json_t *call = json_array_get(calls, i);
        bool told = str_is(json_str(call, "state"), "called") && is_new(s, call);
        if (told && s->begun)
            fn(arg, call);
    }
    s->begun = true;
}

bool terminal_state_apply(struct terminal_state *s, struct str type, const json_t *data,
                          terminal_call_fn fn, void *arg)
{
    int64_t known = json_i64(s->hall, "version", 0);

    if (str_is(type, "forecast")) {
        on_forecast(s, data);
    } else if (str_is(type, "snapshot")) {
        on_snapshot(s, data);
        tell_snapshot(s, json_object_get(data, "calls"), fn, arg);
        return json_i64(data, "version", known) != known;
    } else if (str_is(type, "change")) {
        const json_t *call = json_object_get(data, "call");
        on_change(s, data);
        if (json_is_object(call) && is_new(s, call))
            fn(arg, call);
        return json_i64(data, "configured", known) != known;
    }
    return false;
}
