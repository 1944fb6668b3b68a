/* A ticket as it stands on paper: the hall, the number as large as it fits, what it is for, how
 * many are before it, the way to the citizen's page, what to bring. In the citizen's language and,
 * where the hall speaks another one, in that too: staff read it as well. Pure. A further line is a
 * word in slip_words.def and a call in slip_write(). SPDX-License-Identifier: MIT */
#include "display/slip.h"

#include "display/escpos.h"
#include <stdio.h>
#include <string.h>

enum {
    NUMBER_TIMES = 6, /* 18 mm high */
    COUNT_MAX = 24,
    TIME_MAX = 40,       /* "2026-11-23 09:41" */
    DOCUMENTS_SHOWN = 8, /* the rest stands on the citizen's page */
    LANGUAGES_MAX = 2,
};

enum word {
#define WORD(id, zh, en, de) WORD_##id,
#include "display/slip_words.def"
#undef WORD
};

static const char *const words[][3] = {
#define WORD(id, zh, en, de) {zh, en, de},
#include "display/slip_words.def"
#undef WORD
};

struct sheet {
    const struct slip *s;
    struct escpos e;
    const char *languages[LANGUAGES_MAX]; /* the citizen's first */
    int language_count;
};

static bool speaks(const struct slip *s, const char *language)
{
    bool chinese = strcmp(s->printer->encoding, "gb18030") == 0;

    return chinese || strcmp(language, "zh") != 0;
}

static void add_language(struct sheet *t, const char *language)
{
    if (t->language_count == LANGUAGES_MAX || !speaks(t->s, language))
        return;
    if (t->language_count == 1 && strcmp(t->languages[0], language) == 0)
        return;
    t->languages[t->language_count++] = language;
}

static void choose_languages(struct sheet *t)
{
    const struct hall_file *hall = t->s->hall;

    for (size_t i = 0; i < hall->language_count; i++) {
        if (str_is(t->s->lang, hall->languages[i]))
            add_language(t, hall->languages[i]);
    }
    for (size_t i = 0; i < hall->language_count; i++)
        add_language(t, hall->languages[i]);
}

static const char *word_in(enum word id, const char *language)
{
    return words[id][strcmp(language, "zh") == 0 ? 0 : strcmp(language, "de") == 0 ? 2 : 1];
}

/* Texts in the languages of this sheet: beside each other where the line is long enough. */
static void add_texts(struct sheet *t, const char *const *texts)
{
    struct buf both;
    int n = t->language_count == 2 && strcmp(texts[0], texts[1]) != 0 ? 2 : 1;

    buf_init(&both);
    buf_add_c(&both, texts[0]);
    if (n == 2)
        buf_addf(&both, "  %s", texts[1]);
    if (escpos_width(&t->e, buf_str(&both)) * t->e.size <= t->e.columns) {
        escpos_text(&t->e, buf_str(&both));
    } else {
        for (int i = 0; i < n; i++)
            escpos_text(&t->e, str_of(texts[i]));
    }
    buf_clear(&both);
}

/* A text of the hall file; "" where it has none that this printer has letters for. */
static const char *text_of(const struct sheet *t, const struct hall_texts *texts, int language)
{
    const char *wanted = t->languages[language];

    if (strcmp(t->s->printer->encoding, "gb18030") == 0)
        return hall_text(t->s->hall, texts, str_of(wanted));
    const char *first = strcmp(wanted, "de") == 0 ? texts->de : texts->en;
    const char *second = first == texts->de ? texts->en : texts->de;
    return first[0] != '\0' ? first : second;
}

/* Of the hall file. Nothing where it says nothing; where it does so in one language only, that. */
static void add_hall_texts(struct sheet *t, const struct hall_texts *texts)
{
    const char *found[LANGUAGES_MAX] = {"", ""};

    for (int i = 0; i < t->language_count; i++)
        found[i] = text_of(t, texts, i);
    if (found[0][0] != '\0')
        add_texts(t, found);
}

