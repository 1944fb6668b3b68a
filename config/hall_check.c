/* The rules of a hall file beyond types and bounds: forms of codes and colours, and every reference
 * from one part to another. Owns nothing; any thread. A rule about one field goes into a check
 * named in hall_table.c (those about time into hall_check_time.c, those about bookings into
 * hall_check_booking.c); a rule across fields into hall_check_whole(). SPDX-License-Identifier: MIT
 */
#include "config/hall_check.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CODE_LEN_MAX = 32 };

static bool is_code(const char *text)
{
    size_t len = strlen(text);

    if (len == 0 || len > CODE_LEN_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool good = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9') ||
                    (i > 0 && (text[i] == '_' || text[i] == '-'));

        if (!good)
            return false;
    }
    return true;
}

bool hall_check_code(struct fault *f, const struct node *at, const char *text)
{
    return is_code(text) ||
           fault_at(f, at,
                    "A code is 1 to 32 of a-z, 0-9, _ and -, and begins with a letter or digit.");
}

bool hall_check_hall_code(struct fault *f, const struct node *at, const char *text)
{
    if (strcmp(text, "sys") == 0 || strcmp(text, "sms") == 0)
        return fault_at(f, at, "No hall may be called %s: the store keeps its own things there.",
                        text);
    return hall_check_code(f, at, text);
}

bool hall_check_zone(struct fault *f, const struct node *at, const char *text)
{
    bool good = isalpha((unsigned char)text[0]) != 0;

    for (const char *p = text; *p != '\0'; p++)
        good = good && (isalnum((unsigned char)*p) || strchr("_/+-", *p) != NULL);
    return good ||
           fault_at(f, at, "`%.60s` is no name of a time zone such as Asia/Shanghai.", text);
}

bool hall_check_country(struct fault *f, const struct node *at, const char *text)
{
    bool good = text[0] != '0';

    for (const char *p = text; *p != '\0'; p++)
        good = good && isdigit((unsigned char)*p);
    return good || fault_at(f, at, "`country` is a calling code in digits, such as \"86\".");
}

/* Relative luminance of one channel (WCAG 2.2). */
static double luminance_of(unsigned channel)
{
    double c = channel / 255.0;

    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

bool hall_check_accent(struct fault *f, const struct node *at, const char *text)
{
    unsigned red, green, blue;
    double contrast;

    if (strlen(text) != 7 || text[0] != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != 6 ||
        sscanf(text + 1, "%2x%2x%2x", &red, &green, &blue) != 3)
        return fault_at(f, at, "A colour is written #rrggbb.");
    contrast = 1.05 / (0.2126 * luminance_of(red) + 0.7152 * luminance_of(green) +
                       0.0722 * luminance_of(blue) + 0.05);
    if (contrast < 4.5)
        return fault_at(f, at,
                        "White text on %s has a contrast of %.1f to 1; take a darker colour, "
                        "4.5 is needed to read it.",
                        text, contrast);
    return true;
}

bool hall_check_letter(struct fault *f, const struct node *at, const char *text)
{
    if (strlen(text) != 1 || text[0] < 'A' || text[0] > 'Z')
        return fault_at(f, at, "The letter of a series is one of A to Z.");
    if (text[0] == 'I' || text[0] == 'O')
        return fault_at(f, at, "Take another letter: %s looks like the digit %s on a board.", text,
                        text[0] == 'I' ? "1" : "0");
    return true;
}

bool hall_check_serve(struct fault *f, const struct node *at, const char *text)
{
    return strcmp(text, "*") == 0 || is_code(text) ||
           fault_at(f, at, "Here must be the code of a service, or \"*\" for all the others.");
}

bool hall_check_series(struct fault *f, const struct node *at, void *record)
{
    const struct hall_series *series = record;

    return series->first <= series->last ||
           fault_at(f, tree_get(at, "last"), "`last` must not be below `first`.");
}

/* E.164: the hall's country is not asked, so that nobody has to guess where a message goes. */
static bool is_phone(const char *text)
{
    size_t digits = text[0] == '+' ? strspn(text + 1, "0123456789") : 0;

    return text[1] != '0' && digits >= 7 && digits <= 15 && text[1 + digits] == '\0';
}

static bool check_twice(struct fault *f, const struct node *list, const char *const *texts,
                        size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(texts[i], texts[k]) == 0)
                return fault_at(f, tree_at(list, i), "`%s` stands here twice.", texts[i]);
        }
    }
    return true;
}

