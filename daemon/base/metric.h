/* Counters, gauges and histograms of the process, rendered in the Prometheus text format. All are
 * declared in metrics.def; updates are lock-free. No label ever holds a ticket, phone or person.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_METRIC_H
#define PAIHAO_BASE_METRIC_H

#include "base/str.h"
#include <stdint.h>

enum metric_id {
#define METRIC(id, kind, name, label, help) METRIC_##id,
#include "base/metrics.def"
#undef METRIC
    METRIC_COUNT
};

/* label is the value of the metric's one label, or NULL where metrics.def declares none. At most
 * 256 label values a metric are kept; further ones are counted under "other". */
void metric_add(enum metric_id id, const char *label, int64_t n);
void metric_set(enum metric_id id, const char *label, int64_t value);
/* For histograms; seconds. Buckets 1 ms .. 10 s. */
void metric_observe(enum metric_id id, const char *label, double seconds);
void metric_render(struct buf *out);

#endif
