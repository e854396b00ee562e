/*
 * mem: allocation that cannot fail for its caller. Ending the process is the
 * answer to no memory: sizes are capped and a supervisor starts a new one.
 */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void die(void)
{
	static const char text[] = "{\"level\":\"error\",\"msg\":\"out of memory\"}\n";

	if (write(2, text, sizeof text - 1) < 0)
		_exit(71);
	_exit(70);
}

void *mem_alloc(size_t size)
{
	void *p = calloc(1, size > 0 ? size : 1);

	if (p == NULL)
		die();
	return p;
}

void *mem_calloc(size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		die();
	return mem_alloc(n * size);
}

void *mem_realloc(void *p, size_t size)
{
	void *out = realloc(p, size > 0 ? size : 1);

	if (out == NULL)
		die();
	return out;
}

char *mem_strdup(const char *s)
{
	return s != NULL ? mem_strndup(s, strlen(s)) : NULL;
}

char *mem_strndup(const char *p, size_t len)
{
	char *out;

	if (len == SIZE_MAX)
		die();
	out = mem_alloc(len + 1);
	if (len > 0)
		memcpy(out, p, len);
	return out;
}

void mem_wipe(void *p, size_t len)
{
	if (p != NULL)
		explicit_bzero(p, len);
}

void mem_free_secret(char *s)
{
	if (s != NULL)
		mem_wipe(s, strlen(s));
	free(s);
}

bool mem_equal_ct(const void *a, const void *b, size_t len)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char diff = 0;

	for (size_t i = 0; i < len; i++)
		diff = (unsigned char)(diff | (x[i] ^ y[i]));
	return diff == 0;
}

void mem_harden_process(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}