bool hall_check_voice(struct fault *f, const struct node *at, void *record)
{
    const struct hall_voice *v = record;

    return check_twice(f, tree_get(at, "languages"), v->languages, v->language_count);
}

bool hall_check_alarms(struct fault *f, const struct node *at, void *record)
{
    const struct hall_alarms *a = record;

    if (a->warn_minutes > a->wait_minutes) {
        const struct node *warn = tree_get(at, "warn_minutes");

        return fault_at(f, warn != NULL ? warn : tree_get(at, "wait_minutes"),
                        "The warning (%d min) must not come later than the alarm (%d min).",
                        a->warn_minutes, a->wait_minutes);
    }
    for (size_t i = 0; i < a->phone_count; i++) {
        const struct node *phone = tree_at(tree_get(at, "phones"), i);

        if (!is_phone(a->phones[i]))
            return fault_at(f, phone,
                            "A phone number for alarms begins with + and the country's code, "
                            "without blanks: \"+8613800138000\".");
        for (size_t k = 0; k < i; k++) {
            if (strcmp(a->phones[k], a->phones[i]) == 0)
                return fault_at(f, phone, "This phone number stands here twice.");
        }
    }
    return true;
}

bool hall_check_lane(struct fault *f, const struct node *at, void *record)
{
    const struct hall_serve *serve = record;

    return serve->up_to_minutes == 0 || strcmp(serve->service, "*") == 0 ||
           fault_at(f, tree_get(at, "up_to_minutes"),
                    "`up_to_minutes` belongs to service \"*\" only: it picks among all services.");
}

static const char *code_at(const struct coded *c, size_t i)
{
    return *(const char *const *)((const char *)c->items + i * c->size);
}

bool hall_check_has(const struct coded *c, const char *code)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(code_at(c, i), code) == 0)
            return true;
    }
    return false;
}

bool hall_check_unique(struct fault *f, const struct node *in, const struct coded *c)
{
    const struct node *list = tree_get(in, c->list);
    const struct node *n = list != NULL ? list->first : NULL;

    for (size_t i = 0; n != NULL; i++, n = n->next) {
        struct coded before = *c;

        before.count = i;
        if (hall_check_has(&before, code_at(c, i)))
            return fault_at(f, tree_get(n, c->field), "There is another %s `%s` above.", c->what,
                            code_at(c, i));
    }
    return true;
}

/* Its own language must be in every map of texts the file holds: it is what all fall back to. */
bool hall_check_language(struct fault *f, const struct node *texts, const char *language)
{
    if (texts == NULL || tree_get(texts, language) != NULL)
        return true;
    return fault_at(f, texts, "The text in the hall's own language (%s) is missing.", language);
}

/* The `names` of every entry of a list, and its documents. */
static bool check_names(struct fault *f, const struct node *list, const char *language)
{
    for (const struct node *n = list != NULL ? list->first : NULL; n != NULL; n = n->next) {
        const struct node *documents = tree_get(n, "documents");

        if (!hall_check_language(f, tree_get(n, "names"), language))
            return false;
        for (const struct node *d = documents != NULL ? documents->first : NULL; d != NULL;
             d = d->next) {
            if (!hall_check_language(f, d, language))
                return false;
        }
    }
    return true;
}

