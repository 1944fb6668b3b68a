/* CMPP 2.0 and 3.0 on the wire (QB-GF-028): one table for each kind of PDU, with the width of each
 * field in both layouts. Strict in what it writes, lenient in what it reads. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_CMPP_PDU_H
#define PAIHAO_SMS_CMPP_PDU_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cmpp_layout { CMPP_20, CMPP_30 };

enum cmpp_command {
    CMPP_CONNECT = 0x1,
    CMPP_TERMINATE = 0x2,
    CMPP_SUBMIT = 0x4,
    CMPP_DELIVER = 0x5,
    CMPP_ACTIVE_TEST = 0x8,
};
#define CMPP_RESP 0x80000000u /* of a command: its answer */

enum {
    CMPP_HEADER_OCTETS = 12,
    CMPP_MD5_OCTETS = 16,
    CMPP_ASCII_MAX = 159, /* the specification says "< 160" */
    CMPP_OTHER_MAX = 140,
};

enum cmpp_fmt { CMPP_ASCII = 0, CMPP_CARD = 3, CMPP_BINARY = 4, CMPP_UCS2 = 8, CMPP_GB = 15 };

/* An octet string: its width on the wire in the wider layout, and a NUL. */
#define CMPP_TEXT(name, width) char name[(width) + 1]

struct cmpp_content {
    uint8_t length;
    uint8_t octets[255];
};

struct cmpp_connect {
    CMPP_TEXT(source_addr, 6);
    uint8_t authenticator[CMPP_MD5_OCTETS];
    uint8_t version; /* 0x20, 0x30 */
    uint32_t timestamp;
};

struct cmpp_connect_resp {
    uint32_t status;
    uint8_t authenticator[CMPP_MD5_OCTETS];
    uint8_t version;
};

/* To one number: an answer has one Msg_Id, and one bad number would refuse them all. */
struct cmpp_submit {
    uint64_t msg_id; /* 0 */
    uint8_t pk_total, pk_number;
    uint8_t registered_delivery, msg_level;
    CMPP_TEXT(service_id, 10);
    uint8_t fee_user_type;
    CMPP_TEXT(fee_terminal_id, 32);
    uint8_t fee_terminal_type; /* 3.0 */
    uint8_t tp_pid, tp_udhi, msg_fmt;
    CMPP_TEXT(msg_src, 6);
    CMPP_TEXT(fee_type, 2);
    CMPP_TEXT(fee_code, 6);
    CMPP_TEXT(valid_time, 17);
    CMPP_TEXT(at_time, 17);
    CMPP_TEXT(src_id, 21);
    uint8_t dest_count; /* 1 */
    CMPP_TEXT(dest_terminal_id, 32);
    uint8_t dest_terminal_type; /* 3.0 */
    struct cmpp_content content;
    CMPP_TEXT(link_id, 20); /* 2.0: reserved, 8 */
};

struct cmpp_deliver {
    uint64_t msg_id;
    CMPP_TEXT(dest_id, 21);
    CMPP_TEXT(service_id, 10);
    uint8_t tp_pid, tp_udhi, msg_fmt;
    CMPP_TEXT(src_terminal_id, 32);
    uint8_t src_terminal_type;   /* 3.0 */
    uint8_t registered_delivery; /* 1: the content is a report */
    struct cmpp_content content;
    CMPP_TEXT(link_id, 20);
};

/* SUBMIT_RESP and DELIVER_RESP. */
struct cmpp_answer {
    uint64_t msg_id;
    uint32_t result;
};

struct cmpp_active_test_resp {
    CMPP_TEXT(reserved, 1);
};

struct cmpp_pdu {
    uint32_t command; /* enum cmpp_command, perhaps with CMPP_RESP */
    uint32_t sequence;
    enum cmpp_layout layout;
    union {
        struct cmpp_connect connect;
        struct cmpp_connect_resp connect_resp;
        struct cmpp_submit submit;
        struct cmpp_deliver deliver;
        struct cmpp_answer answer;
        struct cmpp_active_test_resp active_test_resp;
    };
};

struct cmpp_report {
    uint64_t msg_id;
    CMPP_TEXT(stat, 7);
    CMPP_TEXT(submit_time, 10);
    CMPP_TEXT(done_time, 10);
    CMPP_TEXT(dest_terminal_id, 32);
    uint32_t smsc_sequence;
};

/* Appends the whole frame in pdu->layout. False, and nothing is appended, when a field does not fit
 * or the content is too long for its format. */
bool cmpp_write(const struct cmpp_pdu *pdu, struct buf *out);
/* One whole frame. layout is that of the connection; an answer tells its own by its length, and
 * pdu->layout says which it was. What stands behind the last field is ignored, and the tail behind
 * a content may be missing; a text ends at its first NUL. False when a field is cut off: the fields
 * before it are filled, all others zero. Of an unknown command only the header is read. */
bool cmpp_read(const uint8_t *frame, size_t n, enum cmpp_layout layout, struct cmpp_pdu *pdu);
/* Whether cmpp_read() knows more of it than its header. */
bool cmpp_knows(uint32_t command);
/* The content of a DELIVER that is a report; its layout shows by its length. Msg_Id and Stat must
 * be there, the rest may be cut off. */
bool cmpp_read_report(const struct cmpp_content *content, struct cmpp_report *out);

#endif
