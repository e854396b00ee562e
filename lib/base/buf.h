/*
 * buf: a growing byte buffer with a maximum that must be stated at the start.
 *
 * Contents are always NUL-terminated. Going over the maximum sets a sticky
 * overflow mark and drops the addition; look at it once, at the end. Running
 * out of memory ends the process.
 */
#ifndef IVS_BASE_BUF_H
#define IVS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;      /* NUL-terminated, never NULL after buf_init; owned */
	size_t len;      /* bytes without the NUL */
	size_t cap;      /* bytes allocated */
	size_t max;      /* len never exceeds this */
	bool overflow;   /* something did not fit */
};

/* Start empty with a maximum of max bytes. */
void buf_init(struct buf *b, size_t max);

/* Free the storage, wiped first. b is unusable until buf_init. */
void buf_clear(struct buf *b);

/* Forget the contents (and the overflow mark), keep the storage. */
void buf_reset(struct buf *b);

/* Add bytes, a string, a byte or formatted text. 0, or -1 when it did not fit (b unchanged but marked). */
int buf_add(struct buf *b, const void *p, size_t len);
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The contents, to be freed by the caller; b is empty afterwards. */
char *buf_take(struct buf *b, size_t *len);

#endif
