/* Frames of Onbon BX-5K and BX-6K controllers. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_SIGN_ONBON_H
#define PAIHAO_DISPLAY_SIGN_ONBON_H

#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    ONBON_TEXT_MAX = 400,  /* BX-5K: 512 bytes an area, with its settings */
    ONBON_TO_ANY = 0xFFFE, /* whoever is there, and it answers */
    ONBON_RUN_BLANKS = 2,  /* blank when it was not refreshed within the time-out */
    ONBON_STATIC = 1,      /* display modes */
    ONBON_LEFT = 3,
    ONBON_NACK_BUSY = 3,
    ONBON_REPLY_MAX = 256, /* unescaped; no reply to what is sent here has more than 30 */
};

/* Sizes as they go on the wire: x and width in units of 8 pixels, or in pixels with the highest bit
 * set. */
struct onbon_area {
    unsigned x, y, width, height;
    unsigned id, run_mode, timeout_s;
    unsigned single_line, new_line; /* 1 one line / by \n only; 2 several / by itself */
    unsigned mode, exit, speed, stay;
    struct str text; /* GBK, with its markup */
};

/* CRC-16/ARC. */
uint16_t onbon_crc(const void *p, size_t len);
/* One command (its data) as a frame. */
void onbon_frame(unsigned to, struct str data, struct buf *out);
void onbon_ping(unsigned to, struct buf *out);
void onbon_on(unsigned to, bool on, struct buf *out);
void onbon_area(const struct onbon_area *a, struct buf *out);

enum onbon_reply {
    ONBON_MORE, /* not whole yet */
    ONBON_ACK,
    ONBON_NACK,
    ONBON_OTHER, /* whole and sound, but about something else */
    ONBON_INVALID,
};
/* Reads one frame at the beginning of `in`; *used is its length where it is whole. */
enum onbon_reply onbon_read(struct str in, size_t *used, int *error);

#endif
