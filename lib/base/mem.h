/*
 * mem: allocation that ends the process when memory is out, and the handling
 * of secrets. For small, capped sizes; see arena.h for what one request needs.
 */
#ifndef IVS_BASE_MEM_H
#define IVS_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

void *mem_alloc(size_t size);                    /* zeroed */
void *mem_calloc(size_t n, size_t size);         /* zeroed, overflow ends the process */
void *mem_realloc(void *p, size_t size);         /* what is new is not zeroed */
char *mem_strdup(const char *s);                 /* NULL gives NULL */
char *mem_strndup(const char *p, size_t len);

/* Overwrite with zeros in a way the compiler keeps. p may be NULL. */
void mem_wipe(void *p, size_t len);

/* Wipe a NUL-terminated string and free it. s may be NULL. */
void mem_free_secret(char *s);

/* Compare in time that depends on len alone. */
bool mem_equal_ct(const void *a, const void *b, size_t len);

/* No core dumps and no ptrace from now on (secrets are in memory). Errors are ignored: a container may forbid it. */
void mem_harden_process(void);

#endif
