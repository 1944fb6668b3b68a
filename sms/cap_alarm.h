/* The alarm of every hall that the hour's cap of all halls is reached. SPDX-License-Identifier: MIT
 */
#ifndef PAIHAO_SMS_CAP_ALARM_H
#define PAIHAO_SMS_CAP_ALARM_H

#include "base/str.h"
#include "store/store.h"
#include <stdint.h>

struct cap_alarm;

struct cap_alarm *cap_alarm_new(struct store *s);
void cap_alarm_free(struct cap_alarm *a); /* after the store; NULL allowed */
/* The hall is told from now on; twice is nothing. */
void cap_alarm_follow(struct cap_alarm *a, struct str hall);
/* The cap holds until until_ms (business time). To be called again and again while it does: each
 * hall is told until it has heard of it. */
void cap_alarm_raise(struct cap_alarm *a, int parts_per_hour, int64_t until_ms);

#endif
