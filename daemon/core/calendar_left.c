/* What is left of a day: free units for a visit, and which bookings still fit. Pure; any thread.
 * The capacity of a cell is computed by the function library as well (docs/booking.md,
 * Overbooking). SPDX-License-Identifier: MIT */
#include "core/calendar.h"

#include "base/mem.h"

#include <stdlib.h>

/* Of one cell, 0 where it is closed. Not above what a byte can count. */
static int capacity(int units, enum cal_share share, int permille)
{
    if (share == CAL_PUBLIC && permille > 0)
        units += units * permille / 1000;
    return units > CAL_UNITS_MAX ? CAL_UNITS_MAX : units;
}

static int part_left(const struct cal_part *p, enum cal_share share, int first)
{
    const uint8_t *units = p->day->units[share];
    int least = CAL_UNITS_MAX;

    if (first < 0 || p->n_cells < 1 || first > p->day->n_cells - p->n_cells)
        return 0;
    for (int c = first; c < first + p->n_cells; c++) {
        int most = p->cap > 0 && units[c] > 0 ? p->cap : units[c];
        int left = capacity(most, share, p->overbook_permille) - (c < p->n_used ? p->used[c] : 0);

        if (units[c] == 0)
            return 0;
        if (left < least)
            least = left;
    }
    return least < 0 ? 0 : least;
}

int cal_left(const struct cal_part *parts, int n_parts, enum cal_share share, int cell)
{
    int least = n_parts > 0 ? CAL_UNITS_MAX : 0;

    for (int i = 0; i < n_parts && least > 0; i++) {
        int left = part_left(&parts[i], share, cell + parts[i].offset);

        if (left < least)
            least = left;
    }
    return least;
}

struct turn {
    int64_t made_ms;
    int index;
};

static int compare_turns(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;

    if (x->made_ms != y->made_ms)
        return x->made_ms < y->made_ms ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

void cal_fit(const struct cal_day *d, enum cal_share share, int overbook_permille,
             struct cal_booked *b, int n)
{
    struct turn *turns = mem_calloc((size_t)n + 1, sizeof(*turns));
    uint8_t used[CAL_CELLS_MAX] = {0};
    struct cal_part part = {
        .day = d, .used = used, .n_used = CAL_CELLS_MAX, .overbook_permille = overbook_permille};

    for (int i = 0; i < n; i++)
        turns[i] = (struct turn){b[i].made_ms, i};
    qsort(turns, (size_t)n, sizeof(*turns), compare_turns);
    for (int i = 0; i < n; i++) {
        struct cal_booked *one = &b[turns[i].index];

        part.n_cells = one->n_cells;
        one->fits = part_left(&part, share, one->cell) > 0;
        for (int c = one->cell; one->fits && c < one->cell + one->n_cells; c++)
            used[c]++;
    }
    mem_free(turns);
}
