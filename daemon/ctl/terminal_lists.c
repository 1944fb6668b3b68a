/* The last calls beside those who wait, or below each other. The waiting list turns its pages. Owns
 * nothing. Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/terminal_page.h"

enum {
    TURN_MS = 8000, /* a page of the waiting list */
    NUMBER_COLUMNS = 9,
    ROOM_FOR_WAIT = 30, /* columns: less is for names alone */
};

static void put_call(struct page *p, const json_t *call, int column, int width)
{
    struct buf time;
    int end = column + width;
    bool called = page_state(call) == WORD_CALLED;

    buf_init(&time);
    terminal_time(p->v->state->zone, json_i64(call, "at", 0), &time);
    pen_style(&p->pen, called ? "1" : "2");
    pen_put_within(&p->pen, json_str(call, "number"), NUMBER_COLUMNS - 1);
    pen_move(&p->pen, column + NUMBER_COLUMNS);
    pen_put(&p->pen, STR("\xE2\x86\x92 "));
    pen_put_within(&p->pen, json_str(call, "counter"), NUMBER_COLUMNS - 3);
    pen_move(&p->pen, column + 2 * NUMBER_COLUMNS);
    pen_put(&p->pen, buf_str(&time));
    pen_put(&p->pen, STR("  "));
    pen_put_within(&p->pen, page_word(p, page_state(call)), end - p->pen.at);
    pen_style(&p->pen, "0");
    buf_clear(&time);
}

static void put_waiting(struct page *p, const json_t *service, int column, int width)
{
    const char *code = json_string_value(json_object_get(service, "code"));
    const json_t *wait = json_object_get(p->v->state->waits, code);
    int64_t low = json_i64(wait, "low", 0), high = json_i64(wait, "high", 0);
    int wide = width > ROOM_FOR_WAIT ? 16 : 5; /* with room for the wait */
    struct buf b;

    buf_init(&b);
    buf_addf(&b, "%4d", (int)json_i64(p->v->state->waiting, code, 0));
    if (wide > 5 && json_is_object(wait) && low < high)
        buf_addf(&b, "  %d\xE2\x80\x93%d " STR_FMT, (int)low, (int)high,
                 STR_ARG(page_word(p, WORD_MINUTES)));
    else if (wide > 5 && json_is_object(wait))
        buf_addf(&b, "  %d " STR_FMT, (int)high, STR_ARG(page_word(p, WORD_MINUTES)));
    pen_put_within(&p->pen, page_name(p, service), width - wide);
    pen_move(&p->pen, column + width - wide);
    pen_put_within(&p->pen, buf_str(&b), wide);
    buf_clear(&b);
}

/* The services somebody waits for, in the order of the hall's file: the k-th, or how many (k < 0).
 */
static const json_t *waiting_at(const struct page *p, int k, int *count)
{
    const json_t *one;
    size_t i;

    *count = 0;
    json_array_foreach(json_object_get(p->v->state->hall, "services"), i, one)
    {
        const char *code = json_string_value(json_object_get(one, "code"));
        if (code != NULL && json_i64(p->v->state->waiting, code, 0) > 0 && (*count)++ == k)
            return one;
    }
    return NULL;
}

struct list {
    int first, shown, count; /* of the waiting list, this turn */
};

static struct list list_for(const struct page *p, int rows)
{
    struct list l = {0};

    (void)waiting_at(p, -1, &l.count);
    l.shown = rows < l.count ? rows : l.count;
    if (l.shown > 0) {
        int pages = (l.count + l.shown - 1) / l.shown;
        l.first = (int)(p->v->now_ms / TURN_MS % pages) * l.shown;
    }
    return l;
}

/* One line of either list; row -1 is its head. */
static void put_latest_row(struct page *p, int row, int width)
{
    const json_t *call = row >= 0 ? json_array_get(p->v->state->calls, (size_t)row + 1) : NULL;

    if (row < 0)
        page_styled(p, "4", page_word(p, WORD_LATEST));
    else if (call != NULL)
        put_call(p, call, p->pen.at, width);
    else if (row == 0)
        page_styled(p, "2", page_word(p, WORD_FEW));
}

static void put_waiting_row(struct page *p, const struct list *l, int row, int width)
{
    int count;
    const json_t *service =
        row >= 0 && row < l->shown ? waiting_at(p, l->first + row, &count) : NULL;

    if (row < 0)
        page_styled(p, "4", page_word(p, WORD_WAITING));
    else if (service != NULL)
        put_waiting(p, service, p->pen.at, width);
    else if (row == 0 && l->count == 0)
        page_styled(p, "2", page_word(p, WORD_NOBODY));
}

static int latest_count(const struct page *p)
{
    int n = (int)json_array_size(p->v->state->calls) - 1;

    return n > 1 ? n : 1; /* the line that says there are none */
}

void lists_beside(struct page *p)
{
    int width = (p->v->cols - 4) / 2, rows = p->left - 1;
    struct list l = list_for(p, rows);
    int waiting = l.shown > 1 ? l.shown : 1;
    int wanted = latest_count(p) > waiting ? latest_count(p) : waiting;

    for (int row = -1; row < wanted && p->left > 0; row++) {
        put_latest_row(p, row, width);
        pen_move(&p->pen, width + 4);
        put_waiting_row(p, &l, row, width);
        page_newline(p);
    }
}

void lists_below(struct page *p)
{
    int half = p->v->rows == 0 ? TERMINAL_CALLS : p->left / 2;

    for (int row = -1; row < latest_count(p) && row < half - 1 && p->left > 0; row++) {
        put_latest_row(p, row, p->v->cols);
        page_newline(p);
    }
    struct list l = list_for(p, p->left - 1);
    for (int row = -1; row < (l.shown > 1 ? l.shown : 1) && p->left > 0; row++) {
        put_waiting_row(p, &l, row, p->v->cols);
        page_newline(p);
    }
}
