/* What a forecast needs of a hall file, by index. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FORECAST_PLAN_H
#define PAIHAO_FORECAST_PLAN_H

#include "config/hall.h"
#include "core/calendar.h"
#include "core/eta_world.h"
#include "core/zone.h"

struct plan_code {
    char code[ETA_CODE_MAX];
};

struct plan_class {
    char code[ETA_CODE_MAX];
    int64_t target_ms;
};

struct plan {
    int64_t version;
    struct zone *zone;
    int services, profiles, counters, classes, signs;
    struct durations_service *service; /* code and minutes; codes are in service_codes */
    struct plan_code *service_codes, *profile_codes, *counter_codes;
    int64_t *offsets;     /* profiles x services */
    int *counter_profile; /* as in the file */
    struct plan_code *sign_codes;
    struct plan_class *class;
    int normal; /* the class of a walk-in; the others' advantage is measured by it */
    struct hall_rules rules;
    struct hall_alarms alarms; /* without the phones */
    int64_t delay_ms;          /* of a wait beyond its promise, to be told; 0: never */
    int64_t early_ms, late_ms; /* check-in of bookings */
};

/* NULL (logged) when its time zone cannot be loaded. */
struct plan *plan_new(const struct hall_file *file, int64_t version);
void plan_free(struct plan *p);                          /* NULL allowed */
int plan_service(const struct plan *p, struct str code); /* -1: none; so with the others */
int plan_profile(const struct plan *p, struct str code);
int plan_counter(const struct plan *p, struct str code);
const struct plan_class *plan_class(const struct plan *p, struct str code); /* never NULL */
/* Offsets of all profiles, and these durations (taken over). */
struct eta_basis *plan_basis(const struct plan *p, struct durations *d);

#endif
