/*
 * cors: cross-origin requests (the Fetch standard), by CORS_ORIGINS.
 */
#ifndef IVS_APP_CORS_H
#define IVS_APP_CORS_H

#include "http/message.h"

/* Access-Control headers of an ordinary response, when the request's Origin is allowed. origins: CORS_ORIGINS. */
void cors_headers(const char *origins, const struct http_request *req, struct http_response *out);

/* Those of a preflight besides: methods is the Allow list of the path. */
void cors_preflight(const char *methods, struct http_response *out);

#endif
