/* Method and path to a row of commands.def. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_ROUTER_H
#define PAIHAO_API_ROUTER_H

#include "api/commands.h"

struct router;

struct route {
    const struct command *command; /* NULL: none; see allow */
    struct str
        params[PATH_PARAMS_MAX]; /* in the order of command->params; borrowed from the path */
    unsigned
        allow; /* bits 1 << enum http_method that this path does take; 0: there is no such path */
};

struct router *router_new(void); /* of all rows */
void router_free(struct router *r);
/* path: below /api/v1, beginning with a slash. HEAD finds the row of GET. */
void router_find(const struct router *r, enum http_method method, struct str path,
                 struct route *out);

#endif
