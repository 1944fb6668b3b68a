/* How near the honest wait comes: days drawn from the sample halls, waits foretold in five ways,
 * and what one forecast of a large hall costs. bench/run eta builds and runs it. Prints Markdown.
 * eta [first seed] [seeds] [moments]        SPDX-License-Identifier: MIT */
#include "core/eta.h"
#include "base/mem.h"
#include "bench/eta_grade.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SEEDS = 6, LEARN_DAYS = 15, TEST_DAYS = 60, MOMENTS = 400 };

static const char *const halls[] = {"small", "berlin", "shanghai"};
enum { HALLS = sizeof(halls) / sizeof(*halls) };

static struct hall_file *hall_of(const char *code)
{
    static char text[HALL_BYTES_MAX];
    struct hall_file *hall;
    struct buf error;
    char path[64];
    FILE *f;
    size_t len;

    (void)snprintf(path, sizeof(path), "config/halls/%s.yaml", code);
    f = fopen(path, "r");
    if (f == NULL) {
        perror(path);
        exit(1);
    }
    len = fread(text, 1, sizeof(text), f);
    (void)fclose(f);
    buf_init(&error);
    hall = hall_read((struct str){text, len}, path, &error);
    if (hall == NULL) {
        (void)fprintf(stderr, STR_FMT "\n", STR_ARG(buf_str(&error)));
        exit(1);
    }
    buf_clear(&error);
    return hall;
}

static void row(const char *hall, const struct grade *g)
{
    printf("| %s | %d | %.1f | %.1f | %.1f | %.1f | **%.1f** | %.1f | %.2f | %.2f | %.2f | %.2f "
           "| %.2f | %.2f | %.2f | %.1f | %.1f | %.2f |\n",
           hall, g->samples, g->wait_min, g->twelve, g->average, g->last30, g->ours, g->oracle,
           g->ours / g->average, g->ours / g->last30, g->ours / g->oracle, g->held, g->below,
           g->above, g->held_said, g->width, g->width_said, g->oracle_held);
    (void)fflush(stdout);
}

static void accuracy(uint64_t seed, int moments)
{
    struct grade sum = {0};
    double by_average = 0, by_last = 0, by_oracle = 0;

    printf("\nSeed %" PRIu64 "; %d days learned, %d foretold; minutes.\n\n", seed, LEARN_DAYS,
           TEST_DAYS);
    printf(
        "| hall | foretold | median wait | (a) 12 min | (b) average | (c) last 30 | **(d) ours** "
        "| (e) oracle | d/b | d/c | d/e | held | shorter | longer | held as said | width | as said "
        "| (e) held "
        "|\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < HALLS; i++) {
        struct hall_file *hall = hall_of(halls[i]);
        struct grade_plan plan = {hall, seed, LEARN_DAYS, TEST_DAYS, moments};
        struct grade g = grade_hall(&plan);

        row(halls[i], &g);
        by_average += g.ours / g.average;
        by_last += g.ours / g.last30;
        by_oracle += g.ours / g.oracle;
        sum.samples += g.samples;
        hall_free(hall);
    }
    printf("| on average | %d | | | | | | | **%.2f** | **%.2f** | **%.2f** | | | | | | | |\n",
           sum.samples, by_average / HALLS, by_last / HALLS, by_oracle / HALLS);
}

static double cpu_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* A hall of 40 services: every third counter takes everything, the others ten services and help
 * with ten more. */
static void large_hall(struct eta_input *in, int64_t *offsets, struct eta_counter *counters,
                       struct eta_ticket *tickets)
{
    struct durations_rng rng = {.state = 1};

    for (int c = 0; c < in->counter_count; c++) {
        int64_t *row = offsets + c * in->services;

        for (int s = 0; s < in->services; s++) {
            int group = (s / 10 - c % 4 + 4) % 4;

            row[s] = c % 3 == 0 || group == 0 ? 0 : group == 1 ? 600000 : ETA_NOT_SERVED;
        }
        counters[c] = (struct eta_counter){.offset_ms = row,
                                           .state = ETA_SERVING,
                                           .since_ms = in->now_ms - 60000 * (c % 9),
                                           .service = c % in->services,
                                           .persons = 1};
    }
    for (int i = 0; i < in->ticket_count; i++) {
        int64_t entered = in->now_ms - (in->ticket_count - i) * INT64_C(3000);
        int service = (int)(durations_random(&rng) * in->services);
        bool first = durations_random(&rng) < 0.15;

        tickets[i] = (struct eta_ticket){.line = service,
                                         .service = service,
                                         .rank_ms = entered + (first ? 600000 : 1800000),
                                         .entered_ms = entered,
                                         .persons = 1};
    }
}

enum { SPEED_SERVICES = 40, SPEED_COUNTERS = 60, SPEED_TICKETS = 2000, SPEED_ROUNDS = 25 };

static void speed(void)
{
    static int64_t offsets[SPEED_SERVICES * SPEED_COUNTERS], work[SPEED_SERVICES];
    static struct eta_counter counters[SPEED_COUNTERS];
    static struct eta_ticket tickets[SPEED_TICKETS];
    static struct eta_range ranges[SPEED_TICKETS], services[SPEED_SERVICES];
    struct durations_service names[SPEED_SERVICES];
    char codes[SPEED_SERVICES][8];
    double took[SPEED_ROUNDS];
    struct eta_output out = {ranges, services, work};
    struct eta_input in = {.now_ms = INT64_C(1800000000000),
                           .hour_ms = INT64_C(1800000000000),
                           .hour = 10,
                           .services = SPEED_SERVICES,
                           .walk_in_target_ms = 1800000,
                           .overtaking_max = 3,
                           .counters = counters,
                           .counter_count = SPEED_COUNTERS,
                           .tickets = tickets,
                           .ticket_count = SPEED_TICKETS,
                           .seed = 1};
    struct durations *d;

    for (int s = 0; s < SPEED_SERVICES; s++) {
        (void)snprintf(codes[s], sizeof(codes[s]), "s%d", s);
        names[s] = (struct durations_service){codes[s], 5 + s % 20};
    }
    d = durations_new(names, SPEED_SERVICES);
    for (int i = 0; i < 2000; i++)
        durations_served(d, i % SPEED_SERVICES, 10, 200000 + i * 400, 1);
    in.durations = d;
    large_hall(&in, offsets, counters, tickets);
    for (int i = 0; i < SPEED_ROUNDS; i++) {
        double before = cpu_ms();

        eta_run(&in, &out);
        took[i] = cpu_ms() - before;
    }
    qsort(took, SPEED_ROUNDS, sizeof(*took), by_size);
    printf("\nOne forecast of a hall with %d waiting, %d counters and %d services: %.1f ms of CPU "
           "(%.1f-%.1f of %d).\n",
           SPEED_TICKETS, SPEED_COUNTERS, SPEED_SERVICES, took[SPEED_ROUNDS / 2], took[0],
           took[SPEED_ROUNDS - 1], SPEED_ROUNDS);
    durations_free(d);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t seeds = argc > 2 ? strtoull(argv[2], NULL, 10) : SEEDS;
    int moments = argc > 3 ? atoi(argv[3]) : MOMENTS;

    for (uint64_t k = 0; k < seeds; k++)
        accuracy(seed + k, moments);
    speed();
    return 0;
}
