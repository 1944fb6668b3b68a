/* What the files about printers share. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_PRINT_INSIDE_H
#define PAIHAO_DISPLAY_PRINT_INSIDE_H

#include "display/print.h"
#include "display/print_link.h"
#include <jansson.h>
#include <sys/queue.h>

enum {
    PRINT_CODE_MAX = 34,
    PRINT_JOB_MAX = 34,
    PRINT_TICKET_MAX = 24,
    PRINT_LANG_MAX = 4,
    PRINT_HEALTH_MS = 60000, /* told so often, and at once when it changes */
};

struct print_job {
    TAILQ_ENTRY(print_job) entry;
    char id[PRINT_JOB_MAX];
    char ticket[PRINT_TICKET_MAX];
    char lang[PRINT_LANG_MAX];
    int64_t at_ms;      /* asked for */
    json_t *view;       /* the ticket as it was a moment ago */
    const char *ending; /* the state to be told; NULL: not over */
    const char *error;
    int calls; /* answers of the store outstanding */
    struct printer *printer;
};

struct printer {
    TAILQ_ENTRY(printer) entry;
    struct print_hall *hall;
    char code[PRINT_CODE_MAX];
    struct sockaddr_storage to;
    socklen_t to_len;
    struct print_link *link;
    struct print_job *now; /* the one being printed */
    TAILQ_HEAD(, print_job) jobs;
    enum print_state state;
    int64_t since_ms;  /* of the state, business time */
    int64_t told_ms;   /* its health, monotonic */
    int64_t looked_ms; /* it was asked how it is, monotonic; 0: never */
    int bad_looks;     /* in a row */
    int alarm;         /* 1 raised, 0 cleared, -1 not known */
    bool alarm_wanted, alarm_asked;
    int64_t swallowed_ms; /* a job vanished in it, monotonic; 0: none since the last that did not */
    int calls;            /* answers of the store outstanding */
    bool gone;            /* no longer in the hall file: freed once nothing is on its way */
};

struct print_hall {
    TAILQ_ENTRY(print_hall) entry;
    struct print *print;
    char code[PRINT_CODE_MAX];
    int64_t version;     /* of the hall file its printers are from; -1: none yet */
    bool held;           /* the lease is ours */
    bool leasing;        /* and has been asked for */
    int64_t leased_ms;   /* when, monotonic */
    bool dirty, listing; /* jobs are to be read, are being read */
    int calls;
    TAILQ_HEAD(, printer) printers;
};

struct print {
    struct print_deps deps;
    struct timer *tick;
    struct outlooks *outlooks;
    TAILQ_HEAD(, print_hall) halls;
    bool stopped;
};

/* print.c */
/* A call of the library with the arguments every one has; writing or (FCALL_RO) reading. */
void print_call(struct print_hall *h, const char *function, bool reading, const struct str *args,
                int argc, store_fn fn, void *arg);
struct print_job *print_job_find(const struct print_hall *h, struct str id);
/* Jobs are to be looked for anew. */
void print_look(struct print_hall *h);

/* print_file.c */
struct printer *print_printer_find(const struct print_hall *h, struct str code);
void print_read_file(struct print_hall *h, const struct print_view *view);

/* print_paper.c */
void print_paper(const struct print_job *j, const struct print_view *view, bool reprint,
                 struct buf *out);

/* print_job.c */
/* Takes the next job, or looks how the printer is; nothing while it is at work. */
void printer_go_on(struct printer *p);
void printer_add(struct printer *p, const json_t *job);
/* Jobs not begun are left to whoever holds the lease now. */
void printer_drop_jobs(struct printer *p);
/* A job nobody here prints: it was left behind, or its printer is gone. */
void print_job_give_up(struct print_hall *h, struct str id, const char *state, const char *error);
void printer_free(struct printer *p);
bool printer_is_idle(const struct printer *p);

/* print_health.c */
/* What the conversation that just ended, for a job or not, has shown. */
void printer_saw(struct printer *p, enum print_outcome outcome, enum print_state state);
bool printer_is_due(const struct printer *p);
/* A printer taken out of the hall file has no alarm. */
void printer_forget(struct printer *p);

#endif
