/* The 7-bit default alphabet of short messages and its extension, once for counting, writing and
 * reading. National shift tables are left out on purpose: few phones and no gateway here agree on
 * them. Pure: any thread. SPDX-License-Identifier: MIT */
#include "sms/gsm7.h"

#include <stddef.h>

/* By septet. 0x1B is the escape. */
static const uint16_t alphabet[128] = {
    '@',   0xA3, '$',  0xA5,  0xE8, 0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  '\n',  0xD8,  0xF8,
    '\r',  0xC5, 0xE5, 0x394, '_',  0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398,
    0x39E, ' ',  0xC6, 0xE6,  0xDF, 0xC9,  ' ',   '!',   '"',   '#',   0xA4,  '%',   '&',
    '\'',  '(',  ')',  '*',   '+',  ',',   '-',   '.',   '/',   '0',   '1',   '2',   '3',
    '4',   '5',  '6',  '7',   '8',  '9',   ':',   ';',   '<',   '=',   '>',   '?',   0xA1,
    'A',   'B',  'C',  'D',   'E',  'F',   'G',   'H',   'I',   'J',   'K',   'L',   'M',
    'N',   'O',  'P',  'Q',   'R',  'S',   'T',   'U',   'V',   'W',   'X',   'Y',   'Z',
    0xC4,  0xD6, 0xD1, 0xDC,  0xA7, 0xBF,  'a',   'b',   'c',   'd',   'e',   'f',   'g',
    'h',   'i',  'j',  'k',   'l',  'm',   'n',   'o',   'p',   'q',   'r',   's',   't',
    'u',   'v',  'w',  'x',   'y',  'z',   0xE4,  0xF6,  0xF1,  0xFC,  0xE0,
};

static const struct {
    uint8_t septet;
    uint16_t c;
} extension[] = {
    {0x0A, '\f'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2F, '\\'},
    {0x3C, '['},  {0x3D, '~'}, {0x3E, ']'}, {0x40, '|'}, {0x65, 0x20AC /* euro sign */},
};

enum { EXTENSIONS = sizeof extension / sizeof extension[0] };

/* 128 where there is none. */
static uint8_t septet_of(uint32_t c)
{
    if (c >= ' ' && c < 128 && alphabet[c] == c)
        return (uint8_t)c;
    for (uint8_t i = 0; i < 128; i++)
        if (alphabet[i] == c && i != GSM7_ESCAPE)
            return i;
    return 128;
}

int gsm7_septets(uint32_t c, uint8_t out[2])
{
    uint8_t septet = septet_of(c);
    if (septet < 128) {
        if (out)
            out[0] = septet;
        return 1;
    }
    for (size_t i = 0; i < EXTENSIONS; i++) {
        if (extension[i].c != c)
            continue;
        if (out) {
            out[0] = GSM7_ESCAPE;
            out[1] = extension[i].septet;
        }
        return 2;
    }
    return 0;
}

uint32_t gsm7_char(uint8_t septet)
{
    return alphabet[septet & 127];
}

uint32_t gsm7_extended(uint8_t septet)
{
    for (size_t i = 0; i < EXTENSIONS; i++)
        if (extension[i].septet == septet)
            return extension[i].c;
    return gsm7_char(septet);
}
