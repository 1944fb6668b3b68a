/* Values of variables come from hall files, devices and citizens. Whatever they hold, a message
 * stays one line in one direction with one signature, and no longer than it should be. The
 * signature itself: carriers in China know a sender by the 【…】 that a text begins (or ends) with,
 * refuse a text without, and take a second one for a forgery. Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/plain.h"

#include "config/hall.h"
#include "sms/encoding.h"
#include <string.h>

enum {
    BRACKET_OPEN = 0x3010,  /* 【 */
    BRACKET_CLOSE = 0x3011, /* 】 */
    JOINER = 0x200D,
};

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* Belongs to the character before it. */
static bool continues(uint32_t c, uint32_t before)
{
    return before == JOINER || c == JOINER || c == 0x200C || (c >= 0x300 && c <= 0x36F) ||
           (c >= 0x20D0 && c <= 0x20F0) || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0xE0020 && c <= 0xE007F);
}

static void add_char(struct buf *out, uint32_t c, struct str as_it_is)
{
    if (c == BRACKET_OPEN || c == BRACKET_CLOSE)
        buf_add_char(out, c == BRACKET_OPEN ? '[' : ']');
    else
        buf_add_str(out, as_it_is);
}

/* The next character, octets included; invalid octets are passed over. False at the end. */
static bool next_char(struct str *rest, struct str *octets, uint32_t *c)
{
    while (rest->len) {
        size_t len = str_utf8_next(*rest);
        *octets = (struct str){rest->p, len};
        if (len) {
            *c = str_utf8_take(rest);
            return true;
        }
        *rest = (struct str){rest->p + 1, rest->len - 1};
    }
    return false;
}

static void cut_off(struct buf *out, size_t begin, size_t end, const char *ellipsis)
{
    while (end > begin && out->p[end - 1] == ' ')
        end--;
    out->len = end;
    out->p[end] = 0;
    buf_add_c(out, ellipsis);
}

/* Nothing but visible ASCII and single blanks within it: most numbers, names and links. */
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' ||
            (s.p[i] == ' ' && (i == 0 || i + 1 == s.len || s.p[i - 1] == ' ')))
            return false;
    return true;
}

void plain_add(struct buf *out, struct str s, size_t max)
{
    if (s.len <= max && is_plain(s)) {
        buf_add_str(out, s);
        return;
    }
    /* The ellipsis that keeps a text in the cheaper alphabet. */
    bool latin = str_utf8_valid(s) && encoding_of(s) == ENCODING_GSM7;
    const char *ellipsis = latin ? "..." : "…";
    size_t room = max > 3 ? max - (latin ? 3 : 1) : max;
    size_t n = 0, begin = out->len, cut = begin;
    uint32_t c, before = 0;
    struct str octets;
    bool blank = false;

    while (n <= max && next_char(&s, &octets, &c)) {
        if (is_blank(c)) {
            blank = out->len > begin;
            continue;
        }
        if (hall_message_forbids(c))
            continue;
        if (n <= room && !continues(c, before))
            cut = out->len;
        if (blank) {
            buf_add_char(out, ' ');
            n++;
        }
        add_char(out, c, octets);
        n++;
        blank = false;
        before = c;
    }
    if (n > max)
        cut_off(out, begin, cut, ellipsis);
}

void plain_strip(struct buf *text)
{
    struct str rest = buf_str(text), octets;
    size_t to = 0;
    uint32_t c;

    while (next_char(&rest, &octets, &c)) {
        if (hall_message_forbids(c)) {
            if (is_blank(c))
                text->p[to++] = ' ';
            continue;
        }
        memmove(text->p + to, octets.p, octets.len);
        to += octets.len;
    }
    if (text->p)
        text->p[to] = 0;
    text->len = to;
}

/* Between the brackets: short enough for a signature, or made by a variable. */
static bool is_signature(struct str inner)
{
    for (struct str rest = inner; rest.len; rest = (struct str){rest.p + 1, rest.len - 1})
        if (str_hole(rest))
            return true;
    return inner.len && str_utf8_count(inner) <= HALL_SIGNATURE_MAX;
}

size_t signature_front(struct str text)
{
    const size_t mark = strlen("【");
    const char *end = str_starts(text, "【") ? memmem(text.p, text.len, "】", mark) : NULL;
    if (!end || !is_signature((struct str){text.p + mark, (size_t)(end - text.p) - mark}))
        return 0;
    return (size_t)(end - text.p) + mark;
}

size_t signature_end(struct str text)
{
    const size_t mark = strlen("【");
    if (text.len < 2 * mark || memcmp(text.p + text.len - mark, "】", mark) != 0)
        return 0;
    for (size_t at = text.len - 2 * mark; at > 0; at--) {
        struct str inner = {text.p + at + mark, text.len - mark - at - mark};
        if (memcmp(text.p + at, "【", mark) == 0)
            return is_signature(inner) ? text.len - at : 0;
    }
    return 0;
}

/* What is left of a text that begins with the signature's own words and a colon. */
static struct str without_again(struct str text, struct str signature)
{
    static const char *const colons[] = {"：", ": ", ":"};
    struct str rest = {text.p + signature.len, text.len - signature.len};
    if (text.len < signature.len || memcmp(text.p, signature.p, signature.len) != 0)
        return text;
    for (size_t i = 0; i < sizeof colons / sizeof colons[0]; i++)
        if (str_starts(rest, colons[i]))
            return (struct str){rest.p + strlen(colons[i]), rest.len - strlen(colons[i])};
    return text;
}

void signature_put(struct buf *text, struct str signature, bool at_end)
{
    struct buf whole;
    buf_init(&whole);
    if (at_end)
        buf_add_str(&whole, buf_str(text));
    buf_addf(&whole, "【" STR_FMT "】", STR_ARG(signature));
    if (!at_end)
        buf_add_str(&whole, without_again(buf_str(text), signature));
    buf_reset(text);
    buf_add_str(text, buf_str(&whole));
    if (whole.len)
        explicit_bzero(whole.p, whole.len); /* it may have held a one-time code */
    buf_clear(&whole);
}
