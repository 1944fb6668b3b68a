/* The daemon as a whole. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BOOT_H
#define PAIHAO_BOOT_H

#include "config/settings.h"

/* Runs the daemon until it is told to stop; the process's exit status. config_path: for reloading,
 * or NULL. */
int boot_run(const struct settings *settings, const char *config_path);

#endif
