/* Phone numbers: from what people type to E.164. Owns the table of countries with rules of their
 * own; any thread. A further country is one row; without a row the general rules apply.
 * SPDX-License-Identifier: MIT */
#include "core/phone.h"

#include <stdio.h>
#include <string.h>

enum {
    TYPED_MAX = 64,  /* bytes: 15 full-width digits and a blank behind each */
    DIGITS_MIN = 7,  /* the shortest number there is with its country code (Niue) */
    DIGITS_MAX = 15, /* ITU-T E.164 */
    HIDDEN_MIN = 4,  /* a mask that hides less hides nothing */
};

struct country {
    const char *code;
    const char *trunk;   /* what stands before a number dialled inside the country */
    bool trunk_needed;   /* without it the number would lack its area code */
    const char *leaving; /* what is dialled instead of the plus sign */
    int digits_min;      /* of a national number, without trunk */
    int digits_max;
    bool (*ok)(const char *national); /* may be NULL */
};

static bool mobile_of_china(const char *national)
{
    return national[0] == '1' && national[1] >= '3' && national[1] <= '9';
}

/* Area code and exchange both begin with 2 to 9. */
static bool north_american(const char *national)
{
    return national[0] >= '2' && national[3] >= '2';
}

static const struct country countries[] = {
    {"86", "0", false, "00", 11, 11, mobile_of_china},
    {"49", "0", true, "00", 6, 13, NULL},
    {"1", "1", false, "011", 10, 10, north_american},
    {"39", "", false, "00", 6, 12, NULL}, /* the zero belongs to the number */
};
static const struct country anywhere = {"", "0", false, "00", 4, DIGITS_MAX, NULL};

static const struct country *country_of(const char *code)
{
    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
        if (strcmp(countries[i].code, code) == 0)
            return &countries[i];
    }
    return &anywhere;
}

/* The country an international number belongs to; no country code begins with another one. */
static const struct country *country_reached(const char *digits)
{
    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
        if (strncmp(digits, countries[i].code, strlen(countries[i].code)) == 0)
            return &countries[i];
    }
    return &anywhere;
}

/* Blanks, dashes, dots, brackets, in ASCII, typographic and full-width. */
static bool is_filler(uint32_t c)
{
    if (c < 0x80)
        return strchr(" \t-./()", (int)c) != NULL;
    return c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x2015) || c == 0x202F || c == 0x2212 ||
           c == 0xFF0D || c == 0xFF0E || c == 0xFF08 || c == 0xFF09 ||
           /* marks of direction: address books copy them along */
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Digits only into out (TYPED_MAX + 1 bytes), *plus where the number begins with one. */
static bool take_digits(struct str typed, bool *plus, char *out)
{
    size_t n = 0;

    *plus = false;
    while (typed.len > 0) {
        size_t len = str_utf8_next(typed);
        uint32_t c = len > 0 ? str_utf8_take(&(struct str){typed.p, len}) : 0;

        if (c == 0)
            return false;
        if (*plus && str_starts(typed, "(0)"))
            len = 3; /* +49 (0)30 …: the zero is for callers inside the country */
        else if (c >= 0xFF10 && c <= 0xFF19)
            out[n++] = (char)('0' + (c - 0xFF10));
        else if (c >= '0' && c <= '9')
            out[n++] = (char)c;
        else if ((c == '+' || c == 0xFF0B) && n == 0 && !*plus)
            *plus = true;
        else if (!is_filler(c))
            return false;
        typed = (struct str){typed.p + len, typed.len - len};
    }
    out[n] = '\0';
    return true;
}

/* What stands behind prefix, or NULL; an empty prefix stands before nothing. */
static const char *behind(const char *digits, const char *prefix)
{
    size_t len = strlen(prefix);

    return len > 0 && strncmp(digits, prefix, len) == 0 ? digits + len : NULL;
}

static bool national_ok(const struct country *c, const char *national)
{
    int n = (int)strlen(national);

    return n >= c->digits_min && n <= c->digits_max && (c->ok == NULL || c->ok(national));
}

/* code and national number become +CC…; a trunk zero that was typed all the same is dropped. */
static bool put(const struct country *c, const char *code, const char *national, char *out)
{
    const char *without = c->trunk[0] == '0' ? behind(national, c->trunk) : NULL;
    size_t n;

    if (without != NULL)
        national = without;
    n = strlen(code) + strlen(national);
    if (n < DIGITS_MIN || n > DIGITS_MAX || !national_ok(c, national))
        return false;
    if (c->trunk[0] == '0' && national[0] == '0')
        return false;
    (void)snprintf(out, PHONE_MAX + 1, "+%s%s", code, national); /* n was checked */
    return true;
}

static bool put_international(const char *digits, char *out)
{
    const struct country *c = country_reached(digits);

    if (digits[0] == '0' || digits[0] == '\0')
        return false;
    /* The general trunk rule is not applied here: where the code ends is not known. */
    if (c == &anywhere) {
        size_t n = strlen(digits);

        if (n < DIGITS_MIN || n > DIGITS_MAX)
            return false;
        (void)snprintf(out, PHONE_MAX + 1, "+%s", digits); /* n was checked */
        return true;
    }
    return put(c, c->code, digits + strlen(c->code), out);
}

static bool put_national(const char *digits, const char *code, char *out)
{
    const struct country *c = country_of(code);
    const char *rest = behind(digits, c->trunk);

    if (rest != NULL)
        return put(c, code, rest, out);
    if (!c->trunk_needed && national_ok(c, digits) && put(c, code, digits, out))
        return true;
    /* "86 138 …": the plus sign was left out. */
    rest = behind(digits, code);
    return c != &anywhere && rest != NULL && put(c, code, rest, out);
}

bool phone_normalise(struct str typed, const char *country, char out[PHONE_MAX + 1])
{
    char digits[TYPED_MAX + 1];
    const char *abroad;
    bool plus;

    out[0] = '\0';
    if (typed.len > TYPED_MAX || !take_digits(typed, &plus, digits))
        return false;
    if (plus)
        return put_international(digits, out);
    abroad = behind(digits, country_of(country)->leaving);
    if (abroad != NULL)
        return put_international(abroad, out);
    return put_national(digits, country, out);
}

void phone_mask(const char *e164, char out[PHONE_MAX + 1])
{
    const char *digits = e164[0] == '+' ? e164 + 1 : e164;
    const struct country *c = country_reached(digits);
    int n;
    int seen;

    digits += strlen(c->code);
    n = (int)strnlen(digits, DIGITS_MAX);
    seen = n > HIDDEN_MIN ? n - HIDDEN_MIN : 0;
    if (seen > 7)
        seen = 7; /* three before, four behind: what Chinese forms show */
    (void)snprintf(out, PHONE_MAX + 1, "%.*s****%.*s", seen / 2, digits, (seen + 1) / 2,
                   digits + n - (seen + 1) / 2);
}
