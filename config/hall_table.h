/* The tables of a hall file. Private to config/. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_HALL_TABLE_H
#define PAIHAO_CONFIG_HALL_TABLE_H

#include "config/schema.h"

extern const struct schema_record hall_table;         /* of struct hall_file */
extern const struct schema_record hall_holiday_table; /* of struct hall_holiday */

#endif
