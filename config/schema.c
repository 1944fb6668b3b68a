/* Reads a tree into structs by the tables of config/schema.h. Owns nothing; any thread. A new type
 * of value needs a row in schema_type, a case in read_value() and set_fallback() here, and one in
 * schema_write.c.
 * SPDX-License-Identifier: MIT */
#include "config/schema.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXTS_CODE_POINTS_MAX = 200, /* a line on a board or page; more is not read by anybody */
    SCHEMA_FIELDS_MAX = 128      /* an SMS gateway has more than half of that */
};

struct reader {
    struct arena *arena;
    struct fault *fault;
};

/* The fields of one record that were read. */
struct seen {
    bool field[SCHEMA_FIELDS_MAX];
};

static bool read_record(const struct reader *r, const struct schema_record *type,
                        const struct node *at, void *record);

const struct schema_field *schema_field_next(const struct schema_record *type, size_t *i)
{
    while (*i < type->field_count) {
        const struct schema_field *field = &type->fields[(*i)++];

        if (type->section == NULL || strcmp(type->section, field->section) == 0)
            return field;
    }
    return NULL;
}

bool schema_word(const char *words, struct str word)
{
    struct str rest = str_of(words);
    struct str piece;

    while (str_cut(&rest, '|', &piece)) {
        if (str_eq(piece, word))
            return true;
    }
    return false;
}

/* "a|b|c" as people write it. */
static const char *words_listed(const struct reader *r, const char *words)
{
    char *list = arena_strdup(r->arena, words);

    for (char *p = list; *p != '\0'; p++) {
        if (*p == '|')
            *p = ' ';
    }
    return list;
}

/* Control characters of ASCII and Latin-1, line and paragraph separators, the byte order mark and
 * the two code points that are none: they would break a line, a header or the YAML we write. */
static bool is_forbidden(const unsigned char *p, size_t left)
{
    if (p[0] < 0x20 || p[0] == 0x7F)
        return true;
    if (p[0] == 0xC2 && left > 1)
        return p[1] < 0xA0;
    if (p[0] == 0xE2 && left > 2)
        return p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9);
    if (p[0] == 0xEF && left > 2)
        return (p[1] == 0xBB && p[2] == 0xBF) || (p[1] == 0xBF && p[2] >= 0xBE);
    return false;
}

static bool check_text(const struct reader *r, const struct node *at, long min, long max)
{
    struct str s = at->text;
    size_t count;

    if (at->kind != NODE_SCALAR)
        return fault_at(r->fault, at, "Here must be a text.");
    if (at->plain && (str_is(s, "~") || str_is(s, "null")))
        return fault_at(r->fault, at, "Write \"\" for no text, or put the word into quotes.");
    if (!str_utf8_valid(s))
        return fault_at(r->fault, at, "This text is not valid UTF-8, or holds a NUL.");
    for (size_t i = 0; i < s.len; i++) {
        if (is_forbidden((const unsigned char *)s.p + i, s.len - i))
            return fault_at(r->fault, at, "This text holds a control character or a line break.");
    }
    if (s.len > 0 && (s.p[0] == ' ' || s.p[s.len - 1] == ' '))
        return fault_at(r->fault, at, "This text begins or ends with a blank.");
    count = str_utf8_count(s);
    if ((long)count < min || (long)count > max)
        return fault_at(r->fault, at, "This text has %zu characters; allowed are %ld to %ld.",
                        count, min, max);
    return true;
}

static bool read_text(const struct reader *r, const struct schema_field *field,
                      const struct node *at, const char **out)
{
    if (!check_text(r, at, field->min, field->max))
        return false;
    *out = at->text.p;
    return field->check == NULL || field->check(r->fault, at, *out);
}

static bool read_int(const struct reader *r, const struct schema_field *field,
                     const struct node *at, int *out)
{
    int64_t value;
    bool number = at->kind == NODE_SCALAR && at->plain;

    if (!number || !str_to_i64(at->text, field->min, field->max, &value))
        return fault_at(r->fault, at, "`%s` must be a whole number from %ld to %ld.", field->name,
                        field->min, field->max);
    *out = (int)value;
    return true;
}

