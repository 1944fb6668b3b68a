/* Hall files: what a hall offers, read from YAML or JSON, checked whole, written as canonical JSON
 * and as YAML. The shape is config/halls/small.yaml. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_HALL_H
#define PAIHAO_CONFIG_HALL_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HALL_BYTES_MAX = 1024 * 1024, /* 500 services with all texts in three languages stay below it */
    HALL_SERVICES_MAX = 500,      /* the largest hall known offers 270 */
    HALL_COUNTERS_MAX = 500,      /* and has 300 counters */
    HALL_PROFILES_MAX = 100,
    HALL_CLASSES_MAX = 20,
    HALL_SERIES_MAX = 24, /* A-Z without I and O */
    HALL_POOLS_MAX = 20,
    HALL_DAYS_MAX = 400,  /* holidays of some years; special days likewise */
    HALL_FIELDS_MAX = 10, /* what one service may ask for */
    HALL_SPANS_MAX = 6,
    HALL_ALARM_PHONES_MAX = 5, /* whoever runs the hall; each alarm costs so many messages */
    HALL_SIGNS_MAX = 600,      /* one over each counter, and some in the hall */
    HALL_SIGNATURE_MIN = 2,    /* characters, as carriers register them */
    HALL_SIGNATURE_MAX = 12,
    HALL_MESSAGE_MAX = 200, /* characters of the text of a message, as of other texts */
    HALL_BOARDS_MAX = 60,   /* layouts, not screens: one layout serves any number of them */
    HALL_PRINTERS_MAX = 30  /* each is asked how it is twice a minute */
};

/* One text in several languages; "" where there is none. */
struct hall_texts {
    const char *zh;
    const char *en;
    const char *de;
};

struct hall_hours {
    const char **days; /* mon tue wed thu fri sat sun */
    size_t day_count;
    const char *from;    /* "08:00" */
    const char *to;      /* "24:00" at the latest */
    int every_weeks;     /* 1: each week */
    const char *week_of; /* "2026-11-23": any day of a week that counts; "" when every_weeks is 1 */
    unsigned day_mask;   /* bit 0 is Monday */
    int from_minute;     /* of the local day */
    int to_minute;       /* open while from_minute <= now < to_minute */
    int week_of_date;    /* yyyymmdd; 0: none */
};

struct hall_span {
    const char *from;
    const char *to;
    int from_minute;
    int to_minute;
};

/* Where it is, for "the nearest hall": decimal degrees as text; "" when not told. */
struct hall_place {
    const char *lat;
    const char *lon;
};

/* A public holiday, or a day worked instead of one (tiao xiu). */
struct hall_holiday {
    const char *from; /* "2026-10-01" */
    const char *to;   /* "" : one day */
    struct hall_texts names;
    bool workday;
    const char *like; /* mon..sun: whose hours a workday has */
    int from_date;    /* yyyymmdd */
    int to_date;
    int like_weekday; /* 0 = Monday */
};

struct hall_special {
    const char *from;
    const char *to;
    const char *kind;        /* closed hours workday fewer */
    struct hall_span *spans; /* of closed, hours and fewer */
    size_t span_count;
    const char *like; /* of workday */
    const char *pool; /* of fewer; "" : each */
    int public_units; /* of fewer: so many units less */
    int staff_units;
    const char *reason; /* for staff and citizens */
    int from_date;      /* yyyymmdd */
    int to_date;
    int like_weekday;
};

/* Counters planned for bookings in a weekly span. Spans of one pool that overlap add up. */
struct hall_plan {
    struct hall_hours when; /* its fields stand beside public, staff, walk_in */
    int public_units;       /* "public": bookable by citizens */
    int staff_units;        /* "staff": bookable by staff */
    int walk_in_units;      /* "walk_in": kept free for people without a booking */
};

struct hall_pool {
    const char *code;
    const char **services; /* codes, or "*": every one that no other pool names */
    size_t service_count;
    struct hall_plan *plan;
    size_t plan_count;
};

