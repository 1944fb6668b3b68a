/* The picture of a board: head, notices, the newest call large, then the last calls beside those
 * who wait (below each other on a narrow terminal). What does not fit is left out from the bottom;
 * the waiting list turns its pages. Owns nothing. Single-threaded. Another part of the picture gets
 * its add_ function and its place in terminal_draw(). SPDX-License-Identifier: MIT */
#include "ctl/terminal_page.h"

#include "ctl/terminal_digits.h"

#include <string.h>

enum {
    TWO_COLUMNS = 64,    /* from this width on, lists stand beside each other */
    ROOM_FOR_LARGE = 11, /* rows below the head: label, 5, a blank one, some for the lists */
    ALL_ROWS = 10000,    /* of a view that names none */
};

const char *terminal_lang_code(enum terminal_lang lang)
{
    return lang == TERMINAL_ZH ? "zh" : "en";
}

struct str page_word(const struct page *p, enum terminal_word w)
{
    return terminal_word(p->v->lang, w);
}

struct str page_name(const struct page *p, const json_t *thing)
{
    return terminal_text_of(json_object_get(thing, "names"), terminal_lang_code(p->v->lang));
}

void page_newline(struct page *p)
{
    pen_newline(&p->pen);
    p->left--;
}

void page_styled(struct page *p, const char *sgr, struct str text)
{
    pen_style(&p->pen, sgr);
    pen_put(&p->pen, text);
    pen_style(&p->pen, "0");
}

static void blank(struct page *p)
{
    if (p->left > 0 && !p->v->plain)
        page_newline(p);
}

static void centred(struct page *p, const char *sgr, struct str text)
{
    if (!p->v->plain)
        pen_move(&p->pen, (p->v->cols - terminal_width(text)) / 2);
    page_styled(p, sgr, text);
    page_newline(p);
}

static void add_head(struct page *p)
{
    const struct terminal_view *v = p->v;
    struct buf clock;

    buf_init(&clock);
    terminal_date(v->lang, v->state->zone, v->now_ms, &clock);
    int from = v->cols - terminal_width(buf_str(&clock));
    pen_style(&p->pen, "1");
    pen_put_within(&p->pen, page_name(p, v->state->hall), from - 2);
    pen_style(&p->pen, "0");
    pen_move(&p->pen, from);
    pen_put(&p->pen, buf_str(&clock));
    page_newline(p);
    buf_clear(&clock);
    blank(p);
}

/* --- notices --- */

static const json_t *service_of(const struct page *p, const char *code)
{
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(p->v->state->hall, "services"), i, one)
    {
        if (str_is(json_str(one, "code"), code))
            return one;
    }
    return NULL;
}

/* All of it in one line: a hall of forty services must not push the number off the screen. */
static void add_stopped(struct page *p)
{
    json_t *stopped = p->v->state->stopped, *reason, *all = json_object_get(stopped, "*");
    const char *code;
    bool first = true;

    if (json_object_size(stopped) == 0 || p->left <= 0)
        return;
    pen_style(&p->pen, "33");
    pen_put(&p->pen, page_word(p, all != NULL ? WORD_STOPPED_ALL : WORD_STOPPED_SOME));
    json_object_foreach(stopped, code, reason)
    {
        if (all != NULL && reason != all)
            continue;
        if (!first)
            pen_put(&p->pen, STR(", "));
        first = false;
        if (all == NULL)
            pen_put(&p->pen, page_name(p, service_of(p, code)));
        pen_put(&p->pen, STR(" ("));
        pen_put(&p->pen, str_of(json_string_value(reason)));
        pen_put(&p->pen, STR(")"));
    }
    pen_style(&p->pen, "0");
    page_newline(p);
}

static void add_notices(struct page *p)
{
    const struct terminal_view *v = p->v;
    const json_t *texts = json_object_get(v->state->announcement, "texts");
    struct str text = terminal_text_of(texts, terminal_lang_code(v->lang));
    int before = p->left;

    if (text.len > 0 && json_i64(v->state->announcement, "until", 0) > v->now_ms && p->left > 0) {
        page_styled(p, "1;33", text);
        page_newline(p);
    }
    add_stopped(p);
    if (p->left < before)
        blank(p);
}

/* --- the newest call --- */

