/* A command in the form of the protocol: lengths first, so any byte may stand in an argument.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_COMMAND_H
#define PAIHAO_STORE_COMMAND_H

#include "base/str.h"

void command_begin(struct buf *b, int argc);
void command_arg(struct buf *b, struct str arg);
/* All at once, into an empty buffer. */
void command_write(struct buf *b, int argc, const struct str *argv);

#endif
