/*
 * client: what a request says about its sender.
 */
#ifndef IVS_APP_CLIENT_H
#define IVS_APP_CLIENT_H

#include "base/arena.h"
#include "http/message.h"

/* X-Request-Id when it is 1-128 characters of [A-Za-z0-9._-], else a new one. The arena's. */
const char *client_request_id(const struct http_request *r);

/*
 * The client's address: REMOTE_ADDR, unless that is one of the trusted
 * proxies (comma separated); then the last address of X-Forwarded-For that is
 * not. The arena's; NULL when unknown.
 */
const char *client_address(const struct http_request *r, const char *trusted);

/* User-Agent, at most 256 bytes of UTF-8 without control characters; NULL when absent. The arena's. */
const char *client_agent(const struct http_request *r);

#endif
