/* The SMPP 3.4 driver: one link, bound as transceiver, so that messages go out and receipts and
 * texts come in over the same connection. Owns the session: bind, enquire_link both ways, unbind
 * both ways, and what each PDU of the peer means; smpp_submit.c sends, smpp_deliver.c receives.
 * Runs on the main thread. Another PDU of the peer is a row of replies[].
 * SPDX-License-Identifier: MIT */
#include "sms/gateway.h"

#include "base/log.h"
#include "base/mem.h"
#include "sms/smpp_inside.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNBIND_MS = 2000, /* for the answer, or for the peer to hang up when it has asked for it */
    SEQUENCE_MAX = 0x7FFFFFFF,
};

static void set_state(struct smpp *g, enum smpp_state to)
{
    static const char *const names[] = {"down", "binding", "bound", "unbinding", "unbound"};

    assert(to == SMPP_DOWN || to > g->state);
    log_debug("sms gateway %s: %s -> %s", g->settings->name, names[g->state], names[to]);
    g->state = to;
}

uint32_t smpp_next_sequence(struct smpp *g)
{
    g->sequence = g->sequence % SEQUENCE_MAX + 1;
    return g->sequence;
}

static void say(struct smpp *g, uint32_t command, uint32_t status, uint32_t sequence)
{
    uint8_t frame[SMPP_WRITE_MAX];
    sms_link_send(g->link, frame, smpp_write_header(frame, command, status, sequence));
}

static void tell_link(struct smpp *g, bool up, const char *reason)
{
    if (g->env.events.on_link)
        g->env.events.on_link(g->env.events.arg, up, reason);
}

/* --- leaving --- */

static void on_left(void *arg)
{
    struct smpp *g = arg;
    g->left(g->left_arg);
}

/* Messages on their way have their answers, and what came is written down: then unbind. */
void smpp_leave_further(struct smpp *g)
{
    if (!g->leaving || g->closed || g->state != SMPP_BOUND || !smpp_submit_idle(g) ||
        !smpp_deliver_idle(g))
        return;
    set_state(g, SMPP_UNBINDING);
    timer_once(g->session, UNBIND_MS);
    say(g, SMPP_UNBIND, 0, smpp_next_sequence(g));
}

static void smpp_leave(void *self, void (*done)(void *arg), void *arg)
{
    struct smpp *g = self;

    g->leaving = true;
    g->left = done;
    g->left_arg = arg;
    if (g->state == SMPP_BOUND)
        smpp_leave_further(g);
    else if (g->state == SMPP_UNBOUND)
        sms_link_drop(g->link, "unbound"); /* goes on in on_down() */
    else
        sms_link_leave(g->link, on_left, g);
}

/* --- the link --- */

static void on_connected(void *arg)
{
    struct smpp *g = arg;
    const struct sms_gateway_settings *s = g->settings;
    uint8_t frame[SMPP_WRITE_MAX];
    const struct smpp_bind bind = {
        s->login,
        g->password ? g->password : "",
        s->system_type,
        {(uint8_t)(s->source_ton > 0 ? s->source_ton : 0),
         (uint8_t)(s->source_npi > 0 ? s->source_npi : 0), str_of(s->address_range)},
    };

    g->generation++;
    set_state(g, SMPP_BINDING);
    timer_once(g->session, s->timeout_ms);
    g->bind_sequence = smpp_next_sequence(g);
    sms_link_send(g->link, frame, smpp_write_bind(frame, g->bind_sequence, &bind));
    explicit_bzero(frame, sizeof(frame));
}

static void on_down(void *arg, const char *reason)
{
    struct smpp *g = arg;

    g->generation++;
    g->enquiring = false;
    timer_stop(g->session);
    timer_stop(g->enquiry);
    set_state(g, SMPP_DOWN);
    tell_link(g, false, g->refusal[0] ? g->refusal : reason);
    if (!g->closed)
        smpp_submit_lost(g, "link_lost");
    if (!g->closed && g->leaving)
        sms_link_leave(g->link, on_left, g);
}

/* The answer of the session's state has not come. */
static void on_session(void *arg)
{
    struct smpp *g = arg;

    if (g->state == SMPP_UNBINDING)
        sms_link_leave(g->link, on_left, g);
    else
        sms_link_drop(g->link, g->state == SMPP_UNBOUND ? "unbound" : "no_bind_answer");
}

