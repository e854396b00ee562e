/*
 * arena: memory that lives for one request and needs no free.
 *
 * Allocations come from blocks and are released together. Running out of
 * memory, or of the arena's maximum, ends the process with a line in the log:
 * everything that input controls is capped before it gets here, and the
 * process is supervised.
 */
#ifndef IVS_BASE_ARENA_H
#define IVS_BASE_ARENA_H

#include <jansson.h>
#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Make an arena that never holds more than max_bytes. Never NULL. */
struct arena *arena_new(size_t max_bytes);

/* Release everything, keep the first block for the next request. Runs the deferred calls, newest first. */
void arena_reset(struct arena *a);

/* Reset and free. a may be NULL. */
void arena_free(struct arena *a);

/* size bytes, zeroed, aligned for any type. Never NULL; valid until reset. */
void *arena_alloc(struct arena *a, size_t size);

/* n * size bytes, zeroed; ends the process on overflow. */
void *arena_calloc(struct arena *a, size_t n, size_t size);

/* A copy of s (NULL gives NULL) or of len bytes of p with a NUL behind. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *p, size_t len);

/* printf into the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Call fn(ptr) at the next reset. */
void arena_defer(struct arena *a, void (*fn)(void *), void *ptr);

/* Hand a JSON reference to the arena: dropped at reset. Returns j (NULL gives NULL). */
json_t *arena_json(struct arena *a, json_t *j);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
