/* What the numbers and words of a CMPP gateway mean to us. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_CMPP_RESULT_H
#define PAIHAO_SMS_CMPP_RESULT_H

#include "sms/gateway.h"

/* Result of a SUBMIT_RESP; not 0. results of the settings come before our own table. */
enum gateway_outcome cmpp_result_outcome(const struct sms_gateway_settings *s, uint32_t result,
                                         char reason[GATEWAY_REASON_MAX + 1]);
/* Status of a CONNECT_RESP; not 0. */
void cmpp_status_reason(uint32_t status, char reason[GATEWAY_REASON_MAX + 1]);
/* Stat of a report; report_states of the settings come before our own table. False: it says nothing
 * final yet. */
bool cmpp_stat_fate(const struct sms_gateway_settings *s, const char *stat, enum gateway_fate *out);

#endif
