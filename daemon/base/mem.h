/* Memory that is there or ends the process: no caller tests for NULL.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BASE_MEM_H
#define PAIHAO_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for n objects of size bytes each; aborts without it or where n * size overflows. */
void *mem_calloc(size_t n, size_t size);
void *mem_realloc(void *old, size_t size_bytes);
char *mem_strdup(const char *s);
/* A NUL-terminated copy of exactly len bytes. */
char *mem_strndup(const char *s, size_t len);
void mem_free(void *p);

#define MEM_NEW(type) ((type *)mem_calloc(1, sizeof(type)))

#endif
