/* Statistics as a table for spreadsheets: RFC 4180, UTF-8 with a mark so that they read it as such,
 * a row for each day, service and hour (or day and counter), heads in the hall's language. Cells
 * that a spreadsheet would take for a formula begin with an apostrophe. A further column is a row
 * of its table. Pure; the worker's thread. SPDX-License-Identifier: MIT */
#include "api/statistics.h"
#include "core/calendar.h"
#include <stdio.h>
#include <string.h>

/* One row of the table. */
struct row {
    const struct hall_file *hall;
    int date;
    const struct stats_row *cell;
    const struct stats_counter *counter; /* of a table by counter; cell then has its code and set */
};

enum kind {
    DAY,
    HOUR,
    CODE,
    NAME,
    ARRIVED,
    COUNTED,
    MEAN,
    MEDIAN,
    NINETIETH,
    OPEN, /* from here on of counters */
    SERVING,
    PAUSED,
    PAUSES
};

struct column {
    const char *zh, *en, *de;
    enum kind kind;
    int what; /* enum stats_count, or enum stats_time */
};

static const struct column by_service[] = {
    {"日期", "Date", "Datum", DAY, 0},
    {"时段", "Hour", "Stunde", HOUR, 0},
    {"事项代码", "Service code", "Dienst (Code)", CODE, 0},
    {"事项", "Service", "Dienst", NAME, 0},
    {"到达", "Arrived", "Gekommen", ARRIVED, 0},
    {"现场取号", "Walk-ins", "Ohne Termin", COUNTED, STATS_walk_in},
    {"预约", "Booked", "Mit Termin", COUNTED, STATS_booked},
    {"在家取号", "From home", "Von zu Hause", COUNTED, STATS_remote},
    {"直接办理", "Direct", "Direkt bedient", COUNTED, STATS_direct},
    {"人数", "Persons", "Personen", COUNTED, STATS_persons},
    {"叫号", "Called", "Aufgerufen", COUNTED, STATS_called},
    {"办结", "Finished", "Erledigt", COUNTED, STATS_served},
    {"办完一步", "Steps finished", "Schritte erledigt", COUNTED, STATS_stepped},
    {"过号", "Missed", "Nicht erschienen", COUNTED, STATS_missed},
    {"过号返回", "Returned", "Zurückgekommen", COUNTED, STATS_returned},
    {"取消", "Cancelled", "Abgesagt", COUNTED, STATS_cancelled},
    {"失效", "Expired", "Verfallen", COUNTED, STATS_expired},
    {"转出", "Transferred", "Weitergeleitet", COUNTED, STATS_transferred},
    {"首次叫号", "First calls", "Erste Aufrufe", COUNTED, STATS_target_of},
    {"目标时间内", "Within target", "Im Ziel", COUNTED, STATS_target_met},
    {"指定叫号", "Chosen calls", "Gezielte Aufrufe", COUNTED, STATS_by_choice},
    {"被超越", "Overtaken", "Überholt", COUNTED, STATS_overtaken},
    {"等候（平均，分）", "Wait, mean (min)", "Warten, Mittel (Min)", MEAN, STATS_WAIT},
    {"等候（中位，分）", "Wait, median (min)", "Warten, Median (Min)", MEDIAN, STATS_WAIT},
    {"等候（90%，分）", "Wait, 90 % (min)", "Warten, 90 % (Min)", NINETIETH, STATS_WAIT},
    {"预约后等候（中位，分）", "Wait after booked time, median (min)",
     "Warten nach dem Termin, Median (Min)", MEDIAN, STATS_BOOKED_WAIT},
    {"到窗口（中位，分）", "Way to counter, median (min)", "Weg, Median (Min)", MEDIAN, STATS_WAY},
    {"办理（平均，分）", "Service, mean (min)", "Bedienung, Mittel (Min)", MEAN, STATS_SERVICE},
    {"办理（中位，分）", "Service, median (min)", "Bedienung, Median (Min)", MEDIAN, STATS_SERVICE},
    {"办理（90%，分）", "Service, 90 % (min)", "Bedienung, 90 % (Min)", NINETIETH, STATS_SERVICE},
    {"预测（可核对）", "Forecasts judged", "Prognosen geprüft", COUNTED, STATS_forecasts_given},
    {"预测准确", "Forecasts kept", "Prognosen gehalten", COUNTED, STATS_forecasts_kept},
    {"好评", "Rated good", "Gut bewertet", COUNTED, STATS_good},
    {"差评", "Rated bad", "Schlecht bewertet", COUNTED, STATS_bad},
};

