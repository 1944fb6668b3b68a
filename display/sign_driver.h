/* How one make of sign is spoken to: each driver is a const struct of functions, found by name. It
 * writes and reads bytes, and knows nothing of connections, halls or time.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_SIGN_DRIVER_H
#define PAIHAO_DISPLAY_SIGN_DRIVER_H

#include "base/str.h"
#include "config/address.h"
#include "config/frame_template.h"
#include "config/hall.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    SIGN_CODE_MAX = 34,
    SIGN_TEXT_BYTES = 600, /* the longest text of a hall file, its placeholders filled in */
    SIGN_WHY_MAX = 24,
};

/* What a driver needs of a sign, copied from the hall file. */
struct sign_plan {
    char code[SIGN_CODE_MAX];
    const struct sign_driver *driver;
    char *address;
    struct address at;
    char counter[SIGN_CODE_MAX];
    char *zone;
    int unit, area, x, y, width, height;
    char colour; /* as the controllers count them: 1 red, 2 green, 3 yellow */
    char *text, *idle, *closed;
    int refresh_ms;
    struct frame_template *frame, *answer; /* NULL: none */
};

struct sign_face {
    char text[SIGN_TEXT_BYTES]; /* UTF-8; "" : dark */
    char number[12];            /* "" : nobody is called */
    char counter[SIGN_CODE_MAX];
    int calls; /* a recall shows the same once more */
};

enum sign_answer {
    SIGN_WAIT,    /* for more */
    SIGN_TAKEN,   /* the sign shows it */
    SIGN_REFUSED, /* it says no: nothing comes of sending it again at once */
    SIGN_BUSY,    /* in a second, then */
    SIGN_GARBAGE, /* that is no answer of such a sign */
};

struct sign_driver {
    const char *name;
    int gap_ms; /* between two frames to one sign */
    bool connects;
    /* What a new connection begins with, answered like a frame; NULL: nothing. */
    void (*greet)(const struct sign_plan *p, struct buf *out);
    /* False: it cannot be shown there. */
    bool (*show)(const struct sign_plan *p, const struct sign_face *f, struct buf *out);
    /* Looks at what has come since the frame was sent; *used bytes of it are done with. why: a code
     * for people, of REFUSED and GARBAGE. */
    enum sign_answer (*read)(const struct sign_plan *p, struct str in, size_t *used,
                             char why[SIGN_WHY_MAX]);
    /* A sign that answers is looked after; others are taken at their line's word. */
    bool (*answers)(const struct sign_plan *p);
};

/* NULL when there is none of that name. */
const struct sign_driver *sign_driver_find(const char *name);

extern const struct sign_driver sign_null;
extern const struct sign_driver sign_onbon;
extern const struct sign_driver sign_frame;
extern const struct sign_driver sign_modbus;
extern const struct sign_driver sign_alpha;

/* The two presets as templates; serial: of a line, not of TCP. */
const char *sign_preset_frame(const char *driver, bool serial);
const char *sign_preset_answer(const char *driver, bool serial); /* "" : none */

/* sign_text.c */
/* As GBK; what it has no sign for becomes a question mark. */
void sign_text_gbk(struct str utf8, struct buf *out);
void sign_text_ascii(struct str utf8, struct buf *out);
/* The text with number and counter put in; cut at a whole character where it is too long. */
void sign_text_fill(const char *template, const char *number, const char *counter,
                    char out[SIGN_TEXT_BYTES]);

/* sign_plan.c: NULL (logged) when a stored hall file holds what this program does not take. */
struct sign_plan *sign_plan_new(const struct hall_sign *s);
void sign_plan_free(struct sign_plan *p); /* NULL allowed */

#endif
