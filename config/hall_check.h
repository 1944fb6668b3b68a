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

/* Checks of one record; the first fills in day_mask, from_minute and to_minute. */
bool hall_check_hours(struct fault *f, const struct node *at, void *record);
bool hall_check_series(struct fault *f, const struct node *at, void *record);

/* Everything that ties one part of the file to another. */
bool hall_check_whole(struct fault *f, const struct node *root, const struct hall_file *hall);

#endif
