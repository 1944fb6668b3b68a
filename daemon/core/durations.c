/* What a hall learned about durations: counts that fade, and the means that follow from them. A
 * mean leans on what is more general as long as there is little of its own: the hour of a service
 * on the service and on the hall's hour, the service on the hall's ratio to the configured minutes,
 * that ratio on 1. Runs on any thread; see the header. A new thing to learn: a field here, and a
 * line in durations_json.c. SPDX-License-Identifier: MIT */
#include "core/durations_inside.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* So many visits the more general counts for. One time spreads by about 0.6 of its mean, so one
 * visit tells as much as knowing beforehand to 0.6; each number is (0.6 / spread)^2. */
#define VISIT_SPREAD   0.6
#define RATIO_WEIGHT   1.0   /* services: clerks know their minutes, all in all, to a quarter */
#define SERVICE_WEIGHT 5.0   /* services differ from the hall's ratio by a quarter */
#define HOUR_WEIGHT    40.0  /* hours differ by a tenth */
#define CELL_WEIGHT    60.0  /* an hour of one service from both by less */
#define TODAY_WEIGHT   400.0 /* days differ by three hundredths */

#define OPEN_WEIGHT                                                                                \
    1.0 /* hour without a break, before anything is known: at first nobody pauses                  \
         */
#define HOUR_MS 3600e3

/* With 5 working days a week what was learned two weeks ago counts half: long enough for services
 * asked for a few times a day, short enough for a new form or a new clerk to show. */
#define DAY_KEEPS 0.93

#define OWN_VISITS    5.0  /* a service's own, or so many of the hall's, to stand on for a claim: */
#define HALL_VISITS   20.0 /* with fewer the mean is off by a quarter and more */
#define MS_MIN        1000.0
#define RATIO_MAX     20.0 /* forgot to press finish: taken as so much, or one would spoil a week */
#define ABSENT_WEIGHT 20.0
#define ABSENT_BEFORE 0.06 /* share of calls not answered, before anything is known */
#define MISSED_BEFORE 0.12 /* of bookings */
#define GAP_WEIGHT    20.0
#define WAVE_WEIGHT   20.0     /* walk-ins of an hour, before its quarters are known */
#define GAP_MAX_MS    180000.0 /* longer is a pause that the clerk did not tell, not a gap */

static const double octave_quarter[] = {1, 1.189207115002721, 1.4142135623730951,
                                        1.681792830507429};

double durations_bucket_from(int bucket)
{
    return ldexp(octave_quarter[bucket % 4], bucket / 4 - OCTAVES_BELOW);
}

int durations_bucket(double ratio)
{
    int exponent, part = 0;
    double m = 2 * frexp(ratio, &exponent);
    int octave = exponent - 1 + OCTAVES_BELOW;

    if (ratio <= 0 || octave < 0)
        return 0;
    while (part < 3 && m >= octave_quarter[part + 1])
        part++;
    return octave * 4 + part < BUCKETS ? octave * 4 + part : BUCKETS - 1;
}

struct durations *durations_new(const struct durations_service *services, int count)
{
    struct durations *d = MEM_NEW(struct durations);

    d->count = count;
    d->usual_ratio = 1;
    d->service = mem_calloc((size_t)count + 1, sizeof(*d->service));
    for (int i = 0; i < count; i++) {
        d->service[i].code = mem_strdup(services[i].code);
        d->service[i].configured_ms = services[i].minutes > 0 ? services[i].minutes * 60e3 : 60e3;
    }
    return d;
}

void durations_free(struct durations *d)
{
    if (d == NULL)
        return;
    for (int i = 0; i < d->count; i++)
        mem_free(d->service[i].code);
    mem_free(d->service);
    mem_free(d);
}

struct durations *durations_copy(const struct durations *d)
{
    struct durations *copy = MEM_NEW(struct durations);

    *copy = *d;
    copy->service = mem_calloc((size_t)d->count + 1, sizeof(*d->service));
    for (int i = 0; i < d->count; i++) {
        copy->service[i] = d->service[i];
        copy->service[i].code = mem_strdup(d->service[i].code);
    }
    return copy;
}

static void add(struct sum *s, double value)
{
    s->n += 1;
    s->sum += value;
}

static double lean(struct sum s, double weight, double on)
{
    return (s.sum + weight * on) / (s.n + weight);
}

/* Each service speaks for itself, as loud as its visits make it sure: by visits alone the short
 * ones, of which there are many, would speak for the long ones. */
void durations_set_ratio(struct durations *d)
{
    struct sum all = {0, 0};

    for (int i = 0; i < d->count; i++) {
        const struct service_learned *s = &d->service[i];

        all.n += s->n / (s->n + SERVICE_WEIGHT);
        all.sum += s->sum_ms / s->configured_ms / (s->n + SERVICE_WEIGHT);
    }
    d->usual_ratio = lean(all, RATIO_WEIGHT, 1);
}

