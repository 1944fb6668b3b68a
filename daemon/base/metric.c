/* The metrics of the process: for each row of metrics.def a small hash table of label values that
 * only grows, filled with compare-and-swap, so no update ever waits for another. Any thread. A new
 * metric is one row of metrics.def.
 * SPDX-License-Identifier: MIT */
#include "base/metric.h"

#include "base/mem.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    LABELS_MAX = 256,       /* more than commands.def, err.def or the event types have rows */
    SLOTS = 2 * LABELS_MAX, /* at most half full: probing stays short */
    LABEL_BYTES = 64,       /* longer values are no labels of ours */
    BUCKETS = 13,
};

enum kind { COUNTER, GAUGE, HISTOGRAM };

static const struct {
    enum kind kind;
    const char *name;
    const char *label; /* NULL: one series only */
    const char *help;
} rows[METRIC_COUNT] = {
#define METRIC(id, kind, name, label, help) [METRIC_##id] = {kind, name, label, help},
#include "base/metrics.def"
#undef METRIC
};

static const struct {
    double seconds;
    const char *text;
} buckets[BUCKETS] = {
    {0.001, "0.001"}, {0.0025, "0.0025"}, {0.005, "0.005"}, {0.01, "0.01"}, {0.025, "0.025"},
    {0.05, "0.05"},   {0.1, "0.1"},       {0.25, "0.25"},   {0.5, "0.5"},   {1, "1"},
    {2.5, "2.5"},     {5, "5"},           {10, "10"},
};

struct series {
    char label[LABEL_BYTES];
    _Atomic int64_t value;               /* histograms: the sum, in nanoseconds */
    _Atomic int64_t counts[BUCKETS + 1]; /* not cumulated; the last one is what lies above all */
};

static struct {
    _Atomic(struct series *) slots[SLOTS];
    atomic_int used;
} tables[METRIC_COUNT];

/* FNV-1a: labels are words of our own tables, nobody chooses them to collide. */
static uint32_t hash_of(const char *label)
{
    uint32_t h = 2166136261u;

    for (; *label != '\0'; label++)
        h = (h ^ (unsigned char)*label) * 16777619u;
    return h;
}

/* Two threads may both find the last place free: the bound is then missed by a few, which SLOTS
 * bears. */
static struct series *series_find(enum metric_id id, const char *label, bool bounded)
{
    struct series *fresh = NULL;

    for (uint32_t i = hash_of(label);; i++) {
        _Atomic(struct series *) *slot = &tables[id].slots[i % SLOTS];
        struct series *s = atomic_load_explicit(slot, memory_order_acquire);

        if (s == NULL) {
            if (bounded && tables[id].used >= LABELS_MAX)
                return NULL;
            if (fresh == NULL) {
                fresh = MEM_NEW(struct series);
                strcpy(fresh->label, label);
            }
            if (atomic_compare_exchange_strong(slot, &s, fresh)) {
                tables[id].used++;
                return fresh;
            }
        }
        if (strcmp(s->label, label) == 0) {
            mem_free(fresh);
            return s;
        }
    }
}

static struct series *series_of(enum metric_id id, const char *label)
{
    struct series *s = NULL;

    assert(id < METRIC_COUNT);
    assert((label == NULL) == (rows[id].label == NULL));
    if (label == NULL)
        return series_find(id, "", false);
    if (strlen(label) < LABEL_BYTES && str_utf8_valid(str_of(label)))
        s = series_find(id, label, true);
    return s != NULL ? s : series_find(id, "other", false);
}

void metric_add(enum metric_id id, const char *label, int64_t n)
{
    assert(rows[id].kind == GAUGE || (rows[id].kind == COUNTER && n >= 0));
    atomic_fetch_add_explicit(&series_of(id, label)->value, n, memory_order_relaxed);
}

void metric_set(enum metric_id id, const char *label, int64_t value)
{
    assert(rows[id].kind == GAUGE);
    atomic_store_explicit(&series_of(id, label)->value, value, memory_order_relaxed);
}

void metric_observe(enum metric_id id, const char *label, double seconds)
{
    struct series *s = series_of(id, label);
    int i = 0;

    assert(rows[id].kind == HISTOGRAM);
    if (!(seconds > 0))
        seconds = 0; /* a clock that stood still; NaN would spoil the sum for ever */
    while (i < BUCKETS && seconds > buckets[i].seconds)
        i++;
    atomic_fetch_add_explicit(&s->counts[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->value, (int64_t)(seconds * 1e9), memory_order_relaxed);
}

static void add_label_value(struct buf *out, const char *value)
{
    buf_add_char(out, '"');
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            buf_add_c(out, "\\n");
            continue;
        }
        if (*value == '"' || *value == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, *value);
    }
    buf_add_char(out, '"');
}

/* name_suffix{label="…",le="…"} and the blank behind; le may be NULL. */
static void add_head(struct buf *out, enum metric_id id, const char *suffix, const struct series *s,
                     const char *le)
{
    const char *label = rows[id].label;

    buf_addf(out, "%s%s", rows[id].name, suffix);
    if (label != NULL || le != NULL) {
        buf_add_char(out, '{');
        if (label != NULL) {
            buf_addf(out, "%s=", label);
            add_label_value(out, s->label);
        }
        if (le != NULL)
            buf_addf(out, "%sle=\"%s\"", label != NULL ? "," : "", le);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ' ');
}

static void render_histogram(struct buf *out, enum metric_id id, const struct series *s)
{
    int64_t total = 0; /* cumulated from one reading, so that +Inf always equals the count */

    for (int i = 0; i <= BUCKETS; i++) {
        total += s->counts[i];
        add_head(out, id, "_bucket", s, i < BUCKETS ? buckets[i].text : "+Inf");
        buf_addf(out, "%lld\n", (long long)total);
    }
    add_head(out, id, "_sum", s, NULL);
    buf_addf(out, "%.9f\n", (double)s->value / 1e9);
    add_head(out, id, "_count", s, NULL);
    buf_addf(out, "%lld\n", (long long)total);
}

static int by_label(const void *a, const void *b)
{
    return strcmp((*(struct series *const *)a)->label, (*(struct series *const *)b)->label);
}

static void render_row(struct buf *out, enum metric_id id)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    struct series *found[SLOTS];
    size_t n = 0;

    if (rows[id].label == NULL)
        (void)series_of(id, NULL); /* so that it is shown as 0 from the start */
    for (int i = 0; i < SLOTS; i++) {
        struct series *s = atomic_load_explicit(&tables[id].slots[i], memory_order_acquire);

        if (s != NULL)
            found[n++] = s;
    }
    if (n == 0)
        return;
    qsort(found, n, sizeof(found[0]), by_label);
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", rows[id].name, rows[id].help, rows[id].name,
             kinds[rows[id].kind]);
    for (size_t i = 0; i < n; i++) {
        if (rows[id].kind == HISTOGRAM) {
            render_histogram(out, id, found[i]);
        } else {
            add_head(out, id, "", found[i], NULL);
            buf_addf(out, "%lld\n", (long long)found[i]->value);
        }
    }
}

void metric_render(struct buf *out)
{
    for (int id = 0; id < METRIC_COUNT; id++)
        render_row(out, (enum metric_id)id);
}
