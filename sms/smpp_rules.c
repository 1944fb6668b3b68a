/* The tables behind the SMPP driver. Nothing here keeps anything. Pure: any thread. A centre's own
 * status is a row of statuses[]; its words for a message's fate are rows of words[].
 * SPDX-License-Identifier: MIT */
#include "sms/smpp_rules.h"

#include "sms/parts.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAUSE_MS = 1000,         /* of a throttled link: rates are counted by the second */
    VALID_MAX_S = 30 * 86400 /* relative times are written with days of months */
};

/* SMPP 3.4, 5.1.3. Where it is the message that is at fault, another gateway would say the same;
 * where it is the account or the settings, every message meets it; all else may pass. */
static const struct {
    uint32_t status;
    enum gateway_outcome outcome;
    const char *reason;
} statuses[] = {
    {0x01, GATEWAY_PERMFAIL, "message_length"},     /* ESME_RINVMSGLEN */
    {0x02, GATEWAY_CONFIG, "command_length"},       /* ESME_RINVCMDLEN */
    {0x03, GATEWAY_CONFIG, "command_unknown"},      /* ESME_RINVCMDID */
    {0x04, GATEWAY_TEMPFAIL, "bind_state"},         /* ESME_RINVBNDSTS */
    {0x05, GATEWAY_TEMPFAIL, "bind_already"},       /* ESME_RALYBND */
    {0x06, GATEWAY_CONFIG, "priority"},             /* ESME_RINVPRTFLG */
    {0x07, GATEWAY_CONFIG, "receipt_flag"},         /* ESME_RINVREGDLVFLG */
    {0x08, GATEWAY_TEMPFAIL, "system"},             /* ESME_RSYSERR */
    {0x0A, GATEWAY_CONFIG, "source"},               /* ESME_RINVSRCADR */
    {0x0B, GATEWAY_PERMFAIL, "destination"},        /* ESME_RINVDSTADR */
    {0x0C, GATEWAY_TEMPFAIL, "message_id"},         /* ESME_RINVMSGID */
    {0x0D, GATEWAY_CONFIG, "bind_refused"},         /* ESME_RBINDFAIL */
    {0x0E, GATEWAY_CONFIG, "password"},             /* ESME_RINVPASWD */
    {0x0F, GATEWAY_CONFIG, "login"},                /* ESME_RINVSYSID */
    {0x14, GATEWAY_THROTTLED, "queue_full"},        /* ESME_RMSGQFUL */
    {0x15, GATEWAY_CONFIG, "service_type"},         /* ESME_RINVSERTYP */
    {0x33, GATEWAY_PERMFAIL, "destination_count"},  /* ESME_RINVNUMDESTS */
    {0x34, GATEWAY_CONFIG, "list_name"},            /* ESME_RINVDLNAME */
    {0x40, GATEWAY_PERMFAIL, "destination_flag"},   /* ESME_RINVDESTFLAG */
    {0x43, GATEWAY_CONFIG, "esm_class"},            /* ESME_RINVESMCLASS */
    {0x45, GATEWAY_TEMPFAIL, "submit_failed"},      /* ESME_RSUBMITFAIL */
    {0x48, GATEWAY_CONFIG, "source_ton"},           /* ESME_RINVSRCTON */
    {0x49, GATEWAY_CONFIG, "source_npi"},           /* ESME_RINVSRCNPI */
    {0x50, GATEWAY_CONFIG, "destination_ton"},      /* ESME_RINVDSTTON */
    {0x51, GATEWAY_CONFIG, "destination_npi"},      /* ESME_RINVDSTNPI */
    {0x53, GATEWAY_CONFIG, "system_type"},          /* ESME_RINVSYSTYP */
    {0x54, GATEWAY_CONFIG, "replace_flag"},         /* ESME_RINVREPFLAG */
    {0x55, GATEWAY_TEMPFAIL, "message_count"},      /* ESME_RINVNUMMSGS */
    {0x58, GATEWAY_THROTTLED, "throttled"},         /* ESME_RTHROTTLED */
    {0x61, GATEWAY_CONFIG, "schedule"},             /* ESME_RINVSCHED */
    {0x62, GATEWAY_CONFIG, "validity"},             /* ESME_RINVEXPIRY */
    {0x63, GATEWAY_CONFIG, "default_message"},      /* ESME_RINVDFTMSGID */
    {0x64, GATEWAY_TEMPFAIL, "application_now"},    /* ESME_RX_T_APPN */
    {0x65, GATEWAY_PERMFAIL, "application_never"},  /* ESME_RX_P_APPN */
    {0x66, GATEWAY_PERMFAIL, "application_reject"}, /* ESME_RX_R_APPN */
    {0x67, GATEWAY_TEMPFAIL, "query_failed"},       /* ESME_RQUERYFAIL */
    {0xC0, GATEWAY_CONFIG, "tlv_stream"},           /* ESME_RINVOPTPARSTREAM */
    {0xC1, GATEWAY_CONFIG, "tlv_not_allowed"},      /* ESME_ROPTPARNOTALLWD */
    {0xC2, GATEWAY_CONFIG, "tlv_length"},           /* ESME_RINVPARLEN */
    {0xC3, GATEWAY_CONFIG, "tlv_missing"},          /* ESME_RMISSINGOPTPARAM */
    {0xC4, GATEWAY_CONFIG, "tlv_value"},            /* ESME_RINVOPTPARAMVAL */
    {0xFE, GATEWAY_TEMPFAIL, "delivery_failed"},    /* ESME_RDELIVERYFAILURE */
    {0xFF, GATEWAY_TEMPFAIL, "unknown_error"},      /* ESME_RUNKNOWNERR */
};

