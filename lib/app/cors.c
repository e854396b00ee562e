/*
 * cors: credentials (cookies) are never allowed, since callers authenticate
 * by headers; so "*" is safe to offer.
 */
#include "app/cors.h"

#include <string.h>

#define ALLOWED_HEADERS "Content-Type, Authorization, X-API-Key, X-Request-Id, Idempotency-Key"
#define EXPOSED_HEADERS \
	"X-Request-Id, API-Version, ETag, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"

/* Is origin an element of the comma separated list? "*" is found as itself. */
static bool is_listed(const char *list, const char *origin)
{
	size_t want = strlen(origin);

	while (*list != '\0') {
		size_t n;
		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		if (n == want && strncmp(list, origin, n) == 0 && n > 0)
			return true;
		list += n;
	}
	return false;
}

void cors_headers(const char *origins, const struct http_request *req, struct http_response *out)
{
	const char *origin = http_header(req, "origin");

	if (origin == NULL)
		return;
	if (is_listed(origins, "*"))
		http_set_header(out, "Access-Control-Allow-Origin", "*");
	else if (is_listed(origins, origin))
		http_set_header(out, "Access-Control-Allow-Origin", origin);
	else
		return;
	http_set_header(out, "Access-Control-Expose-Headers", EXPOSED_HEADERS);
}

void cors_preflight(const char *methods, struct http_response *out)
{
	http_set_header(out, "Access-Control-Allow-Methods", methods);
	http_set_header(out, "Access-Control-Allow-Headers", ALLOWED_HEADERS);
	http_set_header(out, "Access-Control-Max-Age", "600");
}
