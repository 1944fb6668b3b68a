/* The one form of sound files the voice is made of and told in: WAV, 16 kHz, mono, 16-bit PCM.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_VOICE_WAV_H
#define PAIHAO_DISPLAY_VOICE_WAV_H

#include "base/str.h"

enum {
    VOICE_RATE = 16000,
    VOICE_SAMPLE_BYTES = 2,
    VOICE_BYTES_SECOND = VOICE_RATE * VOICE_SAMPLE_BYTES,
    VOICE_HEADER_BYTES = 44,
    VOICE_CLIP_MAX = 5 * VOICE_BYTES_SECOND, /* a word or a name, not a speech */
};

/* The samples inside a file, a view into it. Returns NULL, or why it is refused. */
const char *voice_wav_read(struct str file, struct str *samples);
/* The header of a file with so many bytes of samples. */
void voice_wav_header(struct buf *out, size_t samples_len);

#endif
