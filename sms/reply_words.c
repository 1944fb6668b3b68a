/* What a text from a phone asks for. The text is stripped to what carries meaning and then has to
 * be one of the words below, or one of the digits with a word of the same meaning behind it:
 * whoever writes a sentence gets help, not a cancelled appointment. Another word is a row of
 * words[]. SPDX-License-Identifier: MIT */
#include "sms/reply_words.h"

#include <stdint.h>
#include <string.h>

enum {
    KEPT_MAX = 48, /* octets; the longest word below has 20 */
};

static const struct {
    const char *text; /* stripped, upper case */
    enum reply_word word;
} words[] = {
    {"0", REPLY_CANCEL},
    {"取消", REPLY_CANCEL},
    {"取消预约", REPLY_CANCEL},
    {"不来了", REPLY_CANCEL},
    {"不去了", REPLY_CANCEL},
    {"放弃", REPLY_CANCEL},
    {"CANCEL", REPLY_CANCEL},
    {"ABSAGEN", REPLY_CANCEL},
    {"ABSAGE", REPLY_CANCEL},
    {"STORNIEREN", REPLY_CANCEL},
    {"1", REPLY_CONFIRM},
    {"确认", REPLY_CONFIRM},
    {"会到", REPLY_CONFIRM},
    {"会来", REPLY_CONFIRM},
    {"马上到", REPLY_CONFIRM},
    {"接受", REPLY_CONFIRM},
    {"是", REPLY_CONFIRM},
    {"是的", REPLY_CONFIRM},
    {"好", REPLY_CONFIRM},
    {"好的", REPLY_CONFIRM},
    {"YES", REPLY_CONFIRM},
    {"Y", REPLY_CONFIRM},
    {"OK", REPLY_CONFIRM},
    {"CONFIRM", REPLY_CONFIRM},
    {"COMING", REPLY_CONFIRM},
    {"JA", REPLY_CONFIRM},
    {"ICHKOMME", REPLY_CONFIRM},
    {"2", REPLY_MORE_TIME},
    {"晚到", REPLY_MORE_TIME},
    {"会晚到", REPLY_MORE_TIME},
    {"晚点到", REPLY_MORE_TIME},
    {"延后", REPLY_MORE_TIME},
    {"需要更多时间", REPLY_MORE_TIME},
    {"LATE", REPLY_MORE_TIME},
    {"LATER", REPLY_MORE_TIME},
    {"MORETIME", REPLY_MORE_TIME},
    {"SPÄTER", REPLY_MORE_TIME},
    {"MEHRZEIT", REPLY_MORE_TIME},
    {"退订", REPLY_STOP},
    {"TD", REPLY_STOP},
    {"T", REPLY_STOP},
    {"0000", REPLY_STOP},
    {"STOP", REPLY_STOP},
    {"STOPALL", REPLY_STOP},
    {"STOPP", REPLY_STOP},
    {"UNSUBSCRIBE", REPLY_STOP},
    {"QUIT", REPLY_STOP},
    {"END", REPLY_STOP},
    {"订阅", REPLY_START},
    {"恢复", REPLY_START},
    {"START", REPLY_START},
    {"SUBSCRIBE", REPLY_START},
};

/* Simplified for whoever types traditional ones: only what stands in words[]. */
static const struct {
    const char *from, *to;
} same[] = {
    {"預", "预"}, {"約", "约"}, {"確", "确"}, {"認", "认"}, {"會", "会"},
    {"來", "来"}, {"馬", "马"}, {"後", "后"}, {"點", "点"}, {"時", "时"},
    {"間", "间"}, {"訂", "订"}, {"閱", "阅"}, {"復", "复"}, {"棄", "弃"},
    {"〇", "0"},  {"零", "0"},  {"①", "1"},   {"②", "2"},   {"ä", "Ä"},
};

static bool is_letter_or_digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* Carries no meaning: blanks and punctuation of all kinds, and what makes a digit a key (FE0F,
 * 20E3).
 */
static bool is_filler(uint32_t c)
{
    if (c < 0x80)
        return !is_letter_or_digit(c);
    return (c >= 0xA0 && c <= 0xBF) || (c >= 0x2000 && c <= 0x206F) || c == 0x20E3 ||
           (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3020) || c == 0x3000 ||
           c == 0xFE0F || c == 0xFEFF || (c >= 0xFF01 && c <= 0xFF65);
}

/* Full-width ones are ASCII's; letters are upper case. */
static uint32_t plain(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFF01 - '!';
    return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

static struct str replaced(struct str s)
{
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (str_is(s, same[i].from))
            return str_of(same[i].to);
    return s;
}

/* False when there is more than any word has. */
static bool strip(struct str text, char out[KEPT_MAX + 1])
{
    size_t n = 0;

    while (text.len > 0) {
        size_t len = str_utf8_next(text);
        if (len == 0)
            return false;
        uint32_t c = plain(str_utf8_take(&(struct str){text.p, len}));
        char ascii = (char)c;
        struct str one = c < 0x80 ? (struct str){&ascii, 1} : replaced((struct str){text.p, len});
        text = (struct str){text.p + len, text.len - len};
        if (is_filler(c))
            continue;
        if (n + one.len > KEPT_MAX)
            return false;
        memcpy(out + n, one.p, one.len);
        n += one.len;
    }
    out[n] = '\0';
    return true;
}

static enum reply_word find(const char *stripped)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(stripped, words[i].text) == 0)
            return words[i].word;
    return REPLY_OTHER;
}

/* "1 yes", "0取消": both have to mean the same. */
static enum reply_word find_digit(const char *stripped)
{
    char digit[2] = {stripped[0], '\0'};

    if (digit[0] < '0' || digit[0] > '2' || (unsigned char)stripped[1] <= '9')
        return REPLY_OTHER;
    enum reply_word word = find(digit);
    return find(stripped + 1) == word ? word : REPLY_OTHER;
}

/* "回复1": as the text before asked for it, word by word. */
static const char *behind_reply(const char *stripped)
{
    static const char *const openings[] = {"回复", "回覆", "回", "REPLY", "ANTWORT"};

    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        size_t len = strlen(openings[i]);
        if (strncmp(stripped, openings[i], len) == 0 && stripped[len])
            return stripped + len;
    }
    return stripped;
}

enum reply_word reply_word(struct str text)
{
    char stripped[KEPT_MAX + 1];

    if (!strip(text, stripped))
        return REPLY_OTHER;
    if (!stripped[0])
        return REPLY_EMPTY;
    const char *rest = behind_reply(stripped);
    enum reply_word word = find(rest);
    return word != REPLY_OTHER ? word : find_digit(rest);
}

const char *reply_word_name(enum reply_word word)
{
    static const char *const names[] = {
        [REPLY_EMPTY] = NULL,        [REPLY_CANCEL] = "cancel",
        [REPLY_CONFIRM] = "confirm", [REPLY_MORE_TIME] = "more_time",
        [REPLY_STOP] = "stop",       [REPLY_START] = "start",
        [REPLY_OTHER] = "help",
    };
    return names[word];
}
