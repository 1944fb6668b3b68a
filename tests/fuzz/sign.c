/* What signs answer, and what halls write for them: the first byte says which. Any bytes as a reply
 * of an Onbon controller, as a frame template and as the answer to one, as an address, as a text.
 * SPDX-License-Identifier: MIT */
#include "display/sign_driver.h"
#include "display/sign_onbon.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(bool good)
{
    if (!good)
        abort();
}

/* Nothing is read behind its end, and each whole frame uses up some bytes. */
static void replies(struct str in)
{
    size_t used;
    int error;

    for (;;) {
        enum onbon_reply r = onbon_read(in, &used, &error);
        check(used <= in.len && error >= 0 && error < 256);
        if (r == ONBON_MORE || r == ONBON_INVALID)
            return;
        check(used > 0);
        in.p += used;
        in.len -= used;
    }
}

static void frames(struct str text)
{
    struct frame_template frame, answer;
    struct sign_plan plan = {.unit = 3, .frame = &frame};
    struct sign_face face = {.number = "A012", .counter = "3", .text = "号"};
    struct buf out;
    size_t at, used;
    const char *why;
    char code[SIGN_WHY_MAX];

    buf_init(&out);
    if (frame_template_read(text, false, &frame, &at, &why))
        check(sign_frame.show(&plan, &face, &out) && out.len <= 8 * FRAME_PIECES_MAX);
    else
        check(at <= text.len && why);
    if (frame_template_read(text, true, &answer, &at, &why)) {
        plan.answer = &answer;
        enum sign_answer a = sign_frame.read(&plan, text, &used, code);
        check(used <= text.len && (a == SIGN_WAIT) == (used == 0));
    }
    buf_clear(&out);
}

static void texts(struct str text)
{
    struct sign_plan plan = {.width = 64, .height = 16, .colour = 1, .refresh_ms = 10000};
    struct sign_face face = {.calls = 1};
    struct buf out;
    char template[512];
    struct address address;
    const char *why;

    buf_init(&out);
    sign_text_gbk(text, &out);
    check(out.len <= text.len);
    str_copy(text, template, sizeof template);
    sign_text_fill(template, "A012", "3", face.text);
    buf_reset(&out);
    (void)sign_onbon.show(&plan, &face, &out);
    /* Whatever it says, the frame ends where it ends. */
    check(out.len == 0 || memchr(out.p, 0x5A, out.len) == out.p + out.len - 1);
    (void)address_read(text, &address, &why);
    buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static void (*const kinds[])(struct str) = {replies, frames, texts};

    if (len > 0)
        kinds[data[0] % 3]((struct str){(const char *)data + 1, len - 1});
    return 0;
}
