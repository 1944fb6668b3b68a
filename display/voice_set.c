/* Clips, sorted by word. A few megabytes of which a call needs little, so their samples lie one
 * behind the other in a file of our own that has no name: nobody replaces or cuts what was checked,
 * and it is the kernel's to decide what of it stays in memory. Read on main at the start and on a
 * job thread when the settings are reloaded; used on every worker. A clip that cannot be used is
 * left out and logged, a word that is missing logged once here, so that calls need not.
 * SPDX-License-Identifier: MIT */
#include "display/voice_set.h"

#include "base/log.h"
#include "base/mem.h"
#include "display/voice_text.h"
#include "display/voice_wav.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CLIPS_MAX = 1000,                            /* a language: its words and 500 counters' names */
    SET_BYTES_MAX = 64 * 1024 * 1024,            /* 30 minutes */
    FILE_BYTES_MAX = VOICE_CLIP_MAX + 64 * 1024, /* what recorders write about themselves */
    PATH_LONG = 4400,
    MISSING_TOLD = 20, /* words named in the log */
};
#define MIX_BEGIN 0xcbf29ce484222325ULL

struct clip {
    char word[VOICE_WORD_MAX];
    size_t at, len; /* its samples in the file */
    uint64_t mark;  /* of them */
};

struct shelf {
    struct clip *clips;
    int n;
};

struct voice_set {
    atomic_int references;
    struct shelf shelves[VOICE_LANGUAGES];
    int fd;
    size_t bytes;
    uint64_t id;
};

/* "yao" of "yao.wav"; false: not the name of a clip. */
static bool word_of(const char *name, char word[VOICE_WORD_MAX])
{
    struct str rest = str_of(name), stem;

    if (!str_cut(&rest, '.', &stem) || !str_is(rest, "wav") || stem.len == 0 ||
        stem.len >= VOICE_WORD_MAX)
        return false;
    for (size_t i = 0; i < stem.len; i++) {
        char c = stem.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    str_copy(stem, word, VOICE_WORD_MAX);
    return true;
}

/* The whole file; NULL: *fault says why not. */
static char *read_file(int fd, size_t *len, const char **fault)
{
    struct stat st;
    size_t got = 0;

    *fault = "it cannot be read";
    if (fstat(fd, &st) != 0)
        return NULL;
    if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX) {
        *fault = S_ISREG(st.st_mode) ? "it is too large" : "it is no file";
        return NULL;
    }
    char *p = mem_calloc(1, (size_t)st.st_size + 1);
    while (got < (size_t)st.st_size) {
        ssize_t n = read(fd, p + got, (size_t)st.st_size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            mem_free(p);
            return NULL;
        }
        got += (size_t)n;
    }
    *len = got;
    return p;
}

/* FNV-1a, 64 bits: to tell sets apart, not to withstand anybody. */
static uint64_t mix(uint64_t hash, struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3ULL;
    return hash;
}

