/*
 * gateway: what server.c, fcgi.c and cgi.c share; private to http.
 */
#ifndef IVS_HTTP_GATEWAY_H
#define IVS_HTTP_GATEWAY_H

#include "http/server.h"

/* Where an answer goes. 0 or -1 when the peer is gone. */
struct gateway_output {
	void *ctx;
	int (*write)(void *ctx, const void *p, size_t len);
};

/* Run the handler on the request that in describes, and send the answer. */
void gateway_handle(const struct http_server *s, struct arena *a, const struct http_input *in,
    const struct gateway_output *out);

/* The loops: FastCGI on descriptor 0, and one CGI request. The exit status. */
int fcgi_serve(const struct http_server *s);
int cgi_serve(const struct http_server *s);

/* Is descriptor 0 a listening socket? */
bool fcgi_is_listening(void);

#endif
