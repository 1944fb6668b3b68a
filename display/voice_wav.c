/* RIFF as recorders write it: the format first, the samples once, and whatever else they add is
 * skipped. Lengths come from a file somebody made: none is believed before it was held against what
 * is there. Pure; any thread. SPDX-License-Identifier: MIT */
#include "display/voice_wav.h"

#include <stdbool.h>
#include <string.h>

enum {
    RIFF_BYTES = 12, /* "RIFF", length, "WAVE" */
    CHUNK_BYTES = 8, /* its name and its length */
    FORMAT_BYTES = 16,
    FORMAT_PCM = 1,
};

static uint32_t u16_at(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] | (uint32_t)u[1] << 8;
}

static uint32_t u32_at(const char *p)
{
    return u16_at(p) | u16_at(p + 2) << 16;
}

/* The next chunk of what is left; false: there is none, or it is longer than the file. */
static bool next_chunk(struct str *rest, struct str *name, struct str *body)
{
    if (rest->len < CHUNK_BYTES)
        return false;
    size_t len = u32_at(rest->p + 4);
    size_t padded = len + (len & 1);
    if (len > rest->len - CHUNK_BYTES)
        return false;
    *name = (struct str){rest->p, 4};
    *body = (struct str){rest->p + CHUNK_BYTES, len};
    if (padded > rest->len - CHUNK_BYTES)
        padded = len; /* the last one of a file that was cut by a byte of padding */
    rest->p += CHUNK_BYTES + padded;
    rest->len -= CHUNK_BYTES + padded;
    return true;
}

static const char *check_format(struct str body)
{
    if (body.len < FORMAT_BYTES || u16_at(body.p) != FORMAT_PCM)
        return "it is not plain PCM";
    if (u16_at(body.p + 2) != 1)
        return "it is not mono";
    if (u32_at(body.p + 4) != VOICE_RATE)
        return "it has not 16000 samples a second";
    if (u16_at(body.p + 14) != VOICE_SAMPLE_BYTES * 8)
        return "its samples have not 16 bits";
    if (u32_at(body.p + 8) != VOICE_BYTES_SECOND || u16_at(body.p + 12) != VOICE_SAMPLE_BYTES)
        return "its header contradicts itself";
    return NULL;
}

static const char *check_samples(struct str samples)
{
    if (samples.len == 0)
        return "there is no sound in it";
    if (samples.len % VOICE_SAMPLE_BYTES)
        return "its last sample is cut off";
    if (samples.len > VOICE_CLIP_MAX)
        return "it is longer than 5 s";
    return NULL;
}

/* Everything behind "RIFF", length, "WAVE". */
static const char *read_chunks(struct str rest, struct str *samples)
{
    struct str name, body;
    bool formatted = false, found = false;
    const char *fault;

    while (rest.len > 0) {
        if (!next_chunk(&rest, &name, &body))
            return "it is cut off";
        if (str_is(name, "fmt ")) {
            if (formatted)
                return "it has two formats";
            formatted = true;
            if ((fault = check_format(body)) != NULL)
                return fault;
        } else if (str_is(name, "data")) {
            if (!formatted || found)
                return found ? "it has two pieces of sound" : "its format stands behind the sound";
            found = true;
            *samples = body;
        }
    }
    return found ? check_samples(*samples) : "there is no sound in it";
}

const char *voice_wav_read(struct str file, struct str *samples)
{
    *samples = STR("");
    if (file.len < RIFF_BYTES || !str_starts(file, "RIFF") || memcmp(file.p + 8, "WAVE", 4) != 0)
        return "it is no WAV file";
    size_t len = u32_at(file.p + 4);
    if (len < 4 || len > file.len - CHUNK_BYTES)
        return "it is cut off";
    const char *fault = read_chunks((struct str){file.p + RIFF_BYTES, len - 4}, samples);
    if (fault != NULL)
        *samples = STR("");
    return fault;
}

static void add_u16(struct buf *out, uint32_t n)
{
    buf_add_char(out, (char)(n & 0xff));
    buf_add_char(out, (char)(n >> 8 & 0xff));
}

static void add_u32(struct buf *out, uint32_t n)
{
    add_u16(out, n & 0xffff);
    add_u16(out, n >> 16);
}

void voice_wav_header(struct buf *out, size_t samples_len)
{
    buf_add_c(out, "RIFF");
    add_u32(out, (uint32_t)(samples_len + VOICE_HEADER_BYTES - CHUNK_BYTES));
    buf_add_c(out, "WAVEfmt ");
    add_u32(out, FORMAT_BYTES);
    add_u16(out, FORMAT_PCM);
    add_u16(out, 1);
    add_u32(out, VOICE_RATE);
    add_u32(out, VOICE_BYTES_SECOND);
    add_u16(out, VOICE_SAMPLE_BYTES);
    add_u16(out, VOICE_SAMPLE_BYTES * 8);
    buf_add_c(out, "data");
    add_u32(out, (uint32_t)samples_len);
}
