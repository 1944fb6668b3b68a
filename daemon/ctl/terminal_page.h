/* Between the files that draw the terminal board. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_PAGE_H
#define PAIHAO_CTL_TERMINAL_PAGE_H

#include "ctl/terminal_draw.h"
#include "ctl/terminal_text.h"

struct page {
    const struct terminal_view *v;
    struct pen pen;
    int left; /* rows */
};

/* terminal_draw.c */
struct str page_word(const struct page *p, enum terminal_word w);
struct str page_name(const struct page *p, const json_t *thing); /* of a hall or a service */
void page_styled(struct page *p, const char *sgr, struct str text);
void page_newline(struct page *p);
enum terminal_word page_state(const json_t *call); /* called, serving, ended */

/* terminal_lists.c: the last calls and those who wait, in the rows that are left. */
void lists_beside(struct page *p);
void lists_below(struct page *p);

#endif