static void on_enquiry(void *arg)
{
    struct smpp *g = arg;
    sms_link_drop(g->link, "no_enquire_answer");
}

void smpp_enquire(struct smpp *g)
{
    if (g->enquiring || g->state != SMPP_BOUND)
        return;
    g->enquiring = true;
    timer_once(g->enquiry, g->settings->timeout_ms);
    say(g, SMPP_ENQUIRE_LINK, 0, smpp_next_sequence(g));
}

static void on_silent(void *arg)
{
    smpp_enquire(arg);
}

/* --- what the peer says --- */

struct smpp_frame {
    struct smpp_header h;
    const uint8_t *body;
    size_t n;
};

static void on_bind_answer(struct smpp *g, const struct smpp_frame *f)
{
    struct gateway_result word;

    if (g->state != SMPP_BINDING || f->h.sequence != g->bind_sequence)
        return;
    smpp_status_read(NULL, f->h.status, &word);
    timer_stop(g->session);
    g->refusal[0] = 0;
    if (word.outcome == GATEWAY_OK && f->h.command != SMPP_GENERIC_NACK) {
        set_state(g, SMPP_BOUND);
        sms_link_accepted(g->link);
        log_info("sms gateway %s: bound as transceiver", g->settings->name);
        tell_link(g, true, "bound");
        if (!g->closed)
            smpp_tell_room(g);
        return;
    }
    log_error("sms gateway %s: bind refused: %s", g->settings->name, word.reason);
    if (word.outcome == GATEWAY_CONFIG)
        snprintf(g->refusal, sizeof(g->refusal), "%s", word.reason);
    sms_link_drop(g->link, word.outcome == GATEWAY_OK ? "smpp_nack" : word.reason);
}

static void on_submit_answer(struct smpp *g, const struct smpp_frame *f)
{
    if (!smpp_submit_answered(g, &f->h, f->body, f->n))
        log_debug("sms gateway %s: an answer nobody waits for", g->settings->name);
}

/* A PDU of ours that they do not know, or one of theirs that nobody sent. */
static void on_nack(struct smpp *g, const struct smpp_frame *f)
{
    log_warn("sms gateway %s: generic_nack, status 0x%x", g->settings->name, f->h.status);
    if (!smpp_submit_answered(g, &f->h, f->body, f->n))
        on_bind_answer(g, f);
}

static void on_message(struct smpp *g, const struct smpp_frame *f)
{
    if (g->state == SMPP_BINDING)
        say(g, f->h.command | SMPP_RESP, SMPP_RINVBNDSTS, f->h.sequence);
    else
        smpp_deliver(g, &f->h, f->body, f->n);
}

static void on_enquire(struct smpp *g, const struct smpp_frame *f)
{
    say(g, SMPP_ENQUIRE_LINK | SMPP_RESP, SMPP_ROK, f->h.sequence);
}

/* The peer hangs up once it has our answer, or we do. */
static void on_unbind(struct smpp *g, const struct smpp_frame *f)
{
    say(g, SMPP_UNBIND | SMPP_RESP, SMPP_ROK, f->h.sequence);
    if (g->state == SMPP_UNBINDING || g->state == SMPP_UNBOUND)
        return;
    log_info("sms gateway %s: the peer unbinds", g->settings->name);
    set_state(g, SMPP_UNBOUND);
    timer_once(g->session, UNBIND_MS);
}

static void on_unbind_answer(struct smpp *g, const struct smpp_frame *f)
{
    if (g->state != SMPP_UNBINDING)
        return;
    timer_stop(g->session);
    sms_link_leave(g->link, on_left, g);
}

static void on_nothing(struct smpp *g, const struct smpp_frame *f)
{
    (void)g, (void)f; /* asks for no answer */
}

