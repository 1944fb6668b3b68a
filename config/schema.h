/* From a tree to a struct and back, by tables: types, bounds, defaults, unknown and missing fields.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_SCHEMA_H
#define PAIHAO_CONFIG_SCHEMA_H

#include "config/tree.h"
#include <stddef.h>

enum schema_type {
    SCHEMA_TEXT,   /* const char *; min..max code points, no control characters */
    SCHEMA_INT,    /* int; min..max */
    SCHEMA_BOOL,   /* bool; yes or no */
    SCHEMA_ENUM,   /* const char *; one of words */
    SCHEMA_RECORD, /* a struct; of */
    SCHEMA_LIST,   /* a pointer to structs and, at count_offset, their number; min..max of them */
    SCHEMA_TEXTS, /* a pointer to const char * likewise; each one of words, or 1..200 code points */
    SCHEMA_INTS   /* a pointer to int likewise, SCHEMA_INTS_MAX of them; min..max each */
};

enum { SCHEMA_INTS_MAX = 10 };

/* A further check of one text; false after fault_at(). */
typedef bool (*schema_check_fn)(struct fault *f, const struct node *at, const char *text);

struct schema_record;

struct schema_field {
    const char *name;
    enum schema_type type;
    size_t offset;
    const char *fallback; /* as it would stand in the file; NULL: the field must be there */
    long min;
    long max;
    const char *words; /* "a|b|c" */
    schema_check_fn check;
    const struct schema_record *of;
    size_t count_offset;
    bool omit;           /* left out of the output when it is empty */
    bool secret;         /* never written out */
    bool internal;       /* not written into what the public reads */
    const char *section; /* in a flat table: the record it belongs to; else NULL */
};

struct schema_record {
    const char *what; /* in messages: "a service" */
    size_t size;
    const struct schema_field *fields;
    size_t field_count;
    bool inline_yaml;    /* {a: b} on one line */
    const char *section; /* only the fields of that section are this record's; NULL: all */
    /* What no single field can tell; called after all fields were read. */
    bool (*check)(struct fault *f, const struct node *at, void *record);
};

bool schema_read(struct arena *a, struct fault *f, const struct schema_record *type,
                 const struct node *at, void *record);
void schema_json(const struct schema_record *type, const void *record, struct buf *out);
/* Without the internal fields. */
void schema_public_json(const struct schema_record *type, const void *record, struct buf *out);
void schema_yaml(const struct schema_record *type, const void *record, struct buf *out);

/* Do two structs of that type hold the same? */
bool schema_same(const struct schema_record *type, const void *a, const void *b);

/* The next field of the record at or behind *i; NULL at the end. Moves *i behind it. */
const struct schema_field *schema_field_next(const struct schema_record *type, size_t *i);
/* Is the word one of "a|b|c"? */
bool schema_word(const char *words, struct str word);
/* A text as a YAML scalar, quoted where it must be. */
void schema_yaml_text(struct buf *out, const char *text);

#endif
