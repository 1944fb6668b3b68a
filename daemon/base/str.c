/* Views of text: comparing, cutting, numbers, UTF-8. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <string.h>

struct str str_of(const char *c_string)
{
    if (c_string == NULL)
        return (struct str){"", 0};
    return (struct str){c_string, strlen(c_string)};
}

void str_copy(struct str s, char *out, size_t cap)
{
    size_t len = s.len < cap ? s.len : cap - 1;

    if (len > 0)
        memcpy(out, s.p, len);
    out[len] = '\0';
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool str_is(struct str a, const char *c_string)
{
    return str_eq(a, str_of(c_string));
}

bool str_starts(struct str s, const char *prefix)
{
    size_t len = strlen(prefix);

    return s.len >= len && (len == 0 || memcmp(s.p, prefix, len) == 0);
}

bool str_cut(struct str *s, char sep, struct str *piece)
{
    const char *found;

    if (s->len == 0)
        return false;
    found = memchr(s->p, sep, s->len);
    if (found == NULL) {
        *piece = *s;
        *s = (struct str){s->p + s->len, 0};
        return true;
    }
    *piece = (struct str){s->p, (size_t)(found - s->p)};
    *s = (struct str){found + 1, s->len - piece->len - 1};
    return true;
}

bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *out)
{
    bool negative = s.len > 0 && s.p[0] == '-';
    size_t i = negative ? 1 : 0;
    int64_t n = 0;

    if (i == s.len)
        return false;
    for (; i < s.len; i++) {
        int digit = s.p[i] - '0';

        if (digit < 0 || digit > 9)
            return false;
        /* Downwards, since INT64_MIN has no positive twin. */
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, digit, &n))
            return false;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, n, &n))
        return false;
    if (n < min || n > max)
        return false;
    *out = n;
    return true;
}

/* The range the second byte must lie in (RFC 3629, section 4): no overlong form, no surrogate,
 * nothing behind U+10FFFF. The length of the sequence, or 0 where no sequence starts with that
 * byte. */
static size_t sequence_of(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    *high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

size_t str_utf8_next(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    unsigned char low;
    unsigned char high;
    size_t len;

    if (s.len == 0)
        return 0;
    len = sequence_of(p[0], &low, &high);
    if (len == 0 || len > s.len)
        return 0;
    if (len > 1 && (p[1] < low || p[1] > high))
        return 0;
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    return len;
}

bool str_utf8_valid(struct str s)
{
    size_t i = 0;

    while (i < s.len) {
        size_t len = s.p[i] == '\0' ? 0 : str_utf8_next((struct str){s.p + i, s.len - i});

        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

size_t str_hole(struct str s)
{
    for (size_t i = 1; i < s.len && s.p[0] == '{'; i++) {
        char c = s.p[i];

        if (c == '}')
            return i > 1 ? i + 1 : 0;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '|'))
            return 0;
    }
    return 0;
}

uint32_t str_utf8_take(struct str *s)
{
    const unsigned char *p = (const unsigned char *)s->p;
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = len == 1 ? p[0] : p[0] & (0xFFu >> (len + 1));

    len = len < s->len ? len : s->len;
    for (size_t i = 1; i < len; i++)
        c = c << 6 | (p[i] & 0x3F);
    *s = (struct str){s->p + len, s->len - len};
    return c;
}

size_t str_utf8_count(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (((unsigned char)s.p[i] & 0xC0) != 0x80)
            n++;
    }
    return n;
}

bool str_is_blank(struct str s)
{
    static const char *const blanks[] = {" ", "\xc2\xa0" /* no-break */,
                                         "\xe3\x80\x80" /* ideographic */,
                                         "\xef\xbb\xbf" /* no width */};
    const char *p = s.p, *end = s.p + s.len;

    while (p < end) {
        struct str rest = {p, (size_t)(end - p)};
        size_t len = 0;
        for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]) && len == 0; i++)
            len = str_starts(rest, blanks[i]) ? strlen(blanks[i]) : 0;
        if (len == 0 && rest.len >= 3 && str_starts(rest, "\xe2\x80") &&
            (unsigned char)p[2] <= 0x8b)
            len = 3; /* U+2000..U+200B */
        if (len == 0)
            return false;
        p += len;
    }
    return true;
}
