/* Any text as a property: the lines stay short, end with CRLF, and begin no property of their own.
 * SPDX-License-Identifier: MIT */
#include "core/icalendar.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(struct str line, bool is_first)
{
    if (line.len > 75 || (!is_first && (line.len == 0 || line.p[0] != ' ')))
        abort();
    if (is_first && (line.len < 2 || memcmp(line.p, "X:", 2) != 0))
        abort();
    if (!str_utf8_valid(line))
        abort();
    for (size_t i = 0; i < line.len; i++)
        if (((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7f)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf out;
    const char *end;

    buf_init(&out);
    icalendar_add_text(&out, "X", (struct str){(const char *)data, size});
    struct str rest = buf_str(&out);
    for (bool is_first = true; rest.len > 0; is_first = false) {
        end = memmem(rest.p, rest.len, "\r\n", 2);
        if (!end)
            abort();
        check_line((struct str){rest.p, (size_t)(end - rest.p)}, is_first);
        rest = (struct str){end + 2, rest.len - (size_t)(end + 2 - rest.p)};
    }
    buf_clear(&out);
    return 0;
}