static bool bool_of(struct str word, bool *out)
{
    *out = schema_word("yes|true", word);
    return *out || schema_word("no|false", word);
}

static bool read_bool(const struct reader *r, const struct schema_field *field,
                      const struct node *at, bool *out)
{
    if (at->kind != NODE_SCALAR || !at->plain || !bool_of(at->text, out))
        return fault_at(r->fault, at, "`%s` must be yes or no.", field->name);
    return true;
}

static bool read_enum(const struct reader *r, const struct schema_field *field,
                      const struct node *at, const char **out)
{
    if (at->kind != NODE_SCALAR || !schema_word(field->words, at->text))
        return fault_at(r->fault, at, "`%s` must be one of: %s.", field->name,
                        words_listed(r, field->words));
    *out = at->text.p;
    return true;
}

/* Shared by both kinds of list: is it one, and of an allowed length? */
static bool check_list(const struct reader *r, const struct schema_field *field,
                       const struct node *at)
{
    if (at->kind != NODE_LIST)
        return fault_at(r->fault, at, "`%s` must be a list.", field->name);
    if ((long)at->count < field->min || (long)at->count > field->max)
        return fault_at(r->fault, at, "`%s` has %zu entries; allowed are %ld to %ld.", field->name,
                        at->count, field->min, field->max);
    return true;
}

static bool read_texts(const struct reader *r, const struct schema_field *field,
                       const struct node *at, void *record)
{
    const char **items;
    size_t i = 0;

    if (!check_list(r, field, at))
        return false;
    items = arena_alloc(r->arena, (at->count + 1) * sizeof(*items));
    for (const struct node *n = at->first; n != NULL; n = n->next) {
        bool good = field->words != NULL ? read_enum(r, field, n, &items[i])
                                         : check_text(r, n, 1, TEXTS_CODE_POINTS_MAX);

        if (!good || (field->check != NULL && !field->check(r->fault, n, n->text.p)))
            return false;
        items[i++] = n->text.p;
    }
    *(const char ***)((char *)record + field->offset) = items;
    *(size_t *)((char *)record + field->count_offset) = at->count;
    return true;
}

static bool read_ints(const struct reader *r, const struct schema_field *field,
                      const struct node *at, void *record)
{
    int *items = arena_alloc(r->arena, SCHEMA_INTS_MAX * sizeof(*items));
    size_t i = 0;

    if (at->kind != NODE_LIST || at->count > SCHEMA_INTS_MAX)
        return fault_at(r->fault, at, "`%s` must be a list of at most %d numbers.", field->name,
                        SCHEMA_INTS_MAX);
    for (const struct node *n = at->first; n != NULL; n = n->next) {
        if (!read_int(r, field, n, &items[i++]))
            return false;
    }
    *(int **)((char *)record + field->offset) = items;
    *(size_t *)((char *)record + field->count_offset) = at->count;
    return true;
}

static bool read_list(const struct reader *r, const struct schema_field *field,
                      const struct node *at, void *record)
{
    char *items;
    size_t i = 0;

    if (!check_list(r, field, at))
        return false;
    items = arena_alloc(r->arena, (at->count + 1) * field->of->size);
    for (const struct node *n = at->first; n != NULL; n = n->next) {
        if (!read_record(r, field->of, n, items + i++ * field->of->size))
            return false;
    }
    *(void **)((char *)record + field->offset) = items;
    *(size_t *)((char *)record + field->count_offset) = at->count;
    return true;
}

static bool read_value(const struct reader *r, const struct schema_field *field,
                       const struct node *at, void *record)
{
    void *out = (char *)record + field->offset;

    switch (field->type) {
    case SCHEMA_TEXT:
        return read_text(r, field, at, out);
    case SCHEMA_INT:
        return read_int(r, field, at, out);
    case SCHEMA_BOOL:
        return read_bool(r, field, at, out);
    case SCHEMA_ENUM:
        return read_enum(r, field, at, out);
    case SCHEMA_RECORD:
        return read_record(r, field->of, at, out);
    case SCHEMA_LIST:
        return read_list(r, field, at, record);
    case SCHEMA_TEXTS:
        return read_texts(r, field, at, record);
    case SCHEMA_INTS:
        return read_ints(r, field, at, record);
    }
    return false;
}