static bool check_languages(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    const char *own = hall->languages[0];
    const struct node *languages = tree_get(root, "languages");

    return check_twice(f, languages, hall->languages, hall->language_count) &&
           hall_check_language(f, tree_get(root, "names"), own) &&
           check_names(f, tree_get(root, "classes"), own) &&
           check_names(f, tree_get(root, "services"), own) &&
           check_names(f, tree_get(root, "counters"), own) &&
           check_names(f, tree_get(root, "holidays"), own);
}

static bool check_profile(struct fault *f, const struct node *at,
                          const struct hall_profile *profile, const struct coded *services)
{
    const struct node *n = tree_get(at, "serves")->first;

    for (size_t i = 0; i < profile->serve_count; i++, n = n->next) {
        const struct hall_serve *serve = &profile->serves[i];
        const char *service = serve->service;

        if (strcmp(service, "*") != 0 && !hall_check_has(services, service))
            return fault_at(f, tree_get(n, "service"), "There is no service `%s` in this file.",
                            service);
        for (size_t k = 0; k < i; k++) {
            const struct hall_serve *above = &profile->serves[k];

            /* "*" may stand here for short services, and with a later offset for longer ones. */
            if (strcmp(above->service, service) == 0 &&
                above->up_to_minutes == serve->up_to_minutes)
                return fault_at(f, tree_get(n, "service"), "`%s` stands in this profile twice.",
                                service);
        }
    }
    return true;
}

/* Every reference to a series, a service or a profile. */
static bool check_references(struct fault *f, const struct node *root, const struct hall_file *hall,
                             const struct coded *services)
{
    const struct coded series = CODED(hall, series, "letter", "series", series);
    const struct coded profiles = CODED(hall, profiles, "code", "profile", profile);
    const struct node *n = tree_get(root, "services")->first;

    for (size_t i = 0; i < hall->service_count; i++, n = n->next) {
        if (!hall_check_has(&series, hall->services[i].series))
            return fault_at(f, tree_get(n, "series"), "There is no series `%s` in this file.",
                            hall->services[i].series);
    }
    n = tree_get(root, "profiles")->first;
    for (size_t i = 0; i < hall->profile_count; i++, n = n->next) {
        if (!check_profile(f, n, &hall->profiles[i], services))
            return false;
    }
    n = tree_get(root, "counters")->first;
    for (size_t i = 0; i < hall->counter_count; i++, n = n->next) {
        if (!hall_check_has(&profiles, hall->counters[i].profile))
            return fault_at(f, tree_get(n, "profile"), "There is no profile `%s` in this file.",
                            hall->counters[i].profile);
    }
    return true;
}

bool hall_check_whole(struct fault *f, const struct node *root, struct hall_file *hall)
{
    const struct coded classes = CODED(hall, classes, "code", "class", class);
    const struct coded series = CODED(hall, series, "letter", "series", series);
    const struct coded services = CODED(hall, services, "code", "service", service);
    const struct coded profiles = CODED(hall, profiles, "code", "profile", profile);
    const struct coded counters = CODED(hall, counters, "code", "counter", counter);
    const struct coded pools = CODED(hall, pools, "code", "pool", pool);

    if (!hall_check_unique(f, root, &classes) || !hall_check_unique(f, root, &series) ||
        !hall_check_unique(f, root, &services) || !hall_check_unique(f, root, &profiles) ||
        !hall_check_unique(f, root, &counters) || !hall_check_unique(f, root, &pools) ||
        !check_languages(f, root, hall) || !hall_check_overlap(f, root, hall))
        return false;
    if (!hall_check_has(&classes, "normal"))
        return fault_at(f, tree_get(root, "classes"),
                        "The class `normal` is missing; it is for everybody without another one.");
    return check_references(f, root, hall, &services) &&
           hall_check_bookings(f, root, hall, &services) && hall_check_signs(f, root, hall) &&
           hall_check_boards(f, root, hall, &counters) && hall_check_printers(f, root, hall);
}
