/* Lists of public holidays: config/holidays/cn-2026.yaml, or an iCalendar file as states publish
 * them. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_HOLIDAYS_H
#define PAIHAO_CONFIG_HOLIDAYS_H

#include "config/hall.h"

struct holiday_list {
    const char *country; /* "CN"; "" of an iCalendar file */
    const char *region;
    int year;                      /* 0 of an iCalendar file: it may hold several */
    struct hall_holiday *holidays; /* by their first day */
    size_t holiday_count;
    struct arena *arena;
};

/* language: the hall's own; a name that has none in it gets the one it has. NULL on a fault: error
 * holds "name:line:column: sentence". The caller holidays_free()s. */
struct holiday_list *holidays_read(struct str text, const char *name, const char *language,
                                   struct buf *error);
void holidays_free(struct holiday_list *list);
/* As they stand in the canonical JSON of a hall: [{…},…]. */
void holidays_json(const struct holiday_list *list, struct buf *out);
/* Does any of them begin in that year? */
bool holidays_in(const struct holiday_list *list, int year);

#endif
