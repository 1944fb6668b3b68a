/* The rules of a hall file about boards: what each kind needs, and that the zones, counters and
 * screens a layout names can be meant. Fills in what is shown where nothing is told. Owns nothing;
 * any thread. SPDX-License-Identifier: MIT */
#include "config/hall_check.h"

#include <ctype.h>
#include <string.h>

enum { DEVICE_MAX = 32 }; /* as the API takes it */

/* What the daemon serves (api/media.c has their content types). */
static const char *const MEDIA_KINDS[] = {".jpg", ".png", ".webp", ".mp4", ".webm"};

bool hall_check_media(struct fault *f, const struct node *at, const char *text)
{
    const char *end = strrchr(text, '.');
    bool good = false;

    for (size_t i = 0; end != NULL && i < sizeof(MEDIA_KINDS) / sizeof(MEDIA_KINDS[0]); i++)
        good = good || strcmp(end, MEDIA_KINDS[i]) == 0;
    for (const char *p = text; *p != '\0'; p++)
        good = good && (isalnum((unsigned char)*p) || (p > text && strchr("._-", *p) != NULL));
    return good ||
           fault_at(f, at,
                    "A media file is named with A-Z, a-z, 0-9, _, - and ends with .jpg, .png, "
                    ".webp, .mp4 or .webm; it lies in display.media_dir.");
}

bool hall_check_device(struct fault *f, const struct node *at, const char *text)
{
    bool good = strlen(text) >= 2 && strlen(text) <= DEVICE_MAX;

    for (const char *p = text; *p != '\0'; p++)
        good = good && (islower((unsigned char)*p) || isdigit((unsigned char)*p) ||
                        (p > text && strchr("._-", *p) != NULL));
    return good || fault_at(f, at,
                            "The name of a device is 2 to 32 of a-z, 0-9, ., _ and -, and begins "
                            "with a letter or digit.");
}

/* The field, or the record where the field is left out. */
static const struct node *field_of(const struct node *at, const char *name)
{
    const struct node *field = tree_get(at, name);

    return field != NULL ? field : at;
}

static bool check_twice(struct fault *f, const struct node *at, const char *name,
                        const char **texts, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(texts[i], texts[k]) == 0)
                return fault_at(f, tree_at(tree_get(at, name), i), "`%.40s` stands here twice.",
                                texts[i]);
        }
    }
    return true;
}

static bool check_kind(struct fault *f, const struct node *at, const struct hall_board *b)
{
    bool counter = strcmp(b->kind, "counter") == 0;

    if (counter && b->counter_count > 1)
        return fault_at(f, tree_get(at, "counters"),
                        "A board of the kind `counter` stands at one counter.");
    if (counter && b->zone_count > 0)
        return fault_at(f, tree_get(at, "zones"),
                        "A board of the kind `counter` has a counter, not zones.");
    if (counter && b->parts > 1)
        return fault_at(f, tree_get(at, "parts"), "A counter's number cannot be split.");
    if (strcmp(b->kind, "zone") == 0 && b->zone_count == 0)
        return fault_at(f, field_of(at, "zones"), "A board of the kind `zone` needs `zones`.");
    return true;
}

bool hall_check_board(struct fault *f, const struct node *at, void *record)
{
    static const char *otherwise[] = {"waiting", "waits", "ticker", "clock"};
    struct hall_board *b = record;

    if (tree_get(at, "show") == NULL) {
        b->show = otherwise;
        b->show_count = sizeof(otherwise) / sizeof(otherwise[0]);
    }
    if (b->part > b->parts)
        return fault_at(f, field_of(at, "part"), "This is part %d of %d.", b->part, b->parts);
    return check_kind(f, at, b) && check_twice(f, at, "devices", b->devices, b->device_count) &&
           check_twice(f, at, "zones", b->zones, b->zone_count) &&
           check_twice(f, at, "counters", b->counters, b->counter_count) &&
           check_twice(f, at, "show", b->show, b->show_count) &&
           check_twice(f, at, "media", b->media, b->media_count);
}

