/* Do two structs hold the same? By the tables of config/schema.h. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "config/schema.h"

#include <string.h>

static bool ints_same(const void *a, const void *b, size_t count)
{
    return count == 0 ||
           memcmp(*(const int *const *)a, *(const int *const *)b, count * sizeof(int)) == 0;
}

static bool lists_same(const struct schema_field *field, const void *a, const void *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (field->type == SCHEMA_TEXTS) {
            if (strcmp((*(const char *const *const *)a)[i], (*(const char *const *const *)b)[i]) !=
                0)
                return false;
        } else if (!schema_same(field->of, *(const char *const *)a + i * field->of->size,
                                *(const char *const *)b + i * field->of->size)) {
            return false;
        }
    }
    return true;
}

static bool field_same(const struct schema_field *field, const void *record_a, const void *record_b)
{
    const char *a = (const char *)record_a + field->offset;
    const char *b = (const char *)record_b + field->offset;
    size_t count;

    switch (field->type) {
    case SCHEMA_TEXT:
    case SCHEMA_ENUM:
        return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
    case SCHEMA_INT:
        return *(const int *)a == *(const int *)b;
    case SCHEMA_BOOL:
        return *(const bool *)a == *(const bool *)b;
    case SCHEMA_RECORD:
        return schema_same(field->of, a, b);
    case SCHEMA_LIST:
    case SCHEMA_TEXTS:
    case SCHEMA_INTS:
        count = *(const size_t *)((const char *)record_a + field->count_offset);
        return count == *(const size_t *)((const char *)record_b + field->count_offset) &&
               (field->type == SCHEMA_INTS ? ints_same(a, b, count)
                                           : lists_same(field, a, b, count));
    }
    return false;
}

bool schema_same(const struct schema_record *type, const void *a, const void *b)
{
    const struct schema_field *field;
    size_t i = 0;

    while ((field = schema_field_next(type, &i)) != NULL) {
        if (!field_same(field, a, b))
            return false;
    }
    return true;
}