/* A record left out is read from an empty map that stands where its parent does. */
static bool set_fallback(const struct reader *r, const struct schema_field *field,
                         const struct node *parent, void *record)
{
    struct node *empty;
    void *out = (char *)record + field->offset;

    switch (field->type) {
    case SCHEMA_TEXT:
    case SCHEMA_ENUM:
        *(const char **)out = field->fallback;
        return true;
    case SCHEMA_INT:
        *(int *)out = atoi(field->fallback);
        return true;
    case SCHEMA_BOOL:
        return bool_of(str_of(field->fallback), out) || true;
    case SCHEMA_LIST:
    case SCHEMA_TEXTS:
    case SCHEMA_INTS:
        return true; /* empty: records start zeroed */
    case SCHEMA_RECORD:
        empty = arena_alloc(r->arena, sizeof(*empty));
        empty->kind = NODE_MAP;
        empty->line = parent->line;
        empty->column = parent->column;
        return read_record(r, field->of, empty, out);
    }
    return false;
}

static bool fault_unknown(const struct reader *r, const struct schema_record *type,
                          const struct node *key)
{
    const struct schema_field *field;
    struct buf known;
    size_t i = 0;
    bool fine;

    buf_init(&known);
    while ((field = schema_field_next(type, &i)) != NULL)
        buf_addf(&known, "%s%s", known.len > 0 ? ", " : "", field->name);
    fine = fault_at(r->fault, key, "`%.40s` is not known in %s; known are: %s.", key->text.p,
                    type->what, known.p);
    buf_clear(&known);
    return fine;
}

/* The index of the field called by key, or field_count. */
static size_t field_index(const struct schema_record *type, struct str key)
{
    const struct schema_field *field;
    size_t i = 0;

    while ((field = schema_field_next(type, &i)) != NULL) {
        if (str_is(key, field->name))
            return i - 1;
    }
    return type->field_count;
}

static bool fill_missing(const struct reader *r, const struct schema_record *type,
                         const struct node *at, const struct seen *seen, void *record)
{
    const struct schema_field *field;
    size_t i = 0;

    while ((field = schema_field_next(type, &i)) != NULL) {
        if (seen->field[i - 1])
            continue;
        if (field->fallback == NULL)
            return fault_at(r->fault, at, "`%s` is missing in %s.", field->name, type->what);
        if (!set_fallback(r, field, at, record))
            return false;
    }
    return true;
}

/* `http:` with nothing behind it: a record without fields, as where all its lines are commented
 * out. */
static bool is_nothing(const struct node *at)
{
    return at->kind == NODE_SCALAR && at->plain && at->text.len == 0;
}

static bool read_record(const struct reader *r, const struct schema_record *type,
                        const struct node *at, void *record)
{
    struct seen seen = {{false}};

    assert(type->field_count <= SCHEMA_FIELDS_MAX);
    if (at->kind != NODE_MAP && !is_nothing(at))
        return fault_at(r->fault, at, "Here must be %s: names of fields with their values.",
                        type->what);
    for (const struct node *n = at->first; n != NULL; n = n->next) {
        size_t i = field_index(type, n->key->text);

        if (i == type->field_count)
            return fault_unknown(r, type, n->key);
        if (seen.field[i])
            return fault_at(r->fault, n->key, "`%s` stands here twice.", type->fields[i].name);
        seen.field[i] = true;
        if (!read_value(r, &type->fields[i], n, record))
            return false;
    }
    if (!fill_missing(r, type, at, &seen, record))
        return false;
    return type->check == NULL || type->check(r->fault, at, record);
}

bool schema_read(struct arena *a, struct fault *f, const struct schema_record *type,
                 const struct node *at, void *record)
{
    struct reader r = {a, f};

    return read_record(&r, type, at, record);
}
