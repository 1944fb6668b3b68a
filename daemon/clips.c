/* Owns the clips on main and hands them to the workers when they were read anew. The shipped set is
 * looked for where the program lies: in its build tree, or in share/ beside bin/ when it is
 * installed. Main thread; reading again runs on a job thread. SPDX-License-Identifier: MIT */
#include "clips.h"
#include "base/log.h"
#include "base/mem.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DIR_LONG = 4096 };

/* One reading at a time. */
struct clips {
    struct jobs_port *port;
    struct voice_set *set;  /* or NULL */
    struct voice_set *read; /* by the job */
    char dir[DIR_LONG];     /* for the job */
    char *scratch;
    bool reading;
    clips_fn fn;
    void *arg;
};

/* The folder of the program, without a slash at its end; "" when the kernel does not tell. */
static void program_dir(char out[DIR_LONG])
{
    ssize_t len = readlink("/proc/self/exe", out, DIR_LONG - 1);

    out[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(out, '/');
    if (slash != NULL)
        *slash = '\0';
}

static void shipped_dir(char out[DIR_LONG])
{
    static const char *const places[] = {"../voice", "../share/paihao/voice"};
    enum { PLACES = sizeof(places) / sizeof(places[0]) };
    char program[DIR_LONG], probe[DIR_LONG + 16];

    program_dir(program);
    for (int i = 0; i < PLACES; i++) {
        int len = snprintf(out, DIR_LONG, "%s/%s", program, places[i]);
        (void)snprintf(probe, sizeof(probe), "%s/manifest.json",
                       out); /* cut off, it is not there */
        if (len < DIR_LONG && access(probe, R_OK) == 0)
            return;
    }
}

static void set_dir(struct clips *c, const char *dir)
{
    if (dir[0] != '\0')
        (void)snprintf(c->dir, sizeof(c->dir), "%s", dir); /* the setting has at most 4000 bytes */
    else
        shipped_dir(c->dir);
}

struct clips *clips_new(struct loop *l, struct jobs *jobs, const char *dir, const char *scratch)
{
    struct clips *c = MEM_NEW(struct clips);

    c->port = jobs_port_new(jobs, l);
    set_dir(c, dir);
    c->scratch = mem_strdup(scratch);
    c->set = voice_set_load(c->dir, c->scratch);
    if (c->set == NULL)
        log_warn("voice: without clips the boards sound their chime alone");
    return c;
}

void clips_free(struct clips *c)
{
    if (c == NULL)
        return;
    jobs_port_free(c->port);
    voice_set_unref(c->set);
    voice_set_unref(c->read);
    mem_free(c->scratch);
    mem_free(c);
}

struct voice_set *clips_get(const struct clips *c)
{
    return c->set != NULL ? voice_set_ref(c->set) : NULL;
}

static void work(void *arg)
{
    struct clips *c = arg;

    c->read = voice_set_load(c->dir, c->scratch);
}

static void on_read(void *arg)
{
    struct clips *c = arg;

    c->reading = false;
    if (c->read == NULL) {
        log_warn("voice: the clips stay as they are");
        return;
    }
    voice_set_unref(c->set);
    c->set = c->read;
    c->read = NULL;
    c->fn(c->arg, clips_get(c));
}

void clips_reload(struct clips *c, const char *dir, clips_fn fn, void *arg)
{
    if (c->reading) {
        log_warn("voice: the clips are being read already");
        return;
    }
    set_dir(c, dir);
    c->fn = fn;
    c->arg = arg;
    c->reading = jobs_submit(c->port, work, on_read, c);
    if (!c->reading)
        log_warn("voice: too much is going on to read the clips again");
}
