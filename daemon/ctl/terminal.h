/* paihaoctl board: a hall's board on a terminal, as text once, or one line for each call.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_H
#define PAIHAO_CTL_TERMINAL_H

#include "ctl/arguments.h"
#include "ctl/client.h"

/* The exit code of `paihaoctl board HALL`. */
int terminal_board(struct client *c, const struct given *g);

#endif
