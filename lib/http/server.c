/*
 * server: one request from CGI variables to an answer, whichever gateway
 * brought it.
 */
#include "http/server.h"

#include "http/gateway.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *param(const struct http_input *in, const char *name, const char *dflt)
{
	const char *value = in->param(in->ctx, name);

	return value != NULL ? value : dflt;
}

/* CONTENT_LENGTH: digits; "" means none (nginx); -1: malformed. */
static int64_t parse_length(const char *text)
{
	char *end;
	long long n;

	if (*text == '\0')
		return 0;
	if (strspn(text, "0123456789") != strlen(text))
		return -1;
	errno = 0;
	n = strtoll(text, &end, 10);
	return errno != 0 ? INT64_MAX : n;
}

static void fill_in(struct http_request *r, struct arena *a, const struct http_input *in)
{
	size_t path_len;

	r->arena = a;
	r->input = in;
	r->method = param(in, "REQUEST_METHOD", "GET");
	r->target = param(in, "REQUEST_URI", "/");
	path_len = strcspn(r->target, "?");
	r->path = arena_strndup(a, r->target, path_len);
	r->query = r->target[path_len] == '?' ? r->target + path_len + 1 : "";
	r->remote_addr = param(in, "REMOTE_ADDR", "");
	r->content_type = param(in, "CONTENT_TYPE", "");
	r->content_length = parse_length(param(in, "CONTENT_LENGTH", ""));
}

static void send_answer(const struct http_response *r, const struct gateway_output *out)
{
	bool has_body = r->status != 204 && r->status != 304;
	struct buf head;

	buf_init(&head, 64 * 1024);
	buf_addf(&head, "Status: %d %s\r\n", r->status, http_status_text(r->status));
	for (size_t i = 0; i < r->nheaders; i++)
		buf_addf(&head, "%s: %s\r\n", r->headers[i].name, r->headers[i].value);
	if (has_body)
		buf_addf(&head, "Content-Length: %zu\r\n", r->body.len);
	buf_adds(&head, "\r\n");
	if (out->write(out->ctx, head.data, head.len) == 0 && has_body && !r->head_only)
		out->write(out->ctx, r->body.data, r->body.len);
	buf_clear(&head);
}

void gateway_handle(const struct http_server *s, struct arena *a, const struct http_input *in,
    const struct gateway_output *out)
{
	struct http_request req;
	struct http_response res;

	fill_in(&req, a, in);
	http_response_init(&res, a, s->max_response);
	s->handle(s->ctx, &req, &res);
	send_answer(&res, out);
	http_response_clear(&res);
}

int http_serve(const struct http_server *s)
{
	return fcgi_is_listening() ? fcgi_serve(s) : cgi_serve(s);
}
