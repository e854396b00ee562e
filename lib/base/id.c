/*
 * id: random identifiers, uniform over their alphabet.
 */
#include "base/id.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void id_random(void *p, size_t len)
{
	unsigned char *out = p;

	while (len > 0) {
		ssize_t n = getrandom(out, len, 0);
		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			out += n;
			len -= (size_t)n;
		}
	}
}

char *id_make(char *out, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char pool[64];
	size_t have = 0, i = 0;

	assert(size > 0);
	while (i < size - 1) {
		if (have == 0) {
			id_random(pool, sizeof pool);
			have = sizeof pool;
		}
		have--;
		if (pool[have] < 248) /* 4 * 62: the rest would favour the first letters */
			out[i++] = alphabet[pool[have] % 62];
	}
	out[i] = '\0';
	return out;
}
