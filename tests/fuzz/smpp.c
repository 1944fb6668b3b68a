/* What a message centre sends: the first byte says which. Any bytes as a deliver_sm, a data_sm or
 * the answer to a submit_sm, down to the text, the receipt and the parts of a long one; and any
 * message as its sender would write it, which must be read as it was meant.
 * SPDX-License-Identifier: MIT */
#include "sms/long_part.h"
#include "sms/smpp_pdu.h"
#include "sms/smpp_rules.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(bool good)
{
    if (!good)
        abort();
}

static void check_inside(struct str s, const uint8_t *p, size_t n)
{
    const uint8_t *at = (const uint8_t *)s.p;
    check(s.len == 0 || (at >= p && at + s.len <= p + n));
}

static void texts(const struct smpp_message *m)
{
    struct buf out;

    buf_init(&out);
    for (int alphabet = 0; alphabet < 2; alphabet++) {
        buf_reset(&out);
        if (smpp_text_read(m->text, m->data_coding, (enum smpp_alphabet)alphabet, &out))
            check(str_utf8_valid(buf_str(&out)));
    }
    buf_clear(&out);
}

static void receipts(const struct smpp_message *m)
{
    struct smpp_receipt r;

    for (int base = SMPP_ID_SAME; base <= SMPP_ID_HEX; base++)
        if (smpp_receipt_read(m, (enum smpp_id_base)base, &r))
            check(strlen(r.id) <= GATEWAY_ID_MAX && strlen(r.reason) <= GATEWAY_REASON_MAX);
}

static void parts(const struct smpp_message *m)
{
    struct gateway_part p = {.from = m->from.digits, .to = m->to.digits, .octets = m->text};

    if (!long_part_udh(&p.octets, &p))
        return;
    check(p.octets.len <= m->text.len);
    check_inside(p.octets, (const uint8_t *)m->text.p, m->text.len);
    check(!long_part_ok(&p) || (p.total >= p.number && p.total <= LONG_PARTS_MAX));
}

static void messages(uint32_t command, const uint8_t *p, size_t n)
{
    struct smpp_message m;

    if (!smpp_read_message(command, p, n, &m))
        return;
    check_inside(m.service_type, p, n);
    check_inside(m.from.digits, p, n);
    check_inside(m.to.digits, p, n);
    check_inside(m.validity, p, n);
    check_inside(m.text, p, n);
    check_inside(m.receipted_id, p, n);
    check_inside(m.network_error, p, n);
    texts(&m);
    receipts(&m);
    parts(&m);
}

static bool same(struct str a, struct str b)
{
    return str_eq(a, b);
}

/* What was read is what its sender meant: written again it is refused by our own rules, or it is
 * read as the same. */
static void round_trip(uint32_t command, const uint8_t *p, size_t n)
{
    uint8_t out[SMPP_WRITE_MAX];
    struct smpp_message m, again;

    if (!smpp_read_message(command, p, n, &m))
        return;
    size_t len = smpp_write_message(out, command, 1, &m);
    if (!len)
        return;
    check(len <= sizeof(out) && smpp_read_header(out).length == len);
    check(smpp_read_message(command, out + SMPP_HEADER_OCTETS, len - SMPP_HEADER_OCTETS, &again));
    check(same(m.service_type, again.service_type) && same(m.from.digits, again.from.digits) &&
          same(m.to.digits, again.to.digits) && same(m.text, again.text) &&
          same(m.receipted_id, again.receipted_id) && same(m.validity, again.validity) &&
          same(m.network_error, again.network_error));
    check(m.esm_class == again.esm_class && m.data_coding == again.data_coding &&
          m.message_state == again.message_state && m.from.ton == again.from.ton &&
          m.to.npi == again.to.npi && m.registered_delivery == again.registered_delivery);
    check(m.sar_total == 0 || (m.sar_reference == again.sar_reference &&
                               m.sar_total == again.sar_total && m.sar_number == again.sar_number));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char id[GATEWAY_ID_MAX + 1];

    if (!len)
        return 0;
    /* A copy of its own: one octet too far is seen. */
    uint8_t *p = malloc(len);
    size_t n = len - 1;
    if (!p)
        return 0;
    memcpy(p, data + 1, n);
    uint32_t command = data[0] & 1 ? SMPP_DATA_SM : SMPP_DELIVER_SM;
    messages(command, p, n);
    round_trip(command, p, n);
    smpp_id_read(smpp_read_id(p, n), (enum smpp_id_base)(data[0] % 3), data[0] & 4, id);
    check(strlen(id) <= GATEWAY_ID_MAX);
    free(p);
    return 0;
}