/* Typed into the form when booking. */
struct hall_field {
    const char *code;
    struct hall_texts names;
    const char *type; /* text number date choice */
    bool required;
    int max; /* code points of a text, or the largest number */
    struct hall_texts *choices;
    size_t choice_count;
};

struct hall_service_booking {
    bool open;         /* no: cannot be booked */
    int minutes_given; /* `minutes` of the file; 0: the service's own, rounded up to 5 */
    int minutes;       /* length of a booking for one person; never 0 */
    int cap;           /* at most so many at once; 0: as many as the pool has */
    int persons_max;   /* family and group bookings */
    struct hall_field *fields;
    size_t field_count;
};

struct hall_booking {
    bool open;
    int from_days;
    int to_days;
    bool working_days; /* the two count only days on which the hall is open */
    int notice_minutes;
    const char *release_at; /* "07:00": when a new day comes into the window */
    int release_spread_minutes;
    int hold_minutes;
    int quarantine_min_minutes;
    int quarantine_max_minutes;
    int early_minutes; /* check-in from so long before the time */
    int late_minutes;  /* and until so long after it */
    int alive_max;
    int service_day_max;
    int cancels_max; /* in a month */
    int misses_max;
    int block_days;
    int offer_minutes; /* the private hold of a waitlist offer */
    int rebook_hours;  /* and of a rebooking offer */
    int overbook_percent_max;
    int codes_per_hour_max; /* text messages with codes, the whole hall */
    int release_minute;     /* of the local day */
    int base_minutes;       /* greatest common divisor of the lengths, at least 5 */
};

/* Numbers taken from home. */
struct hall_remote {
    bool open;
    int arrive_minutes; /* lapses when not in the hall so long after its rank */
    int alive_max;      /* of the whole hall, so that those who are there are not crowded out */
};

struct hall_rules {
    int overtaking_max;
    int return_within_minutes;
    int return_max;
    int return_minutes;
    int put_back_minutes;
    int come_now_ahead;          /* where there is no forecast */
    int come_now_margin_minutes; /* added to the way of whoever is told to come */
    int travel_minutes;          /* the way, where the citizen said nothing */
    int delay_minutes_max;       /* "I need more time": so long at once, */
    int delay_max;               /* and so often */
    bool last_tickets;           /* numbers stop when the time left is spoken for */
};

/* How the boards speak; which of them do is in `boards`. */
struct hall_voice {
    const char **languages; /* one after the other; none: the hall's */
    size_t language_count;
    const char *digit_one; /* yi yao: the digit 1 of a number in Mandarin */
    int repeat;            /* each call is said so often */
};

/* When the hall's page turns yellow or red, and whom an SMS tells. */
struct hall_alarms {
    int warn_minutes; /* the longest wait of a service: below it green, */
    int wait_minutes; /* from here on red, and an alarm */
    int board_seconds;
    int sms_failed_percent;
    int unshown_seconds; /* a call that no board has shown by then is told to its clerk; 0: never */
    const char **phones; /* "+8613800138000"; not for the public */
    size_t phone_count;
};

struct hall_class {
    const char *code;
    int target_minutes;
    struct hall_texts names;
};

struct hall_series {
    const char *letter;
    int first;
    int last;
};

struct hall_service {
    const char *code;
    const char *series;
    int minutes;
    struct hall_texts names;
    const char **words; /* what people may type to find it */
    size_t word_count;
    struct hall_texts *documents; /* what to bring */
    size_t document_count;
    bool kiosk; /* no: only staff give tickets */
    bool open;  /* no: nobody does at the moment */
    struct hall_service_booking booking;
};

struct hall_serve {
    const char *service; /* "*": every one the profile does not name itself */
    int offset_minutes;
    int up_to_minutes; /* of "*": only services with no more `minutes`; 0: all of them */
};

struct hall_profile {
    const char *code;
    struct hall_serve *serves;
    size_t serve_count;
};

struct hall_counter {
    const char *code;
    const char *profile;
    struct hall_texts names; /* may be empty: the code is the name */
    const char *zone;        /* part of the hall where people wait for it, or "" */
};

