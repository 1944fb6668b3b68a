/* Texts of halls, words of gateways and ids of reports, as bad as they come: templates with every
 * filter, the reading of report ids. SPDX-License-Identifier: MIT */
#include "sms/report.h"
#include "sms/template.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

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
    if (report_message(text, &hall, &id) && hall.len + 1 + id.len != len)
        abort();
    buf_clear(&out);
    return 0;
}
