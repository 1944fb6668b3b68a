/* The rules of a hall file's printers: their addresses, and which kiosk prints where. Owns nothing;
 * any thread. SPDX-License-Identifier: MIT */
#include "config/address.h"
#include "config/hall_check.h"

#include <string.h>

enum { DEVICE_NAME_MAX = 32 };

/* A serial line is for signs: it has no second way for the answers printers give. */
bool hall_check_printer_address(struct fault *f, const struct node *at, const char *text)
{
    struct address address;
    const char *why;

    if (!address_read(str_of(text), &address, &why))
        return fault_at(f, at, "%s", why);
    return address.host[0] != '\0' ||
           fault_at(f, at, "A printer is reached over the network: \"192.168.1.31:9100\".");
}

bool hall_check_printer(struct fault *f, const struct node *at, void *record)
{
    const struct hall_printer *p = record;

    return p->columns == 32 || p->columns == 48 ||
           fault_at(f, tree_get(at, "columns"),
                    "`columns` is 32 (paper of 58 mm) or 48 (paper of 80 mm).");
}

/* As the API takes names of devices. */
static bool is_device_name(const char *text)
{
    size_t len = strlen(text);

    return len >= 2 && len <= DEVICE_NAME_MAX && strchr("._-", text[0]) == NULL &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

/* Another printer above, or this one, has the kiosk already. */
static bool is_taken(const struct hall_file *hall, size_t printer, size_t kiosk)
{
    const char *name = hall->printers[printer].kiosks[kiosk];

    for (size_t i = 0; i <= printer; i++) {
        const struct hall_printer *p = &hall->printers[i];
        size_t n = i == printer ? kiosk : p->kiosk_count;
        for (size_t k = 0; k < n; k++) {
            if (strcmp(p->kiosks[k], name) == 0)
                return true;
        }
    }
    return false;
}

static bool check_kiosks(struct fault *f, const struct node *at, const struct hall_file *hall,
                         size_t printer)
{
    const struct hall_printer *p = &hall->printers[printer];

    for (size_t k = 0; k < p->kiosk_count; k++) {
        const struct node *n = tree_at(tree_get(at, "kiosks"), k);
        if (!is_device_name(p->kiosks[k]))
            return fault_at(f, n,
                            "A name of a device is 2 to 32 of a-z, 0-9, '.', '_' and '-', and "
                            "begins with a letter or digit.");
        if (is_taken(hall, printer, k))
            return fault_at(f, n, "`%s` has a printer already; a kiosk prints at one.",
                            p->kiosks[k]);
    }
    return true;
}

static bool prints_words(const struct hall_file *hall, const struct hall_printer *p)
{
    if (strcmp(p->encoding, "ascii") != 0)
        return true;
    for (size_t i = 0; i < hall->language_count; i++) {
        if (strcmp(hall->languages[i], "zh") != 0)
            return true;
    }
    return false;
}

bool hall_check_printers(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    const struct coded printers = CODED(hall, printers, "code", "printer", printer);
    const struct node *list = tree_get(root, "printers");
    const struct node *n = list != NULL ? list->first : NULL;
    const char *own = hall->languages[0];

    if (!hall_check_unique(f, root, &printers))
        return false;
    for (size_t i = 0; i < hall->printer_count; i++, n = n->next) {
        if (!hall_check_language(f, tree_get(n, "names"), own) ||
            !hall_check_language(f, tree_get(n, "header"), own) ||
            !hall_check_language(f, tree_get(n, "footer"), own) || !check_kiosks(f, n, hall, i))
            return false;
        if (!prints_words(hall, &hall->printers[i]))
            return fault_at(f, tree_get(n, "encoding"),
                            "Without Chinese letters a ticket needs another language of the hall.");
    }
    return true;
}
