/* The life of a CMPP connection: CONNECT and what the gateway says to it, the test whether anybody
 * is there, TERMINATE both ways. Owns the state; runs on the main thread. A further state is a word
 * in enum cmpp_state, a row of legal[] and a case of on_timer() in gateway_cmpp.c.
 * SPDX-License-Identifier: MIT */
#include "sms/cmpp_inside.h"

#include "base/clock.h"
#include "base/log.h"
#include "sms/cmpp_auth.h"
#include "sms/cmpp_result.h"
#include <assert.h>
#include <string.h>

enum {
    TESTS_MAX = 3, /* N of the specification */
    BYE_MS = 2000,
    VERSION_20 = 0x20,
    VERSION_30 = 0x30,
};

void cmpp_set_state(struct cmpp_gateway *g, enum cmpp_state to)
{
    static const char *const names[] = {"down",    "greeting", "up",  "parting",
                                        "leaving", "bye",      "gone"};
    static const unsigned legal[] = {
        [CMPP_DOWN] = 1u << CMPP_DOWN | 1u << CMPP_GREETING | 1u << CMPP_GONE,
        [CMPP_GREETING] = 1u << CMPP_DOWN | 1u << CMPP_UP | 1u << CMPP_GONE,
        [CMPP_UP] = 1u << CMPP_DOWN | 1u << CMPP_PARTING | 1u << CMPP_LEAVING,
        [CMPP_PARTING] = 1u << CMPP_DOWN | 1u << CMPP_GONE,
        [CMPP_LEAVING] = 1u << CMPP_BYE | 1u << CMPP_GONE,
        [CMPP_BYE] = 1u << CMPP_GONE,
        [CMPP_GONE] = 0,
    };
    assert(legal[g->state] & 1u << to);
    (void)legal; /* where assertions are off */
    log_debug("sms gateway %s: %s -> %s", g->settings->name, names[g->state], names[to]);
    g->state = to;
}

void cmpp_say(struct cmpp_gateway *g, struct cmpp_pdu *pdu)
{
    struct buf b;
    buf_init(&b);
    pdu->layout = g->layout;
    bool good = cmpp_write(pdu, &b);
    assert(good); /* what comes from elsewhere was tried before */
    (void)good;   /* where assertions are off */
    sms_link_send(g->link, b.p, b.len);
    buf_clear(&b);
}

void cmpp_ask(struct cmpp_gateway *g, struct cmpp_pdu *pdu)
{
    pdu->sequence = ++g->sequence;
    cmpp_say(g, pdu);
}

void cmpp_answer_empty(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    struct cmpp_pdu answer = {.command = pdu->command | CMPP_RESP, .sequence = pdu->sequence};
    cmpp_say(g, &answer);
}

/* --- CONNECT --- */

void cmpp_on_connected(void *arg)
{
    struct cmpp_gateway *g = arg;
    char digits[CMPP_DIGITS_SIZE];
    struct cmpp_pdu pdu = {.command = CMPP_CONNECT};
    g->connection++;
    g->tests = 0;
    cmpp_set_state(g, CMPP_GREETING);
    cmpp_digits(clock_now_ms(), digits);
    g->layout = strcmp(g->settings->version, "3.0") == 0 ? CMPP_30 : CMPP_20;
    pdu.connect.version = g->layout == CMPP_30 ? VERSION_30 : VERSION_20;
    if (!cmpp_auth_source(&pdu.connect, g->settings->login, g->secret, digits)) {
        log_error("sms gateway %s: libcrypto offers no MD5, without which there is no CMPP",
                  g->settings->name);
        sms_link_drop(g->link, "no_md5");
        return;
    }
    g->connect = pdu.connect;
    cmpp_ask(g, &pdu);
    timer_once(g->timer, g->settings->timeout_ms);
}

/* Gateways do not agree on how it is made, and some make it wrong: nobody is turned away for it. */
static bool is_authentic(const struct cmpp_gateway *g, const struct cmpp_connect_resp *r)
{
    static const size_t widths[] = {1, 4};
    uint8_t md5[CMPP_MD5_OCTETS];
    for (size_t i = 0; i < 2; i++)
        if (cmpp_auth_ismg(&g->connect, g->secret, r->status, widths[i], md5) &&
            memcmp(md5, r->authenticator, sizeof md5) == 0)
            return true;
    return false;
}

