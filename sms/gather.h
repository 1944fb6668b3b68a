/* How what the store is to be told of messages is gathered: calls of message_start, message_end and
 * gateway_ids. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_GATHER_H
#define PAIHAO_SMS_GATHER_H

enum {
    BATCH_MAX = 64, /* messages in one call, about a millisecond of Redis; as in the library */
    GATHERED = 32,  /* enough that what a call costs by itself does not matter */
    GATHER_MS = 2,  /* nobody waits longer for others */
};

#endif
