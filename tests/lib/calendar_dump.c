/* What core/calendar.h makes of rules: reads one JSON object a line, answers one line each. Numbers
 * only, in the order of the structs of calendar.h; tests/core/calendar.test.mjs has the other side.
 *   {"zone", "hours":[when], "breaks":[when], "holidays":[[from,to,workday,weekday]],
 *    "specials":[[from,to,kind,[[from,to]],weekday,pool,public,staff]],
 * "pools":[[[when,public,staff]]], "base", "window":[from,to,working], "release", "dates":[date],
 * "moments":[ms], "left":[share,cells,offset,cap,permille,seed]}      when:
 * [mask,from,to,every,week_of]
 *   {"zone", "offsets":[ms]}
 * SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int at(const json_t *array, size_t i)
{
    return (int)json_integer_value(json_array_get(array, i));
}

static void *rows(const json_t *array, size_t size, int *n)
{
    *n = (int)json_array_size(array);
    return mem_calloc((size_t)*n + 1, size);
}

static struct cal_when when_of(const json_t *row)
{
    return (struct cal_when){(unsigned)at(row, 0), at(row, 1), at(row, 2), at(row, 3), at(row, 4)};
}

static struct cal_when *whens_of(const json_t *array, int *n)
{
    struct cal_when *all = rows(array, sizeof(*all), n);

    for (int i = 0; i < *n; i++)
        all[i] = when_of(json_array_get(array, (size_t)i));
    return all;
}

static struct cal_holiday *holidays_of(const json_t *array, int *n)
{
    struct cal_holiday *all = rows(array, sizeof(*all), n);

    for (int i = 0; i < *n; i++) {
        const json_t *row = json_array_get(array, (size_t)i);

        all[i] = (struct cal_holiday){at(row, 0), at(row, 1), at(row, 2) != 0, at(row, 3)};
    }
    return all;
}

static struct cal_special *specials_of(const json_t *array, int *n)
{
    struct cal_special *all = rows(array, sizeof(*all), n);

    for (int i = 0; i < *n; i++) {
        const json_t *row = json_array_get(array, (size_t)i);
        const json_t *spans = json_array_get(row, 3);

        all[i] = (struct cal_special){.from = at(row, 0),
                                      .to = at(row, 1),
                                      .kind = (enum cal_special_kind)at(row, 2),
                                      .weekday = at(row, 4),
                                      .pool = at(row, 5),
                                      .fewer = {(uint8_t)at(row, 6), (uint8_t)at(row, 7)},
                                      .n_spans = (int)json_array_size(spans)};
        for (int k = 0; k < all[i].n_spans; k++) {
            const json_t *span = json_array_get(spans, (size_t)k);

            all[i].spans[k] = (struct cal_span){at(span, 0), at(span, 1)};
        }
    }
    return all;
}

static struct cal_pool *pools_of(const json_t *array, int *n)
{
    struct cal_pool *all = rows(array, sizeof(*all), n);

    for (int i = 0; i < *n; i++) {
        const json_t *plan = json_array_get(array, (size_t)i);
        struct cal_period *periods = rows(plan, sizeof(*periods), &all[i].n_periods);

        for (int k = 0; k < all[i].n_periods; k++) {
            const json_t *row = json_array_get(plan, (size_t)k);

            periods[k].when = when_of(json_array_get(row, 0));
            periods[k].units[CAL_PUBLIC] = (uint8_t)at(row, 1);
            periods[k].units[CAL_STAFF] = (uint8_t)at(row, 2);
        }
        all[i].periods = periods;
    }
    return all;
}

static struct cal_rules rules_of(const json_t *o, const struct zone *zone)
{
    const json_t *window = json_object_get(o, "window");
    struct cal_rules r = {.zone = zone,
                          .base_minutes = (int)json_i64(o, "base", 5),
                          .release_minute = (int)json_i64(o, "release", 0),
                          .from_days = at(window, 0),
                          .to_days = at(window, 1),
                          .working_days = at(window, 2) != 0};

    r.hours = whens_of(json_object_get(o, "hours"), &r.n_hours);
    r.breaks = whens_of(json_object_get(o, "breaks"), &r.n_breaks);
    r.holidays = holidays_of(json_object_get(o, "holidays"), &r.n_holidays);
    r.specials = specials_of(json_object_get(o, "specials"), &r.n_specials);
    r.pools = pools_of(json_object_get(o, "pools"), &r.n_pools);
    return r;
}

static void rules_clear(struct cal_rules *r)
{
    for (int i = 0; i < r->n_pools; i++)
        mem_free((void *)r->pools[i].periods);
    mem_free((void *)r->pools);
    mem_free((void *)r->specials);
    mem_free((void *)r->holidays);
    mem_free((void *)r->breaks);
    mem_free((void *)r->hours);
}

/* ,"key":[n numbers of so many bytes] */
static void print_list(const char *key, const void *list, int n, int bytes)
{
    printf(",\"%s\":[", key);
    for (int i = 0; i < n; i++)
        printf(i > 0 ? ",%d" : "%d",
               bytes == 1 ? ((const uint8_t *)list)[i] : ((const int16_t *)list)[i]);
    printf("]");
}

