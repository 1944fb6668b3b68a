/* ESC/POS. Owns nothing but its buffer; any thread. Text becomes cells of one or two bytes, which
 * is also their width in columns; what a printer has no letter for is written otherwise or as '?'.
 * Sizes are told twice, to the Latin and to the Chinese font: there are printers that know the one
 * command or the other. A further letter is a row in others[]. SPDX-License-Identifier: MIT */
#include "display/escpos.h"

#include "base/mem.h"
#include <assert.h>
#include <qrencode.h>
#include <string.h>

enum {
    QR_QUIET = 4,     /* modules of white around it, as the standard asks */
    QR_SHARE = 3,     /* of the paper's width: two thirds at most */
    QR_SCALE_MIN = 3, /* dots a module: 0.4 mm, below that phones give up */
    QR_SCALE_MAX = 8,
};

struct cell {
    uint32_t cp;
    char bytes[2];
    int width; /* bytes and columns */
};

/* Latin letters in any case (GB18030 has some, two columns wide and four bytes long the others),
 * punctuation where there is no Chinese. */
static const struct {
    uint32_t cp;
    const char *text;
    bool always;
} others[] = {
    {0xa0, " ", true},     {0xc4, "Ae", true},    {0xd6, "Oe", true},    {0xdc, "Ue", true},
    {0xe4, "ae", true},    {0xf6, "oe", true},    {0xfc, "ue", true},    {0xdf, "ss", true},
    {0xe0, "a", true},     {0xe1, "a", true},     {0xe7, "c", true},     {0xe8, "e", true},
    {0xe9, "e", true},     {0xf1, "n", true},     {0x20ac, "EUR", true}, {0x2013, "-", true},
    {0xb7, "-", false},    {0x2014, "-", false},  {0x2018, "'", false},  {0x2019, "'", false},
    {0x201c, "\"", false}, {0x201d, "\"", false}, {0x2026, "...", false}};

static void add(struct escpos *e, const char *bytes, size_t len)
{
    buf_add(&e->out, bytes, len);
}

#define ADD(e, literal) add((e), (literal), sizeof(literal) - 1)

void escpos_begin(struct escpos *e, int columns, bool chinese)
{
    *e = (struct escpos){.columns = columns, .size = 1, .chinese = chinese};
    buf_init(&e->out);
    if (chinese) {
        e->gb = iconv_open("GB18030", "UTF-8");
        /* Without the table of the C library only what is ASCII can be printed. */
        e->chinese = e->gb != (iconv_t)-1; /* NOLINT(performance-no-int-to-ptr) */
    }
    ADD(e, "\x1b@");
    escpos_centre(e, true);
}

void escpos_end(struct escpos *e)
{
    if (e->chinese)
        (void)iconv_close(e->gb); /* nothing is left in it */
    e->chinese = false;
}

void escpos_centre(struct escpos *e, bool on)
{
    ADD(e, "\x1b"
           "a");
    buf_add_char(&e->out, on ? 1 : 0);
}

void escpos_bold(struct escpos *e, bool on)
{
    ADD(e, "\x1b"
           "E");
    buf_add_char(&e->out, on ? 1 : 0);
}

void escpos_size(struct escpos *e, int times)
{
    assert(times >= 1 && times <= ESCPOS_SIZE_MAX);
    e->size = times;
    if (e->chinese) {
        ADD(e, "\x1c!");
        buf_add_char(&e->out, times > 1 ? 0x0c : 0);
    }
    ADD(e, "\x1d!");
    buf_add_char(&e->out, (char)((times - 1) << 4 | (times - 1)));
}

/* --- letters --- */

static uint32_t code_point(struct str s, size_t len)
{
    static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t cp = (unsigned char)s.p[0] & first[len];

    for (size_t i = 1; i < len; i++)
        cp = cp << 6 | ((unsigned char)s.p[i] & 0x3f);
    return cp;
}

static const char *otherwise(const struct escpos *e, uint32_t cp)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (others[i].cp == cp && (others[i].always || !e->chinese))
            return others[i].text;
    }
    return NULL;
}

