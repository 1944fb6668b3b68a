/* Phone numbers, POSIX rules and TZif files: what core reads although others wrote it.
 * The first byte chooses.
 * SPDX-License-Identifier: MIT */
#include "core/phone.h"
#include "core/zone_file.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void phone(struct str text)
{
    static const char *const countries[] = {"86", "49", "1", "39", "852"};

    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
        char once[PHONE_MAX + 1];
        char twice[PHONE_MAX + 1];

        if (phone_normalise(text, countries[i], once) &&
            (!phone_normalise(str_of(once), countries[i], twice) || strcmp(once, twice) != 0))
            abort();
        phone_mask(once, twice);
    }
}

static void check_span(const struct zone_rule *r, int64_t t_s)
{
    struct zone_span span = zone_rule_span(r, t_s);

    if (span.from_s > t_s || t_s >= span.to_s)
        abort();
}

static void rule(struct str text)
{
    struct zone_rule r;

    if (!zone_rule_parse(&r, text))
        return;
    for (int64_t t_s = 0; t_s < INT64_C(4102444800); t_s += 40000003)
        check_span(&r, t_s);
}

static void file(struct str bytes)
{
    struct zone_table table;

    if (zone_file_read(&table, bytes) == NULL)
        zone_table_clear(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(struct str) = {phone, rule, file};

    if (size > 0)
        readers[data[0] % 3]((struct str){(const char *)data + 1, size - 1});
    return 0;
}
