/* Settings of SMS providers (presets.def) below what the file says. Private to config/.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_SETTINGS_PRESETS_H
#define PAIHAO_CONFIG_SETTINGS_PRESETS_H

#include "config/tree.h"

/* Adds to each gateway of the tree what its preset says and the gateway does not. False: a line of
 * presets.def is no YAML. */
bool settings_presets_apply(struct arena *a, struct fault *f, struct node *root);

#endif
