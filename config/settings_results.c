/* What the results of a gateway's own mean (SMPP statuses, CMPP Results): the list `results` of its
 * settings, by which an operator says what the contract's appendix says. The first entry that has
 * the code decides, before our own tables. Owns nothing; any thread. SPDX-License-Identifier: MIT
 */
#include "config/settings.h"
#include "config/settings_check.h"

#include <stdlib.h>
#include <string.h>

/* "117" or "0x475", to its end; 0 is success and no refusal. */
static bool code_of(struct str text, uint32_t *out)
{
    bool hex = text.len > 2 && text.p[0] == '0' && (text.p[1] == 'x' || text.p[1] == 'X');
    const char *digits = text.p + (hex ? 2 : 0);
    size_t n = text.len - (hex ? 2 : 0);
    uint64_t value = 0;

    if (n == 0 || n > (hex ? 8 : 10) ||
        strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") < n)
        return false;
    value = strtoull(digits, NULL, hex ? 16 : 10); /* ends at the dash or NUL behind it */
    *out = (uint32_t)value;
    return value > 0 && value <= UINT32_MAX;
}

/* "100-199": both are of it. */
static bool codes_of(const char *text, uint32_t *first, uint32_t *last)
{
    struct str rest = str_of(text), low = {text, strcspn(text, "-")};

    if (!code_of(low, first))
        return false;
    *last = *first;
    if (low.len == rest.len)
        return true;
    rest = (struct str){text + low.len + 1, rest.len - low.len - 1};
    return code_of(rest, last) && *last >= *first;
}

bool settings_check_codes(struct fault *f, const struct node *at, const char *text)
{
    uint32_t first, last;

    return codes_of(text, &first, &last) ||
           fault_at(f, at, "Write a code or a range, such as 117, 100-199 or 0x400-0x4ff; not 0.");
}

const char *settings_result(const struct sms_gateway_settings *g, uint32_t code)
{
    for (size_t i = 0; i < g->result_count; i++) {
        uint32_t first, last;
        if (codes_of(g->results[i].codes, &first, &last) && code >= first && code <= last)
            return g->results[i].as;
    }
    return NULL;
}
