/* What a hall learned, as JSON and back. A list of numbers is written without the zeroes at its
 * end; numbers have six digits, more than they are worth. Runs on any thread.
 * SPDX-License-Identifier: MIT */
#include "core/durations_inside.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define COUNT_MAX 1e15 /* of anything: ms of a year of visits stay below it */

/* A list in struct durations or struct service_learned. */
struct list {
    const char *key;
    size_t offset;
    int n;
};

#define SUM(name)                                                                                  \
    {                                                                                              \
#name, offsetof(struct durations, name), 2                                                 \
    }
#define ALL(name, n)                                                                               \
    {                                                                                              \
#name, offsetof(struct durations, name), n                                                 \
    }
#define EACH(name, n)                                                                              \
    {                                                                                              \
#name, offsetof(struct service_learned, name), n                                           \
    }

static const struct list of_hall[] = {ALL(served, 1),
                                      SUM(today),
                                      SUM(absent),
                                      SUM(missed),
                                      SUM(gap),
                                      SUM(ahead_share),
                                      SUM(ahead_ms),
                                      ALL(shape, BUCKETS),
                                      ALL(came, BUCKETS),
                                      ALL(gave_up, BUCKETS),
                                      ALL(late, LATE_BUCKETS),
                                      ALL(hour, 2 * DURATIONS_HOURS),
                                      ALL(hour_days, DURATIONS_HOURS),
                                      SUM(pause),
                                      ALL(open, DURATIONS_HALVES),
                                      ALL(pauses, DURATIONS_HALVES),
                                      ALL(quarter, DURATIONS_QUARTERS),
                                      SUM(gone),
                                      SUM(brief),
                                      ALL(paused, BUCKETS),
                                      ALL(rested, BUCKETS)};
static const struct list of_service[] = {
    EACH(n, 1),
    EACH(sum_ms, 1),
    EACH(shape, BUCKETS),
    EACH(hour_n, DURATIONS_HOURS),
    EACH(hour_sum_ms, DURATIONS_HOURS),
    EACH(arrived, DURATIONS_HOURS),
    EACH(persons, DURATIONS_PERSONS),
};

enum {
    OF_HALL = sizeof(of_hall) / sizeof(*of_hall),
    OF_SERVICE = sizeof(of_service) / sizeof(*of_service)
};

static void add_lists(struct buf *out, const struct list *lists, int count, const void *from)
{
    for (int i = 0; i < count; i++) {
        const double *v = (const void *)((const char *)from + lists[i].offset);
        int n = lists[i].n;

        while (n > 0 && v[n - 1] == 0)
            n--;
        json_add_key(out, lists[i].key);
        buf_add_char(out, '[');
        for (int k = 0; k < n; k++)
            buf_addf(out, k ? ",%.6g" : "%.6g", v[k]);
        buf_add_char(out, ']');
    }
}

void durations_json(const struct durations *d, struct buf *out)
{
    buf_add_c(out, "{\"v\":1");
    add_lists(out, of_hall, OF_HALL, d);
    json_add_key(out, "services");
    buf_add_char(out, '{');
    for (int i = 0; i < d->count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        json_add_cstr(out, d->service[i].code);
        buf_add_c(out, ":{");
        add_lists(out, of_service, OF_SERVICE, &d->service[i]);
        buf_add_char(out, '}');
    }
    buf_add_c(out, "}}");
}

static bool read_lists(const json_t *from, const struct list *lists, int count, void *to)
{
    if (!json_is_object(from))
        return false;
    for (int i = 0; i < count; i++) {
        const json_t *list = json_object_get(from, lists[i].key);
        double *v = (void *)((char *)to + lists[i].offset);

        if (!json_is_array(list) || json_array_size(list) > (size_t)lists[i].n)
            return false;
        memset(v, 0, (size_t)lists[i].n * sizeof(double));
        for (size_t k = 0; k < json_array_size(list); k++) {
            const json_t *x = json_array_get(list, k);

            if (!json_is_number(x) || !(json_number_value(x) >= 0) ||
                json_number_value(x) > COUNT_MAX)
                return false;
            v[k] = json_number_value(x);
        }
    }
    return true;
}

static void copy_lists(const struct list *lists, int count, const void *from, void *to)
{
    for (int i = 0; i < count; i++)
        memcpy((char *)to + lists[i].offset, (const char *)from + lists[i].offset,
               (size_t)lists[i].n * sizeof(double));
}

bool durations_load(struct durations *d, const json_t *learned)
{
    const json_t *services = json_object_get(learned, "services");
    struct durations *read = durations_copy(d);
    bool ok = json_i64(learned, "v", 0) == 1 && json_is_object(services) &&
              read_lists(learned, of_hall, OF_HALL, read);

    for (int i = 0; ok && i < read->count; i++) {
        const json_t *one = json_object_get(services, read->service[i].code);

        ok = one == NULL || read_lists(one, of_service, OF_SERVICE, &read->service[i]);
    }
    if (ok) {
        copy_lists(of_hall, OF_HALL, read, d);
        for (int i = 0; i < d->count; i++)
            copy_lists(of_service, OF_SERVICE, &read->service[i], &d->service[i]);
        durations_set_ratio(d);
    }
    durations_free(read);
    return ok;
}
