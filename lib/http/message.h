/*
 * message: one HTTP request as a gateway hands it over, and the answer to it.
 *
 * Nothing here knows FastCGI or CGI: server.h fills a request from either and
 * sends the response. RFC 9110, RFC 3875.
 */
#ifndef IVS_HTTP_MESSAGE_H
#define IVS_HTTP_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_request {
	struct arena *arena;       /* of this request */
	const char *method;        /* "GET"; never NULL */
	const char *target;        /* REQUEST_URI as sent: path and query, undecoded; never NULL */
	const char *path;          /* target up to "?", undecoded */
	const char *query;         /* behind "?", undecoded; "" when none */
	const char *remote_addr;   /* REMOTE_ADDR; "" when unknown */
	const char *content_type;  /* "" when absent */
	int64_t content_length;    /* of the body; 0 when there is none; -1: malformed */
	const struct http_input *input; /* where headers and body come from; see below */
};

/* The side of the gateway. */
struct http_input {
	void *ctx;
	const char *(*param)(void *ctx, const char *name);        /* a CGI variable or NULL; borrowed for the request */
	long (*read)(void *ctx, void *p, size_t len);             /* bytes read, 0 at the end, -1 on error */
};

/*
 * A request header by its lower-case name ("x-api-key"), NULL when absent.
 * Borrowed for the request. "authorization" also looks at
 * REDIRECT_HTTP_AUTHORIZATION, which Apache sets.
 */
const char *http_header(const struct http_request *r, const char *name);

/*
 * Read the whole body, at most max bytes, into out (initialised by the
 * caller with that maximum). ERR_PAYLOAD_TOO_LARGE when the announced or real
 * length exceeds max (nothing more is read), ERR_VALIDATION when
 * Content-Length is malformed, or fewer bytes came than announced. Blocks
 * until the gateway delivered, at most its socket's time-out (10 s).
 */
int http_read_body(const struct http_request *r, size_t max, struct buf *out, struct err *e);

/* Is the media type application/json, with no charset or utf-8? Case-insensitive, RFC 9110 section 8.3. */
bool http_is_json(const char *content_type);

/*
 * The language that Accept-Language (NULL: absent) prefers: true for
 * Chinese (zh, zh-TW, zh-Hant, …) over English by quality, then order. RFC 9110 section 12.5.4.
 */
bool http_prefers_chinese(const char *accept_language);

/* Does If-None-Match (NULL: absent) name the quoted etag, weakly compared, or "*"? RFC 9110 section 13.1.2. */
bool http_etag_matches(const char *if_none_match, const char *etag);

enum { HTTP_HEADERS_MAX = 32 };

struct http_field {
	const char *name;
	const char *value;
};

/* The answer. Start with http_response_init; memory is the request's arena's, except body. */
struct http_response {
	struct arena *arena;
	int status;
	struct http_field headers[HTTP_HEADERS_MAX];
	size_t nheaders;
	struct buf body;
	bool head_only;            /* HEAD: headers as for GET, no body */
};

/* Status 200, nothing else; the body may hold max_body bytes. */
void http_response_init(struct http_response *r, struct arena *a, size_t max_body);
void http_response_clear(struct http_response *r);

/*
 * Add a header. name is kept, value copied. Bytes that could split the header
 * (control bytes) are replaced by a space. More than HTTP_HEADERS_MAX is a
 * programmer's error.
 */
void http_set_header(struct http_response *r, const char *name, const char *value);
void http_set_headerf(struct http_response *r, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "Not Found" for 404; "" for a number we never send. */
const char *http_status_text(int status);

#endif
