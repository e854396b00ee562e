/*
 * arena: blocks in a list, the newest first; the oldest stays over a reset,
 * so that an ordinary request allocates nothing from the heap.
 */
#include "base/arena.h"

#include "base/mem.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 * 1024, ALIGN = alignof(max_align_t) };

struct block {
	struct block *older;
	size_t size;                       /* bytes in data */
	size_t used;
	alignas(max_align_t) char data[];
};

struct deferred {
	struct deferred *older;
	void (*fn)(void *);
	void *ptr;
};

struct arena {
	struct block *newest;
	struct deferred *deferred;         /* lives in the arena itself */
	size_t used;
	size_t max;
};

static struct block *block_new(struct block *older, size_t size)
{
	struct block *b = mem_alloc(sizeof *b + size);

	b->older = older;
	b->size = size;
	return b;
}

struct arena *arena_new(size_t max_bytes)
{
	struct arena *a = mem_alloc(sizeof *a);

	a->max = max_bytes;
	a->newest = block_new(NULL, BLOCK);
	return a;
}

/* What requests leave behind may hold tokens: wiped, also because the next one expects zeros. */
void arena_reset(struct arena *a)
{
	while (a->deferred != NULL) {
		struct deferred *d = a->deferred;
		a->deferred = d->older;
		d->fn(d->ptr);
	}
	while (a->newest->older != NULL) {
		struct block *b = a->newest;
		a->newest = b->older;
		mem_wipe(b->data, b->used);
		free(b);
	}
	mem_wipe(a->newest->data, a->newest->used);
	a->newest->used = 0;
	a->used = 0;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->newest);
	free(a);
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN;
	void *out;

	if (size > a->max || need > a->max - a->used) {
		fprintf(stderr, "{\"level\":\"error\",\"msg\":\"a request needs more than its arena of %zu bytes\"}\n",
		    a->max);
		_Exit(70);
	}
	if (need > a->newest->size - a->newest->used)
		a->newest = block_new(a->newest, need > BLOCK ? need : BLOCK);
	out = a->newest->data + a->newest->used;
	a->newest->used += need;
	a->used += need;
	return out;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		return arena_alloc(a, SIZE_MAX);
	return arena_alloc(a, n * size);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s != NULL ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_strndup(struct arena *a, const char *p, size_t len)
{
	char *out;

	assert(len < SIZE_MAX);
	out = arena_alloc(a, len + 1);
	if (len > 0)
		memcpy(out, p, len);
	return out;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *out;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	out = arena_alloc(a, (size_t)n + 1);
	vsnprintf(out, (size_t)n + 1, fmt, again);
	va_end(again);
	return out;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *out;

	va_start(ap, fmt);
	out = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return out;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *ptr)
{
	struct deferred *d = arena_alloc(a, sizeof *d);

	d->older = a->deferred;
	d->fn = fn;
	d->ptr = ptr;
	a->deferred = d;
}

static void drop_json(void *j)
{
	json_decref(j);
}

json_t *arena_json(struct arena *a, json_t *j)
{
	if (j != NULL)
		arena_defer(a, drop_json, j);
	return j;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
