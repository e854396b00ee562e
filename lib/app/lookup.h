/*
 * lookup: from method and path to a row of the route tables.
 */
#ifndef IVS_APP_LOOKUP_H
#define IVS_APP_LOOKUP_H

#include "app/route.h"

enum { LOOKUP_ALLOW_SIZE = 64 };

struct lookup {
	const struct route *route;       /* NULL: none of that method */
	struct path_params params;
	char allow[LOOKUP_ALLOW_SIZE];   /* "GET, HEAD, OPTIONS"; "" when no row has the path */
};

/*
 * Find the row for method ("HEAD" finds "GET") and path (undecoded).
 * ERR_UNSUPPORTED_API_VERSION, ERR_NOT_FOUND (no row has that path), and
 * ERR_VALIDATION (a parameter cannot be decoded); a path without that method
 * is no error here: out->route is NULL and out->allow says what there is.
 */
int lookup_route(const struct route *const *tables, const struct http_request *req, struct lookup *out,
    struct err *e);

#endif
