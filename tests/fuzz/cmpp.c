/* Frames of a CMPP gateway, as bad as they come: what could be read and may be written reads back
 * as the same; a report and a text are read from any content. The first octet says which layout.
 * Its seeds are frames of both. SPDX-License-Identifier: MIT */
#include "sms/cmpp_pdu.h"
#include "sms/cmpp_result.h"
#include "sms/cmpp_text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(bool good)
{
    if (!good)
        abort();
}

static void round_trip(const struct cmpp_pdu *pdu)
{
    struct cmpp_pdu again;
    struct buf out;

    buf_init(&out);
    if (cmpp_write(pdu, &out)) {
        check(cmpp_read((const uint8_t *)out.p, out.len, pdu->layout, &again));
        check(memcmp(pdu, &again, sizeof again) == 0);
    }
    buf_clear(&out);
}

static void report(const struct cmpp_content *content)
{
    struct cmpp_report r;
    enum gateway_fate fate;

    if (cmpp_read_report(content, &r)) {
        check(strlen(r.stat) <= 7 && strlen(r.dest_terminal_id) <= 32);
        (void)cmpp_stat_fate(&(struct sms_gateway_settings){.name = ""}, r.stat, &fate);
    }
}

static void text(const struct cmpp_deliver *d)
{
    struct buf out;
    struct str octets = {(const char *)d->content.octets, d->content.length};

    buf_init(&out);
    if (cmpp_text(octets, d->msg_fmt, &out))
        check(str_utf8_valid(buf_str(&out)));
    buf_clear(&out);
}

/* Random octets seldom begin with their own length: it is put there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct cmpp_pdu pdu;

    if (len < 1 || len > 4096)
        return 0;
    enum cmpp_layout layout = data[0] & 1 ? CMPP_30 : CMPP_20;
    size_t n = len - 1;
    uint8_t *frame = malloc(n ? n : 1);
    if (!frame)
        abort();
    memcpy(frame, data + 1, n);
    for (size_t i = 0; n >= 4 && i < 4; i++)
        frame[i] = (uint8_t)(n >> 8 * (3 - i));
    if (cmpp_read(frame, n, layout, &pdu) && cmpp_knows(pdu.command)) {
        round_trip(&pdu);
        if (pdu.command == CMPP_DELIVER) {
            report(&pdu.deliver.content);
            text(&pdu.deliver);
        }
    }
    free(frame);
    return 0;
}
