/* Least recently used goes first. A list suffices: with sounds of 150 KB and more there are some
 * hundred at the most. Run by one worker thread. SPDX-License-Identifier: MIT */
#include "display/voice_cache.h"

#include "base/mem.h"
#include <assert.h>
#include <string.h>
#include <sys/queue.h>

struct sound {
    TAILQ_ENTRY(sound) entry;
    size_t key_len, len;
    char p[]; /* the key, then the sound */
};

struct voice_cache {
    TAILQ_HEAD(sounds, sound) sounds; /* the most recent one first */
    size_t bytes, bytes_max;
};

static size_t size_of(const struct sound *s)
{
    return sizeof(*s) + s->key_len + s->len;
}

static void drop(struct voice_cache *c, struct sound *s)
{
    TAILQ_REMOVE(&c->sounds, s, entry);
    assert(c->bytes >= size_of(s));
    c->bytes -= size_of(s);
    mem_free(s);
}

struct voice_cache *voice_cache_new(size_t bytes_max)
{
    struct voice_cache *c = MEM_NEW(struct voice_cache);

    TAILQ_INIT(&c->sounds);
    c->bytes_max = bytes_max;
    return c;
}

void voice_cache_clear(struct voice_cache *c)
{
    while (!TAILQ_EMPTY(&c->sounds))
        drop(c, TAILQ_FIRST(&c->sounds));
}

void voice_cache_free(struct voice_cache *c)
{
    voice_cache_clear(c);
    mem_free(c);
}

static struct sound *find(struct voice_cache *c, struct str key)
{
    struct sound *s;

    TAILQ_FOREACH(s, &c->sounds, entry)
    {
        if (str_eq((struct str){s->p, s->key_len}, key))
            return s;
    }
    return NULL;
}

struct str voice_cache_get(struct voice_cache *c, struct str key)
{
    struct sound *s = find(c, key);

    if (s == NULL)
        return (struct str){NULL, 0};
    TAILQ_REMOVE(&c->sounds, s, entry);
    TAILQ_INSERT_HEAD(&c->sounds, s, entry);
    return (struct str){s->p + s->key_len, s->len};
}

void voice_cache_put(struct voice_cache *c, struct str key, struct str sound)
{
    struct sound *old = find(c, key);
    size_t size = sizeof(struct sound) + key.len + sound.len;

    if (old != NULL)
        drop(c, old);
    if (size > c->bytes_max)
        return;
    while (c->bytes + size > c->bytes_max)
        drop(c, TAILQ_LAST(&c->sounds, sounds)); /* there is one: size alone fits */
    struct sound *s = mem_calloc(1, size);
    s->key_len = key.len;
    s->len = sound.len;
    memcpy(s->p, key.p, key.len);
    memcpy(s->p + key.len, sound.p, sound.len);
    TAILQ_INSERT_HEAD(&c->sounds, s, entry);
    c->bytes += size;
}

size_t voice_cache_bytes(const struct voice_cache *c)
{
    return c->bytes;
}