/* Each {} gives way to the next value. */
static void fill(struct buf *out, const char *form, const char *const *values)
{
    for (const char *hole; (hole = strstr(form, "{}")) != NULL && *values != NULL; values++) {
        buf_add(out, form, (size_t)(hole - form));
        buf_add_c(out, *values);
        form = hole + 2;
    }
    buf_add_c(out, form);
}

/* values: as many as the word has holes, then NULL. */
static void add_word(struct sheet *t, enum word id, const char *const *values)
{
    struct buf filled[LANGUAGES_MAX];
    const char *texts[LANGUAGES_MAX] = {"", ""};

    for (int i = 0; i < t->language_count; i++) {
        buf_init(&filled[i]);
        fill(&filled[i], word_in(id, t->languages[i]), values);
        texts[i] = filled[i].p;
    }
    add_texts(t, texts);
    for (int i = 0; i < t->language_count; i++)
        buf_clear(&filled[i]);
}

static void add_words(struct sheet *t, enum word id)
{
    const char *const none[] = {NULL};

    add_word(t, id, none);
}

static void add_count(struct sheet *t, enum word id, int64_t n)
{
    char text[COUNT_MAX];
    const char *const values[] = {text, NULL};

    (void)snprintf(text, sizeof(text), "%lld", (long long)n); /* any int64 fits */
    add_word(t, id, values);
}

static void time_text(const struct slip *s, int64_t ms, bool with_day, char *out)
{
    struct zone_local l;
    char day[TIME_MAX] = "";

    zone_local(s->zone, ms, &l);
    if (with_day)
        (void)snprintf(day, sizeof(day), "%04d-%02d-%02d ", l.year, l.month, l.day);
    (void)snprintf(out, TIME_MAX, "%.11s%02d:%02d", day, l.hour, l.minute);
}

static void add_moment(struct sheet *t, enum word id, int64_t ms, bool with_day)
{
    char text[TIME_MAX];

    time_text(t->s, ms, with_day, text);
    const char *const values[] = {text, NULL};
    add_word(t, id, values);
}

static void add_heading(struct sheet *t)
{
    const struct slip *s = t->s;

    if (s->reprint) {
        escpos_size(&t->e, 2);
        add_words(t, WORD_REPRINT);
    }
    escpos_size(&t->e, 2);
    escpos_bold(&t->e, true);
    escpos_text(&t->e, str_of(text_of(t, &s->hall->names, 0)));
    escpos_size(&t->e, 1);
    escpos_bold(&t->e, false);
    if (t->language_count == 2)
        escpos_text(&t->e, str_of(text_of(t, &s->hall->names, 1)));
    add_hall_texts(t, &s->printer->header);
    escpos_rule(&t->e);
}

static void add_number(struct sheet *t)
{
    int times = t->e.columns / (int)(t->s->number.len > 0 ? t->s->number.len : 1);

    add_words(t, WORD_NUMBER);
    times = times > NUMBER_TIMES ? NUMBER_TIMES : times < 1 ? 1 : times;
    escpos_size(&t->e, times);
    escpos_bold(&t->e, true);
    escpos_text(&t->e, t->s->number);
    escpos_bold(&t->e, false);
    escpos_size(&t->e, 1);
}

static const struct hall_class *class_of(const struct slip *s)
{
    for (size_t i = 0; i < s->hall->class_count; i++) {
        if (str_is(s->klass, s->hall->classes[i].code) && !str_is(s->klass, "normal"))
            return &s->hall->classes[i];
    }
    return NULL;
}

