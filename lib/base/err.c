/*
 * err: errors as values. Invariants: the first error wins; message, cause and
 * arguments are always NUL-terminated and cut at a character's edge.
 */
#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[ERR_COUNT] = {
	[ERR_NONE] = "NONE",
	[ERR_VALIDATION] = "VALIDATION_ERROR",
	[ERR_INVALID_JSON] = "INVALID_JSON",
	[ERR_UNSUPPORTED_API_VERSION] = "UNSUPPORTED_API_VERSION",
	[ERR_UNAUTHORIZED] = "UNAUTHORIZED",
	[ERR_FORBIDDEN] = "FORBIDDEN",
	[ERR_NOT_FOUND] = "NOT_FOUND",
	[ERR_METHOD_NOT_ALLOWED] = "METHOD_NOT_ALLOWED",
	[ERR_CONFLICT] = "CONFLICT",
	[ERR_PAYLOAD_TOO_LARGE] = "PAYLOAD_TOO_LARGE",
	[ERR_UNSUPPORTED_MEDIA_TYPE] = "UNSUPPORTED_MEDIA_TYPE",
	[ERR_RATE_LIMIT_EXCEEDED] = "RATE_LIMIT_EXCEEDED",
	[ERR_TOKEN_GENERATION_FAILED] = "TOKEN_GENERATION_FAILED",
	[ERR_INTERNAL] = "INTERNAL_ERROR",
	[ERR_STAGE_FULL] = "STAGE_FULL",
	[ERR_STAGE_LIMIT_REACHED] = "STAGE_LIMIT_REACHED",
	[ERR_SERVICE_UNAVAILABLE] = "SERVICE_UNAVAILABLE",
};

void err_init(struct err *e)
{
	if (e == NULL)
		return;
	e->code = ERR_NONE;
	e->retry_after_s = 0;
	e->format = NULL;
	e->nargs = 0;
	e->message[0] = '\0';
	e->cause[0] = '\0';
	e->details = NULL;
}

void err_clear(struct err *e)
{
	if (e == NULL)
		return;
	json_decref(e->details);
	err_init(e);
}

int err_is_set(const struct err *e)
{
	return e != NULL && e->code != ERR_NONE;
}

/* Drop a UTF-8 character that the end of the buffer cut in two. */
static void trim_utf8(char *s)
{
	size_t len = strlen(s), back = 0, need;
	unsigned char lead;

	while (back < len && back < 4 && ((unsigned char)s[len - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back >= len)
		return;
	lead = (unsigned char)s[len - 1 - back];
	need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
	if (need > back)
		s[len - 1 - back] = '\0';
}

/* The conversion at p ("%", then what err.h allows): its length, and its last two letters in kind. */
static size_t conversion(const char *p, char kind[4])
{
	size_t n = 1, k = 0;

	if (p[n] == '.' && p[n + 1] == '*') {
		kind[k++] = '*';
		n += 2;
	}
	while (p[n] == 'l' || p[n] == 'z') {
		if (k < 2)
			kind[k++] = p[n];
		n++;
	}
	kind[k++] = p[n];
	kind[k] = '\0';
	return n + 1;
}

static void format_arg(char out[ERR_ARG_SIZE], const char *kind, va_list *ap)
{
	const char *s;

	if (strcmp(kind, "s") == 0) {
		s = va_arg(*ap, const char *);
		snprintf(out, ERR_ARG_SIZE, "%s", s != NULL ? s : "(null)");
	} else if (strcmp(kind, "*s") == 0) {
		int len = va_arg(*ap, int);
		snprintf(out, ERR_ARG_SIZE, "%.*s", len, va_arg(*ap, const char *));
	} else if (strcmp(kind, "c") == 0 || strcmp(kind, "d") == 0) {
		snprintf(out, ERR_ARG_SIZE, kind[0] == 'c' ? "%c" : "%d", va_arg(*ap, int));
	} else if (strcmp(kind, "u") == 0) {
		snprintf(out, ERR_ARG_SIZE, "%u", va_arg(*ap, unsigned));
	} else if (strcmp(kind, "ld") == 0) {
		snprintf(out, ERR_ARG_SIZE, "%ld", va_arg(*ap, long));
	} else if (strcmp(kind, "lu") == 0) {
		snprintf(out, ERR_ARG_SIZE, "%lu", va_arg(*ap, unsigned long));
	} else if (strcmp(kind, "lld") == 0) {
		snprintf(out, ERR_ARG_SIZE, "%lld", va_arg(*ap, long long));
	} else if (strcmp(kind, "llu") == 0) {
		snprintf(out, ERR_ARG_SIZE, "%llu", va_arg(*ap, unsigned long long));
	} else if (strcmp(kind, "zu") == 0) {
		snprintf(out, ERR_ARG_SIZE, "%zu", va_arg(*ap, size_t));
	} else {
		assert(kind[0] == '\0'); /* a conversion that err.h does not offer */
	}
	trim_utf8(out);
}

static void keep_args(struct err *e, const char *fmt, va_list *ap)
{
	char kind[4], ignored[ERR_ARG_SIZE];
	const char *p = fmt;

	while ((p = strchr(p, '%')) != NULL) {
		p += conversion(p, kind);
		if (kind[0] == '%')
			continue;
		format_arg(e->nargs < ERR_ARGS ? e->args[e->nargs] : ignored, kind, ap);
		if (e->nargs < ERR_ARGS)
			e->nargs++;
	}
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	if (e == NULL || e->code != ERR_NONE)
		return -1;
	assert(code > ERR_NONE && code < ERR_COUNT);
	e->code = code;
	e->format = fmt;
	va_start(ap, fmt);
	vsnprintf(e->message, sizeof e->message, fmt, ap);
	va_end(ap);
	trim_utf8(e->message);
	va_start(ap, fmt);
	keep_args(e, fmt, &ap);
	va_end(ap);
	errno = saved;
	return -1;
}

int err_cause(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	if (e == NULL || e->cause[0] != '\0')
		return -1;
	va_start(ap, fmt);
	vsnprintf(e->cause, sizeof e->cause, fmt, ap);
	va_end(ap);
	trim_utf8(e->cause);
	errno = saved;
	return -1;
}

void err_detail_new(struct err *e, const char *key, json_t *value_new)
{
	if (e == NULL || value_new == NULL) {
		json_decref(value_new);
		return;
	}
	if (e->details == NULL)
		e->details = json_object();
	json_object_set_new(e->details, key, value_new);
}

void err_move(struct err *dst, struct err *src)
{
	if (src == NULL)
		return;
	if (dst == NULL || dst->code != ERR_NONE) {
		err_clear(src);
		return;
	}
	json_decref(dst->details);
	*dst = *src;
	err_init(src);
}

const char *err_code_name(enum err_code code)
{
	assert(code < ERR_COUNT);
	return names[code];
}
