/* A TZif file in memory. Only for core/zone*.c.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ZONE_FILE_H
#define PAIHAO_CORE_ZONE_FILE_H

#include "core/zone_rule.h"
#include <stddef.h>

struct zone_table {
    size_t n;
    int64_t *times_s; /* ascending */
    int *offsets_s;   /* from times_s[i] on */
    int before_s;     /* the offset before the first time */
    bool has_rule;
    struct zone_rule rule; /* from the last time on, or always where there is none */
};

/* Reads the bytes of a file (RFC 8536, version 2 or later). NULL where they are valid, else what is
 * wrong with them; then nothing has to be freed. */
const char *zone_file_read(struct zone_table *t, struct str bytes);
void zone_table_clear(struct zone_table *t);

#endif