static const struct {
    uint32_t command;
    void (*fn)(struct smpp *g, const struct smpp_frame *f);
} replies[] = {
    {SMPP_SUBMIT_SM | SMPP_RESP, on_submit_answer},
    {SMPP_DELIVER_SM, on_message},
    {SMPP_DATA_SM, on_message},
    {SMPP_ENQUIRE_LINK, on_enquire},
    {SMPP_ENQUIRE_LINK | SMPP_RESP, on_nothing},
    {SMPP_BIND_TRANSCEIVER | SMPP_RESP, on_bind_answer},
    {SMPP_UNBIND, on_unbind},
    {SMPP_UNBIND | SMPP_RESP, on_unbind_answer},
    {SMPP_GENERIC_NACK, on_nack},
    {SMPP_ALERT_NOTIFICATION, on_nothing},
    {SMPP_OUTBIND, on_nothing},
};

static bool on_frame(void *arg, const uint8_t *p, size_t n)
{
    struct smpp *g = arg;
    const struct smpp_frame f = {smpp_read_header(p), p + SMPP_HEADER_OCTETS,
                                 n - SMPP_HEADER_OCTETS};

    if (g->enquiring) { /* whatever it says, it is there */
        g->enquiring = false;
        timer_stop(g->enquiry);
    }
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        if (replies[i].command != f.h.command)
            continue;
        replies[i].fn(g, &f);
        return true;
    }
    if (!(f.h.command & SMPP_RESP)) {
        log_warn("sms gateway %s: unknown command 0x%x", g->settings->name, f.h.command);
        say(g, SMPP_GENERIC_NACK, SMPP_RINVCMDID, f.h.sequence);
    }
    return true;
}

/* --- its life --- */

static void free_smpp(void *arg)
{
    mem_free(arg);
}

static void smpp_close(void *self)
{
    struct smpp *g = self;

    g->closed = true;
    sms_link_free(g->link);
    timer_free(g->session);
    timer_free(g->enquiry);
    timer_free(g->answers);
    smpp_submit_forget(g);
    smpp_deliver_forget(g);
    if (g->password)
        explicit_bzero(g->password, strlen(g->password));
    mem_free(g->password);
    loop_defer(g->env.loop, free_smpp, g); /* one of its calls may be running */
}

static bool password_read(struct smpp *g)
{
    const char *file = g->settings->password_file;
    uint8_t frame[SMPP_WRITE_MAX];
    struct buf error;

    buf_init(&error);
    if (*file && !(g->password = settings_secret(file, &error)))
        log_error("sms gateway %s: %s", g->settings->name, error.p);
    buf_clear(&error);
    if (*file && !g->password)
        return false;
    const struct smpp_bind bind = {g->settings->login, g->password ? g->password : "", "", {0}};
    bool fits = smpp_write_bind(frame, 1, &bind) > 0;
    explicit_bzero(frame, sizeof(frame));
    if (!fits)
        log_error("sms gateway %s: SMPP has 15 characters for a login, 8 for a password",
                  g->settings->name);
    return fits;
}

static bool link_open(struct smpp *g)
{
    static const struct sms_link_ops ops = {on_connected, on_frame, on_silent, on_down};
    const struct sms_gateway_settings *s = g->settings;

    g->link = sms_link_new(g->env.loop,
                           &(struct sms_link_config){.name = s->name,
                                                     .address = s->address,
                                                     .tls = s->tls,
                                                     .ca_file = s->ca_file,
                                                     .connect_ms = s->timeout_ms,
                                                     .silence_ms = (int64_t)s->enquire_s * 1000,
                                                     .frame_min = SMPP_HEADER_OCTETS,
                                                     .frame_max = SMPP_READ_MAX},
                           &ops, g);
    return g->link != NULL;
}

static void *smpp_open(const struct gateway_env *env)
{
    struct smpp *g = MEM_NEW(struct smpp);

    g->env = *env;
    g->settings = env->settings;
    g->session = timer_new(env->loop, on_session, g);
    g->enquiry = timer_new(env->loop, on_enquiry, g);
    g->answers = timer_new(env->loop, smpp_submit_late, g);
    g->reference = (uint16_t)arc4random(); /* a restart must not continue texts of before */
    TAILQ_INIT(&g->queued);
    TAILQ_INIT(&g->waiting);
    LIST_INIT(&g->deliveries);
    if (smpp_settings_read(g) && password_read(g) && link_open(g))
        return g;
    smpp_close(g);
    return NULL;
}

const struct gateway_ops gateway_smpp = {
    .kind = "smpp",
    .open = smpp_open,
    .close = smpp_close,
    .send = smpp_send,
    .room = smpp_room,
    .leave = smpp_leave,
};
