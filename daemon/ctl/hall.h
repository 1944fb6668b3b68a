/* Hall files in and out, tried without being stored, and holidays put into them.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_HALL_H
#define PAIHAO_CTL_HALL_H

#include "ctl/arguments.h"
#include "ctl/client.h"

/* Each a subcommand; they return the exit status. */
int hall_import(struct client *client, const struct given *g);
int hall_export(struct client *client, const struct given *g);
int hall_preview(struct client *client, const struct given *g);
int hall_holidays(struct client *client, const struct given *g);

#endif
