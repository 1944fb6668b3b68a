/* ESC/POS: the bytes of a slip of paper, for printers of 58 and 80 mm that write Chinese in
 * GB18030. Pure; any thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_ESCPOS_H
#define PAIHAO_DISPLAY_ESCPOS_H

#include "base/str.h"
#include <iconv.h>

enum {
    ESCPOS_DOTS = 12,      /* a column of the common font */
    ESCPOS_SIZE_MAX = 8,   /* times as wide and high */
    ESCPOS_CELLS_MAX = 600 /* letters of one text; what is longer is cut */
};

struct escpos {
    struct buf out;
    int columns;
    int size;
    bool chinese; /* GB18030; else ASCII alone */
    iconv_t gb;
};

/* Begins with the printer as it is after switching on; centred. */
void escpos_begin(struct escpos *e, int columns, bool chinese);
/* The bytes stay the caller's: buf_take() or buf_clear() of out. */
void escpos_end(struct escpos *e);
void escpos_centre(struct escpos *e, bool on);
void escpos_bold(struct escpos *e, bool on);
void escpos_size(struct escpos *e, int times); /* 1..ESCPOS_SIZE_MAX */
/* Valid UTF-8, broken into lines that fit; each one ends. An empty text is an empty line. */
void escpos_text(struct escpos *e, struct str text);
/* In columns of the single size. */
int escpos_width(const struct escpos *e, struct str text);
/* A line from one edge to the other. */
void escpos_rule(struct escpos *e);
/* Drawn by the printer, or (raster) as a picture. False: the text is too long, nothing is added. */
bool escpos_qr(struct escpos *e, struct str text, bool raster);
/* The paper moves beyond the blade, and is cut where there is one. */
void escpos_cut(struct escpos *e, bool cut);
/* Asks for one byte once everything before was worked off (GS r 1). */
void escpos_ask_done(struct escpos *e);

#endif
