/* The rules of a hall file about the texts of messages: which holes each may have. A misspelt one
 * is found here, and not when the first message fails. Owns nothing; any thread. A new message is a
 * row of messages[]; a new variable stands there and in sms/text.c. SPDX-License-Identifier: MIT */
#include "config/hall_check.h"

#include <stddef.h>
#include <string.h>

/* Those of sms/text.c for citizens; whatever a message does not have is empty in it. */
#define CITIZEN " number counter ahead hall link service code date time "

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
    MESSAGE(moved, CITIZEN),
    MESSAGE(cancelled, CITIZEN),
    MESSAGE(offer, CITIZEN),
    MESSAGE(rebook, CITIZEN),
    MESSAGE(warning, CITIZEN),
    MESSAGE(blocked, CITIZEN),
    MESSAGE(alarm, " hall alarm "),
    MESSAGE(alarm_wait, " service value "),
    MESSAGE(alarm_predicted, " service value "),
    MESSAGE(alarm_board, " name value "),
    MESSAGE(alarm_kiosk, " name value "),
    MESSAGE(alarm_sms, " value "),
    MESSAGE(alarm_cap, " value "),
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

static bool check_text(struct fault *f, const struct node *at, const char *text,
                       const char *variables)
{
    struct str rest = str_of(text);

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
