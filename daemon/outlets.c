/* Owns main's signs and printers and hands both what they follow. Main thread. Another kind of
 * device that the daemon drives by itself gets its line in each function. SPDX-License-Identifier:
 * MIT */
#include "outlets.h"
#include "base/mem.h"
#include "display/print.h"
#include "display/sign.h"

struct outlets {
    struct follow *follow;
    struct signs *signs;
    struct print *print;
};

static const struct hall_file *on_signs_hall(void *arg, struct str code)
{
    struct outlets *o = arg;
    struct hall *hall = follow_hall(o->follow, code);

    return hall ? hall->file : NULL;
}

static bool on_print_hall(void *arg, struct str code, struct print_view *out)
{
    struct outlets *o = arg;
    struct hall *hall = follow_hall(o->follow, code);

    if (hall)
        *out = (struct print_view){hall->file, hall->zone, hall->version};
    return hall != NULL;
}

struct outlets *outlets_new(const struct outlets_deps *deps)
{
    struct outlets *o = MEM_NEW(struct outlets);
    const struct signs_deps signs = {
        .loop = deps->loop,
        .store = deps->store,
        .holder = deps->holder,
        .hall = on_signs_hall,
        .arg = o,
    };
    const struct print_deps print = {
        .loop = deps->loop,
        .store = deps->store,
        .seal = deps->seal,
        .ticket_url = deps->ticket_url,
        .holder = deps->holder,
        .hall = on_print_hall,
        .arg = o,
    };

    o->follow = deps->follow;
    o->signs = signs_new(&signs);
    o->print = print_new(&print);
    return o;
}

void outlets_free(struct outlets *o)
{
    if (!o)
        return;
    signs_free(o->signs);
    print_free(o->print);
    mem_free(o);
}

void outlets_follow(struct outlets *o, struct str hall)
{
    signs_follow(o->signs, hall);
    print_follow(o->print, hall);
}

void outlets_event(struct outlets *o, const struct bell_event *e)
{
    signs_event(o->signs, e->hall, e->epoch, e->seq, e->json);
    print_event(o->print, e->hall, e->json);
}

void outlets_reset(struct outlets *o, struct str hall)
{
    signs_reset(o->signs, hall);
    print_reset(o->print, hall);
}

void outlets_forecast(struct outlets *o, struct outlook *of)
{
    print_forecast(o->print, of);
}

void outlets_stop(struct outlets *o)
{
    signs_stop(o->signs);
    print_stop(o->print);
}

bool outlets_idle(const struct outlets *o)
{
    return signs_idle(o->signs) && print_idle(o->print);
}
