/* Any bytes as a hall file: refused with a place, or read, and then the same after each way of
 * writing it. SPDX-License-Identifier: MIT */
#include "config/hall.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

/* Reads what was written and holds its canonical JSON against the first one. */
static void check_same(const struct buf *written, const struct buf *json)
{
    struct buf error, again;
    struct hall_file *hall;

    buf_init(&error);
    buf_init(&again);
    hall = hall_read(buf_str(written), "again", &error);
    check(hall != NULL);
    hall_json(hall, &again);
    check(str_eq(buf_str(&again), buf_str(json)));
    hall_free(hall);
    buf_clear(&error);
    buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf error, json, yaml;
    struct hall_file *hall;

    buf_init(&error);
    buf_init(&json);
    buf_init(&yaml);
    hall = hall_read((struct str){(const char *)data, size}, "fuzz", &error);
    if (hall == NULL) {
        check(str_starts(buf_str(&error), "fuzz:"));
    } else {
        hall_json(hall, &json);
        hall_yaml(hall, &yaml);
        check_same(&json, &json);
        check_same(&yaml, &json);
        hall_free(hall);
    }
    buf_clear(&error);
    buf_clear(&json);
    buf_clear(&yaml);
    return 0;
}
