/* paihaod: the command line. Everything else is boot.c's. Exit statuses are those of sysexits(3);
 * 78 is a fault in the settings. SPDX-License-Identifier: MIT */
#include "api/commands.h"
#include "boot.h"
#include "config/settings.h"
#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

enum {
    OPT_CONFIG = 'c',
    OPT_HELP = 'h',
    OPT_VERSION = 'V',
    OPT_CHECK = 256,
    OPT_PRINT,
    OPT_SAMPLE,
    OPT_COMMANDS
};

/* jemalloc looks for it by this name. An arena for each core and more would cost megabytes for
 * nothing. */
const char *malloc_conf = "narenas:2,dirty_decay_ms:1000";

static const struct option options[] = {
    {"config", required_argument, NULL, OPT_CONFIG},
    {"check-config", no_argument, NULL, OPT_CHECK},
    {"print-config", no_argument, NULL, OPT_PRINT},
    {"print-sample", no_argument, NULL, OPT_SAMPLE},
    {"print-commands", no_argument, NULL, OPT_COMMANDS},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: paihaod [--config FILE] [--check-config | --print-config]\n"
    "  -c, --config FILE   settings; without it every setting has its default\n"
    "      --check-config  read the settings, say what is wrong with them, and end\n"
    "      --print-config  print the settings in force, secrets left out\n"
    "      --print-sample  print a commented sample of the settings file\n"
    "      --print-commands  print every operation of the HTTP API as JSON\n"
    "  -V, --version       print the versions of paihao and of its libraries\n"
    "  -h, --help          print this\n";

/* The libraries it was built with; each is included in its own folder only, so CMake tells the
 * numbers. */
static const char versions[] = "paihaod " PAIHAO_VERSION "\n" PAIHAO_LIBRARIES;

static int print(struct buf *text)
{
    bool ok = fwrite(text->p, 1, text->len, stdout) == text->len && fflush(stdout) == 0;

    buf_clear(text);
    return ok ? EX_OK : EX_IOERR;
}

static int print_without_settings(int what)
{
    struct buf text;

    buf_init(&text);
    if (what == OPT_SAMPLE) {
        settings_sample(&text);
    } else if (what == OPT_COMMANDS) {
        commands_init();
        commands_dump(&text);
    } else if (what == OPT_VERSION) {
        buf_add_c(&text, versions);
    } else {
        buf_add_c(&text, usage);
    }
    return print(&text);
}

static int with_settings(int what, const char *path)
{
    struct buf text;
    int status = EX_OK;

    buf_init(&text);
    struct settings *s = settings_load(path, &text);
    if (!s) {
        (void)fprintf(stderr, "paihaod: " STR_FMT "\n", STR_ARG(buf_str(&text)));
        buf_clear(&text);
        return EX_CONFIG;
    }
    if (what == OPT_PRINT) {
        settings_print(s, &text);
        status = print(&text);
    } else if (what == 0) {
        status = boot_run(s, path);
    }
    settings_free(s);
    buf_clear(&text);
    return status;
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    int what = 0, option;

    while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
        if (option == OPT_CONFIG)
            path = optarg;
        else if (option == '?')
            return EX_USAGE;
        else
            what = option;
    }
    if (optind < argc) {
        (void)fputs(usage, stderr);
        return EX_USAGE;
    }
    if (what == 0 || what == OPT_CHECK || what == OPT_PRINT)
        return with_settings(what, path);
    return print_without_settings(what);
}
