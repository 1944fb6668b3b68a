/* Printing answers and problems. Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

int output_problem(const struct client_answer *a)
{
    if (a->status == 0) {
        fprintf(stderr, "paihaoctl: no answer from the daemon: %s\n",
                a->error != NULL ? a->error : "unknown");
        return EX_UNAVAILABLE;
    }
    if (a->status < 400)
        return 0;
    struct str title = json_str(a->json, "title"), detail = json_str(a->json, "detail"),
               code = json_str(a->json, "code");
    struct str field = json_str(a->json, "field");
    fprintf(stderr, "paihaoctl: " STR_FMT " (" STR_FMT ")\n", STR_ARG(title), STR_ARG(code));
    if (detail.len > 0)
        fprintf(stderr, "  " STR_FMT "\n", STR_ARG(detail));
    if (field.len > 0)
        fprintf(stderr, "  at: " STR_FMT "\n", STR_ARG(field));
    return 1;
}

void output_json(const json_t *j)
{
    char *text = j != NULL ? json_dumps(j, JSON_INDENT(2)) : NULL;
    if (text != NULL)
        puts(text);
    free(text);
}