static const struct column by_counter[] = {
    {"日期", "Date", "Datum", DAY, 0},
    {"窗口", "Counter", "Schalter", CODE, 0},
    {"开放（分）", "Open (min)", "Offen (Min)", OPEN, 0},
    {"办理（分）", "Serving (min)", "Bedient (Min)", SERVING, 0},
    {"暂停（分）", "Paused (min)", "Pause (Min)", PAUSED, 0},
    {"叫号", "Called", "Aufgerufen", COUNTED, STATS_called},
    {"重呼", "Called again", "Erneut aufgerufen", COUNTED, STATS_recalled},
    {"过号", "Missed", "Nicht erschienen", COUNTED, STATS_missed},
    {"办结", "Finished", "Erledigt", COUNTED, STATS_served},
    {"办完一步", "Steps finished", "Schritte erledigt", COUNTED, STATS_stepped},
    {"直接办理", "Direct", "Direkt bedient", COUNTED, STATS_direct},
    {"转出", "Transferred", "Weitergeleitet", COUNTED, STATS_transferred},
    {"指定叫号", "Chosen calls", "Gezielte Aufrufe", COUNTED, STATS_by_choice},
    {"到窗口（中位，分）", "Way to counter, median (min)", "Weg, Median (Min)", MEDIAN, STATS_WAY},
    {"到窗口（90%，分）", "Way to counter, 90 % (min)", "Weg, 90 % (Min)", NINETIETH, STATS_WAY},
    {"办理（平均，分）", "Service, mean (min)", "Bedienung, Mittel (Min)", MEAN, STATS_SERVICE},
    {"办理（中位，分）", "Service, median (min)", "Bedienung, Median (Min)", MEDIAN, STATS_SERVICE},
    {"办理（90%，分）", "Service, 90 % (min)", "Bedienung, 90 % (Min)", NINETIETH, STATS_SERVICE},
    {"好评", "Rated good", "Gut bewertet", COUNTED, STATS_good},
    {"差评", "Rated bad", "Schlecht bewertet", COUNTED, STATS_bad},
    {"暂停原因", "Pauses", "Pausen", PAUSES, 0},
};

