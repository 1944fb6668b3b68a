/* What paihaoctl prints. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_OUTPUT_H
#define PAIHAO_CTL_OUTPUT_H

#include "ctl/client.h"

/* The exit code: 0, 1 (refused), 69 (no answer; EX_UNAVAILABLE). A problem is printed on stderr as
 * sentences. */
int output_problem(const struct client_answer *a);
void output_json(const json_t *j);

#endif
