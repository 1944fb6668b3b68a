/* Widths, cleaning and cutting of text, and the pen that writes lines of it. Owns nothing.
 * Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/terminal_text.h"

#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

static const struct str replacement = {"\xEF\xBF\xBD", 3}; /* U+FFFD */
static const struct str ellipsis = {"\xE2\x80\xA6", 3};

void terminal_text_init(void)
{
    /* Not the user's: wcwidth() knows no Han character in the C locale of a bare ssh session. */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        (void)setlocale(LC_CTYPE, ""); /* whatever there is */
}

/* What would move the cursor, hide text or turn its direction. */
static bool is_refused(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || c >= 0xe0000;
}

/* Cuts the next character off s: what is written for it, and its columns. */
static int next(struct str *s, struct str *shown)
{
    size_t len = str_utf8_next(*s);
    uint32_t c = len > 0 ? str_utf8_take(&(struct str){s->p, len}) : 0;
    int width = len > 0 && !is_refused(c) ? wcwidth((wchar_t)c) : -1;

    *shown = width < 0 ? replacement : (struct str){s->p, len};
    len = len > 0 ? len : 1;
    *s = (struct str){s->p + len, s->len - len};
    return width < 0 ? 1 : width;
}

int terminal_width(struct str s)
{
    struct str shown;
    int width = 0;

    while (s.len > 0)
        width += next(&s, &shown);
    return width;
}

void pen_put_within(struct pen *p, struct str text, int columns)
{
    int room = p->width - p->at;
    struct str shown;

    if (columns < room)
        room = columns;
    bool cut = terminal_width(text) > room;
    if (cut)
        room--; /* for the ellipsis */
    while (text.len > 0 && room >= 0) {
        int width = next(&text, &shown);
        if (width > room)
            break;
        buf_add_str(p->out, shown);
        p->at += width;
        room -= width;
    }
    if (cut && p->at < p->width && room >= 0) {
        buf_add_str(p->out, ellipsis);
        p->at++;
    }
}

void pen_put(struct pen *p, struct str text)
{
    pen_put_within(p, text, p->width - p->at);
}

void pen_move(struct pen *p, int column)
{
    for (; p->at < column && p->at < p->width; p->at++)
        buf_add_char(p->out, ' ');
}

void pen_style(struct pen *p, const char *sgr)
{
    if (!p->plain)
        buf_addf(p->out, "\x1b[%sm", sgr);
}

void pen_newline(struct pen *p)
{
    while (p->plain && p->out->len > 0 && p->out->p[p->out->len - 1] == ' ')
        p->out->p[--p->out->len] = '\0';
    buf_add_char(p->out, '\n');
    p->at = 0;
}
