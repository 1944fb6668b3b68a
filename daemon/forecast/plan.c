/* Owns the forecast's extract of a hall file: services, profiles and classes by index, so that it
 * can outlive the hall it was read from. Main thread. A rule that forecasts go by is copied here.
 * SPDX-License-Identifier: MIT */
#include "forecast/plan.h"
#include "base/log.h"
#include "base/mem.h"
#include <string.h>

enum { MINUTE_MS = 60000 };

static void set_code(struct plan_code *out, const char *code)
{
    str_copy(str_of(code), out->code, sizeof(out->code));
}

static int index_of(const struct plan_code *codes, int count, struct str code)
{
    for (int i = 0; i < count; i++)
        if (str_is(code, codes[i].code))
            return i;
    return -1;
}

int plan_service(const struct plan *p, struct str code)
{
    return index_of(p->service_codes, p->services, code);
}

int plan_profile(const struct plan *p, struct str code)
{
    return index_of(p->profile_codes, p->profiles, code);
}

int plan_counter(const struct plan *p, struct str code)
{
    return index_of(p->counter_codes, p->counters, code);
}

const struct plan_class *plan_class(const struct plan *p, struct str code)
{
    for (int i = 0; i < p->classes; i++)
        if (str_is(code, p->class[i].code))
            return &p->class[i];
    return &p->class[p->normal];
}

static bool names_itself(const struct hall_profile *profile, const char *service)
{
    for (size_t i = 0; i < profile->serve_count; i++)
        if (strcmp(profile->serves[i].service, service) == 0)
            return true;
    return false;
}

/* As daemon/lua/config.lua does: "*" is every service the profile does not name itself; of several
 * entries that fit the lowest offset counts. */
static int64_t offset_of(const struct hall_profile *profile, const struct hall_service *service)
{
    bool named = names_itself(profile, service->code);
    int64_t best = ETA_NOT_SERVED;

    for (size_t i = 0; i < profile->serve_count; i++) {
        const struct hall_serve *s = &profile->serves[i];
        bool all = strcmp(s->service, "*") == 0;
        bool fits = all ? !named && (s->up_to_minutes == 0 || service->minutes <= s->up_to_minutes)
                        : strcmp(s->service, service->code) == 0;
        int64_t offset = (int64_t)s->offset_minutes * MINUTE_MS;
        if (fits && offset < best)
            best = offset;
    }
    return best;
}

static void read_services(struct plan *p, const struct hall_file *f)
{
    p->services = (int)f->service_count;
    p->service = mem_calloc(f->service_count + 1, sizeof(*p->service));
    p->service_codes = mem_calloc(f->service_count + 1, sizeof(*p->service_codes));
    for (int i = 0; i < p->services; i++) {
        set_code(&p->service_codes[i], f->services[i].code);
        p->service[i] =
            (struct durations_service){p->service_codes[i].code, f->services[i].minutes};
    }
}

static void read_profiles(struct plan *p, const struct hall_file *f)
{
    p->profiles = (int)f->profile_count;
    p->profile_codes = mem_calloc(f->profile_count + 1, sizeof(*p->profile_codes));
    p->offsets = mem_calloc(f->profile_count * f->service_count + 1, sizeof(*p->offsets));
    for (int i = 0; i < p->profiles; i++) {
        set_code(&p->profile_codes[i], f->profiles[i].code);
        for (int s = 0; s < p->services; s++)
            p->offsets[i * p->services + s] = offset_of(&f->profiles[i], &f->services[s]);
    }
}

static void read_counters(struct plan *p, const struct hall_file *f)
{
    p->counters = (int)f->counter_count;
    p->counter_codes = mem_calloc(f->counter_count + 1, sizeof(*p->counter_codes));
    p->counter_profile = mem_calloc(f->counter_count + 1, sizeof(*p->counter_profile));
    for (int i = 0; i < p->counters; i++) {
        set_code(&p->counter_codes[i], f->counters[i].code);
        p->counter_profile[i] = plan_profile(p, str_of(f->counters[i].profile));
    }
}

static void read_classes(struct plan *p, const struct hall_file *f)
{
    p->classes = (int)f->class_count;
    p->class = mem_calloc(f->class_count + 1, sizeof(*p->class));
    for (int i = 0; i < p->classes; i++) {
        str_copy(str_of(f->classes[i].code), p->class[i].code, sizeof(p->class[i].code));
        p->class[i].target_ms = (int64_t)f->classes[i].target_minutes * MINUTE_MS;
        if (strcmp(f->classes[i].code, "normal") == 0)
            p->normal = i;
    }
}

static void read_signs(struct plan *p, const struct hall_file *f)
{
    p->signs = (int)f->sign_count;
    p->sign_codes = mem_calloc(f->sign_count + 1, sizeof(*p->sign_codes));
    for (int i = 0; i < p->signs; i++)
        set_code(&p->sign_codes[i], f->signs[i].code);
}

struct plan *plan_new(const struct hall_file *f, int64_t version)
{
    struct plan *p = MEM_NEW(struct plan);

    p->version = version;
    p->zone = zone_load(f->zone);
    if (!p->zone) {
        log_error("hall %s: its time zone cannot be loaded", f->code);
        mem_free(p);
        return NULL;
    }
    read_services(p, f);
    read_profiles(p, f);
    read_counters(p, f);
    read_classes(p, f);
    read_signs(p, f);
    p->rules = f->rules;
    p->alarms = f->alarms;
    p->delay_ms = (int64_t)f->delay_minutes * 60000;
    p->alarms.phones = NULL; /* borrowed from the file, and never needed here */
    p->alarms.phone_count = 0;
    p->early_ms = (int64_t)f->booking.early_minutes * MINUTE_MS;
    p->late_ms = (int64_t)f->booking.late_minutes * MINUTE_MS;
    return p;
}

void plan_free(struct plan *p)
{
    if (!p)
        return;
    zone_free(p->zone);
    mem_free(p->service);
    mem_free(p->service_codes);
    mem_free(p->profile_codes);
    mem_free(p->offsets);
    mem_free(p->counter_codes);
    mem_free(p->sign_codes);
    mem_free(p->counter_profile);
    mem_free(p->class);
    mem_free(p);
}

struct eta_basis *plan_basis(const struct plan *p, struct durations *d)
{
    struct eta_basis *b = eta_basis_new(p->services, p->profiles, d);

    for (int i = 0; i < p->services; i++)
        memcpy(b->service_codes[i], p->service_codes[i].code, ETA_CODE_MAX);
    for (int i = 0; i < p->profiles; i++)
        memcpy(b->profile_codes[i], p->profile_codes[i].code, ETA_CODE_MAX);
    memcpy(b->offsets, p->offsets, (size_t)(p->profiles * p->services) * sizeof(*p->offsets));
    return b;
}
