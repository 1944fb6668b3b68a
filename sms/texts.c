/* The shipped texts, by name and language. Owns texts.def. Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/text.h"

#include <stddef.h>

enum { OF_ALARM = TEXT_KINDS };

static const struct {
    int kind;          /* enum text_kind, or OF_ALARM: called by name */
    const char *alarm; /* "alarm_wait" */
    const char *language;
    const char *text;
} shipped[] = {
#define TEXT(kind, language, text)  {TEXT_##kind, NULL, language, text},
#define ALARM(kind, language, text) {OF_ALARM, "alarm_" kind, language, text},
#include "sms/texts.def"
#undef ALARM
#undef TEXT
};

struct str text_shipped(struct str name, struct str language)
{
    for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++) {
        const char *own = shipped[i].kind == OF_ALARM
                              ? shipped[i].alarm
                              : text_kind_name((enum text_kind)shipped[i].kind);
        if (str_is(name, own) && str_is(language, shipped[i].language))
            return str_of(shipped[i].text);
    }
    return STR("");
}
