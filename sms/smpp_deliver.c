/* What comes from an SMPP centre unasked: receipts, and texts from phones. Each is acknowledged
 * once it is written down, with an error where it could not be, so that the centre brings it again;
 * parts of a long text once they are kept where the others will be, perhaps by another daemon. Main
 * thread. SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/mem.h"
#include "sms/long_part.h"
#include "sms/smpp_inside.h"
#include <stdio.h>
#include <string.h>

enum {
    DELIVERIES_MAX = 1000, /* not written down yet: more than any centre's window */
    NUMBER_MAX = 32,
};

/* One on its way to the store. It outlives the connection and the gateway: whoever writes it down
 * comes back in any case. */
struct smpp_delivery {
    LIST_ENTRY(smpp_delivery) next;
    struct smpp *gateway; /* NULL: closed meanwhile */
    unsigned generation;
    uint32_t command, sequence;
    struct gateway_part part; /* of a long text; total 0: of none */
    uint8_t data_coding;
    char from[NUMBER_MAX], to[NUMBER_MAX];
};

static void answer(struct smpp *g, uint32_t command, uint32_t sequence, uint32_t status)
{
    uint8_t frame[SMPP_WRITE_MAX];
    sms_link_send(g->link, frame, smpp_write_answer(frame, command, status, sequence));
}

static struct smpp_delivery *delivery_new(struct smpp *g, const struct smpp_header *h)
{
    struct smpp_delivery *d = MEM_NEW(struct smpp_delivery);

    d->gateway = g;
    d->generation = g->generation;
    d->command = h->command;
    d->sequence = h->sequence;
    LIST_INSERT_HEAD(&g->deliveries, d, next);
    g->delivery_count++;
    return d;
}

static void on_done(void *arg, bool ok)
{
    struct smpp_delivery *d = arg;
    struct smpp *g = d->gateway;

    if (g) {
        LIST_REMOVE(d, next);
        g->delivery_count--;
        if (d->generation == g->generation)
            answer(g, d->command, d->sequence, ok ? SMPP_ROK : SMPP_RX_T_APPN);
        if (d->part.total && ok && g->env.events.on_joined)
            g->env.events.on_joined(g->env.events.arg, &d->part);
        smpp_leave_further(g);
    }
    mem_free(d);
}

void smpp_deliver_forget(struct smpp *g)
{
    struct smpp_delivery *d;

    while ((d = LIST_FIRST(&g->deliveries))) {
        LIST_REMOVE(d, next);
        d->gateway = NULL;
    }
    g->delivery_count = 0;
}

bool smpp_deliver_idle(const struct smpp *g)
{
    return g->delivery_count == 0;
}

static void on_receipt(struct smpp *g, const struct smpp_header *h, const struct smpp_receipt *r)
{
    if (!r->id[0])
        log_warn("sms gateway %s: a receipt without an id", g->settings->name);
    if (!r->id[0] || !r->final || !g->env.events.on_report) {
        answer(g, h->command, h->sequence, SMPP_ROK);
        return;
    }
    const struct gateway_report report = {str_of(r->id), r->fate, str_of(r->reason)};
    g->env.events.on_report(g->env.events.arg, &report, on_done, delivery_new(g, h));
}

/* Where it says of itself that it is international, the + is not left to be guessed. */
static void number_of(const struct smpp_address *a, char out[NUMBER_MAX])
{
    bool plus = a->ton == 1 && a->digits.len && a->digits.p[0] != '+';

    out[0] = '+';
    str_copy(a->digits, out + plus, NUMBER_MAX - plus);
}

static struct smpp_delivery *text_new(struct smpp *g, const struct smpp_header *h,
                                      const struct smpp_message *m, const struct gateway_part *part)
{
    struct smpp_delivery *d = delivery_new(g, h);

    number_of(&m->from, d->from);
    number_of(&m->to, d->to);
    d->part = *part;
    d->part.from = str_of(d->from);
    d->part.to = str_of(d->to);
    d->data_coding = m->data_coding;
    return d;
}

static void hand_over(struct smpp_delivery *d, struct str octets)
{
    struct smpp *g = d->gateway;
    struct buf text;

    buf_init(&text);
    if (smpp_text_read(octets, d->data_coding, g->alphabet, &text) && g->env.events.on_inbound) {
        const struct gateway_inbound in = {
            .from = d->part.from, .to = d->part.to, .text = buf_str(&text)};
        g->env.events.on_inbound(g->env.events.arg, &in, on_done, d);
    } else {
        on_done(d, true); /* nothing anybody could read */
    }
    buf_clear(&text);
}

/* A part that is kept is acknowledged, since a centre with a window of one would never send the
 * next. */
static void on_joined(void *arg, enum gateway_joined joined, struct str whole)
{
    struct smpp_delivery *d = arg;

    if (joined == GATEWAY_PART_LAST && d->gateway) {
        hand_over(d, whole);
        return;
    }
    d->part.total = 0; /* nothing is whole */
    on_done(d, joined == GATEWAY_PART_KEPT);
}

/* The parts' octets are joined before they are read: others do cut pairs of them apart. */
static void on_part(struct smpp *g, const struct smpp_header *h, const struct smpp_message *m,
                    const struct gateway_part *part)
{
    if (!long_part_ok(part)) {
        answer(g, h->command, h->sequence, SMPP_RX_R_APPN);
        return;
    }
    struct smpp_delivery *d = text_new(g, h, m, part);
    if (g->env.events.on_part)
        g->env.events.on_part(g->env.events.arg, &d->part, on_joined, d);
    else
        on_joined(d, GATEWAY_PART_KEPT, STR(""));
}

static void on_text(struct smpp *g, const struct smpp_header *h, const struct smpp_message *m)
{
    struct gateway_part part = {.octets = m->text};

    if ((m->esm_class & SMPP_ESM_UDHI) && !long_part_udh(&part.octets, &part)) {
        answer(g, h->command, h->sequence, SMPP_RX_R_APPN);
        return;
    }
    if (!part.total && m->sar_total) {
        part.reference = m->sar_reference;
        part.total = m->sar_total;
        part.number = m->sar_number;
    }
    if (part.total > 1) {
        on_part(g, h, m, &part);
    } else {
        part.total = 0;
        hand_over(text_new(g, h, m, &part), part.octets);
    }
}

void smpp_deliver(struct smpp *g, const struct smpp_header *h, const uint8_t *body, size_t n)
{
    struct smpp_message m;
    struct smpp_receipt r;

    if (!smpp_read_message(h->command, body, n, &m))
        answer(g, h->command, h->sequence, SMPP_RINVCMDLEN);
    else if (g->state != SMPP_BOUND)
        answer(g, h->command, h->sequence, SMPP_RX_T_APPN); /* we are leaving */
    else if (g->delivery_count >= DELIVERIES_MAX)
        answer(g, h->command, h->sequence, SMPP_RMSGQFUL);
    else if (smpp_receipt_read(&m, g->id_base, &r))
        on_receipt(g, h, &r);
    else
        on_text(g, h, &m);
}
