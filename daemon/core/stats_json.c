/* Statistics of a day as text and back: what the store keeps for 400 days. Only what is not zero is
 * written, so a small hall's day is a few kB. Pure. What stats.def names is written by itself.
 * SPDX-License-Identifier: MIT */
#include "core/stats_inside.h"
#include <stdio.h>

enum {
    VERSION = 1,
    /* Counts of one day: far above any hall's, small enough that 400 of them add up in 64 bits. */
    COUNT_MAX = 1000000000,
    DAY_MS = 90000000, /* of 25 hours */
};

static const char *const count_names[STATS_COUNTS] = {
#define COUNT(name, about) [STATS_##name] = #name,
#include "core/stats.def"
#undef COUNT
};

static void open_next(struct buf *out, char bracket)
{
    char last = out->p[out->len - 1];

    if (last != '[' && last != '{' && last != ':')
        buf_add_char(out, ',');
    buf_add_char(out, bracket);
}

static void add_times(struct buf *out, const char *name, const struct stats_times *t)
{
    if (t->n == 0)
        return;
    json_add_key(out, name);
    buf_addf(out, "{\"sum\":%lld,\"b\":[", (long long)t->sum_ms);
    for (int i = 0; i < t->n_buckets; i++)
        buf_addf(out, "%s%d,%u", i > 0 ? "," : "", t->buckets[i].bucket, t->buckets[i].n);
    buf_add_c(out, "]}");
}

static void add_set(struct buf *out, const struct stats_set *set)
{
    for (int i = 0; i < STATS_COUNTS; i++)
        if (set->counts[i] != 0)
            json_add_member_i64(out, count_names[i], set->counts[i]);
    for (int i = 0; i < STATS_TIMES; i++)
        add_times(out, stats_time_name((enum stats_time)i), &set->times[i]);
}

static void add_cell(void *arg, const struct stats_row *row)
{
    struct buf *out = arg;

    open_next(out, '{');
    json_add_member_cstr(out, "code", row->code);
    json_add_member_i64(out, "hour", row->hour);
    add_set(out, row->set);
    buf_add_char(out, '}');
}

static void add_class(void *arg, const struct stats_row *row)
{
    struct buf *out = arg;

    open_next(out, '{');
    json_add_member_cstr(out, "code", row->code);
    add_set(out, row->set);
    buf_add_char(out, '}');
}

