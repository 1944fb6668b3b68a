/* The honest wait: follows the events of each hall, learns from them, plays the hall forward on a
 * job thread whenever something changed, and publishes what it found; gives the store what only
 * the store may decide (docs/calling.md). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FORECAST_FORECAST_H
#define PAIHAO_FORECAST_FORECAST_H

#include "config/hall.h"
#include "core/calendar.h"
#include "core/outlook.h"
#include "loop/jobs.h"
#include "loop/loop.h"
#include "store/store.h"
#include <stdbool.h>
#include <stdint.h>

struct forecast;

/* Borrowed until the function that was given it returns. */
struct forecast_view {
    const struct hall_file *file;
    const struct cal_rules *rules;
    int64_t version;
};

struct forecast_deps {
    struct loop *loop;
    struct store *store;
    struct jobs_port *jobs; /* freed before the store */
    /* False: not at hand yet; it is asked for again. */
    bool (*hall)(void *arg, struct str code, struct forecast_view *out);
    /* For every worker; takes over one reference. */
    void (*publish)(void *arg, struct outlook *o);
    void *arg;
};

/* On main, as all of these. */
struct forecast *forecast_new(const struct forecast_deps *deps);
/* After the store and the port of the jobs. */
void forecast_free(struct forecast *f); /* NULL allowed */
void forecast_follow(struct forecast *f, struct str hall);
/* Every event of every hall, in order. */
void forecast_event(struct forecast *f, struct str hall, uint64_t epoch, uint64_t seq,
                    struct str json);
/* Events of the hall were missed. */
void forecast_reset(struct forecast *f, struct str hall);
/* Nothing new is begun. */
void forecast_stop(struct forecast *f);

#endif
