/* Writes structs as canonical JSON and as YAML, by the tables of config/schema.h. Owns nothing; any
 * thread. The order of a table's rows is the order in the output.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "config/schema.h"

#include <ctype.h>
#include <string.h>

enum { YAML_INDENT = 2 };

enum form { FORM_JSON, FORM_PUBLIC, FORM_YAML };

static const void *member_of(const struct schema_field *field, const void *record)
{
    return (const char *)record + field->offset;
}

static size_t count_of(const struct schema_field *field, const void *record)
{
    return *(const size_t *)((const char *)record + field->count_offset);
}

static const char *text_of(const struct schema_field *field, const void *record)
{
    return *(const char *const *)member_of(field, record);
}

static const void *item_of(const struct schema_field *field, const void *record, size_t i)
{
    const char *items = *(const char *const *)member_of(field, record);

    return items + i * field->of->size;
}

static bool is_left_out(const struct schema_field *field, const void *record);

static bool is_record_empty(const struct schema_record *type, const void *record)
{
    const struct schema_field *field;
    size_t i = 0;

    while ((field = schema_field_next(type, &i)) != NULL) {
        if (!is_left_out(field, record))
            return false;
    }
    return true;
}

static bool is_left_out(const struct schema_field *field, const void *record)
{
    if (field->secret)
        return true;
    if (!field->omit)
        return false;
    switch (field->type) {
    case SCHEMA_TEXT:
    case SCHEMA_ENUM:
        return text_of(field, record)[0] == '\0';
    case SCHEMA_RECORD:
        return is_record_empty(field->of, member_of(field, record));
    case SCHEMA_LIST:
    case SCHEMA_TEXTS:
    case SCHEMA_INTS:
        return count_of(field, record) == 0;
    default:
        return false;
    }
}

/* Numbers and truth values read the same in both languages. */
static bool add_plain(const struct schema_field *field, const void *record, struct buf *out,
                      enum form form)
{
    if (field->type == SCHEMA_INT) {
        buf_add_i64(out, *(const int *)member_of(field, record));
        return true;
    }
    if (field->type == SCHEMA_BOOL) {
        bool value = *(const bool *)member_of(field, record);

        buf_add_c(out, form == FORM_YAML ? (value ? "yes" : "no") : (value ? "true" : "false"));
        return true;
    }
    return false;
}

/* Plain where every YAML reader sees the same text: a letter first, then letters, digits, blanks.
 */
static bool is_plain_safe(const char *text)
{
    size_t len = strlen(text);

    if (len == 0 || text[len - 1] == ' ' ||
        schema_word("yes|no|on|off|true|false|null|y|n|Yes|No|On|Off|True|False|Null|Y|N|YES|NO|ON|"
                    "OFF|TRUE|FALSE|NULL",
                    str_of(text)))
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool letter = isalpha(c) || c >= 0x80;

        if (!letter && (i == 0 || (!isdigit(c) && strchr(" _-/.", c) == NULL)))
            return false;
    }
    return true;
}

void schema_yaml_text(struct buf *out, const char *text)
{
    if (is_plain_safe(text))
        buf_add_c(out, text);
    else
        json_add_cstr(out, text);
}

/* One line in brackets, as both languages have it; they differ in blanks and in what needs quotes.
 */
static void flow_record(const struct schema_record *type, const void *record, struct buf *out,
                        enum form form);

static void flow_text(const char *text, struct buf *out, enum form form)
{
    if (form == FORM_YAML)
        schema_yaml_text(out, text);
    else
        json_add_cstr(out, text);
}

static void flow_list(const struct schema_field *field, const void *record, struct buf *out,
                      enum form form)
{
    size_t count = count_of(field, record);

    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_c(out, form == FORM_YAML ? ", " : ",");
        if (field->type == SCHEMA_LIST)
            flow_record(field->of, item_of(field, record, i), out, form);
        else if (field->type == SCHEMA_INTS)
            buf_add_i64(out, (*(const int *const *)member_of(field, record))[i]);
        else
            flow_text((*(const char *const *const *)member_of(field, record))[i], out, form);
    }
    buf_add_char(out, ']');
}

static void flow_value(const struct schema_field *field, const void *record, struct buf *out,
                       enum form form)
{
    if (add_plain(field, record, out, form))
        return;
    if (field->type == SCHEMA_RECORD)
        flow_record(field->of, member_of(field, record), out, form);
    else if (field->type == SCHEMA_LIST || field->type == SCHEMA_TEXTS ||
             field->type == SCHEMA_INTS)
        flow_list(field, record, out, form);
    else
        flow_text(text_of(field, record), out, form);
}

static void flow_record(const struct schema_record *type, const void *record, struct buf *out,
                        enum form form)
{
    const struct schema_field *field;
    size_t i = 0;
    bool first = true;

    buf_add_char(out, '{');
    while ((field = schema_field_next(type, &i)) != NULL) {
        if (is_left_out(field, record) || (form == FORM_PUBLIC && field->internal))
            continue;
        if (!first)
            buf_add_c(out, form == FORM_YAML ? ", " : ",");
        buf_addf(out, form == FORM_YAML ? "%s: " : "\"%s\":", field->name);
        flow_value(field, record, out, form);
        first = false;
    }
    buf_add_char(out, '}');
}

void schema_json(const struct schema_record *type, const void *record, struct buf *out)
{
    flow_record(type, record, out, FORM_JSON);
}

void schema_public_json(const struct schema_record *type, const void *record, struct buf *out)
{
    flow_record(type, record, out, FORM_PUBLIC);
}

static void yaml_block(const struct schema_record *type, const void *record, int indent,
                       struct buf *out);

static void yaml_block_list(const struct schema_field *field, const void *record, int indent,
                            struct buf *out)
{
    size_t count = count_of(field, record);

    buf_add_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        const void *item = item_of(field, record, i);

        buf_addf(out, "%*s- ", indent + YAML_INDENT, "");
        if (field->of->inline_yaml) {
            flow_record(field->of, item, out, FORM_YAML);
            buf_add_char(out, '\n');
        } else {
            yaml_block(field->of, item, indent + 2 * YAML_INDENT, out);
        }
    }
}

static void yaml_field(const struct schema_field *field, const void *record, int indent,
                       struct buf *out)
{
    buf_addf(out, "%s:", field->name);
    if (field->type == SCHEMA_LIST && count_of(field, record) > 0) {
        yaml_block_list(field, record, indent, out);
    } else if (field->type == SCHEMA_RECORD && !field->of->inline_yaml &&
               !is_record_empty(field->of, member_of(field, record))) {
        buf_addf(out, "\n%*s", indent + YAML_INDENT, "");
        yaml_block(field->of, member_of(field, record), indent + YAML_INDENT, out);
    } else {
        buf_add_char(out, ' ');
        flow_value(field, record, out, FORM_YAML);
        buf_add_char(out, '\n');
    }
}

/* The first field stands behind what was written already, a "- " or the indentation. */
static void yaml_block(const struct schema_record *type, const void *record, int indent,
                       struct buf *out)
{
    const struct schema_field *field;
    size_t i = 0;
    bool first = true;

    while ((field = schema_field_next(type, &i)) != NULL) {
        if (is_left_out(field, record))
            continue;
        if (!first)
            buf_addf(out, "%*s", indent, "");
        yaml_field(field, record, indent, out);
        first = false;
    }
}

void schema_yaml(const struct schema_record *type, const void *record, struct buf *out)
{
    yaml_block(type, record, 0, out);
}
