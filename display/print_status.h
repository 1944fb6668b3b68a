/* How a printer is, by what it answers. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_PRINT_STATUS_H
#define PAIHAO_DISPLAY_PRINT_STATUS_H

#include <stdbool.h>

/* How a printer is; the words of docs/displays.md, "Health". */
enum print_state {
    PRINT_UNKNOWN, /* not asked yet: "connecting" */
    PRINT_OK,
    PRINT_PAPER_LOW, /* still prints */
    PRINT_PAPER_OUT,
    PRINT_COVER_OPEN,
    PRINT_BROKEN,  /* an error of its own, or off line without saying why */
    PRINT_REFUSED, /* nobody listens there, or somebody else is connected */
    PRINT_SILENT,  /* no answer, or garbage */
    PRINT_STATES
};
const char *print_state_name(enum print_state s);
bool print_state_prints(enum print_state s);

enum { PRINT_STATUS_ASKS = 3 };
/* What DLE EOT is asked for, in this order: the printer, why it is off line, the paper. */
#define PRINT_STATUS_KINDS                                                                         \
    {                                                                                              \
        1, 2, 4                                                                                    \
    }

/* Is it an answer to DLE EOT, or to GS r 1? Some printers send other bytes, too. */
bool print_status_is_answer(unsigned char byte);
bool print_status_is_done(unsigned char byte);
enum print_state print_status_state(const unsigned char answers[PRINT_STATUS_ASKS]);

#endif