static bool is_zone(const struct hall_file *hall, const char *zone)
{
    for (size_t i = 0; i < hall->counter_count; i++) {
        if (strcmp(hall->counters[i].zone, zone) == 0)
            return true;
    }
    return false;
}

static bool check_places(struct fault *f, const struct node *at, const struct hall_file *hall,
                         const struct hall_board *b, const struct coded *counters)
{
    for (size_t i = 0; i < b->zone_count; i++) {
        if (!is_zone(hall, b->zones[i]))
            return fault_at(f, tree_at(tree_get(at, "zones"), i), "No counter is in zone `%.40s`.",
                            b->zones[i]);
    }
    for (size_t i = 0; i < b->counter_count; i++) {
        if (!hall_check_has(counters, b->counters[i]))
            return fault_at(f, tree_at(tree_get(at, "counters"), i),
                            "There is no counter `%.40s` in this file.", b->counters[i]);
    }
    for (size_t i = 0; i < b->arrow_count; i++) {
        const struct node *zone = tree_get(tree_at(tree_get(at, "arrows"), i), "zone");

        if (!is_zone(hall, b->arrows[i].zone))
            return fault_at(f, zone, "No counter is in zone `%.40s`.", b->arrows[i].zone);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(b->arrows[i].zone, b->arrows[k].zone) == 0)
                return fault_at(f, zone, "There is another arrow to zone `%.40s` above.",
                                b->arrows[i].zone);
        }
    }
    return true;
}

static bool has_device(const struct hall_board *b, const char *name)
{
    for (size_t i = 0; i < b->device_count; i++) {
        if (strcmp(b->devices[i], name) == 0)
            return true;
    }
    return false;
}

/* Calls of the counter stand on the board: in one of its zones or named, or it has neither. */
static bool covers(const struct hall_board *b, const struct hall_counter *c)
{
    for (size_t i = 0; i < b->zone_count; i++) {
        if (strcmp(b->zones[i], c->zone) == 0)
            return true;
    }
    for (size_t i = 0; i < b->counter_count; i++) {
        if (strcmp(b->counters[i], c->code) == 0)
            return true;
    }
    return b->zone_count == 0 && b->counter_count == 0;
}

/* Two loudspeakers with one call are an echo that nobody understands. */
static bool check_voice(struct fault *f, const struct node *at, const struct hall_file *hall,
                        size_t index)
{
    const struct hall_board *b = &hall->boards[index];

    for (size_t k = 0; b->voice && k < index; k++) {
        for (size_t i = 0; hall->boards[k].voice && i < hall->counter_count; i++) {
            if (covers(b, &hall->counters[i]) && covers(&hall->boards[k], &hall->counters[i]))
                return fault_at(f, tree_get(at, "voice"),
                                "Board `%s` speaks for counter %s already.", hall->boards[k].code,
                                hall->counters[i].code);
        }
    }
    return true;
}

bool hall_check_boards(struct fault *f, const struct node *root, const struct hall_file *hall,
                       const struct coded *counters)
{
    const struct coded boards = CODED(hall, boards, "code", "board", board);
    const struct node *list = tree_get(root, "boards");
    const struct node *n = list != NULL ? list->first : NULL;

    if (!hall_check_unique(f, root, &boards))
        return false;
    for (size_t i = 0; i < hall->board_count; i++, n = n->next) {
        const struct hall_board *b = &hall->boards[i];

        for (size_t d = 0; d < b->device_count; d++) {
            for (size_t k = 0; k < i; k++) {
                if (has_device(&hall->boards[k], b->devices[d]))
                    return fault_at(f, tree_at(tree_get(n, "devices"), d),
                                    "`%s` is a device of board `%s` already.", b->devices[d],
                                    hall->boards[k].code);
            }
        }
        if (!hall_check_language(f, tree_get(n, "ticker"), hall->languages[0]) ||
            !check_places(f, n, hall, b, counters) || !check_voice(f, n, hall, i))
            return false;
    }
    return true;
}
