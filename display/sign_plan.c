/* A sign of the hall file as its driver needs it: owns the copy. Main thread.
 * SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/mem.h"
#include "display/sign_driver.h"
#include <string.h>

static bool read_template(const char *text, bool answer, struct frame_template **out)
{
    size_t at;
    const char *why;

    if (text[0] == '\0')
        return true;
    *out = MEM_NEW(struct frame_template);
    return frame_template_read(str_of(text), answer, *out, &at, &why);
}

static bool read_templates(struct sign_plan *p, const struct hall_sign *s)
{
    bool serial = p->at.host[0] == '\0';
    const char *frame = sign_preset_frame(s->driver, serial);

    if (frame)
        return read_template(frame, false, &p->frame) &&
               read_template(sign_preset_answer(s->driver, serial), true, &p->answer);
    return read_template(s->frame, false, &p->frame) && read_template(s->answer, true, &p->answer);
}

struct sign_plan *sign_plan_new(const struct hall_sign *s)
{
    struct sign_plan *p = MEM_NEW(struct sign_plan);
    const char *why = NULL;

    str_copy(str_of(s->code), p->code, sizeof p->code);
    str_copy(str_of(s->counter), p->counter, sizeof p->counter);
    p->driver = sign_driver_find(s->driver);
    p->address = mem_strdup(s->address);
    p->zone = mem_strdup(s->zone);
    p->text = mem_strdup(s->text);
    p->idle = mem_strdup(s->idle);
    p->closed = mem_strdup(s->closed[0] ? s->closed : s->idle);
    p->unit = s->unit;
    p->area = s->area;
    p->x = s->x;
    p->y = s->y;
    p->width = s->width;
    p->height = s->height;
    p->colour = (char)(strcmp(s->colour, "green") == 0    ? 2
                       : strcmp(s->colour, "yellow") == 0 ? 3
                                                          : 1);
    p->refresh_ms = s->refresh_seconds * 1000;
    bool connects = p->driver && p->driver->connects;
    if (p->driver && (!connects || address_read(str_of(s->address), &p->at, &why)) &&
        (!connects || read_templates(p, s)))
        return p;
    log_error("sign %s: its settings are not known here", s->code);
    sign_plan_free(p);
    return NULL;
}

void sign_plan_free(struct sign_plan *p)
{
    if (!p)
        return;
    mem_free(p->address);
    mem_free(p->zone);
    mem_free(p->text);
    mem_free(p->idle);
    mem_free(p->closed);
    mem_free(p->frame);
    mem_free(p->answer);
    mem_free(p);
}
