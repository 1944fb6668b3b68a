/* The printers of a hall as its file names them: made, given another address, taken away. Main
 * thread. SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/mem.h"
#include "config/address.h"
#include "display/print_inside.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

struct printer *print_printer_find(const struct print_hall *h, struct str code)
{
    struct printer *p;

    TAILQ_FOREACH(p, &h->printers, entry)
    if (str_is(code, p->code) && !p->gone)
        return p;
    return NULL;
}

static void set_address(struct printer *p, const char *text)
{
    struct sockaddr_in *four = (struct sockaddr_in *)&p->to;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&p->to;
    struct address at;
    const char *why;

    memset(&p->to, 0, sizeof(p->to));
    p->to_len = 0;
    if (!address_read(str_of(text), &at, &why)) {
        /* The hall file was checked, but perhaps by a newer daemon. */
        log_error("hall %s printer %s: %s", p->hall->code, p->code, why);
    } else if (inet_pton(AF_INET, at.host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((in_port_t)at.port);
        p->to_len = sizeof(*four);
    } else if (inet_pton(AF_INET6, at.host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((in_port_t)at.port);
        p->to_len = sizeof(*six);
    }
}

static void add_printer(struct print_hall *h, const struct hall_printer *from)
{
    struct printer *p = print_printer_find(h, str_of(from->code));

    if (!p) {
        p = MEM_NEW(struct printer);
        p->hall = h;
        p->alarm = -1;
        TAILQ_INIT(&p->jobs);
        str_copy(str_of(from->code), p->code, sizeof(p->code));
        TAILQ_INSERT_TAIL(&h->printers, p, entry);
    }
    set_address(p, from->address);
}

void print_read_file(struct print_hall *h, const struct print_view *view)
{
    struct printer *p;

    if (h->version == view->version)
        return;
    h->version = view->version;
    TAILQ_FOREACH(p, &h->printers, entry)
    if (!hall_printer(view->file, str_of(p->code)) && !p->gone) {
        p->gone = true;
        printer_drop_jobs(p);
        if (h->held)
            printer_forget(p);
    }
    for (size_t i = 0; i < view->file->printer_count; i++)
        add_printer(h, &view->file->printers[i]);
    h->dirty = true;
}
