/* Reads and writes SMPP 3.4 octet by octet. What is read may be anything: over-long strings are
 * taken as they are, TLVs in any order and of any number, and nothing is looked at outside the
 * octets given. Pure: any thread. A further TLV is a row in read_tlv(), a further PDU a pair of
 * functions here and a field list in tests/fuzz/smpp.c. SPDX-License-Identifier: MIT */
#include "sms/smpp_pdu.h"

#include <string.h>

enum smpp_tag {
    TAG_RECEIPTED_MESSAGE_ID = 0x001E,
    TAG_SAR_MSG_REF_NUM = 0x020C,
    TAG_SAR_TOTAL_SEGMENTS = 0x020E,
    TAG_SAR_SEGMENT_SEQNUM = 0x020F,
    TAG_NETWORK_ERROR_CODE = 0x0423,
    TAG_MESSAGE_PAYLOAD = 0x0424,
    TAG_MESSAGE_STATE = 0x0427,
};

/* Sizes of SMPP 3.4, 5.2, their NUL counted. */
enum {
    SYSTEM_ID_MAX = 16,
    PASSWORD_MAX = 9,
    SYSTEM_TYPE_MAX = 13,
    RANGE_MAX = 41,
    SERVICE_TYPE_MAX = 6,
    ADDRESS_MAX = 21,
    TIME_MAX = 17,
    SHORT_MESSAGE_MAX = 254,
    RECEIPTED_ID_MAX = 65,
};

/* --- reading --- */

struct reader {
    const uint8_t *p;
    size_t left;
    bool ok;
};

static uint8_t get8(struct reader *r)
{
    if (!r->left) {
        r->ok = false;
        return 0;
    }
    r->left--;
    return *r->p++;
}

