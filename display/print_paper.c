/* What is known of a ticket when it is printed: as the store has just told it, the forecast, the
 * link of the citizen's page. How it looks: slip.c. Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json.h"
#include "display/print_inside.h"
#include "display/slip.h"

static const struct eta_range *service_range(const struct outlook *o, struct str code)
{
    for (int s = 0; s < o->world->in.services; s++) {
        if (str_is(code, o->world->basis->service_codes[s]))
            return &o->services[s];
    }
    return NULL;
}

/* What the forecast says of the ticket; of one it has not seen yet, what it says of its service. */
static bool wait_of(const struct print_job *j, struct eta_said *out)
{
    const struct print_hall *h = j->printer->hall;
    const struct outlook *o = outlooks_get(h->print->outlooks, str_of(h->code), clock_now_ms());
    const struct eta_said *said = o ? outlook_find(o, j->ticket) : NULL;
    const struct eta_range *range = NULL;

    if (said)
        *out = *said;
    else if (o)
        range = service_range(o, json_str(j->view, "service"));
    if (range && range->known)
        *out = eta_say(range);
    return said || (range && range->known);
}

static void add_link(const struct print_job *j, struct buf *out)
{
    const struct print_hall *h = j->printer->hall;
    const struct print_deps *d = &h->print->deps;
    char code[SEAL_LINK_CHARS + 1];

    seal_link(d->seal, str_of(h->code), str_of(j->ticket), code);
    buf_addf(out, "%s%s.%s.%s", d->ticket_url, h->code, j->ticket, code);
}

void print_paper(const struct print_job *j, const struct print_view *view, bool reprint,
                 struct buf *out)
{
    struct eta_said said;
    struct buf link;
    struct slip s = {
        .hall = view->file,
        .printer = hall_printer(view->file, str_of(j->printer->code)),
        .zone = view->zone,
        .lang = str_of(j->lang),
        .number = json_str(j->view, "number"),
        .service = json_str(j->view, "service"),
        .klass = json_str(j->view, "class"),
        .issued_ms = json_i64(j->view, "issued", 0),
        .booked_ms = json_i64(j->view, "booked", 0),
        .persons = json_i64(j->view, "persons", 1),
        .ahead = json_i64(j->view, "ahead", -1),
        .wait = wait_of(j, &said) ? &said : NULL,
        .reprint = reprint,
        .now_ms = clock_now_ms(),
    };

    buf_init(&link);
    add_link(j, &link);
    s.link = buf_str(&link);
    slip_write(&s, out);
    buf_clear(&link);
}
