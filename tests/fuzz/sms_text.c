/* Texts of halls, words of gateways and ids of reports, as bad as they come: templates with every
 * filter, the cutting into parts, the reading of report ids. SPDX-License-Identifier: MIT */
#include "sms/encoding.h"
#include "sms/report.h"
#include "sms/template.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A gateway refuses or charges for parts that are too long, so none may ever be. */
static void check_parts(struct str text)
{
    int lengths[8] = {0};
    struct encoding_size size = encoding_measure(text, lengths, 8);
    int part_max = size.encoding == ENCODING_GSM7 ? 153 : 67;
    int single_max = size.encoding == ENCODING_GSM7 ? 160 : 70;
    for (int i = 0; i < size.parts && i < 8; i++)
        if (lengths[i] > (size.parts == 1 ? single_max : part_max))
            abort();
    if (size.parts < 1 || (size.parts > 1 && size.units <= single_max))
        abort();
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
    if (str_utf8_valid(text))
        check_parts(text);
    if (report_message(text, &hall, &id) && hall.len + 1 + id.len != len)
        abort();
    buf_clear(&out);
    return 0;
}
