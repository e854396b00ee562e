/* cursor: "NUMBER:TEXT" in base64url. */
#include "store/cursor.h"

#include "base/crypto.h"
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

enum { CURSOR_MAX = 1024 };

char *cursor_make(struct arena *a, int64_t number, const char *text)
{
	char *plain = arena_printf(a, "%lld:%s", (long long)number, text);
	char *out = arena_alloc(a, crypto_b64url_size(strlen(plain)));

	crypto_b64url_encode(plain, strlen(plain), out);
	return out;
}

int cursor_parse(struct arena *a, const char *cursor, int64_t *number, const char **text, struct err *e)
{
	size_t len = strlen(cursor);
	char *plain = arena_alloc(a, CURSOR_MAX + 1), *end = plain;
	long n = len <= CURSOR_MAX ? crypto_b64url_decode(cursor, len, plain, CURSOR_MAX) : -1;

	if (n > 0 && strlen(plain) == (size_t)n && uri_is_utf8(plain, (size_t)n))
		*number = strtoll(plain, &end, 10);
	if (end == plain || *end != ':')
		return err_set(e, ERR_VALIDATION, "%s: %s", "cursor", "must be a nextCursor of this list");
	*text = end + 1;
	return 0;
}
