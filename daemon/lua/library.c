/* The text of the function library, put into the program by the assembler (library_data.S). To extend the
 * library: add the file to CMakeLists.txt here. SPDX-License-Identifier: MIT */
#include "lua/library.h"

extern const char lua_library_begin[];
extern const char lua_library_end[];

struct str lua_library(void)
{
    return (struct str){lua_library_begin, (size_t)(lua_library_end - lua_library_begin)};
}
