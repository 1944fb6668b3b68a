/* GET /booking/calendar.ics: a booking for the citizen's own calendar, in the language it was
 * booked in. Owns the words of that file; the worker's thread. A further language is a row in
 * words[]. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "base/json.h"
#include "base/metric.h"
#include "core/icalendar.h"
#include <assert.h>
#include <string.h>

struct words {
    const char *language;
    const char *persons; /* behind the number */
    const char *bring, *manage, *number;
};

static const struct words words[] = {
    {"zh", " 人", "请携带：", "查看、改期或取消：", "预约号："},
    {"en", " persons", "Please bring:", "View, change or cancel:", "Booking number: "},
    {"de", " Personen", "Bitte mitbringen:", "Ansehen, ändern oder absagen:", "Buchungsnummer: "},
};

static const struct words *words_in(struct str language)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_is(language, words[i].language))
            return &words[i];
    return &words[1];
}

struct file {
    struct call *call;
    const struct hall_file *hall;
    const json_t *booking;
    struct str language;
    const struct words *words;
};

static const struct hall_service *service_at(const struct file *f, size_t i)
{
    const json_t *code = json_array_get(json_object_get(f->booking, "services"), i);
    return hall_service(f->hall, (struct str){json_string_value(code), json_string_length(code)});
}

static size_t n_services(const struct file *f)
{
    return json_array_size(json_object_get(f->booking, "services"));
}

/* "Identity card, Certificates (3 persons) – Neighbourhood service point". */
static void add_summary(const struct file *f, struct buf *out)
{
    int64_t persons = json_i64(f->booking, "persons", 1);

    for (size_t i = 0; i < n_services(f); i++) {
        const struct hall_service *s = service_at(f, i);
        if (!s) /* taken out of the hall meanwhile */
            continue;
        buf_addf(out, "%s%s", out->len > 0 ? ", " : "", hall_text(f->hall, &s->names, f->language));
    }
    if (persons > 1)
        buf_addf(out, " (%lld%s)", (long long)persons, f->words->persons);
    buf_addf(out, "%s%s", out->len > 0 ? " – " : "",
             hall_text(f->hall, &f->hall->names, f->language));
}

/* Each document once, however many services ask for it. */
static void add_documents(const struct file *f, struct buf *out)
{
    struct buf list, line;

    buf_init(&list);
    buf_init(&line);
    for (size_t i = 0; i < n_services(f); i++) {
        const struct hall_service *s = service_at(f, i);
        for (size_t d = 0; s && d < s->document_count; d++) {
            buf_reset(&line);
            buf_addf(&line, "\n- %s\n", hall_text(f->hall, &s->documents[d], f->language));
            if (list.len > 0 && memmem(list.p, list.len, line.p, line.len))
                continue;
            if (list.len == 0)
                buf_add_char(&list, '\n');
            buf_add(&list, line.p + 1, line.len - 1);
        }
    }
    if (list.len > 0)
        buf_addf(out, "%s" STR_FMT "\n", f->words->bring, STR_ARG(buf_str(&list)));
    buf_clear(&list);
    buf_clear(&line);
}

static void add_location(const struct file *f, struct buf *out)
{
    const char *address = hall_text(f->hall, &f->hall->address, f->language);

    buf_addf(out, "%s%s%s", hall_text(f->hall, &f->hall->names, f->language),
             address[0] ? ", " : "", address);
}

static struct str link_of(const struct file *f)
{
    char code[SEAL_LINK_CHARS + 1];
    struct str id = json_str(f->booking, "id");

    seal_link(f->call->api->config.seal, f->call->hall, id, code);
    return arena_printf(http_arena(f->call->req), STR_FMT "/b#" STR_FMT "." STR_FMT ".%s",
                        STR_ARG(call_public_url(f->call)), STR_ARG(f->call->hall), STR_ARG(id),
                        code);
}

static void write_file(const struct file *f, struct buf *out)
{
    struct arena *m = http_arena(f->call->req);
    bool is_cancelled = str_is(json_str(f->booking, "state"), "cancelled");
    struct str link = link_of(f);
    struct buf summary, location, description;

    buf_init(&summary);
    buf_init(&location);
    buf_init(&description);
    add_summary(f, &summary);
    add_location(f, &location);
    add_documents(f, &description);
    buf_addf(&description, "%s" STR_FMT "\n%s\n" STR_FMT, f->words->number,
             STR_ARG(json_str(f->booking, "number")), f->words->manage, STR_ARG(link));
    struct icalendar_event event = {
        .uid = arena_printf(m, STR_FMT "@" STR_FMT, STR_ARG(json_str(f->booking, "id")),
                            STR_ARG(f->call->hall)),
        .sequence = (int)json_i64(f->booking, "moves", 0) + is_cancelled,
        .stamp_ms = f->call->now_ms,
        .from_ms = json_i64(f->booking, "at", 0),
        .to_ms = json_i64(f->booking, "ends", 0),
        .is_cancelled = is_cancelled,
        .summary = buf_str(&summary),
        .location = buf_str(&location),
        .description = buf_str(&description),
        .url = link,
    };
    icalendar_write(&event, out);
    buf_clear(&summary);
    buf_clear(&location);
    buf_clear(&description);
}

static void answer(const struct file *f)
{
    struct call *c = f->call;
    struct str name =
        arena_printf(http_arena(c->req), "attachment; filename=\"booking-" STR_FMT ".ics\"",
                     STR_ARG(json_str(f->booking, "number")));
    struct http_field fields[] = {{"X-Request-Id", str_of(c->request_id)},
                                  {"Content-Disposition", name}};
    struct buf text;

    buf_init(&text);
    write_file(f, &text);
    struct http_answer file = {
        .status = 200,
        .content_type = "text/calendar; charset=utf-8",
        .body = buf_str(&text),
        .fields = fields,
        .n_fields = 2,
    };
    metric_add(METRIC_COMMANDS, c->command->name, 1);
    http_reply(c->req, &file);
    buf_clear(&text);
}

/* Nobody should come at a time that is not theirs: holds and offers have no file. */
static bool has_file(struct str state)
{
    static const char *const states[] = {"confirmed", "checked_in", "missed", "cancelled"};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (str_is(state, states[i]))
            return true;
    return false;
}

static void on_hall(struct call *c, struct hall *hall)
{
    struct json_where where;
    json_t *booking = json_read(*(const struct str *)c->state, &where);
    struct str language = json_str(booking, "lang");

    if (language.len == 0)
        language = str_of(hall->file->languages[0]);
    struct file f = {c, hall->file, booking, language, words_in(language)};
    if (has_file(json_str(booking, "state")))
        answer(&f);
    else
        call_problem(c, ERR_BOOKING_STATE, NULL, NULL);
    json_decref(booking);
}

static void on_booking(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    struct str *text = arena_alloc(http_arena(c->req), sizeof(*text));
    *text = arena_str(http_arena(c->req), reply->text);
    c->state = text;
    call_hall(c, on_hall);
}

void local_booking_file(struct call *c)
{
    call_store_read(c, "booking_view", c->args.v, 1, on_booking);
}
