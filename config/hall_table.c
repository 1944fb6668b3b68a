/* The tables of a hall file: every field with its type, bounds and default. Owns nothing; any
 * thread. A new field needs a member in hall.h, a row here, a line in config/halls/small.yaml and
 * one in daemon/api/schemas.json. SPDX-License-Identifier: MIT */
#include "config/hall_table.h"

#include "config/frame_template.h"
#include "config/hall.h"
#include "config/hall_check.h"

enum {
    TEXT_MAX = HALL_MESSAGE_MAX, /* code points; a line on a board or page */
    WORDS_MAX = 60,              /* search words of one service */
    DOCUMENTS_MAX = 30,
    HOURS_MAX = 50,  /* seven days with a few spans each */
    PLANS_MAX = 100, /* likewise, and other ones every other week */
    ZONE_NAME_MAX = 64,
    PLACE_MAX = 40,
    REASON_MAX = 60,  /* fits on a button or into a text message */
    DEGREES_MAX = 12, /* "-179.1234567": a centimetre is near enough */
    DATE_MAX = 10,
    TIME_MAX = 5,
    WEEKS_MAX = 26,  /* twice a year; what is rarer is a special day */
    UNITS_MAX = 255, /* the store counts what is taken in one byte */
    MINUTES_DAY = 1440,
    CHOICES_MAX = 50, /* on one page of a form */
    SECONDS_HOUR = 3600,
    ADDRESS_MAX = 80,
    SIGN_TEXT_MAX = 100, /* what a strip shows, even if it runs through it */
    PIXELS_MAX = 2048,   /* width or height of the largest LED screens these controllers drive */
    NUMBER_MAX = 1000000000,
    DEVICES_MAX = 100,        /* screens of one layout */
    ZONES_MAX = 50,           /* parts of a hall */
    PARTS_MAX = 4,            /* screens side by side */
    MEDIA_MAX = 50,           /* an hour of pictures */
    PRINTER_ADDRESS_MAX = 60, /* an IPv6 address in brackets, and a port */
    KIOSKS_MAX = 10           /* of one printer */
};

/* Rows whose member is called as the field, or (_AS) otherwise. otherwise: as it would stand in the
 * file, NULL where the field must be there. */
#define MEMBER(S, m, label) .name = (label), .offset = offsetof(struct S, m)
#define TEXT_AS(S, m, label, otherwise, hi, fn)                                                    \
    {                                                                                              \
        MEMBER(S, m, label), .type = SCHEMA_TEXT, .fallback = (otherwise), .min = 1, .max = (hi),  \
                             .check = (fn)                                                         \
    }
#define TEXT(S, m, otherwise, hi, fn) TEXT_AS(S, m, #m, otherwise, hi, fn)
#define TEXT_OMIT_AS(S, m, label, hi, fn)                                                          \
    {                                                                                              \
        MEMBER(S, m, label), .type = SCHEMA_TEXT, .fallback = "", .min = 1, .max = (hi),           \
                             .omit = true, .check = (fn)                                           \
    }
#define TEXT_OMIT(S, m, hi, fn) TEXT_OMIT_AS(S, m, #m, hi, fn)
#define ENUM(S, m, otherwise, allowed)                                                             \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_ENUM, .fallback = (otherwise), .words = (allowed)         \
    }
#define ENUM_OMIT(S, m, allowed)                                                                   \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_ENUM, .fallback = "", .words = (allowed), .omit = true    \
    }
#define INT_AS(S, m, label, otherwise, lo, hi)                                                     \
    {                                                                                              \
        MEMBER(S, m, label), .type = SCHEMA_INT, .fallback = (otherwise), .min = (lo), .max = (hi) \
    }
#define INT(S, m, otherwise, lo, hi) INT_AS(S, m, #m, otherwise, lo, hi)
#define BOOL(S, m, otherwise)                                                                      \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_BOOL, .fallback = (otherwise)                             \
    }
#define RECORD(S, m, otherwise, record)                                                            \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_RECORD, .fallback = (otherwise), .of = &record##_table    \
    }
