/* The key file: making, checking, reading. Runs at the start of the process, on main. One key of
 * the file gives one key per use (libsodium's kdf), so no key ever serves two purposes.
 * SPDX-License-Identifier: MIT */
#include "core/seal_keys.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* SEAL_KEYS_MAX lines with room for comments. */
enum { FILE_MAX = 4096 };

static const char kdf_context[crypto_kdf_CONTEXTBYTES] = {'p', 'a', 'i', 'h', 'a', 'o', ' ', '1'};
enum { KDF_RECORD = 1, KDF_HASH = 2, KDF_LINK = 3 };

static bool sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? mem_strdup(".")
                   : slash == path ? mem_strdup("/")
                                   : mem_strndup(path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    mem_free(folder);
    return ok;
}

static bool write_fresh_key(int fd)
{
    unsigned char key[SEAL_KEY_BYTES];
    char line[3 + 2 * SEAL_KEY_BYTES + 2];
    bool ok;

    randombytes_buf(key, sizeof(key));
    memcpy(line, "k1:", 3);
    sodium_bin2hex(line + 3, 2 * SEAL_KEY_BYTES + 1, key, sizeof(key));
    line[sizeof(line) - 2] = '\n';
    ok = write(fd, line, sizeof(line) - 1) == (ssize_t)sizeof(line) - 1 && fsync(fd) == 0;
    sodium_memzero(key, sizeof(key));
    sodium_memzero(line, sizeof(line));
    return ok;
}

/* Under another name first: a key file exists whole or not at all, also after a crash, and of two
 * processes that start together one wins. */
static bool make_file(const char *path)
{
    char *temporary;
    struct buf name;
    bool ok = false;
    int fd;

    buf_init(&name);
    buf_addf(&name, "%s.XXXXXX", path);
    temporary = buf_take(&name, NULL);
    fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        log_error_errno("key file %s: cannot be made", path);
        mem_free(temporary);
        return false;
    }
    ok = write_fresh_key(fd) && (link(temporary, path) == 0 || errno == EEXIST) &&
         sync_folder_of(path);
    if (ok)
        log_info("key file %s: made", path);
    else
        log_error_errno("key file %s: cannot be written", path);
    close(fd);
    (void)unlink(temporary); /* at worst a file with an unused key stays, readable by us only */
    mem_free(temporary);
    return ok;
}

/* The group may read: Debian's root:paihao 0640, and what systemd's LoadCredential= shows as mode.
 */
static bool check_owner(int fd, const char *path)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        log_error_errno("key file %s: cannot be looked at", path);
        return false;
    }
    if (!S_ISREG(st.st_mode)) {
        log_error("key file %s: is no file", path);
        return false;
    }
    if ((st.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
        log_error("key file %s: its mode %03o lets others read or write it; use 0600", path,
                  (unsigned)(st.st_mode & 0777));
        return false;
    }
    if (st.st_uid != geteuid() && st.st_uid != 0) {
        log_error("key file %s: belongs to another user", path);
        return false;
    }
    return true;
}

static bool add_key(struct seal *s, struct str id, const unsigned char key[SEAL_KEY_BYTES])
{
    struct seal_key *k = &s->keys[s->n];

    for (int i = 0; i < s->n; i++) {
        if (str_is(id, s->keys[i].id))
            return false;
    }
    memcpy(k->id, id.p, id.len);
    k->id[id.len] = '\0';
    crypto_kdf_derive_from_key(k->record, sizeof(k->record), KDF_RECORD, kdf_context, key);
    if (s->n++ == 0) {
        crypto_kdf_derive_from_key(s->hash, sizeof(s->hash), KDF_HASH, kdf_context, key);
        crypto_kdf_derive_from_key(s->link, sizeof(s->link), KDF_LINK, kdf_context, key);
    }
    return true;
}

static bool id_ok(struct str id)
{
    if (id.len == 0 || id.len > SEAL_KEY_ID_MAX)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789", id.p[i]) == NULL || id.p[i] == '\0')
            return false;
    }
    return true;
}

static bool read_line(struct seal *s, struct str line)
{
    unsigned char key[SEAL_KEY_BYTES];
    struct str id;
    size_t len;
    bool ok;

    if (line.len == 0 || line.p[0] == '#')
        return true;
    if (s->n == SEAL_KEYS_MAX || !str_cut(&line, ':', &id) || !id_ok(id))
        return false;
    ok = line.len == 2 * SEAL_KEY_BYTES &&
         sodium_hex2bin(key, sizeof(key), line.p, line.len, NULL, &len, NULL) == 0 &&
         len == SEAL_KEY_BYTES && add_key(s, id, key);
    sodium_memzero(key, sizeof(key));
    return ok;
}

static bool read_lines(struct seal *s, struct str text, const char *path)
{
    struct str line;

    for (int number = 1; str_cut(&text, '\n', &line); number++) {
        if (!read_line(s, line)) {
            log_error("key file %s: line %d is not a new \"name:\" and 64 hex digits", path,
                      number);
            return false;
        }
    }
    if (s->n == 0)
        log_error("key file %s: holds no key", path);
    return s->n > 0;
}

bool seal_keys_read(struct seal *s, const char *path, bool make)
{
    char text[FILE_MAX + 1];
    ssize_t len;
    bool ok;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 && errno == ENOENT && make) {
        if (!make_file(path))
            return false;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    }
    if (fd < 0) {
        log_error_errno("key file %s: cannot be opened", path);
        return false;
    }
    ok = check_owner(fd, path);
    if (ok) {
        len = read(fd, text, sizeof(text));
        ok = len >= 0 && len <= FILE_MAX;
        if (ok)
            ok = read_lines(s, (struct str){text, (size_t)len}, path);
        else
            log_error("key file %s: cannot be read or is over %d bytes", path, FILE_MAX);
        sodium_memzero(text, sizeof(text));
    }
    close(fd);
    return ok;
}
