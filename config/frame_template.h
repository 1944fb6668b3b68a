/* What a sign of driver `frame` is sent, and answers, written in hex with placeholders:
 * "3A {addr} {num:be16} {sum8} 0A". Read once and checked here; display/sign_frame.c fills it in.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_FRAME_TEMPLATE_H
#define PAIHAO_CONFIG_FRAME_TEMPLATE_H

#include "base/str.h"
#include <stdbool.h>

enum {
    FRAME_PIECES_MAX = 128,  /* no published frame of a sign has more fixed bytes than 60 */
    FRAME_TEMPLATE_MAX = 400 /* characters */
};

enum frame_kind {
    FRAME_BYTE,
    FRAME_ANY, /* ??: of an answer */
    FRAME_TEXT_GBK,
    FRAME_TEXT_ASCII,
    FRAME_NUM_BE16, /* the digits of the ticket's number; 0: none is shown */
    FRAME_NUM_LE16,
    FRAME_NUM_DIGITS, /* four ASCII digits */
    FRAME_COUNTER_BE16,
    FRAME_LETTER, /* of the series, ASCII; a blank where no number is shown */
    FRAME_ADDR,
    FRAME_ADDR_HEX, /* two ASCII digits */
    FRAME_LEN8,     /* how many bytes the text has */
    FRAME_LEN_BE16,
    FRAME_FROM, /* no byte: what follows is what checksums are over */
    FRAME_SUM8,
    FRAME_XOR8,
    FRAME_SUM16_HEX, /* four ASCII digits */
    FRAME_CRC16_ARC, /* low byte first, as the next */
    FRAME_CRC16_MODBUS,
};

struct frame_piece {
    unsigned char kind; /* enum frame_kind */
    unsigned char byte;
};

struct frame_template {
    int count;
    struct frame_piece pieces[FRAME_PIECES_MAX];
};

/* answer: of what comes back; `??` is any byte there, and nothing that depends on what is shown is
 * allowed. False: *at is the byte of the text at fault, *why a sentence. */
bool frame_template_read(struct str text, bool answer, struct frame_template *out, size_t *at,
                         const char **why);

#endif
