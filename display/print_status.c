/* What a printer's status bytes mean. Owns nothing; any thread. SPDX-License-Identifier: MIT */
#include "display/print_status.h"

const char *print_state_name(enum print_state s)
{
    static const char *const names[PRINT_STATES] = {
        [PRINT_UNKNOWN] = "connecting",    [PRINT_OK] = "ok",
        [PRINT_PAPER_LOW] = "paper_low",   [PRINT_PAPER_OUT] = "paper_out",
        [PRINT_COVER_OPEN] = "cover_open", [PRINT_BROKEN] = "broken",
        [PRINT_REFUSED] = "refused",       [PRINT_SILENT] = "silent",
    };
    return names[s];
}

bool print_state_prints(enum print_state s)
{
    return s == PRINT_OK || s == PRINT_PAPER_LOW;
}

/* A fixed pattern marks an answer to DLE EOT; that to GS r has the paper in its lower half only. */
bool print_status_is_answer(unsigned char byte)
{
    return (byte & 0x93) == 0x12;
}

bool print_status_is_done(unsigned char byte)
{
    return (byte & 0xf0) == 0;
}

/* The cover first: whoever opens it also moves the paper off its sensor. */
enum print_state print_status_state(const unsigned char answers[PRINT_STATUS_ASKS])
{
    unsigned char printer = answers[0], cause = answers[1], paper = answers[2];

    if (cause & 0x04)
        return PRINT_COVER_OPEN;
    if ((cause & 0x20) || (paper & 0x60))
        return PRINT_PAPER_OUT;
    if ((cause & 0x40) || (printer & 0x08))
        return PRINT_BROKEN;
    return paper & 0x0c ? PRINT_PAPER_LOW : PRINT_OK;
}
