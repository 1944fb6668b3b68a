/* Results, statuses and report states of CMPP as tables. What carriers add of their own (Result
 * 100 and above, states with a colon) is theirs to change, and an operator's to say (results,
 * report_states of the settings): a result nobody knows is worth another try, a state we do not
 * know is a failure with that state as its reason. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/cmpp_result.h"

#include <stdio.h>
#include <string.h>

static const struct {
    enum gateway_outcome outcome;
    const char *reason;
} results[] = {
    [1] = {GATEWAY_CONFIG, "cmpp_structure"},       [2] = {GATEWAY_CONFIG, "cmpp_command"},
    [3] = {GATEWAY_TEMPFAIL, "cmpp_sequence"}, /* the next try has another one */
    [4] = {GATEWAY_PERMFAIL, "cmpp_length"},        [5] = {GATEWAY_CONFIG, "cmpp_fee"},
    [6] = {GATEWAY_PERMFAIL, "cmpp_too_long"},      [7] = {GATEWAY_CONFIG, "cmpp_service"},
    [8] = {GATEWAY_THROTTLED, "cmpp_flow_control"}, [9] = {GATEWAY_CONFIG, "cmpp_not_served"},
    [10] = {GATEWAY_CONFIG, "cmpp_src_id"},         [11] = {GATEWAY_CONFIG, "cmpp_msg_src"},
    [12] = {GATEWAY_CONFIG, "cmpp_fee_number"},     [13] = {GATEWAY_PERMFAIL, "cmpp_number"},
};

enum gateway_outcome cmpp_result_outcome(const struct sms_gateway_settings *s, uint32_t result,
                                         char reason[GATEWAY_REASON_MAX + 1])
{
    enum gateway_outcome outcome = GATEWAY_TEMPFAIL;
    if (result > 0 && result < sizeof results / sizeof results[0]) {
        (void)snprintf(reason, GATEWAY_REASON_MAX + 1, "%s", results[result].reason);
        outcome = results[result].outcome;
    } else {
        (void)snprintf(reason, GATEWAY_REASON_MAX + 1, "cmpp_result_%lu", (unsigned long)result);
    }
    (void)gateway_result_class(s, result, &outcome); /* else it stays what it was */
    return outcome;
}

void cmpp_status_reason(uint32_t status, char reason[GATEWAY_REASON_MAX + 1])
{
    static const char *const words[] = {
        [1] = "connect_structure",
        [2] = "connect_login",
        [3] = "connect_secret",
        [4] = "connect_version",
    };
    if (status > 0 && status < sizeof words / sizeof words[0])
        (void)snprintf(reason, GATEWAY_REASON_MAX + 1, "%s", words[status]);
    else
        (void)snprintf(reason, GATEWAY_REASON_MAX + 1, "connect_status_%lu", (unsigned long)status);
}

/* "ignored" and what is no fate: false. */
static bool fate_of(const char *name, enum gateway_fate *out)
{
    for (int f = GATEWAY_DELIVERED; f <= GATEWAY_UNKNOWN; f++) {
        *out = (enum gateway_fate)f;
        if (strcmp(gateway_fate_name(*out), name) == 0)
            return true;
    }
    return false;
}

bool cmpp_stat_fate(const struct sms_gateway_settings *s, const char *stat, enum gateway_fate *out)
{
    static const struct {
        const char *stat, *fate;
    } rows[] = {
        {"DELIVRD", "delivered"},   {"EXPIRED", "expired"}, {"DELETED", "undelivered"},
        {"UNDELIV", "undelivered"}, {"UNKNOWN", "unknown"}, {"REJECTD", "rejected"},
        {"ACCEPTD", "ignored"},     {"", "unknown"},
    };
    for (size_t i = 0; i < s->report_state_count; i++)
        if (strcmp(s->report_states[i].from, stat) == 0)
            return fate_of(s->report_states[i].to, out);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].stat, stat) == 0)
            return fate_of(rows[i].fate, out);
    *out = GATEWAY_UNDELIVERED;
    return true;
}