void smpp_status_read(const struct sms_gateway_settings *s, uint32_t status,
                      struct gateway_result *out)
{
    memset(out, 0, sizeof(*out));
    if (status == SMPP_ROK) {
        snprintf(out->reason, sizeof(out->reason), "accepted");
        return;
    }
    out->outcome = GATEWAY_TEMPFAIL; /* a centre's own: nobody knows, so it is tried again */
    snprintf(out->reason, sizeof(out->reason), "smpp_%x", status);
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i].status != status)
            continue;
        out->outcome = statuses[i].outcome;
        snprintf(out->reason, sizeof(out->reason), "smpp_%s", statuses[i].reason);
    }
    if (s)
        (void)gateway_result_class(s, status, &out->outcome); /* else it stays what it was */
    if (out->outcome == GATEWAY_THROTTLED)
        out->pause_ms = PAUSE_MS;
}

void smpp_validity(int64_t valid_ms, char out[SMPP_VALIDITY_LEN + 1])
{
    int64_t s = (valid_ms + 999) / 1000;

    s = s < 1 ? 1 : s > VALID_MAX_S ? VALID_MAX_S : s;
    snprintf(out, SMPP_VALIDITY_LEN + 1, "0000%02d%02d%02d%02d000R", (int)(s / 86400) % 100,
             (int)(s / 3600 % 24), (int)(s / 60 % 60), (int)(s % 60));
}

/* 5.2.5: 0 unknown, 1 international, 5 alphanumeric; 5.2.6: 0 unknown, 1 ISDN. */
struct smpp_address smpp_address_of(const char *text, int ton, int npi)
{
    bool plus = *text == '+';
    struct str digits = str_of(text + plus);
    bool number = strspn(digits.p, "0123456789") == digits.len;
    int guess = !number ? 5 : plus ? 1 : 0;

    return (struct smpp_address){(uint8_t)(ton < 0 ? guess : ton),
                                 (uint8_t)(npi < 0 ? number && digits.len > 0 : npi), digits};
}

/* --- ids --- */

static bool is_id_char(char c)
{
    return c > ' ' && c < 0x7F;
}

/* The whole of it in that base, without leading zeros in decimal. */
static bool id_number(const char *text, int base, char *out, size_t cap)
{
    size_t digits = strspn(text, base == 16 ? "0123456789abcdefABCDEF" : "0123456789");
    size_t zeros = strspn(text, "0");

    if (!*text || text[digits] || digits - zeros > (base == 16 ? 16 : 19))
        return false;
    snprintf(out, cap, "%llu", strtoull(text, NULL, base));
    return true;
}

void smpp_id_read(struct str id, enum smpp_id_base base, bool is_receipt,
                  char out[GATEWAY_ID_MAX + 1])
{
    char number[24];
    size_t n = 0;

    for (size_t i = 0; i < id.len && n < GATEWAY_ID_MAX; i++)
        if (is_id_char(id.p[i]))
            out[n++] = id.p[i];
    out[n] = 0;
    if (base == SMPP_ID_SAME)
        return;
    bool hex = (base == SMPP_ID_DEC) != is_receipt;
    if (id_number(out, hex ? 16 : 10, number, sizeof(number)))
        memcpy(out, number, sizeof(number));
}

/* --- receipts --- */

/* The word of a receipt's text (appendix B), the value of its TLV (5.2.28). ACCEPTD and ENROUTE
 * are no end: most centres say the former when they have taken the message over. */
static const struct {
    const char *word;
    uint8_t state;
    bool final;
    enum gateway_fate fate;
} words[] = {
    {"DELIVRD", 2, true, GATEWAY_DELIVERED},   {"EXPIRED", 3, true, GATEWAY_EXPIRED},
    {"DELETED", 4, true, GATEWAY_UNDELIVERED}, {"UNDELIV", 5, true, GATEWAY_UNDELIVERED},
    {"UNKNOWN", 7, true, GATEWAY_UNKNOWN},     {"REJECTD", 8, true, GATEWAY_REJECTED},
    {"ENROUTE", 1, false, GATEWAY_UNKNOWN},    {"ACCEPTD", 6, false, GATEWAY_UNKNOWN},
    {"DELIVERED", 2, true, GATEWAY_DELIVERED}, {"REJECTED", 8, true, GATEWAY_REJECTED},
    {"FAILED", 5, true, GATEWAY_UNDELIVERED},
};

