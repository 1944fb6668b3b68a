/* The drivers of signs. A new one is a file sign_<name>.c, a row here and a word in
 * config/hall_table.c. The first one drives nothing: for demonstrations, and for a hall file that
 * is written before the signs are hung. SPDX-License-Identifier: MIT */
#include "display/sign_driver.h"

#include <string.h>

const struct sign_driver sign_null = {.name = "null"};

static const struct sign_driver *const drivers[] = {&sign_null, &sign_onbon, &sign_frame,
                                                    &sign_modbus, &sign_alpha};

const struct sign_driver *sign_driver_find(const char *name)
{
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++)
        if (strcmp(drivers[i]->name, name) == 0)
            return drivers[i];
    return NULL;
}