/* Chinese and Japanese spreadsheets take the wide forms for the same. */
static bool begins_formula(const char *text)
{
    static const char *const begins[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
        if (str_starts(str_of(text), begins[i]))
            return true;
    return false;
}

/* Quoted where the text needs it, harmless where a spreadsheet would calculate. */
static void add_text(struct buf *out, const char *text)
{
    buf_add_char(out, '"');
    if (begins_formula(text))
        buf_add_char(out, '\'');
    for (; *text; text++) {
        if (*text == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

/* Minutes with one decimal; nothing where nothing was measured. */
static void add_minutes(struct buf *out, int64_t ms)
{
    int64_t tenths = (ms + 3000) / 6000;

    if (ms >= 0)
        buf_addf(out, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

static void add_name(struct buf *out, const struct row *r)
{
    const struct hall_service *service = hall_service(r->hall, str_of(r->cell->code));

    /* One that the hall no longer has keeps its code. */
    add_text(out, service ? hall_text(r->hall, &service->names, str_of(r->hall->languages[0]))
                          : r->cell->code);
}

static int64_t paused_ms(const struct stats_counter *c)
{
    int64_t ms = 0;

    for (int i = 0; i < c->n_pauses; i++)
        ms += c->pauses[i].ms;
    return ms;
}

/* "lunch 42.0; a word 3.5" */
static void add_pauses(struct buf *out, const struct stats_counter *c)
{
    struct buf text;

    buf_init(&text);
    for (int i = 0; i < c->n_pauses; i++) {
        buf_addf(&text, "%s%s ", i > 0 ? "; " : "", c->pauses[i].reason);
        add_minutes(&text, c->pauses[i].ms);
    }
    add_text(out, text.len > 0 ? text.p : "");
    buf_clear(&text);
}

static void add_counter_cell(struct buf *out, const struct stats_counter *c, enum kind kind)
{
    if (kind == PAUSES)
        add_pauses(out, c);
    else
        add_minutes(out, kind == OPEN      ? c->open_ms
                         : kind == SERVING ? c->serving_ms
                                           : paused_ms(c));
}

static void add_cell(struct buf *out, const struct row *r, const struct column *c)
{
    const struct stats_set *set = r->cell->set;
    int day = cal_yyyymmdd(r->date);

    if (c->kind == DAY)
        buf_addf(out, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
    else if (c->kind == HOUR)
        buf_addf(out, "%02d:00", r->cell->hour);
    else if (c->kind == CODE)
        add_text(out, r->cell->code);
    else if (c->kind == NAME)
        add_name(out, r);
    else if (c->kind == ARRIVED)
        buf_add_i64(out, stats_arrived(set));
    else if (c->kind == COUNTED)
        buf_add_i64(out, set->counts[c->what]);
    else if (c->kind >= OPEN)
        add_counter_cell(out, r->counter, c->kind);
    else if (c->kind == MEAN)
        add_minutes(out, stats_mean_ms(&set->times[c->what]));
    else
        add_minutes(out, stats_percentile_ms(&set->times[c->what], c->kind == MEDIAN ? 50 : 90));
}

struct table {
    const struct column *columns;
    int n;
    struct row row;
    struct buf *out;
};

static void add_row(void *arg, const struct stats_row *cell)
{
    struct table *t = arg;

    t->row.cell = cell;
    for (int i = 0; i < t->n; i++) {
        if (i > 0)
            buf_add_char(t->out, ',');
        add_cell(t->out, &t->row, &t->columns[i]);
    }
    buf_add_c(t->out, "\r\n");
}

static void add_counter(void *arg, const struct stats_counter *counter)
{
    struct table *t = arg;
    struct stats_row cell = {.code = counter->code, .set = &counter->set};

    t->row.counter = counter;
    add_row(t, &cell);
}

static void add_heads(const struct table *t, const char *language)
{
    struct buf *out = t->out;

    buf_add_c(out, "\xef\xbb\xbf");
    for (int i = 0; i < t->n; i++) {
        const struct column *c = &t->columns[i];
        if (i > 0)
            buf_add_char(out, ',');
        if (strcmp(language, "zh") == 0)
            add_text(out, c->zh);
        else
            add_text(out, strcmp(language, "de") == 0 ? c->de : c->en);
    }
    buf_add_c(out, "\r\n");
}

void statistics_csv(const struct statistics *s, const struct hall_file *hall, struct buf *out)
{
    struct table t = {by_service, sizeof(by_service) / sizeof(by_service[0]), {.hall = hall}, out};

    add_heads(&t, hall->languages[0]);
    for (int i = 0; i < s->n; i++) {
        t.row.date = s->first + i;
        if (s->days[i])
            stats_cells(s->days[i], add_row, &t);
    }
}

void statistics_csv_counters(const struct statistics *s, const struct hall_file *hall,
                             struct buf *out)
{
    struct table t = {by_counter, sizeof(by_counter) / sizeof(by_counter[0]), {.hall = hall}, out};

    add_heads(&t, hall->languages[0]);
    for (int i = 0; i < s->n; i++) {
        t.row.date = s->first + i;
        if (s->days[i])
            stats_counters(s->days[i], s->at_ms, add_counter, &t);
    }
}