/* Two bytes of GB18030: those with four are in no printer's font. */
static bool to_gb(const struct escpos *e, struct str letter, char out[2])
{
    char *in = (char *)letter.p, *to = out; /* iconv() does not write to it */
    size_t left = letter.len, room = 2;

    if (!e->chinese)
        return false;
    bool good = iconv(e->gb, &in, &left, &to, &room) != (size_t)-1 && room == 0;
    (void)iconv(e->gb, NULL, NULL, NULL, NULL); /* back to its first state */
    return good;
}

static size_t add_plain(struct cell *cells, size_t n, const char *text)
{
    for (; *text != '\0' && n < ESCPOS_CELLS_MAX; text++, n++)
        cells[n] = (struct cell){(unsigned char)*text, {*text, 0}, 1};
    return n;
}

static size_t cells_of(const struct escpos *e, struct str text, struct cell *cells)
{
    size_t n = 0;

    while (text.len > 0 && n < ESCPOS_CELLS_MAX) {
        size_t len = str_utf8_next(text);
        struct str letter = {text.p, len > 0 ? len : 1};
        uint32_t cp = len > 0 ? code_point(text, len) : '?';
        const char *plain = otherwise(e, cp);
        struct cell cell = {.cp = cp, .width = 2};

        if (plain != NULL)
            n = add_plain(cells, n, plain);
        else if (cp >= 0x20 && cp < 0x7f)
            cells[n++] = (struct cell){cp, {(char)cp, 0}, 1};
        else if (to_gb(e, letter, cell.bytes))
            cells[n++] = cell;
        else
            n = add_plain(cells, n, "?");
        text = (struct str){text.p + letter.len, text.len - letter.len};
    }
    return n;
}

int escpos_width(const struct escpos *e, struct str text)
{
    struct cell *cells = mem_calloc(ESCPOS_CELLS_MAX, sizeof(*cells));
    size_t n = cells_of(e, text, cells);
    int width = 0;

    for (size_t i = 0; i < n; i++)
        width += cells[i].width;
    mem_free(cells);
    return width;
}

/* --- lines --- */

static bool is_one_of(const struct cell *c, const char *const *signs)
{
    for (; *signs != NULL; signs++) {
        struct str s = str_of(*signs);
        if (code_point(s, str_utf8_next(s)) == c->cp)
            return true;
    }
    return false;
}

/* May a line end between these two? Never before what closes, never behind what opens. */
static bool may_break(const struct cell *before, const struct cell *after)
{
    static const char *const closing[] = {"，", "。", "、", "；", "：", "？", "！",
                                          "）", "》", "」", "”",  "…",  ",",  ".",
                                          ";",  ":",  "?",  "!",  ")",  NULL};
    static const char *const opening[] = {"（", "《", "「", "“", "(", NULL};

    if (before->cp == ' ')
        return true;
    return (before->width == 2 || after->width == 2) && !is_one_of(after, closing) &&
           !is_one_of(before, opening);
}

/* Where the line that begins at `from` ends. */
static size_t line_end(const struct cell *cells, size_t from, size_t n, int columns)
{
    size_t fits = from;
    int width = 0;

    while (fits < n && width + cells[fits].width <= columns)
        width += cells[fits++].width;
    if (fits == n || cells[fits].cp == ' ')
        return fits;
    for (size_t at = fits; at > from + 1; at--) {
        if (may_break(&cells[at - 1], &cells[at]))
            return at;
    }
    return fits > from ? fits : from + 1; /* a word longer than the line */
}

/* Chinese mode is switched on anew before each run of Chinese: some printers leave it by themselves
 * with the first Latin letter. */
static void add_line(struct escpos *e, const struct cell *cells, size_t n)
{
    while (n > 0 && cells[n - 1].cp == ' ')
        n--;
    for (size_t i = 0; i < n; i++) {
        if (cells[i].width == 2 && (i == 0 || cells[i - 1].width == 1))
            ADD(e, "\x1c&");
        add(e, cells[i].bytes, (size_t)cells[i].width);
    }
    buf_add_char(&e->out, '\n');
}

