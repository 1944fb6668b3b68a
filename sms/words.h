/* The words of a hall that texts are made of: its configuration, kept until it changes.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_WORDS_H
#define PAIHAO_SMS_WORDS_H

#include "base/json.h"
#include "base/str.h"
#include "core/zone.h"
#include <stdbool.h>

struct words;

/* reply: of hall_config, {"version":..,"config":{..}}. NULL: logged. */
struct words *words_new(struct str hall, struct str reply);
void words_free(void *words);                              /* NULL allowed */
bool words_are(const struct words *w, struct str version); /* w may be NULL */
const json_t *words_config(const struct words *w);
/* The hall's time zone; NULL (logged) where this system does not know it. */
const struct zone *words_zone(const struct words *w);

#endif
