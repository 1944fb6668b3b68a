/* Hall files: what a hall offers, read from YAML or JSON, checked whole, written as canonical JSON
 * and as YAML. The shape is config/halls/small.yaml. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_HALL_H
#define PAIHAO_CONFIG_HALL_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>

enum {
    HALL_BYTES_MAX = 1024 * 1024, /* 500 services with all texts in three languages stay below it */
    HALL_SERVICES_MAX = 500,      /* the largest hall known offers 270 */
    HALL_COUNTERS_MAX = 500,      /* and has 300 counters */
    HALL_PROFILES_MAX = 100,
    HALL_CLASSES_MAX = 20,
    HALL_SERIES_MAX = 24 /* A-Z without I and O */
};

/* One text in several languages; "" where there is none. */
struct hall_texts {
    const char *zh;
    const char *en;
    const char *de;
};

struct hall_hours {
    const char **days; /* mon tue wed thu fri sat sun */
    size_t day_count;
    const char *from;  /* "08:00" */
    const char *to;    /* "24:00" at the latest */
    unsigned day_mask; /* bit 0 is Monday */
    int from_minute;   /* of the local day */
    int to_minute;     /* open while from_minute <= now < to_minute */
};

struct hall_rules {
    int overtaking_max;
    int return_within_minutes;
    int return_max;
    int return_minutes;
    int put_back_minutes;
    int come_now_ahead;
};

struct hall_class {
    const char *code;
    int target_minutes;
    struct hall_texts names;
};

struct hall_series {
    const char *letter;
    int first;
    int last;
};

struct hall_service {
    const char *code;
    const char *series;
    int minutes;
    struct hall_texts names;
    const char **words; /* what people may type to find it */
    size_t word_count;
    struct hall_texts *documents; /* what to bring */
    size_t document_count;
    bool kiosk; /* no: only staff give tickets */
    bool open;  /* no: nobody does at the moment */
};

struct hall_serve {
    const char *service; /* "*": every one the profile does not name itself */
    int offset_minutes;
};

struct hall_profile {
    const char *code;
    struct hall_serve *serves;
    size_t serve_count;
};

struct hall_counter {
    const char *code;
    const char *profile;
    struct hall_texts names; /* may be empty: the code is the name */
    const char *zone;        /* part of the hall where people wait for it, or "" */
};

/* Texts that replace the shipped ones; "" where they do not. */
struct hall_messages {
    struct hall_texts ticket;
    struct hall_texts come_now;
    struct hall_texts called;
};

struct hall_file {
    const char *code;
    struct hall_texts names;
    struct hall_texts address;
    const char *zone;    /* IANA name; that it exists is for the caller to check */
    const char *country; /* calling code, digits */
    const char **languages;
    size_t language_count; /* at least 1; the first is the hall's own */
    const char *accent;    /* "#0b6e4f" */
    struct hall_hours *hours;
    size_t hour_count;
    bool tickets_outside_hours;
    struct hall_rules rules;
    struct hall_class *classes;
    size_t class_count;
    struct hall_series *series;
    size_t series_count;
    struct hall_service *services;
    size_t service_count;
    struct hall_profile *profiles;
    size_t profile_count;
    struct hall_counter *counters;
    size_t counter_count;
    struct hall_messages messages;
    struct hall_own *own; /* the memory behind all of it, and where each thing stands in the file */
};

/* Reads and checks a whole file, YAML or JSON. NULL on a fault: error holds
 * "file_name:line:column: sentence" for the first one. The caller hall_free()s. */
struct hall_file *hall_read(struct str text, const char *file_name, struct buf *error);
void hall_free(struct hall_file *hall);

/* Puts "file_name:line:column: sentence" for the hall's `zone` into error: for the caller that has
 * found no such time zone. */
void hall_zone_unknown(const struct hall_file *hall, struct buf *error);

/* The canonical JSON of docs/architecture.md: every member, defaults filled in, no blanks. */
void hall_json(const struct hall_file *hall, struct buf *out);
/* A YAML file that reads back to the same canonical JSON. */
void hall_yaml(const struct hall_file *hall, struct buf *out);

/* Open by its hours at a local weekday (0 = Monday) and minute of the day? */
bool hall_open_at(const struct hall_file *hall, int weekday, int minute);
/* The text in that language, else in the hall's own, else whichever there is; "" when there is
 * none. */
const char *hall_text(const struct hall_file *hall, const struct hall_texts *texts,
                      struct str language);
/* NULL where the hall has none of that code. */
const struct hall_service *hall_service(const struct hall_file *hall, struct str code);
const struct hall_counter *hall_counter(const struct hall_file *hall, struct str code);

#endif
