/* What the words of an SMPP centre mean: statuses, receipts, ids, alphabets, kinds of addresses.
 * Pure: any thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_SMPP_RULES_H
#define PAIHAO_SMS_SMPP_RULES_H

#include "sms/gateway.h"
#include "sms/smpp_pdu.h"

/* How receipts write the ids that answers have given. */
enum smpp_id_base {
    SMPP_ID_SAME, /* as the answer does */
    SMPP_ID_DEC,  /* in decimal, where the answer has it in hexadecimal */
    SMPP_ID_HEX,  /* the other way round */
};

/* What data_coding 0 is at a centre. */
enum smpp_alphabet { SMPP_ALPHABET_GSM7, SMPP_ALPHABET_LATIN1 };

enum { SMPP_VALIDITY_LEN = 16, SMPP_TEXT_MAX_OCTETS = 2048 /* of a text from a phone: 13 parts */ };

/* The outcome and reason ("smpp_0b", "throttled") of a command_status; OK for 0. */
void smpp_status_read(const struct sms_gateway_settings *s, uint32_t status,
                      struct gateway_result *out);
/* "000000001000000R": so long from now, rounded up to seconds; 30 days at most. */
void smpp_validity(int64_t valid_ms, char out[SMPP_VALIDITY_LEN + 1]);
/* Kind of an address by its looks: letters, +digits, digits. ton, npi: -1 to have them guessed. */
struct smpp_address smpp_address_of(const char *text, int ton, int npi);

/* An id as it is kept and compared: printable characters, GATEWAY_ID_MAX at most; a number in
 * decimal where the two sides write it differently. Empty when there is none. */
void smpp_id_read(struct str id, enum smpp_id_base base, bool is_receipt,
                  char out[GATEWAY_ID_MAX + 1]);

struct smpp_receipt {
    char id[GATEWAY_ID_MAX + 1];
    bool final; /* false: still on its way */
    enum gateway_fate fate;
    char reason[GATEWAY_REASON_MAX + 1];
};

/* False when the message is no receipt, but one from a phone. A receipt that cannot be read has an
 * empty id. */
bool smpp_receipt_read(const struct smpp_message *m, enum smpp_id_base base,
                       struct smpp_receipt *out);

/* Appends the text of octets as data_coding says. False: it is none, but a picture or the like. */
bool smpp_text_read(struct str octets, uint8_t data_coding, enum smpp_alphabet alphabet,
                    struct buf *out);
/* Latin-1 of UTF-8; false where a character has none. */
bool smpp_latin1(struct str text, uint8_t *out, size_t cap, size_t *len);

#endif
