/* A message as the submit_sm it takes: one, several with a header or sar fields, or one with a
 * payload. Main thread. Another way for long texts is a word of long_messages and a case of
 * fill_long(). SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/mem.h"
#include "sms/parts.h"
#include "sms/smpp_inside.h"
#include <assert.h>
#include <string.h>

enum { WHOLE_MAX = PARTS_MAX * PART_OCTETS_MAX };

/* What all parts of a message have in common, and the octets of each. */
struct cut {
    struct part parts[PARTS_MAX];
    int count;
    uint8_t data_coding;
};

/* --- a text into octets --- */

static bool to_latin1(struct part *p)
{
    struct buf text;
    uint8_t octets[PART_OCTETS_MAX];
    size_t n;

    buf_init(&text);
    parts_read(p->octets, p->length, ENCODING_GSM7, &text);
    bool ok = smpp_latin1(buf_str(&text), octets, sizeof(octets), &n);
    buf_clear(&text);
    if (ok) {
        memcpy(p->octets, octets, n);
        p->length = n;
    }
    return ok;
}

/* Cut by the 7-bit alphabet, even where the centre takes Latin-1: it goes over the air in the
 * former. */
static bool cut_7bit(const struct smpp *g, struct str text, struct cut *c)
{
    if (strcmp(g->settings->data_coding, "8") == 0)
        return false;
    c->data_coding = 0;
    c->count = parts_cut(text, ENCODING_GSM7, c->parts);
    for (int i = 0; i < c->count; i++)
        if (g->alphabet == SMPP_ALPHABET_LATIN1 && !to_latin1(&c->parts[i]))
            return false;
    return c->count > 0;
}

static bool cut_text(const struct smpp *g, struct str text, struct cut *c)
{
    if (cut_7bit(g, text, c))
        return true;
    c->data_coding = 8;
    c->count = parts_cut(text, ENCODING_UCS2, c->parts);
    return c->count > 0;
}

/* octets: room for what the text becomes. */
static void fill_long(struct smpp *g, const struct cut *c, int i, struct smpp_message *m,
                      uint8_t octets[PART_UDH_OCTETS + PART_OCTETS_MAX])
{
    const struct part *p = &c->parts[i];

    m->text = (struct str){(const char *)p->octets, p->length};
    if (c->count == 1)
        return;
    if (g->long_messages == SMPP_LONG_SAR) {
        m->sar_reference = g->reference;
        m->sar_total = (uint8_t)c->count;
        m->sar_number = (uint8_t)(i + 1);
        return;
    }
    m->esm_class |= SMPP_ESM_UDHI;
    parts_udh(octets, (uint8_t)g->reference, c->count, i + 1);
    memcpy(octets + PART_UDH_OCTETS, p->octets, p->length);
    m->text = (struct str){(const char *)octets, PART_UDH_OCTETS + p->length};
}

/* --- the parts of a message --- */

/* False when the settings make a message that SMPP does not allow. */
static bool part_add(struct smpp *g, struct smpp_parts *list, const struct smpp_message *m)
{
    uint8_t frame[SMPP_WRITE_MAX];
    uint32_t sequence = smpp_next_sequence(g);
    size_t n = smpp_write_message(frame, SMPP_SUBMIT_SM, sequence, m);

    if (!n)
        return false;
    struct smpp_part *p = mem_calloc(1, sizeof(*p) + n);
    p->sequence = sequence;
    p->n = n;
    memcpy(p->frame, frame, n);
    TAILQ_INSERT_TAIL(list, p, next);
    return true;
}

static bool add_whole(struct smpp *g, struct cut *c, struct smpp_message *m,
                      struct smpp_parts *list)
{
    uint8_t octets[WHOLE_MAX];
    size_t n = 0;

    for (int i = 0; i < c->count; i++) {
        memcpy(octets + n, c->parts[i].octets, c->parts[i].length);
        n += c->parts[i].length;
    }
    m->text = (struct str){(const char *)octets, n};
    m->text_is_payload = true;
    return part_add(g, list, m);
}

static bool add_parts(struct smpp *g, struct cut *c, const struct smpp_message *m,
                      struct smpp_parts *list)
{
    uint8_t octets[PART_UDH_OCTETS + PART_OCTETS_MAX];
    bool ok = true;

    g->reference++;
    for (int i = 0; i < c->count && ok; i++) {
        struct smpp_message one = *m;
        fill_long(g, c, i, &one, octets);
        ok = part_add(g, list, &one);
    }
    return ok;
}

static struct smpp_message blank(const struct smpp *g, const struct gateway_message *m,
                                 const char *validity)
{
    const struct sms_gateway_settings *s = g->settings;

    return (struct smpp_message){
        .service_type = str_of(s->service_type),
        .from = smpp_address_of(s->from, s->source_ton, s->source_npi),
        .to = {(uint8_t)s->destination_ton, (uint8_t)s->destination_npi, str_of(m->to_e164 + 1)},
        .validity = str_of(validity),
        .registered_delivery = s->receipts,
    };
}

/* All parts of a message, or a reason why there are none. */
const char *smpp_cut(struct smpp *g, const struct gateway_message *m, struct smpp_parts *list)
{
    char validity[SMPP_VALIDITY_LEN + 1];
    struct cut c;

    smpp_validity(m->valid_ms, validity);
    struct smpp_message one = blank(g, m, validity);
    if (!cut_text(g, m->text, &c))
        return "text_long";
    one.data_coding = c.data_coding;
    bool whole = c.count > 1 && g->long_messages == SMPP_LONG_PAYLOAD;
    bool ok = whole ? add_whole(g, &c, &one, list) : add_parts(g, &c, &one, list);
    return ok ? NULL : "settings";
}

void smpp_parts_free(struct smpp_parts *list)
{
    struct smpp_part *p;

    while ((p = TAILQ_FIRST(list))) {
        TAILQ_REMOVE(list, p, next);
        mem_free(p);
    }
}

static int word_of(const char *word, const char *const *words)
{
    int i = 0;
    while (words[i] && strcmp(words[i], word) != 0)
        i++;
    assert(words[i]); /* settings.def has no others */
    return i;
}

bool smpp_settings_read(struct smpp *g)
{
    static const char *const bases[] = {"none", "dec", "hex", NULL};
    static const char *const alphabets[] = {"gsm7", "latin1", NULL};
    static const char *const longs[] = {"udh", "sar", "payload", NULL};
    struct smpp_parts list = TAILQ_HEAD_INITIALIZER(list);
    const struct gateway_message m = {.to_e164 = "+1", .text = STR("x"), .valid_ms = 1000};

    g->id_base = (enum smpp_id_base)word_of(g->settings->dlr_id_base, bases);
    g->alphabet = (enum smpp_alphabet)word_of(g->settings->alphabet, alphabets);
    g->long_messages = (enum smpp_long)word_of(g->settings->long_messages, longs);
    bool ok = !smpp_cut(g, &m, &list); /* whether from fits */
    smpp_parts_free(&list);
    if (!ok)
        log_error("sms gateway %s: from is longer than SMPP allows", g->settings->name);
    return ok;
}
