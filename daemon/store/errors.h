/* What Redis' own error replies mean to us: one table. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_ERRORS_H
#define PAIHAO_STORE_ERRORS_H

#include "base/err.h"
#include "base/str.h"
#include <stdbool.h>

struct store_error {
    const char *prefix; /* first word of the error reply */
    enum err err;       /* what the caller is answered */
    const char *reason; /* why we are not ready, as long as it lasts */
    bool lasting;       /* does not pass by itself: somebody has to change a setting */
};

/* NULL: no row, so a fault of ours or of the library. */
const struct store_error *store_error_find(struct str text);
/* "ERR Function not found": the library is not on this server. */
bool store_error_is_no_function(struct str text);
/* Splits "REFUSED code field"; false when text is something else. field "-" becomes empty. */
bool store_error_refusal(struct str text, enum err *err, struct str *field);

#endif
