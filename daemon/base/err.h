/* The problems a client can be answered with: code, HTTP status and sentence in one table
 * (err.def).
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_ERR_H
#define PAIHAO_BASE_ERR_H

#include "base/str.h"

enum err {
    ERR_NONE = 0,
#define ERR(id, code, status, title) ERR_##id,
#include "base/err.def"
#undef ERR
    ERR_COUNT
};

const char *err_code(enum err e);  /* stable, e.g. "ticket_not_found" */
int err_status(enum err e);        /* HTTP status */
const char *err_title(enum err e); /* one English sentence a person can act on */
/* ERR_INTERNAL where no row has that code. */
enum err err_find(struct str code);

#endif
