/* json_read(): whatever is taken can be written again and reads back as the same value.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_member(struct buf *b, const char *key, json_t *value)
{
    buf_add_char(b, '{');
    json_add_member_str(b, key, (struct str){json_string_value(value), json_string_length(value)});
    buf_add_char(b, '}');
}

/* A string value written by our own writer must read back byte for byte. */
static void check_writer(json_t *string)
{
    json_t *again;
    struct buf b;

    buf_init(&b);
    check_member(&b, "k", string);
    again = json_read(buf_str(&b), NULL);
    if (again == NULL || !json_equal(json_object_get(again, "k"), string))
        abort();
    json_decref(again);
    buf_clear(&b);
}

static void check_depth(const json_t *json, int depth)
{
    const char *key;
    json_t *value;
    size_t i;

    if (depth > JSON_DEPTH_MAX)
        abort();
    if (json_is_string(json))
        check_writer((json_t *)json);
    json_array_foreach(json, i, value)
        check_depth(value, depth + (json_is_array(value) || json_is_object(value)));
    json_object_foreach((json_t *)json, key, value)
        check_depth(value, depth + (json_is_array(value) || json_is_object(value)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct json_where where = {0, 0, ""};
    json_t *json = json_read(text, &where);

    if (json == NULL) {
        if (where.line < 1 || where.column < 1 || where.what[0] == '\0')
            abort();
        return 0;
    }
    if (!str_utf8_valid(text))
        abort();
    check_depth(json, json_is_array(json) || json_is_object(json));
    json_decref(json);
    return 0;
}
