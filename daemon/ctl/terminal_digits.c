/* The shapes of letters and digits, five by five dots. Constant. To add a sign: its row in GLYPHS.
 * SPDX-License-Identifier: MIT */
#include "ctl/terminal_digits.h"

enum { DOTS = 5 };

/* A row is a number of two octal digits: five bits from left to right. */
static const struct {
    char sign;
    unsigned char rows[DIGITS_ROWS];
} GLYPHS[] = {
    {'0', {016, 023, 025, 031, 016}}, {'1', {004, 014, 004, 004, 016}},
    {'2', {036, 001, 016, 020, 037}}, {'3', {036, 001, 016, 001, 036}},
    {'4', {022, 022, 037, 002, 002}}, {'5', {037, 020, 036, 001, 036}},
    {'6', {016, 020, 036, 021, 016}}, {'7', {037, 001, 002, 004, 004}},
    {'8', {016, 021, 016, 021, 016}}, {'9', {016, 021, 017, 001, 016}},
    {'A', {016, 021, 037, 021, 021}}, {'B', {036, 021, 036, 021, 036}},
    {'C', {017, 020, 020, 020, 017}}, {'D', {036, 021, 021, 021, 036}},
    {'E', {037, 020, 036, 020, 037}}, {'F', {037, 020, 036, 020, 020}},
    {'G', {017, 020, 023, 021, 017}}, {'H', {021, 021, 037, 021, 021}},
    {'I', {016, 004, 004, 004, 016}}, {'J', {007, 002, 002, 022, 014}},
    {'K', {021, 022, 034, 022, 021}}, {'L', {020, 020, 020, 020, 037}},
    {'M', {021, 033, 025, 021, 021}}, {'N', {021, 031, 025, 023, 021}},
    {'O', {016, 021, 021, 021, 016}}, {'P', {036, 021, 036, 020, 020}},
    {'Q', {016, 021, 025, 022, 015}}, {'R', {036, 021, 036, 022, 021}},
    {'S', {017, 020, 016, 001, 036}}, {'T', {037, 004, 004, 004, 004}},
    {'U', {021, 021, 021, 021, 016}}, {'V', {021, 021, 021, 012, 004}},
    {'W', {021, 021, 025, 033, 021}}, {'X', {021, 012, 004, 012, 021}},
    {'Y', {021, 012, 004, 004, 004}}, {'Z', {037, 002, 004, 010, 037}},
    {'-', {000, 000, 016, 000, 000}}, {'_', {000, 000, 000, 000, 037}},
    {'>', {004, 002, 037, 002, 004}}, {' ', {000, 000, 000, 000, 000}},
};

static unsigned char dots_of(char sign, int row)
{
    static const unsigned char unknown[DIGITS_ROWS] = {016, 001, 006, 000, 004};

    if (sign >= 'a' && sign <= 'z')
        sign = (char)(sign - 'a' + 'A');
    for (size_t i = 0; i < sizeof GLYPHS / sizeof GLYPHS[0]; i++)
        if (GLYPHS[i].sign == sign)
            return GLYPHS[i].rows[row];
    return unknown[row];
}

/* Of one sign, without the gap behind it. A blank is narrow, so that "A012 > 3" fits into 80
 * columns with two columns a dot. */
static int dots_wide(char sign)
{
    return sign == ' ' ? 1 : DOTS;
}

int digits_width(struct str text, int dot)
{
    int dots = text.len > 0 ? (int)text.len - 1 : 0; /* the gaps */

    for (size_t i = 0; i < text.len; i++)
        dots += dots_wide(text.p[i]);
    return dots * dot;
}

void digits_put(struct pen *p, struct str text, int dot, int row)
{
    static const struct str block = {"\xE2\x96\x88", 3}; /* U+2588 */

    for (size_t i = 0; i < text.len; i++) {
        unsigned char dots = dots_of(text.p[i], row);
        int wide = dots_wide(text.p[i]), gap = i + 1 < text.len;
        for (int x = 0; x < (wide + gap) * dot; x++) {
            bool on = x < wide * dot && (dots >> (DOTS - 1 - x / dot) & 1) != 0;
            pen_put(p, on ? block : STR(" "));
        }
    }
}
