/* How texts travel over CMPP: UCS-2, or ASCII where a text has nothing else; long ones in parts
 * that a header joins. The other way GB18030, too. Owns nothing; any thread. A further format is a
 * case of cmpp_text(). SPDX-License-Identifier: MIT */
#include "sms/cmpp_text.h"

#include "sms/cmpp_auth.h"
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Parts of ASCII, cut where the 7-bit alphabet would be: the gateway translates, and its escapes
 * count. One part of 160 characters is one too many for CMPP. */
static int cut_ascii(struct str text, struct part parts[PARTS_MAX])
{
    struct buf b;
    int n = parts_cut(text, ENCODING_GSM7, parts);
    if (n == 1 && parts[0].length > CMPP_ASCII_MAX)
        return 0;
    buf_init(&b);
    for (int i = 0; i < n; i++) {
        buf_reset(&b);
        parts_read(parts[i].octets, parts[i].length, ENCODING_GSM7, &b);
        memcpy(parts[i].octets, b.p, b.len); /* escapes are gone: it has become no longer */
        parts[i].length = b.len;
    }
    buf_clear(&b);
    return n;
}

static int cut(const struct sms_gateway_settings *s, struct str text, struct part parts[PARTS_MAX],
               uint8_t *fmt)
{
    int n = 0;
    *fmt = CMPP_ASCII;
    if (strcmp(s->data_coding, "8") != 0 && is_ascii(text))
        n = cut_ascii(text, parts);
    if (n)
        return n;
    *fmt = CMPP_UCS2;
    return parts_cut(text, ENCODING_UCS2, parts);
}

static struct str number_of(const struct sms_gateway_settings *s, const struct gateway_message *m)
{
    struct str to = str_of(m->to_e164 + 1), country = m->country;
    if (strcmp(s->number_form, "national") == 0 && country.len && to.len > country.len &&
        memcmp(to.p, country.p, country.len) == 0)
        return (struct str){to.p + country.len, to.len - country.len};
    return to;
}

static void put_content(struct cmpp_content *c, const struct part *part, const uint8_t *udh,
                        size_t udh_octets)
{
    memcpy(c->octets, udh, udh_octets);
    memcpy(c->octets + udh_octets, part->octets, part->length);
    c->length = (uint8_t)(udh_octets + part->length);
}

/* What all parts have in common. */
static void fill(struct cmpp_submit *out, const struct sms_gateway_settings *s,
                 const struct gateway_message *m, int64_t now_ms)
{
    *out = (struct cmpp_submit){
        .registered_delivery = 1, .fee_user_type = (uint8_t)s->fee_user_type, .dest_count = 1};
    str_copy(str_of(s->service_id), out->service_id, sizeof out->service_id);
    str_copy(str_of(s->fee_number), out->fee_terminal_id, sizeof out->fee_terminal_id);
    str_copy(str_of(s->login), out->msg_src, sizeof out->msg_src);
    str_copy(str_of(s->fee_type), out->fee_type, sizeof out->fee_type);
    str_copy(str_of(s->fee_code), out->fee_code, sizeof out->fee_code);
    str_copy(str_of(s->from), out->src_id, sizeof out->src_id);
    str_copy(number_of(s, m), out->dest_terminal_id, sizeof out->dest_terminal_id);
    cmpp_valid_time(now_ms + m->valid_ms, out->valid_time);
}

int cmpp_submits(const struct sms_gateway_settings *s, const struct gateway_message *m,
                 int64_t now_ms, uint8_t reference, struct cmpp_submit out[PARTS_MAX])
{
    struct part parts[PARTS_MAX];
    uint8_t fmt, udh[PART_UDH_OCTETS];
    int n = cut(s, m->text, parts, &fmt);
    for (int i = 0; i < n; i++) {
        fill(&out[i], s, m, now_ms);
        out[i].pk_total = (uint8_t)n;
        out[i].pk_number = (uint8_t)(i + 1);
        out[i].msg_fmt = fmt;
        out[i].tp_udhi = n > 1;
        parts_udh(udh, reference, n, i + 1);
        put_content(&out[i].content, &parts[i], udh, n > 1 ? sizeof udh : 0);
    }
    return n;
}

static void read_gb(struct str octets, struct buf *out)
{
    char text[256], *in = (char *)octets.p; /* iconv() reads it only */
    size_t left = octets.len;
    iconv_t to_utf8 = iconv_open("UTF-8", "GB18030");
    if (to_utf8 == (iconv_t)-1)
        abort(); /* a part of the C library */
    while (left) {
        char *p = text;
        size_t room = sizeof text;
        bool good = iconv(to_utf8, &in, &left, &p, &room) != (size_t)-1;
        buf_add(out, text, sizeof text - room);
        if (good || errno == E2BIG)
            continue;
        buf_add_c(out, REPLACEMENT);
        in++;
        left--;
    }
    (void)iconv_close(to_utf8); /* it is open */
}

/* NUL ends texts for half of those who read them; the house's own refuse it. */
static void without_nul(struct buf *b, size_t from)
{
    for (size_t i = from; i < b->len; i++)
        if (b->p[i] == '\0')
            b->p[i] = ' ';
}

bool cmpp_text(struct str octets, uint8_t fmt, struct buf *out)
{
    size_t from = out->len;
    switch (fmt) {
    case CMPP_UCS2:
        parts_read((const uint8_t *)octets.p, octets.len, ENCODING_UCS2, out);
        return true;
    case CMPP_ASCII: /* a part of GB18030, and some gateways mean that by it */
    case CMPP_GB:
        read_gb(octets, out);
        without_nul(out, from);
        return true;
    default:
        return false;
    }
}