/* An LED sign: where it is, and what it shows. Not for the public. */
struct hall_sign {
    const char *code;
    const char *driver;  /* null onbon frame modbus alpha */
    const char *address; /* of address.h; "" with driver null */
    const char *counter; /* calls to this counter, or */
    const char *zone;    /* to the counters of this zone; both "" : to any */
    int unit;            /* its number on a line that several share */
    int area;            /* of onbon: the dynamic area, and where it lies, in pixels */
    int x;
    int y;
    int width;
    int height;
    const char *colour; /* of onbon */
    const char *text;   /* {number}, {counter} are put in */
    const char *idle;   /* nobody is called; "" : dark */
    const char *closed; /* its counter is not open; "" : as idle */
    int refresh_seconds;
    const char *frame;  /* of driver frame: frame_template.h */
    const char *answer; /* what it must answer; "" : nothing */
};

/* Texts that replace the shipped ones; "" where they do not. */
struct hall_messages {
    struct hall_texts ticket;
    struct hall_texts come_now;
    struct hall_texts called;
    struct hall_texts code; /* of bookings */
    struct hall_texts booked;
    struct hall_texts moved;
    struct hall_texts cancelled;
    struct hall_texts offer;
    struct hall_texts rebook;
    struct hall_texts warning;
    struct hall_texts blocked;
    struct hall_texts reminder;
    struct hall_texts missed;
    struct hall_texts delay;
    struct hall_texts reply_cancelled;
    struct hall_texts reply_declined;
    struct hall_texts reply_coming;
    struct hall_texts reply_more_time;
    struct hall_texts reply_late;
    struct hall_texts reply_no;
    struct hall_texts reply_none;
    struct hall_texts reply_help;
    struct hall_texts reply_stopped;
    struct hall_texts reply_started;
    /* To the alarm phones: the frame, and the sentence in it for each kind. */
    struct hall_texts alarm;
    struct hall_texts alarm_wait;
    struct hall_texts alarm_predicted;
    struct hall_texts alarm_board;
    struct hall_texts alarm_kiosk;
    struct hall_texts alarm_sms;
    struct hall_texts alarm_cap;
    struct hall_texts alarm_cap_hour;
    struct hall_texts alarm_sign;
    struct hall_texts alarm_printer;
};

/* Where people go from a board to a zone. */
struct hall_arrow {
    const char *zone;
    const char *to; /* left right up down */
};

/* What a screen shows: a layout, chosen by its address or by the name of the device. */
struct hall_board {
    const char *code;
    const char *kind; /* main zone counter */
    const char **devices;
    size_t device_count;
    const char **zones; /* calls of their counters only; none: of all */
    size_t zone_count;
    const char **counters;
    size_t counter_count;
    int calls;         /* the last so many, all parts of the list alike */
    const char **show; /* waiting waits next ticker clock */
    size_t show_count;
    int part;
    int parts;
    const char *languages; /* together cycle */
    int distance_m;        /* from where it is read; 0: as large as fits */
    int panel_inches;
    const char *theme; /* auto light dark eink */
    struct hall_texts ticker;
    const char **media; /* names of files in display.media_dir */
    size_t media_count;
    struct hall_arrow *arrows;
    size_t arrow_count;
    bool voice;
};

/* A printer of tickets: docs/displays.md. */
struct hall_printer {
    const char *code;
    struct hall_texts names; /* may be empty: the code is the name */
    const char *address;     /* "192.168.1.31:9100"; not for the public */
    const char **kiosks;     /* names of the devices whose tickets it prints */
    size_t kiosk_count;
    int columns;              /* 32 or 48: paper of 58 or 80 mm */
    const char *qr;           /* native raster */
    bool cut;                 /* has a cutter */
    const char *encoding;     /* gb18030 ascii */
    struct hall_texts header; /* below the hall's name */
    struct hall_texts footer;
};

