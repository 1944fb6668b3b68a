/* The Redis function library, as text. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_LUA_LIBRARY_H
#define PAIHAO_LUA_LIBRARY_H

#include "base/str.h"

/* Lives as long as the process. */
struct str lua_library(void);

#endif
