/* Test messages: a worker's API asks, main's gateway sends, the worker is told. Each is a letter
 * that goes there and back and belongs to one thread at a time; the number in it is wiped as soon
 * as the gateway has it. Owns the ports, since a letter may still be under way when its worker is
 * gone. SPDX-License-Identifier: MIT */
#include "trials.h"
#include "base/mem.h"
#include "core/phone.h"
#include "sms/trial.h"
#include <stdbool.h>
#include <string.h>

struct trials_port {
    struct trials *trials;
    struct trials_port *next;
    struct mailbox *answered;
    bool closed; /* the worker is gone */
};

struct trials {
    struct sms *sms;
    struct mailbox *asked;
    struct trials_port *ports;
};

struct letter_trial {
    struct trials_port *port;
    api_trial_fn fn;
    void *arg;
    char *gateway, *text;
    char to[PHONE_MAX + 1];
    struct buf json; /* what came of it */
};

static void letter_free(struct letter_trial *l)
{
    explicit_bzero(l->to, sizeof(l->to));
    buf_clear(&l->json);
    mem_free(l->gateway);
    mem_free(l->text);
    mem_free(l);
}

/* On main. */
static void on_tried(void *arg, struct str json)
{
    struct letter_trial *l = arg;

    buf_add_str(&l->json, json);
    if (l->port->closed)
        letter_free(l);
    else
        mailbox_post(l->port->answered, l);
}

/* On main. */
static void on_asked(void *arg, void *letter)
{
    struct trials *t = arg;
    struct letter_trial *l = letter;
    struct sms_trial ask = {str_of(l->gateway), l->to, str_of(l->text)};

    if (!t->sms) {
        on_tried(l, STR(""));
        return;
    }
    char to[PHONE_MAX + 1];
    memcpy(to, l->to, sizeof(to));
    explicit_bzero(l->to, sizeof(l->to));
    ask.to_e164 = to;
    sms_trial(t->sms, &ask, on_tried, l); /* l may be gone */
    explicit_bzero(to, sizeof(to));
}

/* On the worker. */
static void on_answered(void *arg, void *letter)
{
    struct letter_trial *l = letter;

    l->fn(l->arg, buf_str(&l->json));
    letter_free(l);
}

struct trials *trials_new(struct loop *main)
{
    struct trials *t = MEM_NEW(struct trials);

    t->asked = mailbox_new(main, on_asked, t);
    return t;
}

void trials_use(struct trials *t, struct sms *sms)
{
    t->sms = sms;
}

void trials_free(struct trials *t)
{
    if (!t)
        return;
    t->sms = NULL;
    mailbox_free(t->asked); /* nobody has read what was asked last */
    while (t->ports) {
        struct trials_port *p = t->ports;
        t->ports = p->next;
        mem_free(p);
    }
    mem_free(t);
}

struct trials_port *trials_port_new(struct trials *t, struct loop *worker)
{
    struct trials_port *p = MEM_NEW(struct trials_port);

    p->trials = t;
    p->answered = mailbox_new(worker, on_answered, p);
    p->next = t->ports;
    t->ports = p;
    return p;
}

void trials_port_free(struct trials_port *p)
{
    p->closed = true;
    mailbox_free(p->answered);
}

void trials_ask(void *port, const struct api_trial *ask, api_trial_fn fn, void *arg)
{
    struct trials_port *p = port;
    struct letter_trial *l = MEM_NEW(struct letter_trial);

    l->port = p;
    l->fn = fn;
    l->arg = arg;
    l->gateway = mem_strndup(ask->gateway.p, ask->gateway.len);
    l->text = mem_strndup(ask->text.p, ask->text.len);
    str_copy(str_of(ask->to_e164), l->to, sizeof(l->to));
    buf_init(&l->json);
    mailbox_post(p->trials->asked, l);
}
