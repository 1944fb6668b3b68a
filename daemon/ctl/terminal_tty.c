/* Owns the state of the terminal on standard output. Plain ANSI sequences, known to each terminal
 * of the last forty years; one write for each picture, so that it does not flicker over ssh.
 * Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/terminal_tty.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { COLS = 80, ROWS = 24, COLS_MAX = 500, ROWS_MAX = 300 };

static struct {
    bool entered, keys;
    struct termios was;
    struct buf shown;
} tty;

void tty_enter(void)
{
    static bool at_exit;

    buf_init(&tty.shown);
    if (!at_exit)
        at_exit = atexit(tty_leave) == 0;
    tty.keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &tty.was) == 0;
    if (tty.keys) {
        struct termios quiet = tty.was;
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &quiet); /* else keys are seen, nothing worse */
    }
    (void)signal(SIGTSTP, SIG_IGN); /* stopped, it would leave the terminal as it is */
    tty.entered = true;
    fputs("\x1b[?1049h\x1b[?25l", stdout);
    fflush(stdout);
}

void tty_leave(void)
{
    if (!tty.entered)
        return;
    tty.entered = false;
    fputs("\x1b[0m\x1b[?25h\x1b[?1049l", stdout);
    fflush(stdout);
    if (tty.keys)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &tty.was);
    buf_clear(&tty.shown);
}

void tty_size(int *cols, int *rows)
{
    struct winsize size = {0};

    *cols = COLS;
    *rows = ROWS;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return;
    *cols = size.ws_col < COLS_MAX ? size.ws_col : COLS_MAX;
    *rows = size.ws_row < ROWS_MAX ? size.ws_row : ROWS_MAX;
}

void tty_show(struct str lines)
{
    struct str line, rest = lines;
    struct buf out;
    bool first = true;

    if (tty.shown.len > 0 && str_eq(buf_str(&tty.shown), lines))
        return;
    buf_reset(&tty.shown);
    buf_add_str(&tty.shown, lines);
    buf_init(&out);
    buf_add_c(&out, "\x1b[H");
    while (str_cut(&rest, '\n', &line)) {
        buf_add_c(&out, first ? "" : "\r\n");
        buf_add_str(&out, line);
        buf_add_c(&out, "\x1b[K");
        first = false;
    }
    buf_add_c(&out, "\x1b[J");
    fwrite(out.p, 1, out.len, stdout);
    fflush(stdout);
    buf_clear(&out);
}

void tty_forget(void)
{
    buf_reset(&tty.shown);
}

void tty_bell(void)
{
    fputc('\a', stdout);
    fflush(stdout);
}
