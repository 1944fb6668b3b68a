/* For unit tests with a loop: runs it until a condition holds. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_EVENTUALLY_H
#define PAIHAO_TESTS_EVENTUALLY_H

#include "loop/loop.h"
#include <stdbool.h>

/* False when it does not hold within 20 s: far longer than anything takes under a sanitizer. */
bool eventually(struct loop *l, bool (*holds)(void *arg), void *arg);

#endif
