/*
 * message: reading a request through the gateway's functions, and collecting
 * an answer.
 */
#include "http/message.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 80, CHUNK = 4096 };

const char *http_header(const struct http_request *r, const char *name)
{
	char variable[NAME_SIZE] = "HTTP_";
	size_t n = strlen(variable);
	const char *value;

	for (; *name != '\0' && n < sizeof variable - 1; name++)
		variable[n++] = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
	value = r->input->param(r->input->ctx, variable);
	if (value == NULL && strcmp(variable, "HTTP_AUTHORIZATION") == 0)
		value = r->input->param(r->input->ctx, "REDIRECT_HTTP_AUTHORIZATION");
	return value;
}

static int too_large(size_t max, struct err *e)
{
	return err_set(e, ERR_PAYLOAD_TOO_LARGE, "the body is larger than %zu bytes", max);
}

int http_read_body(const struct http_request *r, size_t max, struct buf *out, struct err *e)
{
	char chunk[CHUNK];
	int64_t left = r->content_length;

	if (left < 0)
		return err_set(e, ERR_VALIDATION, "Content-Length must be a number of bytes");
	if ((uint64_t)left > max)
		return too_large(max, e);
	while (left > 0) {
		size_t want = left < CHUNK ? (size_t)left : CHUNK;
		long n = r->input->read(r->input->ctx, chunk, want);
		if (n <= 0)
			return err_set(e, ERR_VALIDATION, "the body ended before Content-Length was reached");
		if (buf_add(out, chunk, (size_t)n) != 0)
			return too_large(max, e);
		left -= n;
	}
	return 0;
}

static const char *skip_spaces(const char *s)
{
	return s + strspn(s, " \t");
}

bool http_is_json(const char *content_type)
{
	static const char type[] = "application/json";
	const char *s = skip_spaces(content_type);

	if (strncasecmp(s, type, sizeof type - 1) != 0)
		return false;
	s = skip_spaces(s + sizeof type - 1);
	if (*s == '\0')
		return true;
	if (*s != ';')
		return false;
	s = skip_spaces(s + 1);
	if (*s == '\0')
		return true;
	if (strncasecmp(s, "charset=", 8) != 0)
		return false;
	s += 8;
	if (strncasecmp(s, "\"utf-8\"", 7) == 0)
		s += 7;
	else if (strncasecmp(s, "utf-8", 5) == 0)
		s += 5;
	else
		return false;
	return *skip_spaces(s) == '\0';
}

/* Quality of one element "zh-TW;q=0.8" in thousandths. */
static int quality(const char *s, size_t len)
{
	const char *q = memmem(s, len, "q=", 2);

	return q != NULL ? (int)(strtod(q + 2, NULL) * 1000) : 1000;
}

static bool is_language(const char *s, size_t len, const char *tag)
{
	return len >= 2 && strncasecmp(s, tag, 2) == 0 && (len == 2 || s[2] == '-' || s[2] == ';' || s[2] == ' ');
}

bool http_prefers_chinese(const char *accept_language)
{
	int chinese = 0, english = 0;
	const char *s = accept_language != NULL ? accept_language : "";

	while (*s != '\0') {
		size_t len;
		s += strspn(s, ", \t");
		len = strcspn(s, ",");
		int q = quality(s, len);
		if (is_language(s, len, "zh") && q > chinese)
			chinese = q + (english < q); /* of equals the first counts */
		if (is_language(s, len, "en") && q > english)
			english = q + (chinese < q);
		s += len;
	}
	return chinese > english;
}

/* The opaque part of a tag: what follows W/. */
static const char *opaque(const char *tag)
{
	return strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
}

bool http_etag_matches(const char *if_none_match, const char *etag)
{
	const char *s = if_none_match, *want = opaque(etag);
	size_t want_len = strlen(want);

	if (s == NULL)
		return false;
	if (strcmp(skip_spaces(s), "*") == 0)
		return true;
	while (*s != '\0') {
		size_t len;
		s += strspn(s, ", \t");
		s = opaque(s);
		len = strcspn(s, ", \t");
		if (len == want_len && strncmp(s, want, len) == 0)
			return true;
		s += len;
	}
	return false;
}

void http_response_init(struct http_response *r, struct arena *a, size_t max_body)
{
	memset(r, 0, sizeof *r);
	r->arena = a;
	r->status = 200;
	buf_init(&r->body, max_body);
}

void http_response_clear(struct http_response *r)
{
	buf_clear(&r->body);
}

void http_set_header(struct http_response *r, const char *name, const char *value)
{
	char *copy = arena_strdup(r->arena, value);

	assert(r->nheaders < HTTP_HEADERS_MAX);
	for (char *p = copy; *p != '\0'; p++) {
		if (iscntrl((unsigned char)*p))
			*p = ' ';
	}
	r->headers[r->nheaders++] = (struct http_field){ name, copy };
}

void http_set_headerf(struct http_response *r, const char *name, const char *fmt, ...)
{
	va_list ap;
	char *value;

	va_start(ap, fmt);
	value = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	http_set_header(r, name, value);
}

const char *http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} table[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 204, "No Content" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (table[i].status == status)
			return table[i].text;
	}
	return "";
}
