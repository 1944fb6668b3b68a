/* Sentences. Digits of a number are spelled, since "A zero one two" is what stands on the ticket;
 * the counter's are read as a number, since that is what stands above it. Letters are spelled; a
 * counter with a name has a clip of it, or its code is spelled. A further language is a row of
 * RULES, its numbers, its needed words, and a set in script/voice.mjs. Pure; any thread.
 * SPDX-License-Identifier: MIT */
#include "display/voice_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { LETTERS_MAX = 2, DIGITS_MAX = 4, COUNTER_DIGITS = 3 };

const char *const VOICE_LANGUAGE[VOICE_LANGUAGES] = {"zh", "en", "de"};

static void add(struct voice_words *out, const char *word)
{
    assert(out->n < VOICE_WORDS_MAX && strlen(word) < VOICE_WORD_MAX);
    (void)snprintf(out->word[out->n++], VOICE_WORD_MAX, "%s", word); /* it fits */
}

static void add_int(struct voice_words *out, int n)
{
    char word[16];

    (void)snprintf(word, sizeof(word), "%d", n); /* an int fits */
    add(out, word);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One letter or digit, a capital like a small one. */
static void add_sign(struct voice_words *out, char c)
{
    char word[2] = {(char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c), '\0'};

    add(out, word);
}

/* --- numbers of 1 to 999, as they are read --- */

static void zh_number(struct voice_words *out, int n)
{
    if (n >= 100) {
        add_int(out, n / 100);
        add(out, "100");
        if (n % 100 > 0 && n % 100 < 10)
            add(out, "0"); /* 101 is yi bai ling yi */
    }
    if (n % 100 / 10 > (n >= 100 ? 0 : 1)) /* 12 is shi er, 112 yi bai yi shi er */
        add_int(out, n % 100 / 10);
    if (n % 100 >= 10)
        add(out, "10");
    if (n % 10 > 0 || n == 0)
        add_int(out, n % 10);
}

static void en_number(struct voice_words *out, int n)
{
    if (n >= 100) {
        add_int(out, n / 100);
        add(out, "hundred");
        if (n % 100 == 0)
            return;
        add(out, "and");
        n %= 100;
    }
    if (n < 20) {
        add_int(out, n);
        return;
    }
    add_int(out, n / 10 * 10);
    if (n % 10 > 0)
        add_int(out, n % 10);
}

static void de_number(struct voice_words *out, int n)
{
    if (n >= 200)
        add_int(out, n / 100);
    if (n >= 100)
        add(out, "100");
    if (n % 100 > 0 || n == 0)
        add_int(out, n % 100);
}

/* --- sentences; # is the number, @ the counter with what belongs to it --- */

static const struct rules {
    const char *full, *brief;
    const char *counter; /* # is its number */
    void (*number)(struct voice_words *out, int n);
} RULES[VOICE_LANGUAGES] = {
    {"please # number to @", "# number , @", "# number counter", zh_number},
    {"# , @", "# , @", "counter #", en_number},
    {"# , @", "# , @", "counter #", de_number},
};

static void add_ticket(struct voice_words *out, int language, const struct voice_call *call)
{
    bool yao = call->yao && language == 0;

    for (size_t i = 0; i < call->number.len; i++) {
        if (yao && call->number.p[i] == '1')
            add(out, "yao");
        else
            add_sign(out, call->number.p[i]);
    }
}

/* A run of digits: read as a number where it is one. */
static size_t add_digits(struct voice_words *out, const struct rules *r, struct str code, size_t at)
{
    size_t end = at;
    int n = 0;

    while (end < code.len && is_digit(code.p[end]))
        end++;
    if (end - at <= COUNTER_DIGITS && (code.p[at] != '0' || end - at == 1)) {
        for (size_t i = at; i < end; i++)
            n = n * 10 + code.p[i] - '0';
        r->number(out, n);
    } else {
        for (size_t i = at; i < end; i++)
            add_sign(out, code.p[i]);
    }
    return end;
}

static void add_code(struct voice_words *out, const struct rules *r, struct str code)
{
    for (size_t i = 0; i < code.len;) {
        if (is_digit(code.p[i])) {
            i = add_digits(out, r, code, i);
            continue;
        }
        if (code.p[i] != '-' && code.p[i] != '_')
            add_sign(out, code.p[i]);
        i++;
    }
}

static void add_counter(struct voice_words *out, int language, const struct voice_call *call);

/* The words of a template, with blanks between them. */
static void add_template(struct voice_words *out, int language, const struct voice_call *call,
                         const char *template, bool in_counter)
{
    struct str rest = str_of(template), word;
    char text[VOICE_WORD_MAX];

    while (str_cut(&rest, ' ', &word)) {
        if (str_is(word, "@")) {
            add_counter(out, language, call);
        } else if (str_is(word, "#")) {
            if (in_counter)
                add_code(out, &RULES[language], call->counter);
            else
                add_ticket(out, language, call);
        } else {
            str_copy(word, text, sizeof(text));
            add(out, text);
        }
    }
}

static void add_counter(struct voice_words *out, int language, const struct voice_call *call)
{
    char name[VOICE_WORD_MAX];

    if (!call->named) {
        add_template(out, language, call, RULES[language].counter, true);
        return;
    }
    (void)snprintf(name, sizeof(name), "name-" STR_FMT, STR_ARG(call->counter)); /* a code fits */
    add(out, name);
}

void voice_words(int language, const struct voice_call *call, struct voice_words *out)
{
    const struct rules *r = &RULES[language];

    out->n = 0;
    add_template(out, language, call, call->brief ? r->brief : r->full, false);
}

int voice_language(struct str code)
{
    for (int i = 0; i < VOICE_LANGUAGES; i++)
        if (str_is(code, VOICE_LANGUAGE[i]))
            return i;
    return -1;
}

bool voice_number_ok(struct str number)
{
    size_t letters = 0, digits;

    while (letters < number.len && number.p[letters] >= 'A' && number.p[letters] <= 'Z')
        letters++;
    for (size_t i = letters; i < number.len; i++)
        if (!is_digit(number.p[i]))
            return false;
    digits = number.len - letters;
    return letters >= 1 && letters <= LETTERS_MAX && digits >= 1 && digits <= DIGITS_MAX;
}

/* --- what a set must have --- */

enum { LETTERS = 26 };

static const struct {
    int numbers; /* 0 up to here, without one missing */
    const char *const *words;
} NEEDED[VOICE_LANGUAGES] = {
    {10, (const char *const[]){"100", "yao", "please", "number", "to", "counter", NULL}},
    {19, (const char *const[]){"20", "30", "40", "50", "60", "70", "80", "90", "hundred", "and",
                               "counter", NULL}},
    {99, (const char *const[]){"100", "counter", NULL}},
};

static const char *const LETTER[LETTERS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                            "j", "k", "l", "m", "n", "o", "p", "q", "r",
                                            "s", "t", "u", "v", "w", "x", "y", "z"};

#define TEN(t) t "0", t "1", t "2", t "3", t "4", t "5", t "6", t "7", t "8", t "9"
static const char *const NUMBER[] = {TEN(""),  TEN("1"), TEN("2"), TEN("3"), TEN("4"),
                                     TEN("5"), TEN("6"), TEN("7"), TEN("8"), TEN("9")};

const char *voice_needed(int language, int i)
{
    int numbers = NEEDED[language].numbers + 1;

    if (i < LETTERS)
        return LETTER[i];
    if (i < LETTERS + numbers)
        return NUMBER[i - LETTERS];
    return NEEDED[language].words[i - LETTERS - numbers]; /* the caller stops at NULL */
}
