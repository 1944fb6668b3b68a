/* The kinds of gateways. A new one is a file gateway_<kind>.c, a row here and a word in
 * settings.def. SPDX-License-Identifier: MIT */
#include "sms/gateway.h"

#include <string.h>

static const struct gateway_ops *const kinds[] = {&gateway_null, &gateway_http, &gateway_smpp,
                                                  &gateway_cmpp};

const struct gateway_ops *gateway_find(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i]->kind, kind) == 0)
            return kinds[i];
    return NULL;
}

bool gateway_result_class(const struct sms_gateway_settings *s, uint32_t code,
                          enum gateway_outcome *out)
{
    static const struct {
        const char *word;
        enum gateway_outcome outcome;
    } words[] = {{"retry", GATEWAY_TEMPFAIL},
                 {"throttle", GATEWAY_THROTTLED},
                 {"permanent", GATEWAY_PERMFAIL},
                 {"config", GATEWAY_CONFIG}};
    const char *as = settings_result(s, code);
    for (size_t i = 0; as && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, as) != 0)
            continue;
        *out = words[i].outcome;
        return true;
    }
    return false;
}

const char *gateway_fate_name(enum gateway_fate fate)
{
    static const char *const names[] = {
        [GATEWAY_DELIVERED] = "delivered", [GATEWAY_UNDELIVERED] = "undelivered",
        [GATEWAY_EXPIRED] = "expired",     [GATEWAY_REJECTED] = "rejected",
        [GATEWAY_UNKNOWN] = "unknown",
    };
    return names[fate];
}
