/* One job at a time on each printer: ask how it is, read the ticket, claim the job in the store,
 * send it, wait until it is done, tell the store. Nothing is sent before the store has said that
 * this daemon may, and nothing is sent twice; where the answer to that is lost, the job is looked
 * up again and found to be "printing", which makes it "unknown". Main thread. What stands on the
 * paper: print_paper.c, slip.c. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "display/print_inside.h"
#include <stdio.h>
#include <string.h>

/* Whoever waits for paper has gone by then, and it would lie there for somebody else. */
enum { WORTH_MS = 45000 };

static void job_free(struct print_job *j)
{
    json_decref(j->view);
    mem_free(j);
}

static void log_end(const struct print_job *j)
{
    bool good = strcmp(j->ending, "printed") == 0;

    log_write(good ? LOG_INFO : LOG_WARN, "hall %s printer %s job %s: %s%s%s",
              j->printer->hall->code, j->printer->code, j->id, j->ending, j->error[0] ? " " : "",
              j->error);
    metric_add(METRIC_PRINTS, j->ending, 1);
}

static void close_link(struct printer *p)
{
    print_link_free(p->link);
    p->link = NULL;
}

/* The job is nobody's here any more. */
static void let_go(struct print_job *j)
{
    struct printer *p = j->printer;

    close_link(p);
    p->now = NULL;
    job_free(j);
    printer_go_on(p);
}

/* The store is away or did not answer in time: it knows what became of the claim. */
static void look_again(struct print_job *j)
{
    j->printer->hall->dirty = true;
    let_go(j);
}

/* --- the end --- */

static bool is_answer(const struct store_reply *reply)
{
    return reply->err == ERR_NONE || reply->err == ERR_JOB_UNKNOWN ||
           reply->err == ERR_HALL_UNKNOWN;
}

static void on_told(void *arg, const struct store_reply *reply)
{
    struct print_job *j = arg;

    j->calls--;
    if (!is_answer(reply))
        return; /* the tick tells it again */
    log_end(j);
    let_go(j);
}

static void tell(struct print_job *j)
{
    const struct str args[] = {str_of(j->id), str_of(j->ending), str_of(j->error)};

    j->calls++;
    print_call(j->printer->hall, "print_set", false, args, 3, on_told, j);
}

static void over(struct print_job *j, const char *state, const char *error)
{
    close_link(j->printer);
    j->ending = state;
    j->error = error;
    if (j->calls == 0) /* else with the answer that is on its way */
        tell(j);
}

static void on_given_up(void *arg, const struct store_reply *reply)
{
    struct print_hall *h = arg;

    h->calls--;
    if (!is_answer(reply))
        h->dirty = true;
}

void print_job_give_up(struct print_hall *h, struct str id, const char *state, const char *error)
{
    const struct str args[] = {id, str_of(state), str_of(error)};

    log_warn("hall %s job " STR_FMT ": %s %s", h->code, STR_ARG(id), state, error);
    metric_add(METRIC_PRINTS, state, 1);
    h->calls++;
    print_call(h, "print_set", false, args, 3, on_given_up, h);
}

/* --- the claim --- */

static void send_slip(struct print_job *j, bool reprint)
{
    struct print *print = j->printer->hall->print;
    struct print_view view;
    struct buf bytes;

    if (!print->deps.hall(print->deps.arg, str_of(j->printer->hall->code), &view) ||
        !hall_printer(view.file, str_of(j->printer->code))) {
        over(j, "failed", "printer_gone"); /* the hall was configured this very moment */
        return;
    }
    buf_init(&bytes);
    print_paper(j, &view, reprint, &bytes);
    print_link_send(j->printer->link, buf_str(&bytes));
    buf_clear(&bytes);
}

static void on_claimed(void *arg, const struct store_reply *reply)
{
    struct print_job *j = arg;
    struct json_where where;

    j->calls--;
    if (reply->err == ERR_STOPPING) /* freed with its printer, in a moment */
        return;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    bool mine = json_bool(json, "changed", false), reprint = json_bool(json, "reprint", false);
    json_decref(json);
    if (!is_answer(reply))
        look_again(j);
    else if (!mine)
        let_go(j); /* another daemon's, or finished */
    else if (j->ending)
        tell(j); /* the printer went away meanwhile */
    else
        send_slip(j, reprint);
}

static void claim(struct print_job *j)
{
    const struct str args[] = {str_of(j->id), STR("printing"), STR("")};

    j->calls++;
    print_call(j->printer->hall, "print_set", false, args, 3, on_claimed, j);
}

