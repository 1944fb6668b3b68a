/* The rules of a hall file about bookings: the place, windows and limits, lengths, pools, and what
 * a service asks for. Fills in lengths and their common step. Owns nothing; any thread.
 * SPDX-License-Identifier: MIT */
#include "config/hall_check.h"

#include <stdlib.h>
#include <string.h>

enum {
    CELL_MINUTES = 5, /* a day is counted in cells of so much */
    SLOTS_MAX = 25,   /* of a service: in base steps; what takes longer is no matter of a counter */
    LAT_MAX = 90,
    LON_MAX = 180,
    TEXT_FIELD_MAX = 200 /* code points the API takes in one field */
};

/* Decimal degrees: a sign, one to three digits, a point and some more. No exponent, no locale. */
static bool is_degrees(const char *text, double limit)
{
    const char *p = text + (text[0] == '-');
    size_t digits = strspn(p, "0123456789");
    double degrees;

    if (digits < 1 || digits > 3)
        return false;
    p += digits;
    if (*p == '.') {
        digits = strspn(p + 1, "0123456789");
        p += digits > 0 ? digits + 1 : 0;
    }
    degrees = strtod(text, NULL);
    return *p == '\0' && degrees >= -limit && degrees <= limit;
}

bool hall_check_lat(struct fault *f, const struct node *at, const char *text)
{
    return is_degrees(text, LAT_MAX) ||
           fault_at(f, at, "A latitude is written in degrees from -90 to 90, such as 31.2304.");
}

bool hall_check_lon(struct fault *f, const struct node *at, const char *text)
{
    return is_degrees(text, LON_MAX) ||
           fault_at(f, at, "A longitude is written in degrees from -180 to 180, such as 121.4737.");
}

bool hall_check_place(struct fault *f, const struct node *at, void *record)
{
    const struct hall_place *place = record;

    return (place->lat[0] == '\0') == (place->lon[0] == '\0') ||
           fault_at(f, at, "A place needs both `lat` and `lon`.");
}

bool hall_check_field(struct fault *f, const struct node *at, void *record)
{
    const struct hall_field *field = record;
    bool choice = strcmp(field->type, "choice") == 0;

    if (choice && field->choice_count == 0)
        return fault_at(f, at, "A field of the type `choice` needs `choices`.");
    if (!choice && field->choice_count > 0)
        return fault_at(f, tree_get(at, "choices"),
                        "`choices` belong to a field of the type `choice` only.");
    if (strcmp(field->type, "text") == 0 && field->max > TEXT_FIELD_MAX)
        return fault_at(f, tree_get(at, "max"), "A text may have %d characters at most.",
                        TEXT_FIELD_MAX);
    return true;
}

bool hall_check_service_booking(struct fault *f, const struct node *at, void *record)
{
    const struct hall_service_booking *b = record;
    const struct coded fields = CODED(b, fields, "code", "field", field);

    if (b->minutes_given % CELL_MINUTES != 0)
        return fault_at(f, tree_get(at, "minutes"),
                        "The length of a booking is a multiple of %d minutes; 0 takes the "
                        "service's own minutes, rounded up.",
                        CELL_MINUTES);
    return hall_check_unique(f, at, &fields);
}

bool hall_check_booking(struct fault *f, const struct node *at, void *record)
{
    struct hall_booking *b = record;
    const struct node *n;

    b->release_minute = hall_minute_of(b->release_at);
    if (b->release_minute < 0 || b->release_minute == 24 * 60)
        return fault_at(f, tree_get(at, "release_at"), "A time is written HH:MM, 00:00 to 23:59.");
    if (b->from_days > b->to_days) {
        n = tree_get(at, "from_days");
        return fault_at(f, n, "The window begins after it ends (`to_days` is %d).", b->to_days);
    }
    if (b->quarantine_min_minutes > b->quarantine_max_minutes) {
        n = tree_get(at, "quarantine_min_minutes");
        return fault_at(f, n != NULL ? n : tree_get(at, "quarantine_max_minutes"),
                        "`quarantine_min_minutes` (%d) must not be above `quarantine_max_minutes` "
                        "(%d).",
                        b->quarantine_min_minutes, b->quarantine_max_minutes);
    }
    if (b->early_minutes == 0 && b->late_minutes == 0)
        return fault_at(f, tree_get(at, "early_minutes"),
                        "Nobody could check in: give `early_minutes` or `late_minutes`.");
    return true;
}

