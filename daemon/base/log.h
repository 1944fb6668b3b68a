/* One line per fact on stderr: priority prefix for journald, text or JSON. Subject first. Never a
 * phone number, never a token. Thread-safe (one write(2) a line).
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_LOG_H
#define PAIHAO_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

void log_set(enum log_level level, enum log_format format);
bool log_level_parse(const char *name, enum log_level *out); /* error warn info debug */
bool log_on(enum log_level level);

void log_write(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Appends ": <strerror(errno)>"; errno is kept. */
void log_write_errno(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...)       log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)        log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...)        log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...)       (log_on(LOG_DEBUG) ? log_write(LOG_DEBUG, __VA_ARGS__) : (void)0)
#define log_error_errno(...) log_write_errno(LOG_ERROR, __VA_ARGS__)
#define log_warn_errno(...)  log_write_errno(LOG_WARN, __VA_ARGS__)

#endif
