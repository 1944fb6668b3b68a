/* What paihaoctl can do: --help and the manual page. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_HELP_H
#define PAIHAO_CTL_HELP_H

#include <stdio.h>

/* Subcommands that are no row of commands.def. */
struct help_own {
    const char *usage; /* "hall import FILE" */
    const char *summary;
};

void help_print(FILE *to, const struct help_own *own, int count);
/* paihaoctl(1) in man's language. */
void help_manual(FILE *to, const struct help_own *own, int count);

#endif
