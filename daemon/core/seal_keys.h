/* The key file of seal.c, read into keys ready for use. Only for core/seal*.c.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_SEAL_KEYS_H
#define PAIHAO_CORE_SEAL_KEYS_H

#include <stdbool.h>

enum {
    SEAL_KEY_BYTES = 32,
    SEAL_KEY_ID_MAX = 8,
    SEAL_KEYS_MAX = 16, /* one key a year for longer than records are kept */
};

struct seal_key {
    char id[SEAL_KEY_ID_MAX + 1];
    unsigned char record[SEAL_KEY_BYTES]; /* seals and opens */
};

struct seal {
    int n;
    struct seal_key keys[SEAL_KEYS_MAX];
    unsigned char
        hash[SEAL_KEY_BYTES]; /* both from the first key, so that a new one ends no login */
    unsigned char link[SEAL_KEY_BYTES];
};

/* Fills s from the file; makes the file first where it is missing and make is set. False: logged.
 */
bool seal_keys_read(struct seal *s, const char *path, bool make);

#endif
