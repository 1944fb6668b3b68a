/* The tables made from settings.def. Private to config/. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_SETTINGS_TABLE_H
#define PAIHAO_CONFIG_SETTINGS_TABLE_H

#include "config/schema.h"
#include "config/settings.h"

struct settings_own {
    struct arena *arena;
    const struct node *root;
};

/* One row of settings.def, for what is written about settings. */
struct settings_row {
    size_t offset;       /* of the member */
    const char *section; /* "" at the top, "gateway" for a field of a gateway */
    const char *key;
    const char *type; /* "INT", ... */
    const char *fallback;
    const char *bounds; /* "0 to 65535", "a|b" or "" */
    bool reload;
    const char *help;
};
extern const struct settings_row SETTINGS_ROWS[];
extern const size_t SETTINGS_ROW_COUNT;

/* The sections in their order, and a sentence for each. */
struct settings_section {
    const char *name;
    const char *help;
};
extern const struct settings_section SETTINGS_SECTIONS[];
extern const size_t SETTINGS_SECTION_COUNT;

extern const struct schema_record SETTINGS_TYPE;
extern const struct schema_record SETTINGS_GATEWAY_TYPE;

#endif