/* The value behind "key:", up to a space; case does not matter. */
static struct str field(struct str text, const char *key)
{
    size_t n = strlen(key);

    for (size_t i = 0; i + n <= text.len; i++) {
        if ((i && text.p[i - 1] != ' ') || strncasecmp(text.p + i, key, n) != 0)
            continue;
        struct str v = {text.p + i + n, text.len - i - n};
        const char *end = v.len ? memchr(v.p, ' ', v.len) : NULL;
        v.len = end ? (size_t)(end - v.p) : v.len;
        return v;
    }
    return STR("");
}

static void fate_of(struct str word, uint8_t state, struct smpp_receipt *out)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        bool same = state ? words[i].state == state
                          : strlen(words[i].word) == word.len &&
                                strncasecmp(words[i].word, word.p, word.len) == 0;
        if (!same)
            continue;
        out->final = words[i].final;
        out->fate = words[i].fate;
        return;
    }
}

/* "err:069", or the TLV: a network and its number. Nothing where nothing went wrong. */
static void reason_of(const struct smpp_message *m, struct smpp_receipt *out)
{
    struct str err = field(m->text, "err:");
    const uint8_t *e = (const uint8_t *)m->network_error.p;
    size_t n = 0;

    if (m->network_error.len && (e[1] || e[2])) {
        snprintf(out->reason, sizeof(out->reason), "%d:%d", e[0], e[1] << 8 | e[2]);
        return;
    }
    for (size_t i = 0; i < err.len && n < GATEWAY_REASON_MAX; i++)
        if (isalnum((unsigned char)err.p[i]))
            out->reason[n++] = err.p[i];
    out->reason[n] = 0;
    if (strspn(out->reason, "0") == n)
        out->reason[0] = 0;
}

bool smpp_receipt_read(const struct smpp_message *m, enum smpp_id_base base,
                       struct smpp_receipt *out)
{
    int kind = m->esm_class & SMPP_ESM_MODE_KIND;

    memset(out, 0, sizeof(*out));
    /* By its class or its TLV alone: "id:1 stat:DELIVRD" may be what a citizen has written. */
    if (kind != SMPP_ESM_RECEIPT && kind != SMPP_ESM_INTERMEDIATE && !m->receipted_id.len)
        return false;
    struct str id = m->receipted_id.len ? m->receipted_id : field(m->text, "id:");
    smpp_id_read(id, base, true, out->id);
    fate_of(field(m->text, "stat:"), m->message_state, out);
    if (kind == SMPP_ESM_INTERMEDIATE)
        out->final = false;
    reason_of(m, out);
    return true;
}

/* --- texts --- */

static void read_latin1(struct str octets, uint8_t max, struct buf *out)
{
    for (size_t i = 0; i < octets.len; i++) {
        uint8_t c = (uint8_t)octets.p[i];
        if (!c || c > max) {
            buf_add_c(out, "\xEF\xBF\xBD"); /* U+FFFD */
        } else if (c < 0x80) {
            buf_add_char(out, (char)c);
        } else {
            buf_add_char(out, (char)(0xC0 | c >> 6));
            buf_add_char(out, (char)(0x80 | (c & 0x3F)));
        }
    }
}

/* 5.2.19, and the groups of 3GPP TS 23.038 that some centres pass on. */
static int coding_of(uint8_t data_coding)
{
    if ((data_coding & 0xF0) == 0xF0) /* with a class: 7 or 8 bits */
        return data_coding & 4 ? 4 : 0;
    if ((data_coding & 0xF0) == 0x10) /* the same in the general group */
        return (data_coding & 0x0C) == 8 ? 8 : (data_coding & 0x0C) ? 4 : 0;
    return data_coding;
}

bool smpp_text_read(struct str octets, uint8_t data_coding, enum smpp_alphabet alphabet,
                    struct buf *out)
{
    octets.len = octets.len > SMPP_TEXT_MAX_OCTETS ? SMPP_TEXT_MAX_OCTETS : octets.len;
    switch (coding_of(data_coding)) {
    case 0:
        if (alphabet == SMPP_ALPHABET_GSM7)
            parts_read((const uint8_t *)octets.p, octets.len, ENCODING_GSM7, out);
        else
            read_latin1(octets, 0xFF, out);
        break;
    case 8:
        parts_read((const uint8_t *)octets.p, octets.len, ENCODING_UCS2, out);
        break;
    case 3:
        read_latin1(octets, 0xFF, out);
        break;
    case 2: /* octets */
    case 4:
        return false;
    default: /* ASCII, and alphabets that share it */
        read_latin1(octets, 0x7F, out);
        break;
    }
    return true;
}

bool smpp_latin1(struct str text, uint8_t *out, size_t cap, size_t *len)
{
    *len = 0;
    while (text.len) {
        uint32_t c = str_utf8_take(&text);
        if (c > 0xFF || *len == cap)
            return false;
        out[(*len)++] = (uint8_t)c;
    }
    return true;
}