static uint32_t be(const uint8_t *p, size_t n)
{
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static struct str get(struct reader *r, size_t n)
{
    struct str s = {(const char *)r->p, n};
    if (n > r->left) {
        r->ok = false;
        return STR("");
    }
    r->p += n;
    r->left -= n;
    return s;
}

/* Up to its NUL, however far that is. */
static struct str get_string(struct reader *r)
{
    const uint8_t *end = r->left ? memchr(r->p, 0, r->left) : NULL;
    if (!end) {
        r->ok = false;
        return STR("");
    }
    struct str s = get(r, (size_t)(end - r->p));
    (void)get8(r); /* the NUL */
    return s;
}

static struct smpp_address get_address(struct reader *r)
{
    struct smpp_address a = {.ton = get8(r)};
    a.npi = get8(r);
    a.digits = get_string(r);
    return a;
}

/* Some write a number into fewer or more octets than they should. */
static uint32_t tlv_number(struct str v)
{
    return v.len <= 4 ? be((const uint8_t *)v.p, v.len) : 0;
}

/* With its NUL or without. */
static struct str tlv_string(struct str v)
{
    const char *end = v.len ? memchr(v.p, 0, v.len) : NULL;
    return end ? (struct str){v.p, (size_t)(end - v.p)} : v;
}

static void read_tlv(uint32_t tag, struct str v, struct smpp_message *m)
{
    switch (tag) {
    case TAG_RECEIPTED_MESSAGE_ID:
        m->receipted_id = tlv_string(v);
        break;
    case TAG_SAR_MSG_REF_NUM:
        m->sar_reference = (uint16_t)tlv_number(v);
        break;
    case TAG_SAR_TOTAL_SEGMENTS:
        m->sar_total = (uint8_t)tlv_number(v);
        break;
    case TAG_SAR_SEGMENT_SEQNUM:
        m->sar_number = (uint8_t)tlv_number(v);
        break;
    case TAG_MESSAGE_STATE:
        m->message_state = (uint8_t)tlv_number(v);
        break;
    case TAG_NETWORK_ERROR_CODE:
        m->network_error = v.len == 3 ? v : STR("");
        break;
    case TAG_MESSAGE_PAYLOAD:
        if (!m->text.len) {
            m->text = v;
            m->text_is_payload = true;
        }
        break;
    default:
        break;
    }
}

static void read_tlvs(struct reader *r, struct smpp_message *m)
{
    while (r->left >= 4) {
        uint32_t tag = be(r->p, 2);
        size_t n = be(r->p + 2, 2);
        if (n > r->left - 4)
            return;
        r->p += 4;
        r->left -= 4;
        read_tlv(tag, get(r, n), m);
    }
}

static void read_sm_only(struct reader *r, struct smpp_message *m)
{
    m->protocol_id = get8(r);
    m->priority = get8(r);
    m->schedule = get_string(r);
    m->validity = get_string(r);
    m->registered_delivery = get8(r);
    m->replace = get8(r);
    m->data_coding = get8(r);
    m->default_id = get8(r);
    m->text = get(r, get8(r));
}

struct smpp_header smpp_read_header(const uint8_t *p)
{
    return (struct smpp_header){be(p, 4), be(p + 4, 4), be(p + 8, 4), be(p + 12, 4)};
}

bool smpp_read_message(uint32_t command, const uint8_t *p, size_t n, struct smpp_message *out)
{
    struct reader r = {p, n, true};

    memset(out, 0, sizeof(*out));
    out->schedule = out->validity = out->text = out->receipted_id = out->network_error = STR("");
    out->service_type = get_string(&r);
    out->from = get_address(&r);
    out->to = get_address(&r);
    out->esm_class = get8(&r);
    if (command == SMPP_DATA_SM) {
        out->registered_delivery = get8(&r);
        out->data_coding = get8(&r);
    } else {
        read_sm_only(&r, out);
    }
    if (!r.ok)
        return false;
    read_tlvs(&r, out);
    return true;
}

struct str smpp_read_id(const uint8_t *p, size_t n)
{
    return tlv_string((struct str){(const char *)p, n});
}

/* --- writing --- */

struct writer {
    uint8_t *start;
    size_t len;
    bool ok;
};

static void put_n(struct writer *w, uint32_t v, size_t octets)
{
    if (w->len + octets > SMPP_WRITE_MAX) {
        w->ok = false;
        return;
    }
    for (size_t i = octets; i-- > 0;)
        w->start[w->len++] = (uint8_t)(v >> (8 * i));
}

static void put8(struct writer *w, uint8_t v)
{
    put_n(w, v, 1);
}

static void put(struct writer *w, struct str s)
{
    if (w->len + s.len > SMPP_WRITE_MAX) {
        w->ok = false;
        return;
    }
    if (s.len)
        memcpy(w->start + w->len, s.p, s.len);
    w->len += s.len;
}

static void put_string(struct writer *w, struct str s, size_t max)
{
    if (s.len >= max || (s.len && memchr(s.p, 0, s.len)))
        w->ok = false;
    else
        put(w, s);
    put8(w, 0);
}

/* Times are written whole or not at all. */
static void put_time(struct writer *w, struct str s)
{
    if (s.len && s.len != TIME_MAX - 1)
        w->ok = false;
    put_string(w, s, TIME_MAX);
}

static void put_address(struct writer *w, struct smpp_address a, size_t max)
{
    put8(w, a.ton);
    put8(w, a.npi);
    put_string(w, a.digits, max);
}

static void put_tlv(struct writer *w, uint16_t tag, struct str v)
{
    put_n(w, tag, 2);
    put_n(w, (uint32_t)v.len, 2);
    put(w, v);
}

static void put_tlv_n(struct writer *w, uint16_t tag, uint32_t v, size_t octets)
{
    put_n(w, tag, 2);
    put_n(w, (uint32_t)octets, 2);
    put_n(w, v, octets);
}

static struct writer begin(uint8_t *out, uint32_t command, uint32_t status, uint32_t sequence)
{
    struct writer w = {out, 4, true}; /* the length is known at the end */
    put_n(&w, command, 4);
    put_n(&w, status, 4);
    put_n(&w, sequence, 4);
    return w;
}

static size_t finish(struct writer *w)
{
    size_t n = w->len;
    w->len = 0;
    put_n(w, (uint32_t)n, 4);
    return w->ok ? n : 0;
}

size_t smpp_write_bind(uint8_t *out, uint32_t sequence, const struct smpp_bind *bind)
{
    struct writer w = begin(out, SMPP_BIND_TRANSCEIVER, 0, sequence);
    put_string(&w, str_of(bind->system_id), SYSTEM_ID_MAX);
    put_string(&w, str_of(bind->password), PASSWORD_MAX);
    put_string(&w, str_of(bind->system_type), SYSTEM_TYPE_MAX);
    put8(&w, SMPP_VERSION);
    put_address(&w, bind->range, RANGE_MAX);
    return finish(&w);
}

static void put_tlvs(struct writer *w, const struct smpp_message *m)
{
    if (m->text_is_payload)
        put_tlv(w, TAG_MESSAGE_PAYLOAD, m->text);
    if (m->sar_total) {
        put_tlv_n(w, TAG_SAR_MSG_REF_NUM, m->sar_reference, 2);
        put_tlv_n(w, TAG_SAR_TOTAL_SEGMENTS, m->sar_total, 1);
        put_tlv_n(w, TAG_SAR_SEGMENT_SEQNUM, m->sar_number, 1);
    }
    if (m->receipted_id.len) {
        put_n(w, TAG_RECEIPTED_MESSAGE_ID, 2);
        put_n(w, (uint32_t)m->receipted_id.len + 1, 2);
        put_string(w, m->receipted_id, RECEIPTED_ID_MAX);
    }
    if (m->message_state)
        put_tlv_n(w, TAG_MESSAGE_STATE, m->message_state, 1);
    if (m->network_error.len) {
        w->ok = w->ok && m->network_error.len == 3;
        put_tlv(w, TAG_NETWORK_ERROR_CODE, m->network_error);
    }
}

static void put_sm_only(struct writer *w, const struct smpp_message *m)
{
    struct str text = m->text_is_payload ? STR("") : m->text;

    put8(w, m->protocol_id);
    put8(w, m->priority);
    put_time(w, m->schedule);
    put_time(w, m->validity);
    put8(w, m->registered_delivery);
    put8(w, m->replace);
    put8(w, m->data_coding);
    put8(w, m->default_id);
    if (text.len > SHORT_MESSAGE_MAX)
        w->ok = false;
    put8(w, (uint8_t)text.len);
    put(w, text);
}

size_t smpp_write_message(uint8_t *out, uint32_t command, uint32_t sequence,
                          const struct smpp_message *m)
{
    struct writer w = begin(out, command, 0, sequence);

    put_string(&w, m->service_type, SERVICE_TYPE_MAX);
    put_address(&w, m->from, ADDRESS_MAX);
    put_address(&w, m->to, ADDRESS_MAX);
    put8(&w, m->esm_class);
    if (command == SMPP_DATA_SM) {
        put8(&w, m->registered_delivery);
        put8(&w, m->data_coding);
        w.ok = w.ok && (m->text_is_payload || !m->text.len);
    } else {
        put_sm_only(&w, m);
    }
    if (m->text_is_payload && m->text.len > SMPP_PAYLOAD_MAX)
        w.ok = false;
    put_tlvs(&w, m);
    return finish(&w);
}

size_t smpp_write_header(uint8_t *out, uint32_t command, uint32_t status, uint32_t sequence)
{
    struct writer w = begin(out, command, status, sequence);
    return finish(&w);
}

size_t smpp_write_answer(uint8_t *out, uint32_t command, uint32_t status, uint32_t sequence)
{
    struct writer w = begin(out, command | SMPP_RESP, status, sequence);
    put8(&w, 0);
    return finish(&w);
}