#define RECORD_OMIT(S, m, record)                                                                  \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_RECORD, .fallback = "", .of = &record##_table,            \
                          .omit = true                                                             \
    }
#define LIST(S, m, n, otherwise, lo, hi, record)                                                   \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_LIST, .count_offset = offsetof(struct S, n),              \
                          .fallback = (otherwise), .min = (lo), .max = (hi), .of = &record##_table \
    }
#define TEXTS_AS(S, m, label, n, otherwise, lo, hi, allowed)                                       \
    {                                                                                              \
        MEMBER(S, m, label), .type = SCHEMA_TEXTS, .count_offset = offsetof(struct S, n),          \
                             .fallback = (otherwise), .min = (lo), .max = (hi), .words = (allowed) \
    }
#define TEXTS(S, m, n, otherwise, lo, hi, allowed) TEXTS_AS(S, m, #m, n, otherwise, lo, hi, allowed)
#define TEXTS_OF(S, m, n, hi, fn)                                                                  \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_TEXTS, .count_offset = offsetof(struct S, n),             \
                          .fallback = "", .min = 0, .max = (hi), .check = (fn)                     \
    }
#define INTS(S, m, n, lo, hi)                                                                      \
    {                                                                                              \
        MEMBER(S, m, #m), .type = SCHEMA_INTS, .count_offset = offsetof(struct S, n),              \
                          .fallback = "", .min = (lo), .max = (hi)                                 \
    }
#define TABLE_OF(name, title, S, on_one_line, fn)                                                  \
    const struct schema_record name##_table = {.what = (title),                                    \
                                               .size = sizeof(struct S),                           \
                                               .fields = name##_fields,                            \
                                               .field_count = sizeof(name##_fields) /              \
                                                              sizeof(name##_fields[0]),            \
                                               .inline_yaml = (on_one_line),                       \
                                               .check = (fn)}
#define TABLE(...) static TABLE_OF(__VA_ARGS__)

#define WEEKDAYS "mon|tue|wed|thu|fri|sat|sun"

static const struct schema_field texts_fields[] = {
    TEXT_OMIT(hall_texts, zh, TEXT_MAX, NULL),
    TEXT_OMIT(hall_texts, en, TEXT_MAX, NULL),
    TEXT_OMIT(hall_texts, de, TEXT_MAX, NULL),
};
TABLE(texts, "texts by language", hall_texts, true, NULL);

/* A weekly span; its fields stand beside others in a plan. */
#define WHEN_ROWS(S, prefix)                                                                       \
    TEXTS_AS(S, prefix days, "days", prefix day_count, NULL, 1, 7, WEEKDAYS),                      \
        TEXT_AS(S, prefix from, "from", NULL, TIME_MAX, NULL),                                     \
        TEXT_AS(S, prefix to, "to", NULL, TIME_MAX, NULL),                                         \
        INT_AS(S, prefix every_weeks, "every_weeks", "1", 1, WEEKS_MAX),                           \
        TEXT_OMIT_AS(S, prefix week_of, "week_of", DATE_MAX, NULL)
#define OF_ITSELF

static const struct schema_field hours_fields[] = {WHEN_ROWS(hall_hours, OF_ITSELF)};
TABLE(hours, "a span of the week", hall_hours, true, hall_check_hours);

static const struct schema_field span_fields[] = {
    TEXT(hall_span, from, NULL, TIME_MAX, NULL),
    TEXT(hall_span, to, NULL, TIME_MAX, NULL),
};
TABLE(span, "a span of the day", hall_span, true, hall_check_span);

static const struct schema_field quiet_fields[] = {
    TEXT_OMIT(hall_span, from, TIME_MAX, NULL),
    TEXT_OMIT(hall_span, to, TIME_MAX, NULL),
};
TABLE(quiet, "quiet hours", hall_span, true, hall_check_quiet);

static const struct schema_field place_fields[] = {
    TEXT_OMIT(hall_place, lat, DEGREES_MAX, hall_check_lat),
    TEXT_OMIT(hall_place, lon, DEGREES_MAX, hall_check_lon),
};
TABLE(place, "a place on the map", hall_place, true, hall_check_place);

static const struct schema_field hall_holiday_fields[] = {
    TEXT(hall_holiday, from, NULL, DATE_MAX, NULL), TEXT_OMIT(hall_holiday, to, DATE_MAX, NULL),
    RECORD(hall_holiday, names, NULL, texts),       BOOL(hall_holiday, workday, "no"),
    ENUM_OMIT(hall_holiday, like, WEEKDAYS),
};
TABLE_OF(hall_holiday, "a holiday", hall_holiday, true, hall_check_holiday);

static const struct schema_field special_fields[] = {
    TEXT(hall_special, from, NULL, DATE_MAX, NULL),
    TEXT_OMIT(hall_special, to, DATE_MAX, NULL),
    ENUM(hall_special, kind, NULL, "closed|hours|workday|fewer"),
    LIST(hall_special, spans, span_count, "", 0, HALL_SPANS_MAX, span),
    ENUM_OMIT(hall_special, like, WEEKDAYS),
    TEXT_OMIT(hall_special, pool, 32, hall_check_code),
    INT_AS(hall_special, public_units, "public", "0", 0, UNITS_MAX),
    INT_AS(hall_special, staff_units, "staff", "0", 0, UNITS_MAX),
    TEXT_OMIT(hall_special, reason, REASON_MAX, NULL),
};
TABLE(special, "a special day", hall_special, true, hall_check_special);

static const struct schema_field plan_fields[] = {
    WHEN_ROWS(hall_plan, when.),
    INT_AS(hall_plan, public_units, "public", "0", 0, UNITS_MAX),
    INT_AS(hall_plan, staff_units, "staff", "0", 0, UNITS_MAX),
    INT_AS(hall_plan, walk_in_units, "walk_in", "0", 0, UNITS_MAX),
};
TABLE(plan, "a plan", hall_plan, true, hall_check_plan);

static const struct schema_field pool_fields[] = {
    TEXT(hall_pool, code, NULL, 32, hall_check_code),
    TEXTS(hall_pool, services, service_count, NULL, 1, HALL_SERVICES_MAX + 1, NULL),
    LIST(hall_pool, plan, plan_count, "", 0, PLANS_MAX, plan),
};
TABLE(pool, "a pool", hall_pool, false, NULL);

static const struct schema_field field_fields[] = {
    TEXT(hall_field, code, NULL, 32, hall_check_code),
    RECORD(hall_field, names, NULL, texts),
    ENUM(hall_field, type, "text", "text|number|date|choice"),
    BOOL(hall_field, required, "no"),
    INT(hall_field, max, "100", 1, NUMBER_MAX),
    LIST(hall_field, choices, choice_count, "", 0, CHOICES_MAX, texts),
};
TABLE(field, "a field", hall_field, true, hall_check_field);

/* Days: a year ahead; the window is counted day by day. Notice: a week. Holds and offers: an hour
 * or two, as they keep a time from everybody else. */
static const struct schema_field booking_fields[] = {
    BOOL(hall_booking, open, "no"),
    INT(hall_booking, from_days, "0", 0, 365),
    INT(hall_booking, to_days, "30", 0, 365),
    BOOL(hall_booking, working_days, "no"),
    INT(hall_booking, notice_minutes, "60", 0, 7 * MINUTES_DAY),
    TEXT(hall_booking, release_at, "00:00", TIME_MAX, NULL),
    INT(hall_booking, release_spread_minutes, "0", 0, MINUTES_DAY / 2),
    INT(hall_booking, hold_minutes, "10", 1, 60),
    INT(hall_booking, quarantine_min_minutes, "5", 0, MINUTES_DAY),
    INT(hall_booking, quarantine_max_minutes, "45", 0, MINUTES_DAY),
    INT(hall_booking, early_minutes, "60", 0, MINUTES_DAY / 2),
    INT(hall_booking, late_minutes, "15", 0, MINUTES_DAY / 4),
    INT(hall_booking, alive_max, "3", 1, 50),
    INT(hall_booking, service_day_max, "1", 1, 20),
    INT(hall_booking, cancels_max, "5", 1, 1000), /* 1000: as good as never */
    INT(hall_booking, misses_max, "2", 1, 1000),
    INT(hall_booking, block_days, "30", 1, 365),
    INT(hall_booking, offer_minutes, "10", 1, 120),
    INT(hall_booking, rebook_hours, "48", 1, 14 * 24),
    INT(hall_booking, overbook_percent_max, "0", 0, 50),     /* no hall misses more than half */
    INT(hall_booking, codes_per_hour_max, "600", 1, 100000), /* 28 a second: what a gateway sends */
};
TABLE(booking, "the rules of booking", hall_booking, false, hall_check_booking);

static const struct schema_field remote_fields[] = {
    BOOL(hall_remote, open, "no"),
    INT(hall_remote, arrive_minutes, "15", 0, MINUTES_DAY / 4),
    INT(hall_remote, alive_max, "50", 1, 5000),
};
TABLE(remote, "the rules of numbers from home", hall_remote, false, NULL);

static const struct schema_field service_booking_fields[] = {
    BOOL(hall_service_booking, open, "yes"),
    INT_AS(hall_service_booking, minutes_given, "minutes", "0", 0, 480),
    INT(hall_service_booking, cap, "0", 0, UNITS_MAX),
    INT(hall_service_booking, persons_max, "1", 1, 10), /* PERSONS_MAX of api/booking.h */
    LIST(hall_service_booking, fields, field_count, "", 0, HALL_FIELDS_MAX, field),
};
TABLE(service_booking, "the booking of a service", hall_service_booking, false,
      hall_check_service_booking);

static const struct schema_field rules_fields[] = {
    INT(hall_rules, overtaking_max, "3", 1, 50),
    INT(hall_rules, return_within_minutes, "45", 0, 480),
    INT(hall_rules, return_max, "2", 0, 10),
    INT(hall_rules, return_minutes, "5", 0, 240),
    INT(hall_rules, put_back_minutes, "5", 0, 240),
    INT(hall_rules, come_now_ahead, "3", 1, 20),
    INT(hall_rules, come_now_margin_minutes, "5", 0, 60),
    INT(hall_rules, travel_minutes, "10", 0, 180),   /* what ticket_travel takes */
    INT(hall_rules, delay_minutes_max, "15", 1, 60), /* what ticket_delay takes */
    INT(hall_rules, delay_max, "2", 0, 10),
    BOOL(hall_rules, last_tickets, "yes"),
};
TABLE(rules, "the rules", hall_rules, false, NULL);

/* A board's stream is alive every 15 s: less than two of them would be false alarms. */
static const struct schema_field alarms_fields[] = {
    INT(hall_alarms, warn_minutes, "20", 1, 480),
    INT(hall_alarms, wait_minutes, "30", 1, 480),
    INT(hall_alarms, board_seconds, "90", 30, SECONDS_HOUR),
    INT(hall_alarms, sms_failed_percent, "30", 1, 100),
    INT(hall_alarms, unshown_seconds, "8", 0, 120),
    {MEMBER(hall_alarms, phones, "phones"), .type = SCHEMA_TEXTS,
     .count_offset = offsetof(struct hall_alarms, phone_count), .fallback = "", .min = 0,
     .max = HALL_ALARM_PHONES_MAX, .internal = true},
};
TABLE(alarms, "the alarms", hall_alarms, false, hall_check_alarms);

static const struct schema_field class_fields[] = {
    TEXT(hall_class, code, NULL, 32, hall_check_code),
    INT(hall_class, target_minutes, NULL, 0, 480),
    RECORD(hall_class, names, NULL, texts),
};
TABLE(class, "a class", hall_class, true, NULL);

static const struct schema_field series_fields[] = {
    TEXT(hall_series, letter, NULL, 1, hall_check_letter),
    INT(hall_series, first, "1", 1, 9999),
    INT(hall_series, last, "999", 1, 9999),
};
TABLE(series, "a series", hall_series, true, hall_check_series);

static const struct schema_field service_fields[] = {
    TEXT(hall_service, code, NULL, 32, hall_check_code),
    TEXT(hall_service, series, NULL, 1, NULL),
    INT(hall_service, minutes, NULL, 1, 480),
    RECORD(hall_service, names, NULL, texts),
    TEXTS(hall_service, words, word_count, "", 0, WORDS_MAX, NULL),
    LIST(hall_service, documents, document_count, "", 0, DOCUMENTS_MAX, texts),
    BOOL(hall_service, kiosk, "yes"),
    BOOL(hall_service, open, "yes"),
    RECORD(hall_service, booking, "", service_booking),
};
TABLE(service, "a service", hall_service, false, NULL);

static const struct schema_field serve_fields[] = {
    TEXT(hall_serve, service, NULL, 32, hall_check_serve),
    INT(hall_serve, offset_minutes, "0", 0, 240),
    INT(hall_serve, up_to_minutes, "0", 0, 480), /* as `minutes` of a service */
};
TABLE(serve, "what a profile serves", hall_serve, true, hall_check_lane);

static const struct schema_field profile_fields[] = {
    TEXT(hall_profile, code, NULL, 32, hall_check_code),
    LIST(hall_profile, serves, serve_count, NULL, 1, HALL_SERVICES_MAX + 1, serve),
};
TABLE(profile, "a profile", hall_profile, false, NULL);

static const struct schema_field counter_fields[] = {
    TEXT(hall_counter, code, NULL, 32, hall_check_code),
    TEXT(hall_counter, profile, NULL, 32, NULL),
    RECORD_OMIT(hall_counter, names, texts),
    TEXT_OMIT(hall_counter, zone, PLACE_MAX, NULL),
};
TABLE(counter, "a counter", hall_counter, true, NULL);

static const struct schema_field messages_fields[] = {
    RECORD_OMIT(hall_messages, ticket, texts),
    RECORD_OMIT(hall_messages, come_now, texts),
    RECORD_OMIT(hall_messages, called, texts),
    RECORD_OMIT(hall_messages, code, texts),
    RECORD_OMIT(hall_messages, booked, texts),
    RECORD_OMIT(hall_messages, moved, texts),
    RECORD_OMIT(hall_messages, cancelled, texts),
    RECORD_OMIT(hall_messages, offer, texts),
    RECORD_OMIT(hall_messages, rebook, texts),
    RECORD_OMIT(hall_messages, warning, texts),
    RECORD_OMIT(hall_messages, blocked, texts),
    RECORD_OMIT(hall_messages, reminder, texts),
    RECORD_OMIT(hall_messages, missed, texts),
    RECORD_OMIT(hall_messages, delay, texts),
    RECORD_OMIT(hall_messages, reply_cancelled, texts),
    RECORD_OMIT(hall_messages, reply_declined, texts),
    RECORD_OMIT(hall_messages, reply_coming, texts),
    RECORD_OMIT(hall_messages, reply_more_time, texts),
    RECORD_OMIT(hall_messages, reply_late, texts),
    RECORD_OMIT(hall_messages, reply_no, texts),
    RECORD_OMIT(hall_messages, reply_none, texts),
    RECORD_OMIT(hall_messages, reply_help, texts),
    RECORD_OMIT(hall_messages, reply_stopped, texts),
    RECORD_OMIT(hall_messages, reply_started, texts),
    RECORD_OMIT(hall_messages, alarm, texts),
    RECORD_OMIT(hall_messages, alarm_wait, texts),
    RECORD_OMIT(hall_messages, alarm_predicted, texts),
    RECORD_OMIT(hall_messages, alarm_board, texts),
    RECORD_OMIT(hall_messages, alarm_kiosk, texts),
    RECORD_OMIT(hall_messages, alarm_sms, texts),
    RECORD_OMIT(hall_messages, alarm_cap, texts),
    RECORD_OMIT(hall_messages, alarm_cap_hour, texts),
    RECORD_OMIT(hall_messages, alarm_sign, texts),
    RECORD_OMIT(hall_messages, alarm_printer, texts),
};
TABLE(messages, "the messages", hall_messages, false, hall_check_messages);

static const struct schema_field voice_fields[] = {
    TEXTS(hall_voice, languages, language_count, "", 0, 3, "zh|en|de"),
    ENUM(hall_voice, digit_one, "yi", "yi|yao"),
    INT(hall_voice, repeat, "1", 1, 3), /* more, and the next citizen waits for it */
};
TABLE(voice, "the voice", hall_voice, false, hall_check_voice);

/* Onbon: 8 dynamic areas; a refresh of less than a second is refused by its controllers. */
static const struct schema_field sign_fields[] = {
    TEXT(hall_sign, code, NULL, 32, hall_check_code),
    ENUM(hall_sign, driver, NULL, "null|onbon|frame|modbus|alpha"),
    TEXT_OMIT(hall_sign, address, ADDRESS_MAX, hall_check_address),
    TEXT_OMIT(hall_sign, counter, 32, NULL),
    TEXT_OMIT(hall_sign, zone, PLACE_MAX, NULL),
    INT(hall_sign, unit, "1", 0, 255),
    INT(hall_sign, area, "0", 0, 7),
    INT(hall_sign, x, "0", 0, PIXELS_MAX),
    INT(hall_sign, y, "0", 0, PIXELS_MAX),
    INT(hall_sign, width, "64", 8, PIXELS_MAX),
    INT(hall_sign, height, "16", 8, PIXELS_MAX),
    ENUM(hall_sign, colour, "red", "red|green|yellow"),
    TEXT(hall_sign, text, "{number} {counter}", SIGN_TEXT_MAX, hall_check_sign_text),
    {MEMBER(hall_sign, idle, "idle"), .type = SCHEMA_TEXT, .fallback = "", .max = SIGN_TEXT_MAX,
     .omit = true},
    {MEMBER(hall_sign, closed, "closed"), .type = SCHEMA_TEXT, .fallback = "", .max = SIGN_TEXT_MAX,
     .omit = true},
    INT(hall_sign, refresh_seconds, "10", 1, 60),
    TEXT_OMIT(hall_sign, frame, FRAME_TEMPLATE_MAX, hall_check_frame),
    TEXT_OMIT(hall_sign, answer, FRAME_TEMPLATE_MAX, hall_check_answer),
};
TABLE(sign, "a sign", hall_sign, true, hall_check_sign);

static const struct schema_field arrow_fields[] = {
    TEXT(hall_arrow, zone, NULL, PLACE_MAX, NULL),
    ENUM(hall_arrow, to, NULL, "left|right|up|down"),
};
TABLE(arrow, "an arrow", hall_arrow, true, NULL);

static const struct schema_field board_fields[] = {
    TEXT(hall_board, code, NULL, 32, hall_check_code),
    ENUM(hall_board, kind, "main", "main|zone|counter"),
    TEXTS_OF(hall_board, devices, device_count, DEVICES_MAX, hall_check_device),
    TEXTS_OF(hall_board, zones, zone_count, ZONES_MAX, NULL),
    TEXTS_OF(hall_board, counters, counter_count, HALL_COUNTERS_MAX, NULL),
    INT(hall_board, calls, "8", 1, 12),
    TEXTS(hall_board, show, show_count, "", 0, 5, "waiting|waits|next|ticker|clock"),
    INT(hall_board, part, "1", 1, PARTS_MAX),
    INT(hall_board, parts, "1", 1, PARTS_MAX),
    ENUM(hall_board, languages, "together", "together|cycle"),
    INT(hall_board, distance_m, "0", 0, 50),
    INT(hall_board, panel_inches, "55", 5, 300), /* e-ink on a door to a video wall */
    ENUM(hall_board, theme, "dark", "auto|light|dark|eink"),
    RECORD_OMIT(hall_board, ticker, texts),
    TEXTS_OF(hall_board, media, media_count, MEDIA_MAX, hall_check_media),
    LIST(hall_board, arrows, arrow_count, "", 0, ZONES_MAX, arrow),
    BOOL(hall_board, voice, "no"),
};
TABLE(board, "a board", hall_board, false, hall_check_board);

static const struct schema_field printer_fields[] = {
    TEXT(hall_printer, code, NULL, 32, hall_check_code),
    RECORD_OMIT(hall_printer, names, texts),
    {MEMBER(hall_printer, address, "address"), .type = SCHEMA_TEXT, .min = 1,
     .max = PRINTER_ADDRESS_MAX, .check = hall_check_printer_address, .internal = true},
    TEXTS(hall_printer, kiosks, kiosk_count, "", 0, KIOSKS_MAX, NULL),
    INT(hall_printer, columns, "32", 32, 48),
    ENUM(hall_printer, qr, "native", "native|raster"),
    BOOL(hall_printer, cut, "yes"),
    ENUM(hall_printer, encoding, "gb18030", "gb18030|ascii"),
    RECORD_OMIT(hall_printer, header, texts),
    RECORD_OMIT(hall_printer, footer, texts),
};
TABLE(printer, "a printer", hall_printer, false, hall_check_printer);

static const struct schema_field hall_fields[] = {
    TEXT(hall_file, code, NULL, 32, hall_check_hall_code),
    RECORD(hall_file, names, NULL, texts),
    RECORD(hall_file, address, "", texts),
    RECORD_OMIT(hall_file, place, place),
    TEXT(hall_file, zone, NULL, ZONE_NAME_MAX, hall_check_zone),
    TEXT(hall_file, country, NULL, 3, hall_check_country),
    TEXTS(hall_file, languages, language_count, NULL, 1, 3, "zh|en|de"),
    TEXT(hall_file, accent, "#0b6e4f", 7, hall_check_accent),
    LIST(hall_file, hours, hour_count, NULL, 0, HOURS_MAX, hours),
    LIST(hall_file, breaks, break_count, "", 0, HOURS_MAX, hours),
    LIST(hall_file, holidays, holiday_count, "", 0, HALL_DAYS_MAX, hall_holiday),
    LIST(hall_file, special_days, special_count, "", 0, HALL_DAYS_MAX, special),
    BOOL(hall_file, tickets_outside_hours, "no"),
    RECORD(hall_file, rules, "", rules),
    RECORD(hall_file, alarms, "", alarms),
    RECORD(hall_file, booking, "", booking),
    RECORD(hall_file, remote, "", remote),
    RECORD_OMIT(hall_file, quiet_hours, quiet),
    INT(hall_file, messages_per_number_day, "12", 0, 1000),
    INT(hall_file, messages_per_day, "0", 0, 1000000),
    LIST(hall_file, classes, class_count, NULL, 1, HALL_CLASSES_MAX, class),
    LIST(hall_file, series, series_count, NULL, 1, HALL_SERIES_MAX, series),
    LIST(hall_file, services, service_count, NULL, 1, HALL_SERVICES_MAX, service),
    LIST(hall_file, pools, pool_count, "", 0, HALL_POOLS_MAX, pool),
    LIST(hall_file, profiles, profile_count, NULL, 1, HALL_PROFILES_MAX, profile),
    LIST(hall_file, counters, counter_count, NULL, 1, HALL_COUNTERS_MAX, counter),
    RECORD(hall_file, messages, "", messages),
    INTS(hall_file, reminders, reminder_count, 10, 14 * MINUTES_DAY), /* two weeks ahead */
    INT(hall_file, delay_minutes, "20", 0, MINUTES_DAY / 4),
    BOOL(hall_file, replies, "no"),
    TEXT_OMIT(hall_file, message_signature, HALL_SIGNATURE_MAX, hall_check_signature),
    ENUM_OMIT(hall_file, message_signature_at, "front|end"),
    RECORD(hall_file, voice, "", voice),
    {MEMBER(hall_file, signs, "signs"), .type = SCHEMA_LIST,
     .count_offset = offsetof(struct hall_file, sign_count), .fallback = "", .min = 0,
     .max = HALL_SIGNS_MAX, .of = &sign_table, .internal = true},
    LIST(hall_file, boards, board_count, "", 0, HALL_BOARDS_MAX, board),
    LIST(hall_file, printers, printer_count, "", 0, HALL_PRINTERS_MAX, printer),
};
TABLE_OF(hall, "a hall file", hall_file, false, NULL);