static void add_counter(void *arg, const struct stats_counter *c)
{
    struct buf *out = arg;

    open_next(out, '{');
    json_add_member_cstr(out, "code", c->code);
    json_add_member_i64(out, "open_ms", c->open_ms);
    json_add_member_i64(out, "serving_ms", c->serving_ms);
    json_add_key(out, "pauses");
    buf_add_char(out, '[');
    for (int i = 0; i < c->n_pauses; i++) {
        open_next(out, '{');
        json_add_member_cstr(out, "reason", c->pauses[i].reason);
        json_add_member_i64(out, "ms", c->pauses[i].ms);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    add_set(out, &c->set);
    buf_add_char(out, '}');
}

void stats_json(const struct stats *s, int64_t at_ms, struct buf *out)
{
    buf_addf(out, "{\"v\":%d,\"day\":\"%08d\",\"partial\":%s,\"cells\":[", VERSION, s->day,
             s->partial ? "true" : "false");
    stats_cells(s, add_cell, out);
    buf_add_c(out, "],\"classes\":[");
    stats_classes(s, add_class, out);
    buf_add_c(out, "],\"counters\":[");
    stats_counters(s, at_ms, add_counter, out);
    buf_add_c(out, "],\"messages\":{");
    for (int m = 0; m < STATS_MESSAGES; m++)
        json_add_member_i64(out, stats_message_name((enum stats_message)m), s->messages[m]);
    buf_add_c(out, "}}");
}

/* A whole number of 0..max; a missing member is 0. */
static bool number(const json_t *of, const char *name, int64_t max, int64_t *n)
{
    const json_t *value = json_object_get(of, name);

    *n = json_integer_value(value);
    return (!value || json_is_integer(value)) && *n >= 0 && *n <= max;
}

static bool read_times(const json_t *json, struct stats_times *t)
{
    const json_t *pairs = json_object_get(json, "b");
    size_t n = json_array_size(pairs);
    int64_t last = -1;

    if (!json)
        return true;
    if (n % 2 != 0 || !number(json, "sum", (int64_t)COUNT_MAX * DAY_MS, &t->sum_ms))
        return false;
    for (size_t i = 0; i < n; i += 2) {
        const json_t *bucket = json_array_get(pairs, i), *count = json_array_get(pairs, i + 1);
        int64_t b = json_integer_value(bucket), c = json_integer_value(count);
        if (!json_is_integer(bucket) || b <= last || b > stats_bucket_max() || c < 1 ||
            c > COUNT_MAX)
            return false;
        stats_times_add_bucket(t, (int)b, c);
        last = b;
    }
    return true;
}

static bool read_set(const json_t *json, struct stats_set *set)
{
    for (int i = 0; i < STATS_COUNTS; i++)
        if (!number(json, count_names[i], COUNT_MAX, &set->counts[i]))
            return false;
    for (int i = 0; i < STATS_TIMES; i++)
        if (!read_times(json_object_get(json, stats_time_name((enum stats_time)i)), &set->times[i]))
            return false;
    return true;
}

static bool read_cell(struct stats *s, const json_t *json)
{
    struct str code = json_str(json, "code");
    int64_t hour;

    return code.len > 0 && code.len < STATS_CODE_MAX &&
           number(json, "hour", STATS_HOURS - 1, &hour) &&
           read_set(json, stats_cell_of(s, code, (int)hour));
}

static bool read_class(struct stats *s, const json_t *json)
{
    struct str code = json_str(json, "code");

    return code.len > 0 && code.len < STATS_CODE_MAX &&
           read_set(json, &stats_class_of(s, code)->set);
}

static bool read_counter(struct stats *s, const json_t *json)
{
    struct str code = json_str(json, "code");
    const json_t *pause;
    size_t i;

    if (code.len == 0 || code.len >= STATS_CODE_MAX)
        return false;
    struct stats_counter *c = stats_counter_of(s, code);
    if (!number(json, "open_ms", DAY_MS, &c->open_ms) ||
        !number(json, "serving_ms", DAY_MS, &c->serving_ms))
        return false;
    json_array_foreach(json_object_get(json, "pauses"), i, pause)
    {
        int64_t ms;
        if (!number(pause, "ms", DAY_MS, &ms))
            return false;
        stats_pause_add(c, json_str(pause, "reason"), ms);
    }
    return read_set(json, &c->set);
}

static bool read_each(struct stats *s, const json_t *list,
                      bool (*fn)(struct stats *s, const json_t *json))
{
    const json_t *one;
    size_t i;

    if (!json_is_array(list))
        return false;
    json_array_foreach(list, i, one) if (!fn(s, one)) return false;
    return true;
}

/* Days kept from before messages had these states. */
static const char *message_member(const json_t *messages, enum stats_message m)
{
    static const char *const before[STATS_MESSAGES] = {
        [STATS_MESSAGE_accepted] = "sent", [STATS_MESSAGE_rejected] = "failed"};
    const char *name = stats_message_name(m);
    return before[m] && !json_object_get(messages, name) ? before[m] : name;
}

static bool read_day(struct stats *s, const json_t *stored)
{
    const json_t *messages = json_object_get(stored, "messages");

    if (json_i64(stored, "v", 0) != VERSION)
        return false;
    for (int m = 0; m < STATS_MESSAGES; m++)
        if (!number(messages, message_member(messages, (enum stats_message)m), COUNT_MAX,
                    &s->messages[m]))
            return false;
    s->partial = json_bool(stored, "partial", false);
    return read_each(s, json_object_get(stored, "cells"), read_cell) &&
           read_each(s, json_object_get(stored, "classes"), read_class) &&
           read_each(s, json_object_get(stored, "counters"), read_counter);
}

bool stats_load(struct stats *s, const json_t *stored)
{
    struct stats *day = stats_new(); /* so that nothing is added when half of it is wrong */
    bool ok = read_day(day, stored);

    if (ok)
        stats_add(s, day, 0);
    stats_free(day);
    return ok;
}