bool cmpp_on_connect_resp(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    const struct cmpp_connect_resp *r = &pdu->connect_resp;
    char reason[GATEWAY_REASON_MAX + 1];
    if (g->state != CMPP_GREETING)
        return true;
    if (r->status != 0) {
        cmpp_status_reason(r->status, reason);
        log_error("sms gateway %s: refuses us: %s", g->settings->name, reason);
        sms_link_drop(g->link, reason);
        return true;
    }
    if (!is_authentic(g, r))
        log_warn("sms gateway %s: its AuthenticatorISMG does not fit our secret",
                 g->settings->name);
    g->layout = pdu->layout;
    timer_stop(g->timer);
    cmpp_set_state(g, CMPP_UP);
    sms_link_accepted(g->link);
    log_info("sms gateway %s: speaks CMPP %s", g->settings->name,
             g->layout == CMPP_30 ? "3.0" : "2.0");
    if (g->events.on_link)
        g->events.on_link(g->events.arg, true, "");
    cmpp_window_freed(g);
    return true;
}

/* --- ACTIVE_TEST --- */

void cmpp_test(struct cmpp_gateway *g)
{
    struct cmpp_pdu pdu = {.command = CMPP_ACTIVE_TEST};
    if (g->tests > 0 || (g->state != CMPP_UP && g->state != CMPP_LEAVING))
        return;
    g->tests = 1;
    cmpp_ask(g, &pdu);
    timer_once(g->timer, g->settings->timeout_ms);
}

void cmpp_test_again(struct cmpp_gateway *g)
{
    struct cmpp_pdu pdu = {.command = CMPP_ACTIVE_TEST};
    if (g->tests++ >= TESTS_MAX) {
        sms_link_drop(g->link, "silent");
        return;
    }
    cmpp_ask(g, &pdu);
    timer_once(g->timer, g->settings->timeout_ms);
}

void cmpp_on_silent(void *arg)
{
    cmpp_test(arg);
}

/* Whatever it says, it is there. */
void cmpp_heard(struct cmpp_gateway *g)
{
    bool doubted = g->tests >= CMPP_TESTS_DOUBT;
    g->heard_ms = clock_mono_ms();
    if (!g->tests)
        return;
    g->tests = 0;
    timer_stop(g->timer);
    if (doubted)
        cmpp_window_freed(g);
}

/* --- TERMINATE --- */

static void on_link_left(void *arg)
{
    struct cmpp_gateway *g = arg;
    g->left(g->left_arg);
}

void cmpp_go(struct cmpp_gateway *g)
{
    cmpp_set_state(g, CMPP_GONE);
    timer_stop(g->timer);
    sms_link_leave(g->link, on_link_left, g);
}

void cmpp_quiet(struct cmpp_gateway *g)
{
    struct cmpp_pdu pdu = {.command = CMPP_TERMINATE};
    if (g->state != CMPP_LEAVING || !cmpp_window_is_empty(g) || g->deliveries)
        return;
    cmpp_set_state(g, CMPP_BYE);
    g->tests = 0;
    cmpp_ask(g, &pdu);
    timer_once(g->timer, BYE_MS);
}

void cmpp_leave(void *self, void (*done)(void *arg), void *arg)
{
    struct cmpp_gateway *g = self;
    g->left = done;
    g->left_arg = arg;
    if (g->state != CMPP_UP) {
        cmpp_window_lost(g); /* a gateway that takes leave may owe us answers */
        cmpp_go(g);
        return;
    }
    cmpp_set_state(g, CMPP_LEAVING);
    cmpp_quiet(g);
}

/* Messages on their way may still be answered: it closes when it is ready, or we do. */
bool cmpp_on_terminate(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    cmpp_answer_empty(g, pdu);
    if (g->state != CMPP_UP)
        return true;
    cmpp_set_state(g, CMPP_PARTING);
    g->tests = 0;
    timer_once(g->timer, BYE_MS);
    return true;
}

bool cmpp_on_terminate_resp(struct cmpp_gateway *g, const struct cmpp_pdu *pdu)
{
    if (g->state == CMPP_BYE)
        cmpp_go(g);
    return true;
}
