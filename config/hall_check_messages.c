/* The rules of a hall file about the texts of messages: which holes each may have, which characters
 * none, what a signature is. A misspelt hole is found here, and not when the first message fails.
 * Owns nothing; any thread. A new message is a row of messages[]; a new variable stands there and
 * in sms/text.c. SPDX-License-Identifier: MIT */
#include "config/hall_check.h"

#include <stddef.h>
#include <string.h>

/* Those of sms/text.c for citizens; whatever a message does not have is empty in it. */
#define CITIZEN " number counter ahead hall link service code date time what replies "
#define CHANGED CITIZEN "reason "

static const struct {
    const char *name;
    size_t offset;
    const char *variables;
} messages[] = {
#define MESSAGE(name, variables)                                                                   \
    {                                                                                              \
#name, offsetof(struct hall_messages, name), variables                                     \
    }
    MESSAGE(ticket, CITIZEN),
    MESSAGE(come_now, CITIZEN),
    MESSAGE(called, CITIZEN),
    MESSAGE(code, CITIZEN),
    MESSAGE(booked, CITIZEN),
    MESSAGE(moved, CHANGED),
    MESSAGE(cancelled, CHANGED),
    MESSAGE(offer, CITIZEN),
    MESSAGE(rebook, CITIZEN),
    MESSAGE(warning, CITIZEN),
    MESSAGE(blocked, CITIZEN),
    MESSAGE(reminder, CITIZEN),
    MESSAGE(missed, CITIZEN),
    MESSAGE(delay, CITIZEN),
    MESSAGE(reply_cancelled, CITIZEN),
    MESSAGE(reply_declined, CITIZEN),
    MESSAGE(reply_coming, CITIZEN),
    MESSAGE(reply_more_time, CITIZEN),
    MESSAGE(reply_late, CITIZEN),
    MESSAGE(reply_no, CITIZEN),
    MESSAGE(reply_none, CITIZEN),
    MESSAGE(reply_help, CITIZEN),
    MESSAGE(reply_stopped, CITIZEN),
    MESSAGE(reply_started, CITIZEN),
    MESSAGE(alarm, " hall alarm "),
    MESSAGE(alarm_wait, " service value "),
    MESSAGE(alarm_predicted, " service value "),
    MESSAGE(alarm_board, " name value "),
    MESSAGE(alarm_kiosk, " name value "),
    MESSAGE(alarm_sms, " value "),
    MESSAGE(alarm_cap, " value "),
    MESSAGE(alarm_cap_hour, " value "),
    MESSAGE(alarm_sign, " name value "),
    MESSAGE(alarm_printer, " name value "),
#undef MESSAGE
};

static bool is_variable(struct str name, const char *variables)
{
    for (const char *p = strchr(variables, ' '); p[1] != '\0'; p = strchr(p + 1, ' ')) {
        if (strncmp(p + 1, name.p, name.len) == 0 && p[1 + name.len] == ' ')
            return true;
    }
    return false;
}

const char *hall_message_name(size_t i)
{
    return i < sizeof(messages) / sizeof(*messages) ? messages[i].name : NULL;
}

const char *hall_message_variables(struct str name)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
        if (str_is(name, messages[i].name))
            return messages[i].variables;
    }
    return NULL;
}

/* Joiners (U+200C, U+200D) and the tags of flags stay: words and emoji are written with them. */
bool hall_message_forbids(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x00, 0x1F},     {0x7F, 0x9F},                       /* controls */
        {0xAD, 0xAD},     {0x200B, 0x200B}, {0x2060, 0x2065}, /* of no width */
        {0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, /* turn the direction */
        {0x2066, 0x206F}, {0x2028, 0x2029}, {0x180E, 0x180E}, /* and others of no use here */
        {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    }
    return false;
}

/* The place in the text of the first character that none may hold; -1: there is none. */
static int forbidden_at(struct str text, uint32_t *c)
{
    for (int at = 0; text.len > 0; at++) {
        *c = str_utf8_take(&text);
        if (hall_message_forbids(*c))
            return at;
    }
    return -1;
}

static bool check_seen(struct fault *f, const struct node *at, const char *text)
{
    uint32_t c = 0;
    int place = forbidden_at(str_of(text), &c);

    return place < 0 ||
           fault_at(f, at,
                    "Character %d of this text, U+%04X, is not seen on a phone; take it out.",
                    place + 1, (unsigned)c);
}

bool hall_check_signature(struct fault *f, const struct node *at, const char *text)
{
    struct str rest = str_of(text);

    if (str_utf8_count(rest) < HALL_SIGNATURE_MIN)
        return fault_at(f, at, "A signature has %d to %d characters.", HALL_SIGNATURE_MIN,
                        HALL_SIGNATURE_MAX);
    while (rest.len > 0) {
        uint32_t c = str_utf8_take(&rest);

        if (c == 0x3010 || c == 0x3011 || c == '{' || c == '}')
            return fault_at(f, at,
                            "A signature is written without 【 】 and has no variables; the "
                            "brackets are put round it.");
    }
    return check_seen(f, at, text);
}

static bool check_text(struct fault *f, const struct node *at, const char *text,
                       const char *variables)
{
    struct str rest = str_of(text);

    if (!check_seen(f, at, text))
        return false;
    while (rest.len > 0) {
        size_t len = str_hole(rest);

        if (len > 0 && !is_variable((struct str){rest.p + 1, len - 2}, variables))
            return fault_at(f, at, "`%.*s` stands for nothing in this text; it may have:%s",
                            (int)(len < 40 ? len : 40), rest.p, variables);
        len = len > 0 ? len : 1;
        rest = (struct str){rest.p + len, rest.len - len};
    }
    return true;
}

bool hall_check_messages(struct fault *f, const struct node *at, void *record)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
        const struct hall_texts *t =
            (const struct hall_texts *)((const char *)record + messages[i].offset);
        const struct node *own = tree_get(at, messages[i].name);
        const char *const texts[] = {t->zh, t->en, t->de}, *const keys[] = {"zh", "en", "de"};

        for (size_t k = 0; own != NULL && k < sizeof(texts) / sizeof(*texts); k++) {
            if (!check_text(f, tree_get(own, keys[k]), texts[k], messages[i].variables))
                return false;
        }
    }
    return true;
}
