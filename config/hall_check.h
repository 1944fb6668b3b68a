/* What a hall file must fulfil beyond the types of its fields. Private to config/.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_HALL_CHECK_H
#define PAIHAO_CONFIG_HALL_CHECK_H

#include "config/hall.h"
#include "config/tree.h"

/* Checks of one text, for the tables. */
bool hall_check_code(struct fault *f, const struct node *at, const char *text);
bool hall_check_hall_code(struct fault *f, const struct node *at, const char *text);
bool hall_check_zone(struct fault *f, const struct node *at, const char *text);
bool hall_check_country(struct fault *f, const struct node *at, const char *text);
bool hall_check_accent(struct fault *f, const struct node *at, const char *text);
bool hall_check_letter(struct fault *f, const struct node *at, const char *text);
bool hall_check_serve(struct fault *f, const struct node *at, const char *text);
bool hall_check_lat(struct fault *f, const struct node *at, const char *text);
bool hall_check_lon(struct fault *f, const struct node *at, const char *text);
/* hall_sign.c */
bool hall_check_address(struct fault *f, const struct node *at, const char *text);
bool hall_check_sign_text(struct fault *f, const struct node *at, const char *text);
bool hall_check_frame(struct fault *f, const struct node *at, const char *text);
bool hall_check_answer(struct fault *f, const struct node *at, const char *text);
bool hall_check_device(struct fault *f, const struct node *at, const char *text);
bool hall_check_media(struct fault *f, const struct node *at, const char *text);

/* Checks of one record. Those of hall_check_time.c fill in its minutes, masks and dates. */
bool hall_check_hours(struct fault *f, const struct node *at, void *record);
bool hall_check_span(struct fault *f, const struct node *at, void *record);
bool hall_check_plan(struct fault *f, const struct node *at, void *record);
bool hall_check_holiday(struct fault *f, const struct node *at, void *record);
bool hall_check_special(struct fault *f, const struct node *at, void *record);
bool hall_check_alarms(struct fault *f, const struct node *at, void *record);
bool hall_check_voice(struct fault *f, const struct node *at, void *record);
bool hall_check_signature(struct fault *f, const struct node *at, const char *text);
bool hall_check_messages(struct fault *f, const struct node *at, void *record);
bool hall_check_lane(struct fault *f, const struct node *at, void *record);
bool hall_check_series(struct fault *f, const struct node *at, void *record);
bool hall_check_quiet(struct fault *f, const struct node *at, void *record);
bool hall_check_place(struct fault *f, const struct node *at, void *record);
bool hall_check_field(struct fault *f, const struct node *at, void *record);
bool hall_check_service_booking(struct fault *f, const struct node *at, void *record);
bool hall_check_booking(struct fault *f, const struct node *at, void *record);
bool hall_check_sign(struct fault *f, const struct node *at, void *record);
bool hall_check_board(struct fault *f, const struct node *at, void *record);

bool hall_check_printer_address(struct fault *f, const struct node *at, const char *text);
bool hall_check_printer(struct fault *f, const struct node *at, void *record);

/* A list of records that each hold a code (or letter) as their first member, and stand under
 * `list`. */
struct coded {
    const char *list;
    const char *field;
    const char *what;
    const void *items;
    size_t size;
    size_t count;
};
/* owner->member with owner->one_count entries, called in the file as the member is. */
#define CODED(owner, member, field, what, one)                                                     \
    {                                                                                              \
#member, (field), (what), (owner)->member, sizeof(*(owner)->member), (owner)->one##_count  \
    }
bool hall_check_has(const struct coded *c, const char *code);
/* `in`: the map in which the list stands. */
bool hall_check_unique(struct fault *f, const struct node *in, const struct coded *c);
/* The hall's own language must be in every map of texts the file holds: it is what all fall back
 * to. texts may be NULL. */
bool hall_check_language(struct fault *f, const struct node *texts, const char *language);

/* "08:30" as a minute of the day; 24:00 is its end. -1 when it is none. */
int hall_minute_of(const char *text);
/* The greatest one; of 0 and n it is n. */
int hall_common_divisor(int a, int b);
/* Hours must not overlap. */
bool hall_check_overlap(struct fault *f, const struct node *root, const struct hall_file *hall);

/* Everything that ties one part of the file to another; fills in what follows from it. */
bool hall_check_whole(struct fault *f, const struct node *root, struct hall_file *hall);
/* The part of it that is about pools, special days and what services ask for. */
bool hall_check_bookings(struct fault *f, const struct node *root, struct hall_file *hall,
                         const struct coded *services);
/* The part of it that is about signs. */
bool hall_check_signs(struct fault *f, const struct node *root, const struct hall_file *hall);
/* The part of it that is about boards. */
bool hall_check_boards(struct fault *f, const struct node *root, const struct hall_file *hall,
                       const struct coded *counters);
/* And about printers. */
bool hall_check_printers(struct fault *f, const struct node *root, const struct hall_file *hall);

#endif
