/* Any bytes as a list of holidays: refused with a place, or read in days that exist and in their
 * order. SPDX-License-Identifier: MIT */
#include "config/holidays.h"
#include "config/date.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf error, json;
    struct holiday_list *list;
    int last = 0;

    buf_init(&error);
    buf_init(&json);
    list = holidays_read((struct str){(const char *)data, size}, "fuzz", "zh", &error);
    check(list != NULL || str_starts(buf_str(&error), "fuzz:"));
    for (size_t i = 0; list != NULL && i < list->holiday_count; i++) {
        const struct hall_holiday *h = &list->holidays[i];

        check(date_of(h->from_date) >= 0 && date_of(h->to_date) >= date_of(h->from_date));
        check(h->from_date >= last && h->names.zh[0] != '\0');
        last = h->from_date;
    }
    if (list != NULL)
        holidays_json(list, &json);
    holidays_free(list);
    buf_clear(&error);
    buf_clear(&json);
    return 0;
}
