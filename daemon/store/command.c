/* Owns nothing: writes commands into a buffer of the caller. Any thread.
 * SPDX-License-Identifier: MIT */
#include "store/command.h"

enum { ARG_OVERHEAD = 26 }; /* "$", at most 20 digits, two line ends */

void command_begin(struct buf *b, int argc)
{
    buf_add_char(b, '*');
    buf_add_i64(b, argc);
    buf_add(b, "\r\n", 2);
}

void command_arg(struct buf *b, struct str arg)
{
    buf_reserve(b, arg.len + ARG_OVERHEAD);
    buf_add_char(b, '$');
    buf_add_i64(b, (int64_t)arg.len);
    buf_add(b, "\r\n", 2);
    buf_add(b, arg.p, arg.len);
    buf_add(b, "\r\n", 2);
}

void command_write(struct buf *b, int argc, const struct str *argv)
{
    command_begin(b, argc);
    for (int i = 0; i < argc; i++)
        command_arg(b, argv[i]);
}