void escpos_text(struct escpos *e, struct str text)
{
    struct cell *cells = mem_calloc(ESCPOS_CELLS_MAX, sizeof(*cells));
    size_t n = cells_of(e, text, cells), from = 0;

    do {
        size_t to = line_end(cells, from, n, e->columns / e->size);
        add_line(e, cells + from, to - from);
        from = to;
        while (from < n && cells[from].cp == ' ')
            from++;
    } while (from < n);
    mem_free(cells);
}

void escpos_rule(struct escpos *e)
{
    for (int i = 0; i < e->columns; i++)
        buf_add_char(&e->out, '-');
    buf_add_char(&e->out, '\n');
}

/* --- QR codes --- */

static int scale_of(const struct escpos *e, const QRcode *qr)
{
    int dots = e->columns * ESCPOS_DOTS;
    int scale = dots * 2 / QR_SHARE / (qr->width + 2 * QR_QUIET);

    if (scale < QR_SCALE_MIN)
        scale = dots / (qr->width + 2 * QR_QUIET); /* a long text: as wide as there is paper */
    return scale > QR_SCALE_MAX ? QR_SCALE_MAX : scale;
}

static void add_u16(struct escpos *e, size_t n)
{
    buf_add_char(&e->out, (char)(n & 0xff));
    buf_add_char(&e->out, (char)(n >> 8));
}

static void add_native(struct escpos *e, struct str text, int scale)
{
    ADD(e, "\x1d(k\x04\x00"
           "1A2\x00"); /* model 2 */
    ADD(e, "\x1d(k\x03\x00"
           "1C"); /* dots a module */
    buf_add_char(&e->out, (char)scale);
    ADD(e, "\x1d(k\x03\x00"
           "1E1");    /* M: reads with 15 % of it covered */
    ADD(e, "\x1d(k"); /* stored */
    add_u16(e, text.len + 3);
    ADD(e, "1P0");
    buf_add_str(&e->out, text);
    ADD(e, "\x1d(k\x03\x00"
           "1Q0"); /* and drawn */
}

/* One row of dots; bit 7 is the leftmost one. */
static void draw_row(char *row, const QRcode *qr, int y, int scale)
{
    for (int x = 0; x < qr->width * scale; x++) {
        int at = x + QR_QUIET * scale;
        if (qr->data[(size_t)y * (size_t)qr->width + (size_t)(x / scale)] & 1)
            row[at / 8] = (char)((unsigned char)row[at / 8] | 0x80u >> at % 8);
    }
}

static void add_raster(struct escpos *e, const QRcode *qr, int scale)
{
    size_t side = (size_t)((qr->width + 2 * QR_QUIET) * scale), width = (side + 7) / 8;
    char *row = mem_calloc(1, width);

    ADD(e, "\x1dv0\x00");
    add_u16(e, width);
    add_u16(e, side);
    for (int y = -QR_QUIET; y < qr->width + QR_QUIET; y++) {
        memset(row, 0, width);
        if (y >= 0 && y < qr->width)
            draw_row(row, qr, y, scale);
        for (int i = 0; i < scale; i++)
            add(e, row, width);
    }
    mem_free(row);
}

bool escpos_qr(struct escpos *e, struct str text, bool raster)
{
    QRcode *qr = QRcode_encodeData((int)text.len, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    int scale = qr != NULL ? scale_of(e, qr) : 0;
    bool fits = scale >= 1;

    if (fits && raster)
        add_raster(e, qr, scale);
    else if (fits)
        add_native(e, text, scale);
    if (qr != NULL)
        QRcode_free(qr);
    return fits;
}

void escpos_cut(struct escpos *e, bool cut)
{
    if (cut)
        ADD(e, "\x1dVB\x00");
    else
        ADD(e, "\x1b"
               "d\x05");
}

void escpos_ask_done(struct escpos *e)
{
    ADD(e, "\x1dr\x01");
}
