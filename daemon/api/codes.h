/* One-time codes. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_CODES_H
#define PAIHAO_API_CODES_H

#include "api/call.h"

enum { CODE_DIGITS = 6 };

/* In the clear: wiped by whoever has one. */
struct code_typed {
    char digits[CODE_DIGITS + 1];
};

/* What binds a code: the library compares nothing but the hash of it all. */
struct code_place {
    struct str purpose; /* book manage wait */
    struct str phone_hash;
    struct str booking; /* empty unless book */
};

/* n digits and NUL from what was typed: blanks and dashes between them, full-width digits. False:
 * other than n. */
bool code_digits(struct str typed, int n, char *out);
void code_hash(const struct call *c, const struct code_place *p, const struct code_typed *code,
               char out[SEAL_HASH_CHARS + 1]);
/* The hash of the row's arguments phone and code, for that purpose; false when a problem was
 * answered. */
bool code_of_call(struct call *c, const char *purpose, struct str booking,
                  char out[SEAL_HASH_CHARS + 1]);

#endif
