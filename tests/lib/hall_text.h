/* A smallest hall file, pieces of it replaced, and what every test of hall files asks of it.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_HALL_TEXT_H
#define PAIHAO_TESTS_HALL_TEXT_H

#include "config/hall.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A smallest hall; %-less, each case replaces one piece of it. */
static const char BASE[] = "code: h\n"                                                 /* 1 */
                           "names: {zh: 厅}\n"                                         /* 2 */
                           "zone: Asia/Shanghai\n"                                     /* 3 */
                           "country: \"86\"\n"                                         /* 4 */
                           "languages: [zh, en]\n"                                     /* 5 */
                           "hours:\n"                                                  /* 6 */
                           "  - {days: [mon], from: \"08:00\", to: \"12:00\"}\n"       /* 7 */
                           "classes:\n"                                                /* 8 */
                           "  - {code: normal, target_minutes: 30, names: {zh: 普}}\n" /* 9 */
                           "series:\n"                                                 /* 10 */
                           "  - {letter: A, first: 1, last: 99}\n"                     /* 11 */
                           "services:\n"                                               /* 12 */
                           "  - {code: s, series: A, minutes: 5, names: {zh: 事}}\n"   /* 13 */
                           "profiles:\n"                                               /* 14 */
                           "  - {code: p, serves: [{service: s}]}\n"                   /* 15 */
                           "counters:\n"                                               /* 16 */
                           "  - {code: \"1\", profile: p}\n";                          /* 17 */

/* BASE with the first `from` replaced by `to`; the caller buf_clear()s. */
static inline struct buf replaced(const char *from, const char *to)
{
    const char *at = strstr(BASE, from);
    struct buf b;

    assert_non_null(at);
    buf_init(&b);
    buf_add(&b, BASE, (size_t)(at - BASE));
    buf_add_c(&b, to);
    buf_add_c(&b, at + strlen(from));
    return b;
}

struct bad {
    const char *from;
    const char *to;
    const char *message; /* how the error begins after "f.yaml:" */
    const char *part;    /* and what it holds */
};

/* All that are wrong are told, so that a shifted column is put right in one go. */
static inline void check_bad(const struct bad *bad, size_t count)
{
    int wrong = 0;

    for (size_t i = 0; i < count; i++) {
        struct buf text = replaced(bad[i].from, bad[i].to);
        struct buf error, expected;
        struct hall_file *hall;

        buf_init(&error);
        buf_init(&expected);
        buf_addf(&expected, "f.yaml:%s", bad[i].message);
        hall = hall_read(buf_str(&text), "f.yaml", &error);
        if (hall != NULL || !str_starts(buf_str(&error), expected.p) ||
            strstr(error.p, bad[i].part) == NULL) {
            print_error("%s\nexpected \"%s…%s\", got \"%s\"\n", bad[i].to, expected.p, bad[i].part,
                        hall != NULL ? "a hall" : error.p);
            wrong++;
        }
        hall_free(hall);
        buf_clear(&text);
        buf_clear(&error);
        buf_clear(&expected);
    }
    assert_int_equal(wrong, 0);
}

static inline struct hall_file *read_good(struct str text)
{
    struct buf error;
    struct hall_file *hall;

    buf_init(&error);
    hall = hall_read(text, "good", &error);
    if (hall == NULL)
        fail_msg("%s", error.p);
    buf_clear(&error);
    return hall;
}

/* Written by `write`, read again: the canonical JSON must be what it was. */
static inline void check_lossless(const struct hall_file *hall,
                                  void (*write)(const struct hall_file *, struct buf *))
{
    struct buf text, before, after;
    struct hall_file *again;

    buf_init(&text);
    buf_init(&before);
    buf_init(&after);
    write(hall, &text);
    again = read_good(buf_str(&text));
    hall_json(hall, &before);
    hall_json(again, &after);
    assert_string_equal(before.p, after.p);
    hall_free(again);
    buf_clear(&text);
    buf_clear(&before);
    buf_clear(&after);
}

#endif