struct hall_file {
    const char *code;
    struct hall_texts names;
    struct hall_texts address;
    const char *zone;    /* IANA name; that it exists is for the caller to check */
    const char *country; /* calling code, digits */
    const char **languages;
    size_t language_count; /* at least 1; the first is the hall's own */
    const char *accent;    /* "#0b6e4f" */
    struct hall_hours *hours;
    size_t hour_count;
    struct hall_hours *breaks;
    size_t break_count;
    struct hall_place place;
    struct hall_holiday *holidays;
    size_t holiday_count;
    struct hall_special *special_days;
    size_t special_count;
    struct hall_booking booking;
    struct hall_remote remote;
    struct hall_span quiet_hours; /* of messages that can wait; over midnight where `to` is not
                                     later; both "": none */
    int messages_per_number_day;  /* text messages; 0: as many as there are */
    int messages_per_day;         /* of the whole hall */
    struct hall_pool
        *pools; /* none in the file: one pool "hall" with every service and an empty plan */
    size_t pool_count;
    bool tickets_outside_hours;
    struct hall_rules rules;
    struct hall_alarms alarms;
    struct hall_class *classes;
    size_t class_count;
    struct hall_series *series;
    size_t series_count;
    struct hall_service *services;
    size_t service_count;
    struct hall_profile *profiles;
    size_t profile_count;
    struct hall_counter *counters;
    size_t counter_count;
    struct hall_messages messages;
    int *reminders; /* minutes before an appointment; none: nobody is reminded */
    size_t reminder_count;
    int delay_minutes; /* later than promised by more than this: told by SMS; 0: never */
    bool replies;      /* texts say what 0, 1 and 2 do: what citizens write back reaches us */
    const char *message_signature;    /* stands in every message as 【signature】; "" : none */
    const char *message_signature_at; /* front end; "" : front */
    struct hall_voice voice;
    struct hall_sign *signs;
    size_t sign_count;
    struct hall_board *boards;
    size_t board_count;
    struct hall_printer *printers;
    size_t printer_count;
    struct hall_own *own; /* the memory behind all of it, and where each thing stands in the file */
};

/* Reads and checks a whole file, YAML or JSON. NULL on a fault: error holds
 * "file_name:line:column: sentence" for the first one. The caller hall_free()s. */
struct hall_file *hall_read(struct str text, const char *file_name, struct buf *error);
void hall_free(struct hall_file *hall);

/* Puts "file_name:line:column: sentence" for the hall's `zone` into error: for the caller that has
 * found no such time zone. */
void hall_zone_unknown(const struct hall_file *hall, struct buf *error);

/* The canonical JSON of docs/architecture.md: every member, defaults filled in, no blanks. */
void hall_json(const struct hall_file *hall, struct buf *out);
/* The same without what only staff may know (phone numbers). */
void hall_public_json(const struct hall_file *hall, struct buf *out);
/* A YAML file that reads back to the same canonical JSON. */
void hall_yaml(const struct hall_file *hall, struct buf *out);

/* Open by its hours at a local weekday (0 = Monday) and minute of the day? */
bool hall_open_at(const struct hall_file *hall, int weekday, int minute);
/* The text in that language, else in the hall's own, else whichever there is; "" when there is
 * none. */
const char *hall_text(const struct hall_file *hall, const struct hall_texts *texts,
                      struct str language);
/* NULL where the hall has none of that code. */
const struct hall_service *hall_service(const struct hall_file *hall, struct str code);
const struct hall_counter *hall_counter(const struct hall_file *hall, struct str code);
/* NULL where it has none of that code. */
const struct hall_printer *hall_printer(const struct hall_file *hall, struct str code);
/* The variables that a text of that name may have, a blank before and behind each; NULL: there is
 * no such text. names from 0 on, NULL behind the last. */
const char *hall_message_variables(struct str name);
const char *hall_message_name(size_t i);
/* No text of a message holds this character: controls, line breaks, and what is not seen but turns
 * or hides what is seen. */
bool hall_message_forbids(uint32_t c);
/* Index of the pool in which a service is booked; -1: in none, so it cannot be. */
int hall_file_pool(const struct hall_file *hall, const struct hall_service *service);

#endif
