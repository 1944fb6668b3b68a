/* Counts and durations of statistics: adding, taking away, percentiles. Pure; any thread that has
 * the set to itself. A duration falls into a bucket of whole seconds: each below 16 s, then 16 to
 * each doubling, so that days add up and a percentile is never more than 3.2 % off.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "core/stats_inside.h"
#include <assert.h>
#include <string.h>

enum {
    EXACT = 16,           /* seconds with a bucket of their own, and buckets of each doubling */
    EXACT_LOG2 = 4,       /* 2^4 */
    SECONDS_MAX = 172799, /* two days: longer is a clock that was set */
};

const char *stats_time_name(enum stats_time t)
{
    static const char *const names[STATS_TIMES] = {
        [STATS_WAIT] = "wait",
        [STATS_BOOKED_WAIT] = "booked_wait",
        [STATS_WAY] = "way",
        [STATS_SERVICE] = "service_time",
    };
    return names[t];
}

static int log2_of(int64_t n)
{
    int log = 0;

    while (n > 1) {
        n /= 2;
        log++;
    }
    return log;
}

static int bucket_of(int64_t ms)
{
    int64_t s = ms < 0 ? 0 : ms / 1000;

    if (s > SECONDS_MAX)
        s = SECONDS_MAX;
    if (s < EXACT)
        return (int)s;
    int shift = log2_of(s) - EXACT_LOG2;
    return EXACT * (shift + 1) + (int)((s >> shift) - EXACT);
}

int stats_bucket_max(void)
{
    return bucket_of((int64_t)SECONDS_MAX * 1000);
}

/* Where a bucket begins, in seconds. */
static int64_t bucket_from(int bucket)
{
    if (bucket < EXACT)
        return bucket;
    int shift = bucket / EXACT - 1;
    return (int64_t)(bucket % EXACT + EXACT) << shift;
}

static int64_t bucket_middle_ms(int bucket)
{
    return (bucket_from(bucket) + bucket_from(bucket + 1)) * 500;
}

/* Where the bucket stands among those filled, or would stand. */
static int place_of(const struct stats_times *t, int bucket)
{
    int low = 0, high = t->n_buckets;

    while (low < high) {
        int mid = (low + high) / 2;
        if (t->buckets[mid].bucket < bucket)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void bucket_add(struct stats_times *t, int bucket, int64_t n)
{
    int at = place_of(t, bucket);

    if (at == t->n_buckets || t->buckets[at].bucket != bucket) {
        if (t->n_buckets == t->cap) {
            t->cap = t->cap ? t->cap * 2 : 4;
            t->buckets = mem_realloc(t->buckets, (size_t)t->cap * sizeof(*t->buckets));
        }
        memmove(t->buckets + at + 1, t->buckets + at,
                (size_t)(t->n_buckets - at) * sizeof(*t->buckets));
        t->buckets[at] = (struct stats_bucket){.bucket = (uint16_t)bucket};
        t->n_buckets++;
    }
    assert((int64_t)t->buckets[at].n + n >= 0);
    t->buckets[at].n = (uint32_t)(t->buckets[at].n + n);
    if (t->buckets[at].n > 0)
        return;
    t->n_buckets--;
    memmove(t->buckets + at, t->buckets + at + 1,
            (size_t)(t->n_buckets - at) * sizeof(*t->buckets));
}

void stats_times_add(struct stats_times *t, int64_t ms, int n)
{
    if (ms < 0) /* a clock was set back */
        ms = 0;
    bucket_add(t, bucket_of(ms), n);
    t->n += n;
    t->sum_ms += ms * n;
}

void stats_times_add_bucket(struct stats_times *t, int bucket, int64_t n)
{
    bucket_add(t, bucket, n);
    t->n += n;
}

int64_t stats_mean_ms(const struct stats_times *t)
{
    return t->n > 0 ? t->sum_ms / t->n : -1;
}

int64_t stats_percentile_ms(const struct stats_times *t, int percent)
{
    /* The smallest duration that at least so many of a hundred do not exceed. */
    int64_t wanted = (t->n * percent + 99) / 100, seen = 0;

    for (int i = 0; i < t->n_buckets; i++) {
        seen += t->buckets[i].n;
        if (seen >= wanted)
            return bucket_middle_ms(t->buckets[i].bucket);
    }
    return -1;
}

void stats_set_add(struct stats_set *to, const struct stats_set *from)
{
    for (int i = 0; i < STATS_COUNTS; i++)
        to->counts[i] += from->counts[i];
    for (int i = 0; i < STATS_TIMES; i++) {
        struct stats_times *a = &to->times[i];
        const struct stats_times *b = &from->times[i];
        for (int k = 0; k < b->n_buckets; k++)
            bucket_add(a, b->buckets[k].bucket, b->buckets[k].n);
        a->n += b->n;
        a->sum_ms += b->sum_ms;
    }
}

void stats_set_clear(struct stats_set *set)
{
    for (int i = 0; i < STATS_TIMES; i++)
        mem_free(set->times[i].buckets);
    *set = (struct stats_set){0};
}

bool stats_set_is_empty(const struct stats_set *set)
{
    for (int i = 0; i < STATS_COUNTS; i++)
        if (set->counts[i] != 0)
            return false;
    for (int i = 0; i < STATS_TIMES; i++)
        if (set->times[i].n != 0)
            return false;
    return true;
}

int64_t stats_arrived(const struct stats_set *set)
{
    const int64_t *n = set->counts;

    return n[STATS_walk_in] + n[STATS_booked] + n[STATS_remote] + n[STATS_direct];
}
