/* Whatever lies in the folder of clips: what is taken is whole samples inside the file, and what is
 * written can be read. SPDX-License-Identifier: MIT */
#include "display/voice_wav.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str file = {(const char *)data, size}, samples, again;
    struct buf copy;

    if (voice_wav_read(file, &samples) != NULL) {
        if (samples.len != 0)
            abort();
        return 0;
    }
    if (samples.len == 0 || samples.len % 2 || samples.len > VOICE_CLIP_MAX || samples.p < file.p ||
        samples.p + samples.len > file.p + file.len)
        abort();
    buf_init(&copy);
    voice_wav_header(&copy, samples.len);
    buf_add_str(&copy, samples);
    if (voice_wav_read(buf_str(&copy), &again) != NULL || !str_eq(samples, again))
        abort();
    buf_clear(&copy);
    return 0;
}