static void add_service(struct sheet *t)
{
    const struct slip *s = t->s;
    const struct hall_service *service = hall_service(s->hall, s->service);
    const struct hall_class *class = class_of(s);

    escpos_bold(&t->e, true);
    if (service != NULL)
        add_hall_texts(t, &service->names);
    escpos_bold(&t->e, false);
    if (class != NULL)
        add_hall_texts(t, &class->names);
    if (s->booked_ms > 0)
        add_moment(t, WORD_BOOKED, s->booked_ms, false);
    if (s->persons > 1)
        add_count(t, WORD_PERSONS, s->persons);
}

static void add_wait(struct sheet *t, const struct eta_said *wait)
{
    char low[COUNT_MAX], high[COUNT_MAX];
    const char *const values[] = {low, high, NULL};

    (void)snprintf(low, sizeof(low), "%d", wait->low); /* an int fits */
    (void)snprintf(high, sizeof(high), "%d", wait->high);
    if (wait->low < wait->high)
        add_word(t, WORD_WAIT, values);
    else
        add_word(t, WORD_WAIT_ABOUT, values + 1);
}

static void add_place(struct sheet *t)
{
    const struct slip *s = t->s;

    if (s->ahead < 0)
        return;
    if (s->ahead == 0) {
        add_words(t, WORD_NOBODY);
        return;
    }
    add_count(t, WORD_AHEAD, s->ahead);
    if (s->wait != NULL && s->wait->high > 0)
        add_wait(t, s->wait);
}

static void add_link(struct sheet *t)
{
    const struct slip *s = t->s;

    if (s->link.len == 0)
        return;
    escpos_text(&t->e, STR(""));
    if (escpos_qr(&t->e, s->link, strcmp(s->printer->qr, "raster") == 0)) {
        escpos_text(&t->e, STR(""));
        add_words(t, WORD_SCAN);
    }
}

static void add_documents(struct sheet *t)
{
    const struct slip *s = t->s;
    const struct hall_service *service = hall_service(s->hall, s->service);
    struct buf line;

    if (service == NULL || service->document_count == 0)
        return;
    buf_init(&line);
    escpos_text(&t->e, str_of(word_in(WORD_DOCUMENTS, t->languages[0])));
    for (size_t i = 0; i < service->document_count && i < DOCUMENTS_SHOWN; i++) {
        buf_reset(&line);
        buf_addf(&line, "- %s", text_of(t, &service->documents[i], 0));
        escpos_text(&t->e, buf_str(&line));
    }
    buf_clear(&line);
}

/* What comes next, in the citizen's language alone: paper is short. */
static void add_advice(struct sheet *t)
{
    const struct slip *s = t->s;
    int languages = t->language_count;

    escpos_rule(&t->e);
    escpos_centre(&t->e, false);
    t->language_count = 1;
    add_words(t, WORD_CALL);
    if (s->hall->rules.return_max > 0 && s->hall->rules.return_within_minutes > 0)
        add_count(t, WORD_RETURN, s->hall->rules.return_within_minutes);
    add_documents(t);
    t->language_count = languages;
    escpos_rule(&t->e);
    escpos_centre(&t->e, true);
}

static void add_times(struct sheet *t)
{
    int languages = t->language_count;

    t->language_count = 1;
    add_moment(t, WORD_ISSUED, t->s->issued_ms, true);
    if (t->s->reprint)
        add_moment(t, WORD_PRINTED, t->s->now_ms, true);
    t->language_count = languages;
}

void slip_write(const struct slip *s, struct buf *out)
{
    struct sheet t = {.s = s};

    escpos_begin(&t.e, s->printer->columns, strcmp(s->printer->encoding, "gb18030") == 0);
    choose_languages(&t);
    add_heading(&t);
    add_number(&t);
    add_service(&t);
    add_place(&t);
    add_link(&t);
    add_advice(&t);
    add_times(&t);
    add_hall_texts(&t, &s->printer->footer);
    escpos_cut(&t.e, s->printer->cut);
    escpos_ask_done(&t.e);
    escpos_end(&t.e);
    buf_add_str(out, buf_str(&t.e.out));
    buf_clear(&t.e.out);
}
