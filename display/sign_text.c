/* Texts of signs: placeholders, and the letters a sign knows. Owns nothing; main thread.
 * SPDX-License-Identifier: MIT */
#include "display/sign_driver.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

/* One character at a time goes wrong at most, so that the rest of the text is still shown. */
void sign_text_gbk(struct str utf8, struct buf *out)
{
    iconv_t to_gbk = iconv_open("GBK", "UTF-8");
    char room[64];
    char *in = (char *)utf8.p; /* iconv() takes it without const and does not write there */
    size_t left = utf8.len;

    assert(to_gbk != (iconv_t)-1); /* part of the C library */
    while (left > 0) {
        char *to = room;
        size_t space = sizeof room;
        size_t done = iconv(to_gbk, &in, &left, &to, &space);
        buf_add(out, room, sizeof room - space);
        if (done != (size_t)-1 || errno == E2BIG)
            continue;
        size_t skip = str_utf8_next((struct str){in, left});
        skip = skip > 0 ? skip : 1;
        buf_add_char(out, '?');
        in += skip;
        left -= skip;
    }
    (void)iconv_close(to_gbk); /* a valid one */
}

void sign_text_ascii(struct str utf8, struct buf *out)
{
    for (size_t i = 0; i < utf8.len; i++) {
        unsigned char c = (unsigned char)utf8.p[i];
        if (c >= 0x20 && c < 0x7F)
            buf_add_char(out, (char)c);
        else if (c >= 0xC0 || c < 0x20) /* one for each character */
            buf_add_char(out, '?');
    }
}

void sign_text_fill(const char *template, const char *number, const char *counter,
                    char out[SIGN_TEXT_BYTES])
{
    struct buf b;

    buf_init(&b);
    while (*template) {
        if (strncmp(template, "{number}", 8) == 0) {
            buf_add_c(&b, number);
            template += 8;
        } else if (strncmp(template, "{counter}", 9) == 0) {
            buf_add_c(&b, counter);
            template += 9;
        } else {
            buf_add_char(&b, *template ++);
        }
    }
    size_t len = b.len < SIGN_TEXT_BYTES ? b.len : SIGN_TEXT_BYTES - 1;
    while (len > 0 && len < b.len && ((unsigned char)b.p[len] & 0xC0) == 0x80)
        len--;
    str_copy((struct str){b.p, len}, out, SIGN_TEXT_BYTES);
    buf_clear(&b);
}