/* Every service a pool names exists, and none is in two pools. */
static bool check_pool(struct fault *f, const struct node *at, const struct hall_file *hall,
                       size_t index, const struct coded *services)
{
    const struct hall_pool *pool = &hall->pools[index];
    const struct node *n = tree_get(at, "services")->first;

    for (size_t i = 0; i < pool->service_count; i++, n = n->next) {
        const char *code = pool->services[i];

        if (strcmp(code, "*") != 0 && !hall_check_has(services, code))
            return fault_at(f, n, "There is no service `%.40s` in this file.", code);
        for (size_t p = 0; p <= index; p++) {
            const struct hall_pool *other = &hall->pools[p];
            size_t count = p < index ? other->service_count : i;

            for (size_t k = 0; k < count; k++) {
                if (strcmp(other->services[k], code) == 0)
                    return fault_at(f, n,
                                    "`%s` is in the pool `%s` already; it can be in one only.",
                                    code, other->code);
            }
        }
    }
    return true;
}

static bool check_pools(struct fault *f, const struct node *root, const struct hall_file *hall,
                        const struct coded *services)
{
    const struct node *list = tree_get(root, "pools");
    const struct node *n = list != NULL ? list->first : NULL;

    for (size_t i = 0; n != NULL; i++, n = n->next) {
        if (!check_pool(f, n, hall, i, services))
            return false;
    }
    return true;
}

/* `fewer` in a pool that there is. */
static bool check_specials(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    const struct coded pools = CODED(hall, pools, "code", "pool", pool);
    const struct node *list = tree_get(root, "special_days");
    const struct node *n = list != NULL ? list->first : NULL;

    for (size_t i = 0; i < hall->special_count; i++, n = n->next) {
        const char *pool = hall->special_days[i].pool;

        if (pool[0] != '\0' && !hall_check_has(&pools, pool))
            return fault_at(f, tree_get(n, "pool"), "There is no pool `%s` in this file.", pool);
    }
    return true;
}

/* Names and choices of what a service asks for, in the hall's own language. */
static bool check_field_names(struct fault *f, const struct node *service, const char *language)
{
    const struct node *booking = tree_get(service, "booking");
    const struct node *fields = booking != NULL ? tree_get(booking, "fields") : NULL;

    for (const struct node *n = fields != NULL ? fields->first : NULL; n != NULL; n = n->next) {
        const struct node *choices = tree_get(n, "choices");

        if (!hall_check_language(f, tree_get(n, "names"), language))
            return false;
        for (const struct node *c = choices != NULL ? choices->first : NULL; c != NULL;
             c = c->next) {
            if (!hall_check_language(f, c, language))
                return false;
        }
    }
    return true;
}

/* The length of each service, and the step that fits all that can be booked. */
static void fill_lengths(struct hall_file *hall)
{
    int base = 0;

    for (size_t i = 0; i < hall->service_count; i++) {
        struct hall_service_booking *b = &hall->services[i].booking;
        int own = (hall->services[i].minutes + CELL_MINUTES - 1) / CELL_MINUTES * CELL_MINUTES;

        b->minutes = b->minutes_given > 0 ? b->minutes_given : own;
        if (b->open && hall_file_pool(hall, &hall->services[i]) >= 0)
            base = hall_common_divisor(base, b->minutes);
    }
    hall->booking.base_minutes = base > 0 ? base : CELL_MINUTES;
}

/* Only where bookings are open: a hall without them may have any services. */
static bool check_lengths(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    const struct node *n = tree_get(root, "services")->first;
    int base = hall->booking.base_minutes;

    for (size_t i = 0; hall->booking.open && i < hall->service_count; i++, n = n->next) {
        const struct hall_service *s = &hall->services[i];

        if (s->booking.open && hall_file_pool(hall, s) >= 0 &&
            s->booking.minutes > SLOTS_MAX * base)
            return fault_at(f, n,
                            "A booking of `%s` would take %d steps of %d minutes; allowed are %d. "
                            "Give it another length in `booking`, or close it for booking there.",
                            s->code, s->booking.minutes / base, base, SLOTS_MAX);
    }
    return true;
}

bool hall_check_bookings(struct fault *f, const struct node *root, struct hall_file *hall,
                         const struct coded *services)
{
    for (const struct node *n = tree_get(root, "services")->first; n != NULL; n = n->next) {
        if (!check_field_names(f, n, hall->languages[0]))
            return false;
    }
    if (!check_pools(f, root, hall, services) || !check_specials(f, root, hall))
        return false;
    fill_lengths(hall);
    return check_lengths(f, root, hall);
}
