/*
 * server: the loop of a FastCGI program, and the same handler as plain CGI.
 *
 * One process, one request at a time, one request a connection. Descriptor 0
 * is a listening socket under spawn-fcgi, multiwatch or systemd; otherwise
 * the process is a CGI and answers the one request that its environment and
 * standard input describe.
 */
#ifndef IVS_HTTP_SERVER_H
#define IVS_HTTP_SERVER_H

#include "http/message.h"

/* Fill in *out (initialised). Must always produce an answer. */
typedef void http_handler_cb(void *ctx, const struct http_request *req, struct http_response *out);

/* Called after an answer was sent and its connection closed; may be NULL. For work that must not keep the client waiting. */
typedef void http_after_cb(void *ctx);

struct http_server {
	http_handler_cb *handle;
	http_after_cb *after;
	void *ctx;
	size_t max_response;       /* bytes */
	size_t max_arena;          /* bytes a request may use */
};

/*
 * Serve until SIGTERM, SIGINT or SIGUSR1 (the request in hand is finished).
 * Returns the exit status for main. SIGPIPE is ignored from here on.
 */
int http_serve(const struct http_server *s);

/* Did a stop signal come? For handlers that loop. */
bool http_stopping(void);

#endif