static bool is_over(const json_t *ticket)
{
    struct str state = json_str(ticket, "state");

    return str_is(state, "done") || str_is(state, "cancelled") || str_is(state, "expired");
}

static void on_view(void *arg, const struct store_reply *reply)
{
    struct print_job *j = arg;
    struct json_where where;

    j->calls--;
    if (reply->err == ERR_STOPPING)
        return;
    if (j->ending) {
        tell(j);
    } else if (reply->err == ERR_TICKET_UNKNOWN) {
        over(j, "failed", "ticket_ended");
    } else if (reply->err != ERR_NONE || !(j->view = json_read(reply->text, &where))) {
        look_again(j);
    } else if (is_over(j->view)) {
        over(j, "failed", "ticket_ended");
    } else {
        claim(j);
    }
}

/* --- the conversation --- */

static void on_ready(void *arg, enum print_state state)
{
    struct printer *p = arg;
    const struct str args[] = {str_of(p->now->ticket)};

    p->now->calls++;
    print_call(p->hall, "ticket_own", true, args, 1, on_view, p->now);
}

static void job_ended(struct print_job *j, enum print_outcome outcome, enum print_state state)
{
    switch (outcome) {
    case PRINT_DONE:
        over(j, "printed", "");
        break;
    case PRINT_MAYBE:
        over(j, "unknown", state == PRINT_SILENT ? "silent" : "hung_up");
        break;
    default: /* PRINT_NOTHING, PRINT_PARTLY: no ticket anybody could use */
        over(j, "failed", state == PRINT_OK ? "store_away" : print_state_name(state));
    }
}

static void on_ended(void *arg, enum print_outcome outcome, enum print_state state)
{
    struct printer *p = arg;
    struct print_job *j = p->now;

    close_link(p);
    printer_saw(p, outcome, state);
    if (j)
        job_ended(j, outcome, state);
    else
        printer_go_on(p);
}

static void speak(struct printer *p, bool check_only)
{
    static const struct print_link_ops ops = {on_ready, on_ended};

    /* Of one that was not there a moment ago nobody waits to hear it again. */
    struct print_link_to to = {p->to, p->to_len, check_only,
                               .patient = !check_only && p->state != PRINT_REFUSED};

    p->looked_ms = clock_mono_ms();
    p->link = print_link_new(p->hall->print->deps.loop, &to, &ops, p);
}

static void begin(struct printer *p)
{
    struct print_job *j = TAILQ_FIRST(&p->jobs);

    TAILQ_REMOVE(&p->jobs, j, entry);
    p->now = j;
    if ((clock_now_ms() - j->at_ms) / clock_speed() > WORTH_MS)
        over(j, "failed", "late");
    else if (p->to_len == 0)
        over(j, "failed", "refused");
    else
        speak(p, false);
}

void printer_go_on(struct printer *p)
{
    struct print_job *j = p->now;

    if (j && j->ending && j->calls == 0)
        tell(j);
    if (j || p->link || p->gone || p->hall->print->stopped || !p->hall->held)
        return;
    if (!TAILQ_EMPTY(&p->jobs))
        begin(p);
    else if (p->to_len > 0 && printer_is_due(p))
        speak(p, true);
}

void printer_add(struct printer *p, const json_t *job)
{
    struct print_job *j = MEM_NEW(struct print_job);

    j->printer = p;
    str_copy(json_str(job, "job"), j->id, sizeof(j->id));
    str_copy(json_str(job, "ticket"), j->ticket, sizeof(j->ticket));
    str_copy(json_str(job, "lang"), j->lang, sizeof(j->lang));
    j->at_ms = json_i64(job, "at", 0);
    TAILQ_INSERT_TAIL(&p->jobs, j, entry);
}

void printer_drop_jobs(struct printer *p)
{
    while (!TAILQ_EMPTY(&p->jobs)) {
        struct print_job *j = TAILQ_FIRST(&p->jobs);
        TAILQ_REMOVE(&p->jobs, j, entry);
        job_free(j);
    }
}

bool printer_is_idle(const struct printer *p)
{
    return !p->link && !p->now && p->calls == 0;
}

void printer_free(struct printer *p)
{
    printer_drop_jobs(p);
    close_link(p);
    if (p->now)
        job_free(p->now);
    TAILQ_REMOVE(&p->hall->printers, p, entry);
    mem_free(p);
}