static double service_mean(const struct durations *d, const struct service_learned *s)
{
    return lean((struct sum){s->n, s->sum_ms}, SERVICE_WEIGHT, d->usual_ratio * s->configured_ms);
}

/* Times of this hour as multiples of those of the whole day. */
static double hour_factor(const struct durations *d, int hour)
{
    struct sum all = {0, 0};

    for (int h = 0; h < DURATIONS_HOURS; h++) {
        all.n += d->hour[h].n;
        all.sum += d->hour[h].sum;
    }
    return lean(d->hour[hour], HOUR_WEIGHT, lean(all, 1, 1)) / lean(all, 1, 1);
}

static double usual_mean(const struct durations *d, const struct service_learned *s, int hour)
{
    double both = service_mean(d, s) * hour_factor(d, hour);

    return lean((struct sum){s->hour_n[hour], s->hour_sum_ms[hour]}, CELL_WEIGHT, both);
}

double durations_mean(const struct durations *d, int service, int hour)
{
    assert(service >= 0 && service < d->count && hour >= 0 && hour < DURATIONS_HOURS);
    return usual_mean(d, &d->service[service], hour) * lean(d->today, TODAY_WEIGHT, 1);
}

int64_t durations_mean_ms(const struct durations *d, int service, int hour)
{
    return (int64_t)durations_mean(d, service, hour);
}

void durations_served(struct durations *d, int service, int hour, int64_t ms, int persons)
{
    struct service_learned *s = &d->service[service];
    double one = (double)ms / (persons > 1 ? persons : 1);
    double usual = usual_mean(d, s, hour);

    assert(service >= 0 && service < d->count && hour >= 0 && hour < DURATIONS_HOURS);
    one = one < MS_MIN ? MS_MIN : one;
    one = one > RATIO_MAX * s->configured_ms ? RATIO_MAX * s->configured_ms : one;
    add(&d->today, one / usual);
    add(&d->hour[hour], one / service_mean(d, s));
    d->served += 1;
    d->shape[durations_bucket(one / usual)] += 1;
    s->shape[durations_bucket(one / usual)] += 1;
    s->n += 1;
    s->sum_ms += one;
    s->hour_n[hour] += 1;
    s->hour_sum_ms[hour] += one;
    durations_set_ratio(d);
}

void durations_came(struct durations *d, int64_t ms)
{
    double way = (double)(ms < 0 ? -ms : ms) / WAY_UNIT_MS;

    add(&d->absent, ms < 0);
    if (ms != -1)
        (ms < 0 ? d->gave_up : d->came)[durations_bucket(way)] += 1;
}

void durations_booking(struct durations *d, bool kept, int64_t late_ms)
{
    int64_t bucket = (late_ms - LATE_FROM_MS) / LATE_STEP_MS;

    add(&d->missed, !kept);
    if (kept)
        d->late[bucket < 0 ? 0 : bucket < LATE_BUCKETS ? bucket : LATE_BUCKETS - 1] += 1;
}

void durations_gap(struct durations *d, int64_t ms)
{
    add(&d->gap, (double)ms < GAP_MAX_MS ? (double)ms : GAP_MAX_MS);
}

void durations_arrived(struct durations *d, int service, int quarter, int64_t ahead_ms, int persons)
{
    int hour = quarter / 4;

    assert(service >= 0 && service < d->count && quarter >= 0 && quarter < DURATIONS_QUARTERS);
    d->quarter[quarter] += 1;
    persons = persons < 1 ? 1 : persons < DURATIONS_PERSONS ? persons : DURATIONS_PERSONS;
    d->service[service].arrived[hour] += 1;
    d->service[service].persons[persons - 1] += 1;
    d->hour_today[hour] = true;
    add(&d->ahead_share, ahead_ms > 0);
    if (ahead_ms > 0)
        add(&d->ahead_ms, (double)ahead_ms);
}

void durations_open(struct durations *d, int half, int64_t ms)
{
    assert(half >= 0 && half < DURATIONS_HALVES);
    d->open[half] += (double)ms / HOUR_MS;
}

void durations_break(struct durations *d, int half, int64_t ms)
{
    assert(half >= 0 && half < DURATIONS_HALVES);
    d->pauses[half] += 1;
    add(&d->pause, (double)ms);
    d->rested[durations_bucket((double)ms / PAUSE_UNIT_MS)] += 1;
}

void durations_worked(struct durations *d, int64_t ms)
{
    d->brief.n += (double)ms / HOUR_MS;
}

void durations_paused(struct durations *d, int64_t ms)
{
    add(&d->gone, ms < 0 || ms > PAUSE_MAX_MS);
    if (ms < 0 || ms > PAUSE_MAX_MS)
        return;
    d->brief.sum += ms < DURATIONS_BREAK_MS;
    d->paused[durations_bucket((double)ms / PAUSE_UNIT_MS)] += 1;
}

static void fade(double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] *= DAY_KEEPS;
}

