/* JSON pointers (RFC 6901) into what gateways answer and report; beyond the RFC, `*` is every
 * element of an array. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_POINTER_H
#define PAIHAO_SMS_POINTER_H

#include "base/json.h"
#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>

enum { POINTER_MATCHES_MAX = 64 /* more than a message has parts, or an answer entries */ };

/* Fills out with what the pointer leads to, at most max values, and returns how many there are. An
 * empty pointer leads to the root. root may be NULL: nothing is found then. */
size_t pointer_find(const json_t *root, struct str pointer, const json_t **out, size_t max);
/* Appends a scalar as text: a string itself, else 12, 0.5, true, null. False for an object or an
 * array. */
bool pointer_text(const json_t *value, struct buf *out);
/* "/messages/0/status == 0": == and != compare texts, < <= > >= numbers. With `*` all must hold,
 * and there must be one. False for what is no condition. */
bool pointer_holds(const json_t *root, struct str condition);

#endif
