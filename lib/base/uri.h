/*
 * uri: percent-decoding, query strings, stage ARNs (RFC 3986).
 */
#ifndef IVS_BASE_URI_H
#define IVS_BASE_URI_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { URI_ARN_SIZE = 129, URI_QUERY_MAX = 32 }; /* the IVS model: an ARN has at most 128 characters */

struct uri_param {
	const char *name;
	const char *value; /* "" when there was no "=" */
};

/*
 * Decode %XX once. NULL and an ERR_VALIDATION when an escape is broken, when
 * a control byte (also NUL and DEL) comes out, or when the result is not
 * UTF-8. plus_is_space for query strings. The result is the arena's.
 */
char *uri_decode(struct arena *a, const char *s, size_t len, bool plus_is_space, struct err *e);

/*
 * Split a query string (without "?") into decoded pairs. Empty parts are
 * skipped. A broken escape, a repeated name or more than URI_QUERY_MAX pairs:
 * ERR_VALIDATION. Returns the number of pairs, -1 on error.
 */
int uri_query(struct arena *a, const char *s, struct uri_param out[URI_QUERY_MAX], struct err *e);

/* Is s "arn:aws:ivs:REGION:ACCOUNT:stage/ID" as the IVS model wants it (^arn:aws:ivs:[a-z0-9-]+:[0-9]+:stage/[a-zA-Z0-9-]+$, <= 128)? */
bool uri_is_stage_arn(const char *s);

/* Same for "arn:aws:ivs:REGION:ACCOUNT:public-key/ID". */
bool uri_is_key_arn(const char *s);

/* What follows the last "/" of an ARN; borrowed from arn. */
const char *uri_arn_id(const char *arn);

/* Is the text valid UTF-8 (RFC 3629: no surrogates, nothing overlong)? */
bool uri_is_utf8(const char *s, size_t len);

#endif
