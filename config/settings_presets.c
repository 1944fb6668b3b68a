/* What providers need, from presets.def, put below the entry of a gateway that names one: into the
 * tree, before it is read, so that everybody who looks at settings sees the whole. Owns nothing;
 * any thread. A new provider is its lines in presets.def and a word in settings.def. SPDX-License-
 * Identifier: MIT */
#include "config/settings_presets.h"

#include <string.h>

static const struct {
    const char *provider;
    const char *line;
} lines[] = {
#define PRESET(provider, line) {#provider, line},
#include "config/presets.def"
#undef PRESET
};

/* Faults, if a line had one, are told where the provider is named. */
static void move_to(struct node *n, const struct node *at)
{
    n->line = at->line;
    n->column = at->column;
    for (struct node *child = n->first; child != NULL; child = child->next)
        move_to(child, at);
}

static void append(struct node *map, struct node *child)
{
    struct node **end = &map->first;

    while (*end != NULL)
        end = &(*end)->next;
    *end = child;
    map->count++;
}

static bool complete(struct arena *a, struct fault *f, struct node *gateway)
{
    const struct node *preset = tree_get(gateway, "preset");

    if (preset == NULL || preset->kind != NODE_SCALAR)
        return true;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct node *read;

        if (!str_is(preset->text, lines[i].provider))
            continue;
        read = tree_read(a, str_of(lines[i].line), f);
        if (read == NULL)
            return false;
        if (tree_get(gateway, read->first->key->text.p) != NULL)
            continue;
        move_to(read->first, preset);
        append(gateway, read->first);
    }
    return true;
}

bool settings_presets_apply(struct arena *a, struct fault *f, struct node *root)
{
    const struct node *sms = root->kind == NODE_MAP ? tree_get(root, "sms") : NULL;
    const struct node *list =
        sms != NULL && sms->kind == NODE_MAP ? tree_get(sms, "gateways") : NULL;

    if (list == NULL || list->kind != NODE_LIST)
        return true; /* the reader says what is wrong with it */
    for (struct node *gateway = list->first; gateway != NULL; gateway = gateway->next)
        if (gateway->kind == NODE_MAP && !complete(a, f, gateway))
            return false;
    return true;
}
