/* Phrases that texts are put together from. A kind that may be answered in another way is a row of
 * asks[], another language a column of phrases[] and whats[]. Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/phrases.h"

#include "sms/plain.h"
#include <stddef.h>
#include <string.h>

enum column { ZH, EN, DE, COLUMNS };

enum asks { ASKS_NOTHING, ASKS_BOOKING, ASKS_TICKET, ASKS_OFFER };

static const enum asks asks[TEXT_KINDS] = {
    [TEXT_BOOKED] = ASKS_BOOKING, [TEXT_MOVED] = ASKS_BOOKING,   [TEXT_REMINDER] = ASKS_BOOKING,
    [TEXT_TICKET] = ASKS_TICKET,  [TEXT_COME_NOW] = ASKS_TICKET, [TEXT_OFFER] = ASKS_OFFER,
    [TEXT_REBOOK] = ASKS_OFFER,
};

static const char *const phrases[][COLUMNS] = {
    [ASKS_NOTHING] = {"", "", ""},
    [ASKS_BOOKING] = {"回复 0 取消，1 会到，2 晚到。",
                      "Reply 0 to cancel, 1 if you are coming, 2 if you will be late. ",
                      "Antwort 0: absagen, 1: ich komme, 2: ich komme später. "},
    [ASKS_TICKET] = {"回复 0 取消，1 会到，2 需要更多时间。",
                     "Reply 0 to cancel, 1 if you are coming, 2 for more time. ",
                     "Antwort 0: absagen, 1: ich komme, 2: mehr Zeit. "},
    [ASKS_OFFER] = {"回复 1 接受，0 放弃，", "Reply 1 to take it, 0 to decline. ",
                    "Antwort 1: annehmen, 0: ablehnen. "},
};

/* Texts of other languages are in English: text.c falls back on it. */
static enum column column_of(struct str language)
{
    return str_is(language, "zh") ? ZH : str_is(language, "de") ? DE : EN;
}

void phrases_replies(const json_t *config, enum text_kind kind, struct str language,
                     struct buf *out)
{
    if (json_bool(config, "replies", false))
        buf_add_c(out, phrases[asks[kind]][column_of(language)]);
}

/* A sentence that ends itself gets no full stop more. */
static bool has_end(struct str said)
{
    static const char *const ends[] = {".", "!", "?", "。", "！", "？", "…"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        size_t len = strlen(ends[i]);
        if (said.len >= len && memcmp(said.p + said.len - len, ends[i], len) == 0)
            return true;
    }
    return false;
}

void phrases_reason(struct str reason, size_t max, struct str language, struct buf *out)
{
    static const char *const around[COLUMNS][3] = {
        {"原因：", "。", ""}, {"Reason: ", ".", " "}, {"Grund: ", ".", " "}};
    const char *const *words = around[column_of(language)];
    struct buf said;

    buf_init(&said);
    plain_add(&said, reason, max);
    if (said.len)
        buf_addf(out, "%s" STR_FMT "%s%s", words[0], STR_ARG(buf_str(&said)),
                 has_end(buf_str(&said)) ? "" : words[1], words[2]);
    buf_clear(&said);
}

static void add_booking(enum column column, struct str date, struct str time, struct buf *out)
{
    static const char *const without[COLUMNS] = {"您的预约", "your appointment", "Ihr Termin"};
    static const char *const at[COLUMNS][3] = {
        {"您 ", "", " 的预约"}, {"your appointment on ", ", ", ""}, {"Ihr Termin am ", ", ", ""}};

    if (!date.len) {
        buf_add_c(out, without[column]);
        return;
    }
    buf_addf(out, "%s" STR_FMT "%s" STR_FMT "%s", at[column][0], STR_ARG(date), at[column][1],
             STR_ARG(time), at[column][2]);
}

void phrases_what(const struct phrases_subject *s, struct str language, struct buf *out)
{
    static const char *const numbered[COLUMNS][2] = {
        {"您的 ", " 号"}, {"number ", ""}, {"Nummer ", ""}};
    enum column column = column_of(language);

    if (s->of_booking)
        add_booking(column, s->date, s->time, out);
    else if (s->number.len)
        buf_addf(out, "%s" STR_FMT "%s", numbered[column][0], STR_ARG(s->number),
                 numbered[column][1]);
}
