/* What core/eta_play.c sets up and core/eta_play_run.c plays. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ETA_PLAY_INSIDE_H
#define PAIHAO_CORE_ETA_PLAY_INSIDE_H

#include "core/eta_line.h"
#include "core/eta_play.h"

/* Above any rank, and not too high to add an offset. */
#define PLAY_NOBODY (INT64_MAX / 2)

/* A line that a counter serves. */
struct play_serve {
    int line;
    int64_t offset_ms;
};

struct play_counter {
    struct play_serve *serves; /* first those of lines in which somebody may stand */
    int count, busy_lines;
    int64_t offset_min_ms;
    uint64_t key; /* of its draws while it has the ticket of the beginning */
    double pace;  /* of its clerk */
    bool idle, rested;
    double tired, endures; /* breaks expected so far; how many it takes until it has one */
    int64_t tired_ms;      /* up to when `tired` is counted */
    int64_t pauses_ms;     /* its next pause that is no break */
    uint64_t pause_key;    /* of the draws of its breaks and pauses */
};

/* A ticket, from the input or entering while it is played. */
struct play_node {
    int64_t rank;
    uint64_t key; /* of its draws: the same ticket draws the same in every forecast */
    int line, service, persons;
};

struct play_event {
    int64_t at_ms;
    int what; /* a counter is free; a ticket of the input, a booking, a walk-in enters: see below */
};

/* A citizen who asks at the beginning and takes nobody's place: what a new ticket would wait. */
struct play_ghost {
    bool waits;
    int overtaken;
};

struct eta_play {
    const struct eta_input *in;
    int lines; /* services, then counters */
    struct eta_line *begin, *line;
    /* Of each line its first by rank, and who is at the bound there; -1 and PLAY_NOBODY: nobody. */
    int64_t *head_rank, *bound_rank;
    int *head_node, *bound_node;
    int bound_lines;
    struct play_counter *counter;
    struct play_node *node; /* ticket_count of the input, then those who enter */
    int *place;             /* beside node */
    int node_count, node_cap;
    struct play_ghost *ghost;
    int ghosts, ghosts_at_bound, watched, watched_left;
    struct play_event *event;
    int event_count, event_cap;
    bool *served;
    /* What draws are made of. */
    struct durations_curve *curve;
    double *mean;  /* of service and hour */
    double *doubt; /* of each service's mean */
    struct durations_way way;
    struct durations_lateness lateness;
    double break_rate[DURATIONS_HALVES]; /* an hour */
    struct durations_pause pause;
    double pause_rate; /* an hour */
    int64_t break_ms, gap_ms, end_ms;
    /* Of this run. */
    int run;
    double *pace;  /* of each service: how fast today is */
    double turn;   /* whose break of the day is first */
    double demand; /* how many come, as a multiple of the usual */
    int64_t now_ms;
    int32_t *waits;
};

uint64_t play_mix(uint64_t a, uint64_t b);
void play_event_add(struct eta_play *p, int64_t at_ms, int what);
struct play_event play_event_take(struct eta_play *p); /* the first one; there is one */
/* Of an even number 0 <= u < 1: waiting times with mean 1. */
double play_exponential(double u);
/* Around 0 with standard deviation 1. */
double play_about(struct durations_rng *rng);

#endif