static void fade_sum(struct sum *s)
{
    s->n *= DAY_KEEPS;
    s->sum *= DAY_KEEPS;
}

static void fade_service(struct service_learned *s)
{
    s->n *= DAY_KEEPS;
    s->sum_ms *= DAY_KEEPS;
    fade(s->hour_n, DURATIONS_HOURS);
    fade(s->hour_sum_ms, DURATIONS_HOURS);
    fade(s->arrived, DURATIONS_HOURS);
    fade(s->persons, DURATIONS_PERSONS);
    fade(s->shape, BUCKETS);
}

void durations_age(struct durations *d)
{
    struct sum *sums[] = {&d->absent,   &d->missed, &d->gap,  &d->ahead_share,
                          &d->ahead_ms, &d->pause,  &d->gone, &d->brief};

    for (int h = 0; h < DURATIONS_HOURS; h++) {
        d->hour_days[h] += d->hour_today[h];
        d->hour_today[h] = false;
        fade_sum(&d->hour[h]);
    }
    for (size_t i = 0; i < sizeof(sums) / sizeof(*sums); i++)
        fade_sum(sums[i]);
    d->served *= DAY_KEEPS;
    fade(d->hour_days, DURATIONS_HOURS);
    fade(d->quarter, DURATIONS_QUARTERS);
    fade(d->open, DURATIONS_HALVES);
    fade(d->pauses, DURATIONS_HALVES);
    fade(d->paused, BUCKETS);
    fade(d->rested, BUCKETS);
    fade(d->shape, BUCKETS);
    fade(d->came, BUCKETS);
    fade(d->gave_up, BUCKETS);
    fade(d->late, LATE_BUCKETS);
    for (int i = 0; i < d->count; i++)
        fade_service(&d->service[i]);
    d->today = (struct sum){0, 0};
    durations_set_ratio(d);
}

bool durations_known(const struct durations *d, int service)
{
    assert(service >= 0 && service < d->count);
    return d->service[service].n >= OWN_VISITS || d->served >= HALL_VISITS;
}

double durations_doubt(const struct durations *d, int service)
{
    assert(service >= 0 && service < d->count);
    const double n = d->service[service].n;
    const double hours = 8; /* of a day, among which its visits are spread */

    return VISIT_SPREAD * sqrt(1 / (n + SERVICE_WEIGHT) + 1 / (n / hours + CELL_WEIGHT));
}

double durations_doubt_hall(const struct durations *d)
{
    return VISIT_SPREAD / sqrt(d->today.n + TODAY_WEIGHT);
}

int64_t durations_gap_ms(const struct durations *d)
{
    return (int64_t)lean(d->gap, GAP_WEIGHT, 0);
}

double durations_break_rate(const struct durations *d, int half)
{
    assert(half >= 0 && half < DURATIONS_HALVES);
    return d->pauses[half] / (d->open[half] + OPEN_WEIGHT);
}

int64_t durations_break_ms(const struct durations *d)
{
    return d->pause.n > 0 ? (int64_t)(d->pause.sum / d->pause.n) : 0;
}

double durations_pause_rate(const struct durations *d)
{
    return d->brief.sum / (d->brief.n + OPEN_WEIGHT);
}

int durations_persons(const struct durations *d, int service, double u)
{
    const double *persons = d->service[service].persons;
    double all = 0;
    int n = 0;

    for (int i = 0; i < DURATIONS_PERSONS; i++)
        all += persons[i];
    for (u *= all; n < DURATIONS_PERSONS - 1 && u >= persons[n]; n++)
        u -= persons[n];
    return all > 0 ? n + 1 : 1;
}

double durations_absent_share(const struct durations *d)
{
    return lean(d->absent, ABSENT_WEIGHT, ABSENT_BEFORE);
}

double durations_missed_share(const struct durations *d)
{
    return lean(d->missed, ABSENT_WEIGHT, MISSED_BEFORE);
}

double durations_rate(const struct durations *d, int service, int hour)
{
    double days = d->hour_days[hour] + d->hour_today[hour];

    assert(service >= 0 && service < d->count && hour >= 0 && hour < DURATIONS_HOURS);
    return days > 0 ? d->service[service].arrived[hour] / days : 0;
}

double durations_wave(const struct durations *d, int quarter)
{
    const double *of_hour = &d->quarter[quarter / 4 * 4];
    double all = of_hour[0] + of_hour[1] + of_hour[2] + of_hour[3];

    return (d->quarter[quarter] + WAVE_WEIGHT / 4) * 4 / (all + WAVE_WEIGHT);
}

double durations_ahead_share(const struct durations *d)
{
    return d->ahead_share.n > 0 ? d->ahead_share.sum / d->ahead_share.n : 0;
}

int64_t durations_ahead_ms(const struct durations *d)
{
    return d->ahead_ms.n > 0 ? (int64_t)(d->ahead_ms.sum / d->ahead_ms.n) : 0;
}
