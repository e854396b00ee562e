/*
 * reply: from a call's answer, or its error, to the HTTP response.
 */
#ifndef IVS_APP_REPLY_H
#define IVS_APP_REPLY_H

#include "app/route.h"
#include "http/message.h"

/* Headers that every response carries: request id, version, nosniff, Vary, CSP. */
void reply_common(const struct call *c, struct http_response *out);

/* The answer: envelope, ETag and 304, cache headers, limits. */
void reply_answer(const struct call *c, struct http_response *out);

/* The error: status, envelope, Retry-After, WWW-Authenticate. e->details are used up. */
void reply_error(const struct call *c, struct err *e, struct http_response *out);

#endif