/* Behind those that are there; false: the disk is full. */
static bool keep(struct voice_set *s, struct clip *clip, struct str samples)
{
    size_t done = 0;

    while (done < samples.len) {
        ssize_t n = pwrite(s->fd, samples.p + done, samples.len - done, (off_t)(s->bytes + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    clip->at = s->bytes;
    clip->len = samples.len;
    clip->mark = mix(MIX_BEGIN, samples);
    s->bytes += samples.len;
    return true;
}

/* NULL, or why the clip is left out. */
static const char *load_clip(struct voice_set *s, int language, const char *path, const char *word)
{
    struct shelf *shelf = &s->shelves[language];
    struct clip *clip = &shelf->clips[shelf->n];
    const char *fault;
    struct str samples;
    size_t len;

    if (shelf->n == CLIPS_MAX)
        return "there are too many";
    /* O_NONBLOCK: a pipe in the folder must not hold up the start. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return strerror(errno);
    char *file = read_file(fd, &len, &fault);
    (void)close(fd); /* it was only read */
    if (file == NULL)
        return fault;
    fault = voice_wav_read((struct str){file, len}, &samples);
    if (fault == NULL && s->bytes + samples.len > SET_BYTES_MAX)
        fault = "the set is too large";
    if (fault == NULL && !keep(s, clip, samples))
        fault = "there is no room to keep it";
    mem_free(file);
    if (fault != NULL)
        return fault;
    (void)snprintf(clip->word, sizeof(clip->word), "%s", word); /* word_of() has measured it */
    shelf->n++;
    return NULL;
}

static int by_word(const void *a, const void *b)
{
    return strcmp(((const struct clip *)a)->word, ((const struct clip *)b)->word);
}

static void load_language(struct voice_set *s, const char *dir, int language)
{
    char folder[PATH_LONG], path[PATH_LONG + 300], word[VOICE_WORD_MAX];
    struct shelf *shelf = &s->shelves[language];
    struct dirent *entry;

    (void)snprintf(folder, sizeof(folder), "%s/%s", dir, VOICE_LANGUAGE[language]); /* 4000 + 3 */
    DIR *d = opendir(folder);
    if (d == NULL)
        return; /* a set need not speak every language */
    shelf->clips = mem_calloc(CLIPS_MAX + 1, sizeof(*shelf->clips));
    while ((entry = readdir(d)) != NULL) {
        if (!word_of(entry->d_name, word))
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name); /* 255 more */
        const char *fault = load_clip(s, language, path, word);
        if (fault != NULL)
            log_warn("voice %s: %s left out: %s", VOICE_LANGUAGE[language], entry->d_name, fault);
    }
    (void)closedir(d); /* it was only read */
    shelf->clips = mem_realloc(shelf->clips, (size_t)(shelf->n + 1) * sizeof(*shelf->clips));
    qsort(shelf->clips, (size_t)shelf->n, sizeof(*shelf->clips), by_word);
}

static void tell_missing(const struct voice_set *s, int language)
{
    struct buf names;
    const char *word;
    int n = 0;

    if (s->shelves[language].n == 0)
        return;
    buf_init(&names);
    for (int i = 0; (word = voice_needed(language, i)) != NULL; i++)
        if (voice_set_bytes(s, language, word) == 0 && n++ < MISSING_TOLD)
            buf_addf(&names, " %s", word);
    if (n > 0)
        log_warn("voice %s: %d clips are missing, calls with them are not said:" STR_FMT "%s",
                 VOICE_LANGUAGE[language], n, STR_ARG(buf_str(&names)),
                 n > MISSING_TOLD ? " ..." : "");
    buf_clear(&names);
}

static void seal_set(struct voice_set *s)
{
    s->id = MIX_BEGIN;
    for (int l = 0; l < VOICE_LANGUAGES; l++) {
        for (int i = 0; i < s->shelves[l].n; i++) {
            const struct clip *c = &s->shelves[l].clips[i];
            s->id = mix(mix(s->id, str_of(VOICE_LANGUAGE[l])), str_of(c->word));
            s->id = mix(s->id, (struct str){(const char *)&c->mark, sizeof(c->mark)});
        }
        tell_missing(s, l);
    }
}

/* Where the disk knows no files without a name, in memory. */
static int nameless_file(const char *scratch)
{
    int fd = open(scratch, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    return fd >= 0 ? fd : memfd_create("voice", MFD_CLOEXEC);
}

struct voice_set *voice_set_load(const char *dir, const char *scratch)
{
    struct stat st;

    if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        log_warn("voice: there is no folder %s", dir);
        return NULL;
    }
    int fd = nameless_file(scratch);
    if (fd < 0) {
        log_warn("voice: there is no room for the clips: %s", strerror(errno));
        return NULL;
    }
    struct voice_set *s = MEM_NEW(struct voice_set);
    s->fd = fd;
    atomic_init(&s->references, 1);
    for (int l = 0; l < VOICE_LANGUAGES; l++)
        load_language(s, dir, l);
    seal_set(s);
    log_info("voice: %d clips of zh, %d of en, %d of de in %s", s->shelves[0].n, s->shelves[1].n,
             s->shelves[2].n, dir);
    return s;
}

struct voice_set *voice_set_ref(struct voice_set *s)
{
    atomic_fetch_add(&s->references, 1);
    return s;
}

void voice_set_unref(struct voice_set *s)
{
    if (s == NULL || atomic_fetch_sub(&s->references, 1) != 1)
        return;
    for (int l = 0; l < VOICE_LANGUAGES; l++)
        mem_free(s->shelves[l].clips);
    (void)close(s->fd); /* nothing of it is to last */
    mem_free(s);
}

static const struct clip *find(const struct voice_set *s, int language, const char *word)
{
    const struct shelf *shelf = &s->shelves[language];
    struct clip key;

    str_copy(str_of(word), key.word, sizeof(key.word));
    return shelf->n > 0
               ? bsearch(&key, shelf->clips, (size_t)shelf->n, sizeof(*shelf->clips), by_word)
               : NULL;
}

size_t voice_set_bytes(const struct voice_set *s, int language, const char *word)
{
    const struct clip *found = find(s, language, word);

    return found != NULL ? found->len : 0;
}

bool voice_set_add(const struct voice_set *s, int language, const char *word, struct buf *out)
{
    const struct clip *found = find(s, language, word);
    size_t done = 0;

    if (found == NULL)
        return false;
    buf_reserve(out, found->len);
    while (done < found->len) {
        ssize_t n = pread(s->fd, out->p + out->len, found->len - done, (off_t)(found->at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
        out->len += (size_t)n;
        out->p[out->len] = '\0';
    }
    return true;
}

uint64_t voice_set_id(const struct voice_set *s)
{
    return s->id;
}

int voice_set_count(const struct voice_set *s, int language)
{
    return s->shelves[language].n;
}
