/*
 * buf: a capped growing buffer. Invariants: data is NUL-terminated at len,
 * len <= max, cap > len. Growth doubles, so that adding is linear in all.
 */
#include "base/buf.h"

#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

void buf_init(struct buf *b, size_t max)
{
	assert(max < SIZE_MAX / 4);
	b->data = mem_alloc(FIRST);
	b->len = 0;
	b->cap = FIRST;
	b->max = max;
	b->overflow = false;
}

void buf_clear(struct buf *b)
{
	mem_wipe(b->data, b->cap);
	free(b->data);
	memset(b, 0, sizeof *b);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->data[0] = '\0';
	b->overflow = false;
}

/* A plain realloc could leave what was there behind in freed memory. */
static void grow(struct buf *b, size_t want)
{
	size_t cap = b->cap;
	char *data;

	while (cap < want)
		cap *= 2;
	data = mem_alloc(cap);
	memcpy(data, b->data, b->len + 1);
	mem_wipe(b->data, b->cap);
	free(b->data);
	b->data = data;
	b->cap = cap;
}

int buf_add(struct buf *b, const void *p, size_t len)
{
	if (len > b->max - b->len) {
		b->overflow = true;
		return -1;
	}
	if (b->len + len + 1 > b->cap)
		grow(b, b->len + len + 1);
	if (len > 0)
		memcpy(b->data + b->len, p, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n > b->max - b->len) {
		b->overflow = true;
		return -1;
	}
	if (b->len + (size_t)n + 1 > b->cap)
		grow(b, b->len + (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

char *buf_take(struct buf *b, size_t *len)
{
	char *out = b->data;
	size_t max = b->max;

	if (len != NULL)
		*len = b->len;
	buf_init(b, max);
	return out;
}
