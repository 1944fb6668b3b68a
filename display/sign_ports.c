/* Which signs hang on which connection: one port for each address. Main thread. What a port does is
 * in sign_port.c. SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "display/sign_inside.h"
#include <string.h>

static void on_timer(void *arg)
{
    port_turn(arg);
}

void port_kick(struct sign_port *p)
{
    timer_once(p->timer, 0);
}

void port_attach(struct sign *s)
{
    struct signs *all = s->signs;
    struct sign_port *p;

    TAILQ_FOREACH(p, &all->ports, entry)
    if (strcmp(p->address, s->plan->address) == 0 && p->driver == s->plan->driver)
        break;
    if (!p) {
        p = MEM_NEW(struct sign_port);
        p->signs = all;
        p->address = mem_strdup(s->plan->address);
        p->driver = s->plan->driver;
        p->fd = -1;
        p->wait_ms = PORT_WAIT_MIN_MS;
        p->timer = timer_new(all->deps.loop, on_timer, p);
        buf_init(&p->out);
        TAILQ_INIT(&p->all);
        TAILQ_INSERT_TAIL(&all->ports, p, entry);
    }
    TAILQ_INSERT_TAIL(&p->all, s, at_port);
    p->count++;
    s->port = p;
}

/* Not from within a callback of the port. */
void port_detach(struct sign *s)
{
    struct sign_port *p = s->port;

    if (p->flight == s) { /* its answer would be taken for another one's */
        port_close(p);
        port_kick(p);
    }
    if (p->count == 1)
        port_close(p);
    TAILQ_REMOVE(&p->all, s, at_port);
    s->port = NULL;
    if (--p->count > 0)
        return;
    TAILQ_REMOVE(&p->signs->ports, p, entry);
    timer_free(p->timer);
    buf_clear(&p->out);
    mem_free(p->address);
    mem_free(p);
}