enum terminal_word page_state(const json_t *call)
{
    struct str state = json_str(call, "state");

    return str_is(state, "serving") ? WORD_SERVING
           : str_is(state, "ended") ? WORD_ENDED
                                    : WORD_CALLED;
}

static void add_large(struct page *p, struct str text, int dot)
{
    pen_style(&p->pen, p->v->fresh ? "1;32" : "1");
    for (int row = 0; row < DIGITS_ROWS; row++) {
        pen_move(&p->pen, (p->v->cols - digits_width(text, dot)) / 2);
        digits_put(&p->pen, text, dot, row);
        page_newline(p);
    }
    pen_style(&p->pen, "0");
}

/* Two columns a dot look right; one is better than none. 0: there is no room for large letters. */
static int dot_for(const struct page *p, struct str text)
{
    if (p->v->plain || p->left < ROOM_FOR_LARGE)
        return 0;
    for (int dot = 2; dot > 0; dot--)
        if (digits_width(text, dot) <= p->v->cols)
            return dot;
    return 0;
}

static void add_newest(struct page *p)
{
    const json_t *call = json_array_get(p->v->state->calls, 0);
    struct buf large, small;

    if (call == NULL) {
        centred(p, "1", page_word(p, WORD_NO_CALLS));
        if (p->left > 0)
            centred(p, "2", page_word(p, WORD_NO_CALLS_HINT));
        blank(p);
        return;
    }
    struct str number = json_str(call, "number"), counter = json_str(call, "counter");
    buf_init(&large);
    buf_init(&small);
    buf_addf(&large, STR_FMT " > " STR_FMT, STR_ARG(number), STR_ARG(counter));
    buf_addf(&small, STR_FMT " \xE2\x86\x92 " STR_FMT " " STR_FMT, STR_ARG(number),
             STR_ARG(page_word(p, WORD_COUNTER)), STR_ARG(counter));
    bool called = page_state(call) == WORD_CALLED;
    int dot = dot_for(p, buf_str(&large));
    struct str label = page_word(p, called ? WORD_NOW : page_state(call));
    if (!p->v->plain && p->left > 1)
        centred(p, called ? "1;32" : "2", label);
    if (dot > 0)
        add_large(p, buf_str(&large), dot);
    else if (p->v->plain)
        buf_addf(&small, "  (" STR_FMT ")", STR_ARG(label));
    if (dot == 0 && p->left > 0)
        centred(p, "1", buf_str(&small));
    buf_clear(&large);
    buf_clear(&small);
    blank(p);
}

/* --- a link that is broken --- */

static void add_behind(struct page *p)
{
    struct buf b;

    buf_init(&b);
    buf_add_char(&b, ' ');
    buf_add_str(&b, page_word(p, WORD_STALE));
    terminal_time(p->v->state->zone, p->v->since_ms, &b);
    buf_add_char(&b, ' ');
    page_styled(p, "7;1;33", buf_str(&b));
    page_newline(p);
    buf_clear(&b);
}

/* Numbers that are a minute old are not to be believed. */
static void add_offline(struct page *p)
{
    blank(p);
    blank(p);
    if (p->left > 0)
        centred(p, "1;33", page_word(p, WORD_OFFLINE));
    if (p->left > 0)
        centred(p, "0", page_word(p, WORD_OFFLINE_HINT));
}

void terminal_draw(const struct terminal_view *v, struct buf *out)
{
    struct page p = {.v = v,
                     .pen = {.out = out, .width = v->cols, .plain = v->plain},
                     .left = v->rows > 0 ? v->rows : ALL_ROWS};

    if (v->rows == 0 || v->rows > 2) /* else the number is what counts */
        add_head(&p);
    if ((v->link == LINK_STALE || v->link == LINK_OFFLINE) && p.left > 0)
        add_behind(&p);
    if (v->link == LINK_OFFLINE) {
        add_offline(&p);
        return;
    }
    if (!v->state->begun) {
        centred(&p, "2", page_word(&p, WORD_CONNECTING));
        return;
    }
    if (p.left > 2)
        add_notices(&p);
    if (p.left > 0)
        add_newest(&p);
    if (p.left > 1 && v->cols >= TWO_COLUMNS)
        lists_beside(&p);
    else if (p.left > 1)
        lists_below(&p);
}
