/* Owns what a CMPP gateway brings until it is written down: reports on parts, and texts from
 * phones, joined where they come in parts. Only then it is acknowledged, on the connection it came
 * on; what nobody took comes again. A part of a text is acknowledged once it is kept where the
 * others will be, perhaps by another daemon. Runs on the main thread. SPDX-License-Identifier: MIT
 */
#include "sms/cmpp_inside.h"

#include "base/log.h"
#include "base/mem.h"
#include "sms/cmpp_result.h"
#include "sms/cmpp_text.h"
#include "sms/long_part.h"
#include <stdio.h>
#include <string.h>

enum {
    DELIVERIES_MAX = 256, /* sixteen windows of the specification; more means the store is away */
    RESULT_STRUCTURE = 1,
    RESULT_LENGTH = 4,
};

/* A report or text that somebody is writing down. */
struct cmpp_delivery {
    struct cmpp_delivery *next, **at;
    struct cmpp_gateway *gateway; /* NULL: closed meanwhile */
    unsigned connection;
    uint32_t sequence;
    struct cmpp_deliver deliver;
    struct gateway_part part; /* total 0: not one of several; views of deliver */
};

static void acknowledge(struct cmpp_gateway *g, uint32_t sequence, uint64_t msg_id, uint32_t result)
{
    struct cmpp_pdu pdu = {
        .command = CMPP_DELIVER | CMPP_RESP, .sequence = sequence, .answer = {msg_id, result}};
    cmpp_say(g, &pdu);
}

static void forget(struct cmpp_delivery *d)
{
    *d->at = d->next;
    if (d->next)
        d->next->at = d->at;
    d->gateway->delivery_count--;
}

static void on_done(void *arg, bool ok)
{
    struct cmpp_delivery *d = arg;
    struct cmpp_gateway *g = d->gateway;
    if (g) {
        forget(d);
        if (ok && d->part.total && g->events.on_joined)
            g->events.on_joined(g->events.arg, &d->part);
        if (ok && d->connection == g->connection)
            acknowledge(g, d->sequence, d->deliver.msg_id, 0);
        cmpp_quiet(g);
    }
    mem_free(d);
}

static struct cmpp_delivery *delivery_new(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    struct cmpp_delivery *d = MEM_NEW(struct cmpp_delivery);
    d->gateway = g;
    d->connection = g->connection;
    d->sequence = pdu->sequence;
    d->deliver = pdu->deliver;
    d->next = g->deliveries;
    d->at = &g->deliveries;
    if (d->next)
        d->next->at = &d->next;
    g->deliveries = d;
    g->delivery_count++;
    return d;
}

void cmpp_deliver_clear(struct cmpp_gateway *g)
{
    for (struct cmpp_delivery *d = g->deliveries; d; d = d->next)
        d->gateway = NULL;
    g->deliveries = NULL;
}

/* --- reports --- */

/* Letters, digits, colon, underscore and hyphen; anything else is no code of a network. */
static void reason_of(const char *stat, char out[GATEWAY_REASON_MAX + 1])
{
    size_t n = 0;
    for (; *stat && n < GATEWAY_REASON_MAX; stat++)
        if ((*stat >= '0' && *stat <= ':') || (*stat >= 'A' && *stat <= 'Z') ||
            (*stat >= 'a' && *stat <= 'z') || *stat == '_' || *stat == '-')
            out[n++] = *stat;
    out[n] = '\0';
}

static void report(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    struct cmpp_report r;
    char id[24], reason[GATEWAY_REASON_MAX + 1];
    struct gateway_report told;
    if (!cmpp_read_report(&pdu->deliver.content, &r)) {
        log_warn("sms gateway %s: a report that is none", g->settings->name);
        acknowledge(g, pdu->sequence, pdu->deliver.msg_id, RESULT_STRUCTURE);
        return;
    }
    if (!cmpp_stat_fate(g->settings, r.stat, &told.fate) || !g->events.on_report) {
        acknowledge(g, pdu->sequence, pdu->deliver.msg_id, 0);
        return;
    }
    (void)snprintf(id, sizeof id, CMPP_ID, r.msg_id);
    reason_of(r.stat, reason);
    told.id = str_of(id);
    told.reason = str_of(reason);
    g->events.on_report(g->events.arg, &told, on_done, delivery_new(g, pdu));
}

/* --- texts from phones --- */

static void tell(struct cmpp_gateway *g, struct cmpp_delivery *d, struct str octets)
{
    struct buf text;
    buf_init(&text);
    if (cmpp_text(octets, d->deliver.msg_fmt, &text) && g->events.on_inbound) {
        const struct gateway_inbound in = {.from = str_of(d->deliver.src_terminal_id),
                                           .to = str_of(d->deliver.dest_id),
                                           .text = buf_str(&text)};
        g->events.on_inbound(g->events.arg, &in, on_done, d);
    } else {
        log_info("sms gateway %s: something from a phone that is no text (Msg_Fmt %d)",
                 g->settings->name, d->deliver.msg_fmt);
        on_done(d, true);
    }
    buf_clear(&text);
}

static void on_joined(void *arg, enum gateway_joined joined, struct str whole)
{
    struct cmpp_delivery *d = arg;
    if (joined == GATEWAY_PART_LAST && d->gateway) {
        tell(d->gateway, d, whole);
        return;
    }
    d->part.total = 0; /* nothing is whole */
    on_done(d, joined == GATEWAY_PART_KEPT);
}

/* One that is kept is acknowledged, since some gateways bring the next one only then. */
static void text_part(struct cmpp_gateway *g, const struct cmpp_pdu *pdu,
                      const struct gateway_part *part)
{
    struct cmpp_delivery *d = delivery_new(g, pdu);
    d->part = *part;
    d->part.from = str_of(d->deliver.src_terminal_id);
    d->part.to = str_of(d->deliver.dest_id);
    if (g->events.on_part)
        g->events.on_part(g->events.arg, &d->part, on_joined, d);
    else
        on_joined(d, GATEWAY_PART_KEPT, STR(""));
}

static void text(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    const struct cmpp_deliver *d = &pdu->deliver;
    struct str octets = {(const char *)d->content.octets, d->content.length};
    struct gateway_part part = {.from = str_of(d->src_terminal_id), .to = str_of(d->dest_id)};
    if (d->tp_udhi & 1 && !long_part_udh(&octets, &part)) {
        log_warn("sms gateway %s: a text whose header is longer than it", g->settings->name);
        acknowledge(g, pdu->sequence, d->msg_id, RESULT_STRUCTURE);
        return;
    }
    part.octets = octets;
    if (part.total > 1 && long_part_ok(&part))
        text_part(g, pdu, &part);
    else
        tell(g, delivery_new(g, pdu), octets);
}

void cmpp_deliver(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    if (g->delivery_count >= DELIVERIES_MAX) {
        log_warn("sms gateway %s: brings more than can be written down", g->settings->name);
        return; /* it comes again */
    }
    if (pdu->deliver.registered_delivery == 1)
        report(g, pdu);
    else
        text(g, pdu);
}

void cmpp_deliver_refuse(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    log_warn("sms gateway %s: a DELIVER that is cut off", g->settings->name);
    acknowledge(g, pdu->sequence, pdu->deliver.msg_id, RESULT_LENGTH);
}
