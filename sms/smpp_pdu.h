/* SMPP 3.4 on the wire: what an ESME that binds as transceiver says and hears. Strict on what it
 * writes, lenient on what it reads. Pure: any thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_SMPP_PDU_H
#define PAIHAO_SMS_SMPP_PDU_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SMPP_HEADER_OCTETS = 16,
    SMPP_READ_MAX = 70000, /* a message_payload of 65535, and the rest */
    SMPP_WRITE_MAX = 1536, /* four parts in one payload, and the longest of everything else */
    SMPP_PAYLOAD_MAX = 1024,
    SMPP_VERSION = 0x34,
};

#define SMPP_RESP 0x80000000u /* set in the command of every answer */

enum smpp_command {
    SMPP_SUBMIT_SM = 0x4,
    SMPP_DELIVER_SM = 0x5,
    SMPP_UNBIND = 0x6,
    SMPP_BIND_TRANSCEIVER = 0x9,
    SMPP_OUTBIND = 0xB,
    SMPP_ENQUIRE_LINK = 0x15,
    SMPP_ALERT_NOTIFICATION = 0x102,
    SMPP_DATA_SM = 0x103,
};
#define SMPP_GENERIC_NACK SMPP_RESP

/* command_status that we say ourselves; what others mean is in smpp_rules.c. */
enum smpp_status {
    SMPP_ROK = 0x00,
    SMPP_RINVCMDLEN = 0x02,
    SMPP_RINVCMDID = 0x03,
    SMPP_RINVBNDSTS = 0x04,
    SMPP_RMSGQFUL = 0x14,
    SMPP_RX_T_APPN = 0x64, /* not now: bring it again */
    SMPP_RX_R_APPN = 0x66, /* never */
};

enum {
    SMPP_ESM_MODE_KIND = 0x3C, /* the bits that say what a deliver_sm is */
    SMPP_ESM_RECEIPT = 0x04,
    SMPP_ESM_INTERMEDIATE = 0x20,
    SMPP_ESM_UDHI = 0x40,
};

struct smpp_header {
    uint32_t length, command, status, sequence;
};

/* An address with its type of number and numbering plan. */
struct smpp_address {
    uint8_t ton, npi;
    struct str digits;
};

/* submit_sm, deliver_sm, data_sm. Views into what was read. */
struct smpp_message {
    struct str service_type;
    struct smpp_address from, to;
    uint8_t esm_class, protocol_id, priority;
    struct str schedule, validity; /* "" or 16 characters */
    uint8_t registered_delivery, replace, data_coding, default_id;
    struct str text; /* short_message, or message_payload where that is set */
    bool text_is_payload;
    uint16_t sar_reference;
    uint8_t sar_total, sar_number; /* 0: no such TLVs */
    uint8_t message_state;         /* 0: no such TLV */
    struct str receipted_id;       /* without its NUL; empty: no such TLV */
    struct str network_error;      /* three octets, or empty */
};

struct smpp_bind {
    const char *system_id, *password, *system_type;
    struct smpp_address range;
};

struct smpp_header smpp_read_header(const uint8_t *p); /* SMPP_HEADER_OCTETS of it */

/* What stands behind the header of a message. False when a mandatory field is cut short; a TLV that
 * is cut short ends the reading, unknown ones are passed over. command: DATA_SM has fewer fields.
 */
bool smpp_read_message(uint32_t command, const uint8_t *p, size_t n, struct smpp_message *out);
/* The message_id of an answer; empty where there is none, as on an error. */
struct str smpp_read_id(const uint8_t *p, size_t n);

/* Each gives the octets written, or 0 when a field is longer than the specification allows, or
 * holds a NUL. out has SMPP_WRITE_MAX. */
size_t smpp_write_bind(uint8_t *out, uint32_t sequence, const struct smpp_bind *bind);
size_t smpp_write_message(uint8_t *out, uint32_t command, uint32_t sequence,
                          const struct smpp_message *m);
/* A header alone: enquire_link, unbind, their answers, generic_nack. */
size_t smpp_write_header(uint8_t *out, uint32_t command, uint32_t status, uint32_t sequence);
/* The answer to a deliver_sm or data_sm: with the empty message_id that belongs there. */
size_t smpp_write_answer(uint8_t *out, uint32_t command, uint32_t status, uint32_t sequence);

#endif
