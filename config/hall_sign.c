/* The rules of a hall's signs beyond types and bounds. Owns nothing; any thread. What a driver
 * needs of a sign stands in hall_check_sign(); what signs have to do with each other and with the
 * rest of the file in hall_check_signs(). SPDX-License-Identifier: MIT */
#include "config/address.h"
#include "config/frame_template.h"
#include "config/hall_check.h"

#include <string.h>

bool hall_check_address(struct fault *f, const struct node *at, const char *text)
{
    struct address address;
    const char *why = NULL;

    return address_read(str_of(text), &address, &why) || fault_at(f, at, "%s", why);
}

bool hall_check_sign_text(struct fault *f, const struct node *at, const char *text)
{
    for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
        if (strncmp(open, "{number}", 8) != 0 && strncmp(open, "{counter}", 9) != 0)
            return fault_at(f, at, "A sign's text may hold {number} and {counter}, not `%.20s`.",
                            open);
    }
    return true;
}

static bool check_template(struct fault *f, const struct node *at, const char *text, bool answer)
{
    struct frame_template t;
    const char *why = NULL;
    size_t byte = 0;

    return frame_template_read(str_of(text), answer, &t, &byte, &why) ||
           fault_at(f, at, "%s (At character %zu: `%.16s`)", why, byte + 1, text + byte);
}

bool hall_check_frame(struct fault *f, const struct node *at, const char *text)
{
    return check_template(f, at, text, false);
}

bool hall_check_answer(struct fault *f, const struct node *at, const char *text)
{
    return check_template(f, at, text, true);
}

/* The node of a field, or of the record where the field was left out. */
static const struct node *node_of(const struct node *at, const char *field)
{
    const struct node *n = tree_get(at, field);

    return n != NULL ? n : at;
}

static bool check_area(struct fault *f, const struct node *at, const struct hall_sign *s)
{
    if (s->x % 8 != 0)
        return fault_at(f, node_of(at, "x"), "`x` must be a multiple of 8: areas begin at bytes.");
    if (s->width % 8 != 0)
        return fault_at(f, node_of(at, "width"),
                        "`width` must be a multiple of 8: areas end at bytes.");
    return true;
}

bool hall_check_sign(struct fault *f, const struct node *at, void *record)
{
    const struct hall_sign *s = record;
    bool is_null = strcmp(s->driver, "null") == 0, is_frame = strcmp(s->driver, "frame") == 0;
    bool serial = strncmp(s->address, "serial:", 7) == 0;

    if (!is_null && s->address[0] == '\0')
        return fault_at(f, at, "`address` is missing in a sign of driver %s.", s->driver);
    if (s->counter[0] != '\0' && s->zone[0] != '\0')
        return fault_at(f, tree_get(at, "zone"), "A sign shows a counter or a zone, not both.");
    if (s->closed[0] != '\0' && s->counter[0] == '\0')
        return fault_at(f, tree_get(at, "closed"), "`closed` belongs to the sign of one counter.");
    if (is_frame && s->frame[0] == '\0')
        return fault_at(f, at, "`frame` is missing in a sign of driver frame.");
    if (!is_frame && (s->frame[0] != '\0' || s->answer[0] != '\0'))
        return fault_at(f, tree_get(at, s->frame[0] != '\0' ? "frame" : "answer"),
                        "`frame` and `answer` belong to driver frame only.");
    if (strcmp(s->driver, "modbus") == 0 && serial && s->unit == 0)
        return fault_at(f, node_of(at, "unit"),
                        "On a serial line unit 0 is everybody, and nobody answers.");
    return strcmp(s->driver, "onbon") != 0 || check_area(f, at, s);
}

/* Several signs on one line or controller must be told apart, and be spoken to in one way. */
static bool check_neighbour(struct fault *f, const struct node *at, const struct hall_sign *s,
                            const struct hall_sign *above)
{
    bool onbon = strcmp(s->driver, "onbon") == 0;

    if (s->address[0] == '\0' || strcmp(s->address, above->address) != 0)
        return true;
    if (strcmp(s->driver, above->driver) != 0)
        return fault_at(f, tree_get(at, "driver"), "Sign `%s` has the same address and driver %s.",
                        above->code, above->driver);
    if (onbon ? s->area == above->area : s->unit == above->unit)
        return fault_at(f, tree_get(at, "address"),
                        "Sign `%s` has the same address and the same `%s`.", above->code,
                        onbon ? "area" : "unit");
    return true;
}

static bool has_zone(const struct hall_file *hall, const char *zone)
{
    for (size_t i = 0; i < hall->counter_count; i++) {
        if (strcmp(hall->counters[i].zone, zone) == 0)
            return true;
    }
    return false;
}

bool hall_check_signs(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    const struct coded signs = CODED(hall, signs, "code", "sign", sign);
    const struct coded counters = CODED(hall, counters, "code", "counter", counter);
    const struct node *list = tree_get(root, "signs");
    const struct node *n = list != NULL ? list->first : NULL;

    if (!hall_check_unique(f, root, &signs))
        return false;
    for (size_t i = 0; i < hall->sign_count; i++, n = n->next) {
        const struct hall_sign *s = &hall->signs[i];

        if (s->counter[0] != '\0' && !hall_check_has(&counters, s->counter))
            return fault_at(f, tree_get(n, "counter"), "There is no counter `%s` in this file.",
                            s->counter);
        if (s->zone[0] != '\0' && !has_zone(hall, s->zone))
            return fault_at(f, tree_get(n, "zone"), "No counter of this file is in zone `%s`.",
                            s->zone);
        for (size_t k = 0; k < i; k++) {
            if (!check_neighbour(f, n, s, &hall->signs[k]))
                return false;
        }
    }
    return true;
}
