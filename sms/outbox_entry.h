/* An entry of the outbox stream, as fields. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_OUTBOX_ENTRY_H
#define PAIHAO_SMS_OUTBOX_ENTRY_H

#include "sms/outbox.h"

/* flat: the fields and values of the stream entry. False when it is none of ours. */
bool outbox_entry_fill(struct outbox_entry *e, struct str id, const struct store_value *flat);
/* "1795435200000-3". */
bool outbox_id_parse(struct str id, struct outbox_id *out);
int outbox_id_compare(struct outbox_id a, struct outbox_id b);

#endif
