/* CMPP 2.0 and 3.0, as gateways of China Mobile speak it (QB-GF-028): which frame goes where, and
 * what the rest of the daemon sees. The connection's life is cmpp_session.c, messages are
 * cmpp_window.c, what comes unasked is cmpp_deliver.c. Owns the gateway; runs on the main thread. A
 * further command is a row of handlers[]. SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/mem.h"
#include "sms/cmpp_inside.h"
#include <string.h>

enum {
    FRAME_MAX = 4096,       /* ten times the longest DELIVER */
    COMMAND_MAX = 0xFF,     /* all versions stay far below: what is above is no CMPP */
    CONNECT_MAX_MS = 10000, /* a minute is for answers: whoever does not even accept has gone */
};

/* --- frames --- */

static bool on_active_test(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    cmpp_answer_empty(g, pdu);
    return true;
}

static bool on_submit_resp(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    cmpp_window_answer(g, pdu);
    return true;
}

/* Before we are let in nobody knows in which layout it is. */
static bool on_deliver(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    if (g->state == CMPP_UP || g->state == CMPP_LEAVING || g->state == CMPP_PARTING)
        cmpp_deliver(g, pdu);
    return true;
}

static const struct {
    uint32_t command;
    bool (*fn)(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
} handlers[] = {
    {CMPP_CONNECT | CMPP_RESP, cmpp_on_connect_resp},
    {CMPP_ACTIVE_TEST, on_active_test},
    {CMPP_SUBMIT | CMPP_RESP, on_submit_resp},
    {CMPP_DELIVER, on_deliver},
    {CMPP_TERMINATE, cmpp_on_terminate},
    {CMPP_TERMINATE | CMPP_RESP, cmpp_on_terminate_resp},
};

/* ACTIVE_TEST_RESP has done its work by coming. Commands of other versions and peers mean nothing
 * to us; what can be no command at all ends the connection. */
static bool on_frame(void *arg, const uint8_t *p, size_t n)
{
    struct cmpp_gateway *g = arg;
    struct cmpp_pdu pdu;
    bool good = cmpp_read(p, n, g->layout, &pdu);
    cmpp_heard(g);
    if (!good && pdu.command == CMPP_DELIVER && pdu.deliver.msg_id && g->state != CMPP_GREETING) {
        cmpp_deliver_refuse(g, &pdu);
        return true;
    }
    if (!good || (pdu.command & ~CMPP_RESP) > COMMAND_MAX)
        return false;
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++)
        if (handlers[i].command == pdu.command)
            return handlers[i].fn(g, &pdu);
    if (pdu.command != (CMPP_ACTIVE_TEST | CMPP_RESP))
        log_debug("sms gateway %s: command %08lx is not for us", g->settings->name,
                  (unsigned long)pdu.command);
    return true;
}

static void on_down(void *arg, const char *reason)
{
    struct cmpp_gateway *g = arg;
    bool leaving = g->state >= CMPP_LEAVING;
    if (g->state == CMPP_PARTING)
        reason = "terminated";
    timer_stop(g->timer);
    g->tests = 0;
    if (!leaving)
        cmpp_set_state(g, CMPP_DOWN);
    g->window.full = true;
    if (g->events.on_link)
        g->events.on_link(g->events.arg, false, reason);
    if (leaving && g->state != CMPP_GONE) {
        cmpp_window_lost(g);
        cmpp_go(g);
        return;
    }
    cmpp_window_lost(g);
}

static void on_timer(void *arg)
{
    struct cmpp_gateway *g = arg;
    switch (g->state) {
    case CMPP_GREETING:
        sms_link_drop(g->link, "no_answer");
        break;
    case CMPP_UP:
    case CMPP_LEAVING:
        cmpp_test_again(g);
        break;
    case CMPP_PARTING:
        sms_link_drop(g->link, "terminated");
        break;
    case CMPP_BYE:
        cmpp_go(g);
        break;
    case CMPP_DOWN:
    case CMPP_GONE:
        break;
    }
}

/* --- its life --- */

static int cmpp_room(void *self)
{
    struct cmpp_gateway *g = self;
    if (g->state == CMPP_UP && g->tests < CMPP_TESTS_DOUBT)
        return cmpp_window_room(g);
    g->window.full = true;
    return 0;
}

static void cmpp_send(void *self, const struct gateway_message *m, gateway_fn fn, void *arg)
{
    struct cmpp_gateway *g = self;
    if (g->state == CMPP_UP)
        cmpp_window_send(g, m, fn, arg);
    else
        fn(arg, &(struct gateway_result){.outcome = GATEWAY_TEMPFAIL, .reason = "link_down"});
}

static void cmpp_close(void *self)
{
    struct cmpp_gateway *g = self;
    sms_link_free(g->link);
    cmpp_window_clear(g);
    cmpp_deliver_clear(g);
    timer_free(g->timer);
    if (g->secret)
        explicit_bzero(g->secret, strlen(g->secret));
    mem_free(g->secret);
    mem_free(g);
}

static bool secret_read(struct cmpp_gateway *g)
{
    struct buf error;
    buf_init(&error);
    g->secret = settings_secret(g->settings->password_file, &error);
    if (!g->secret)
        log_error("sms gateway %s: %s", g->settings->name, error.p);
    buf_clear(&error);
    return g->secret != NULL;
}

static bool link_make(struct cmpp_gateway *g)
{
    static const struct sms_link_ops ops = {cmpp_on_connected, on_frame, cmpp_on_silent, on_down};
    const struct sms_gateway_settings *s = g->settings;
    const struct sms_link_config config = {
        .name = s->name,
        .address = s->address,
        .connect_ms = s->timeout_ms < CONNECT_MAX_MS ? s->timeout_ms : CONNECT_MAX_MS,
        .silence_ms = (int64_t)s->enquire_s * 1000,
        .frame_min = CMPP_HEADER_OCTETS,
        .frame_max = FRAME_MAX,
    };
    g->link = sms_link_new(g->loop, &config, &ops, g);
    return g->link != NULL;
}

static void *cmpp_open(const struct gateway_env *env)
{
    struct cmpp_gateway *g = MEM_NEW(struct cmpp_gateway);
    g->settings = env->settings;
    g->events = env->events;
    g->loop = env->loop;
    g->timer = timer_new(g->loop, on_timer, g);
    g->window.full = true; /* nobody has been told of room */
    cmpp_window_init(g);
    if (secret_read(g) && link_make(g))
        return g;
    cmpp_close(g);
    return NULL;
}

const struct gateway_ops gateway_cmpp = {
    .kind = "cmpp",
    .open = cmpp_open,
    .close = cmpp_close,
    .send = cmpp_send,
    .room = cmpp_room,
    .leave = cmpp_leave,
};