static void print_left(const struct cal_day *d, const json_t *left)
{
    uint8_t used[CAL_CELLS_MAX];
    int16_t free_visits[CAL_CELLS_MAX];
    struct cal_part p = {.day = d,
                         .used = used,
                         .n_used = 200, /* cells behind are unused */
                         .n_cells = at(left, 1),
                         .offset = at(left, 2),
                         .cap = at(left, 3),
                         .overbook_permille = at(left, 4)};

    for (int c = 0; c < CAL_CELLS_MAX; c++)
        used[c] = (uint8_t)((c * 37 + at(left, 5)) % 5);
    for (int c = 0; c < d->n_cells; c++)
        free_visits[c] = (int16_t)cal_left(&p, 1, (enum cal_share)at(left, 0), c);
    print_list("left", free_visits, d->n_cells, 2);
}

static void print_day(const struct cal_rules *r, int pool, int date, const json_t *left)
{
    struct cal_span spans[20];
    struct cal_day d;
    int n_spans = cal_open_spans(r, date, spans, 20);

    cal_day(r, pool, date, &d);
    printf("{\"date\":%d,\"begins\":%lld,\"working\":%d,\"opens\":%lld", d.date,
           (long long)d.begins_ms, cal_is_working_day(r, date), (long long)cal_opens_ms(r, date));
    print_list("minute", d.minute, d.n_cells, 2);
    print_list("public", d.units[CAL_PUBLIC], d.n_cells, 1);
    print_list("staff", d.units[CAL_STAFF], d.n_cells, 1);
    print_list("start", d.start, d.n_cells, 1);
    print_left(&d, left);
    printf(",\"spans\":[");
    for (int i = 0; i < n_spans; i++)
        printf("%s[%d,%d]", i > 0 ? "," : "", spans[i].from_minute, spans[i].to_minute);
    printf("]}");
}

static void print_rules(const json_t *o, const struct zone *zone)
{
    const json_t *dates = json_object_get(o, "dates");
    const json_t *moments = json_object_get(o, "moments");
    struct cal_rules r = rules_of(o, zone);

    printf("{\"days\":[");
    for (size_t i = 0; i < json_array_size(dates); i++) {
        if (i > 0)
            printf(",");
        print_day(&r, (int)i % r.n_pools, at(dates, i), json_object_get(o, "left"));
    }
    printf("],\"moments\":[");
    for (size_t i = 0; i < json_array_size(moments); i++) {
        int64_t ms = json_integer_value(json_array_get(moments, i));
        int first;
        int last;

        cal_window(&r, ms, &first, &last);
        printf("%s[%d,%d,%d,%d]", i > 0 ? "," : "", cal_date_at(&r, ms), cal_is_open(&r, ms), first,
               last);
    }
    puts("]}");
    rules_clear(&r);
}

static void print_offsets(const json_t *moments, const struct zone *zone)
{
    struct zone_local l;

    for (size_t i = 0; i < json_array_size(moments); i++) {
        zone_local(zone, json_integer_value(json_array_get(moments, i)), &l);
        printf("%c%d", i > 0 ? ',' : '[', l.offset_s);
    }
    puts("]");
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    while ((len = getline(&line, &size, stdin)) > 0) {
        struct json_where where;
        json_t *o = json_read((struct str){line, (size_t)len}, &where);
        struct zone *zone = zone_load(json_string_value(json_object_get(o, "zone")));
        const json_t *offsets = json_object_get(o, "offsets");

        if (zone == NULL)
            return 1;
        if (offsets != NULL)
            print_offsets(offsets, zone);
        else
            print_rules(o, zone);
        (void)fflush(stdout); /* who asks waits; a broken pipe ends us anyway */
        zone_free(zone);
        json_decref(o);
    }
    free(line);
    return 0;
}
