/* Texts of halls, words of gateways and ids of reports, as bad as they come: templates with every
 * filter, the reading of report ids. SPDX-License-Identifier: MIT */
#include "sms/report.h"
#include "config/hall.h"
#include "sms/plain.h"
#include "sms/template.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Whatever a variable holds, a text stays one line with one signature. */
static void check_plain(struct str text)
{
    struct buf out;
    buf_init(&out);
    plain_add(&out, text, 12);
    if (str_utf8_count(buf_str(&out)) > 12)
        abort();
    for (struct str rest = buf_str(&out); rest.len;) {
        uint32_t c = str_utf8_take(&rest);
        if (hall_message_forbids(c) || c == 0x3010 || c == 0x3011)
            abort();
    }
    plain_strip(&out);
    if (!str_utf8_valid(buf_str(&out)))
        abort();
    if (signature_front(text) > text.len || signature_end(text) > text.len)
        abort();
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct str text = {(const char *)data, len}, hall, id, bad;
    const struct template_value values[] = {{"a", text}, {"b", STR("x")}};
    struct buf out;
    buf_init(&out);
    for (int filter = TEMPLATE_RAW; filter <= TEMPLATE_JSON; filter++) {
        buf_reset(&out);
        (void)template_fill(text, (enum template_filter)filter, values, 2, &out, &bad);
        if (!template_fill(STR("{a}"), (enum template_filter)filter, values, 2, &out, &bad))
            abort();
    }
    check_plain(text);
    if (report_message(text, &hall, &id) && hall.len + 1 + id.len != len)
        abort();
    buf_clear(&out);
    return 0;
}
