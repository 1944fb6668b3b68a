/* What sms/encoding.h and sms/parts.h make of texts: reads one a line, its UTF-8 in hexadecimal,
 * and answers one line of JSON each; tests/sms/segments.test.mjs has the other side.
 *   {"encoding":"GSM7","units":13,"lengths":[13],"octets":["…"],"joined":"…","ucs2":[...]}
 * lengths: of every part, by counting; octets: of the parts that were cut (none: too many), as
 * counted and, in ucs2, as a route without the 7-bit alphabet has them; joined: read back.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "sms/encoding.h"
#include "sms/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTHS_MAX = 64 };

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void read_hex(const char *line, struct buf *text)
{
    buf_reset(text);
    for (; line[0] > ' ' && line[1] > ' '; line += 2)
        buf_add_char(text, (char)(nibble(line[0]) << 4 | nibble(line[1])));
}

static void add_hex(struct buf *out, const void *octets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%02x", ((const unsigned char *)octets)[i]);
}

static void add_parts(struct buf *out, struct str text, enum encoding as, struct buf *joined)
{
    struct part parts[PARTS_MAX];
    int n = parts_cut(text, as, parts);
    for (int i = 0; i < n; i++) {
        buf_add_c(out, i ? ",\"" : "\"");
        add_hex(out, parts[i].octets, parts[i].length);
        buf_add_char(out, '"');
        if (joined)
            parts_read(parts[i].octets, parts[i].length, as, joined);
    }
}

static void answer(struct str text, struct buf *out)
{
    int lengths[LENGTHS_MAX];
    struct encoding_size size = encoding_measure(text, lengths, LENGTHS_MAX);
    struct buf joined;
    buf_init(&joined);
    buf_reset(out);
    buf_addf(out, "{\"encoding\":\"%s\",\"units\":%d,\"lengths\":[",
             size.encoding == ENCODING_GSM7 ? "GSM7" : "UCS2", size.units);
    for (int i = 0; i < size.parts && i < LENGTHS_MAX; i++)
        buf_addf(out, i ? ",%d" : "%d", lengths[i]);
    buf_add_c(out, "],\"octets\":[");
    add_parts(out, text, size.encoding, &joined);
    buf_add_c(out, "],\"ucs2\":[");
    add_parts(out, text, ENCODING_UCS2, NULL);
    buf_add_c(out, "],\"joined\":\"");
    add_hex(out, joined.p, joined.len);
    buf_add_c(out, "\"}");
    buf_clear(&joined);
}

int main(void)
{
    struct buf text, out;
    char *line = NULL;
    size_t cap = 0;
    buf_init(&text);
    buf_init(&out);
    while (getline(&line, &cap, stdin) > 0) {
        read_hex(line, &text);
        answer(buf_str(&text), &out);
        puts(out.p);
    }
    free(line);
    buf_clear(&text);
    buf_clear(&out);
    return 0;
}
