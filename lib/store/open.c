/* open: from URL to backend. */
#include "store/open.h"

#include "store/record_sqlite.h"
#include "store/state_sqlite.h"

#include <string.h>

/*
 * What follows "sqlite:", NULL for another scheme. ":memory:" and "file:…"
 * mean something to SQLite: a store that each process would have for itself.
 */
static const char *sqlite_path(const char *url, struct err *e)
{
	if (strncmp(url, "sqlite:", 7) == 0 && url[7] != '\0' && url[7] != ':' && strncmp(url + 7, "file:", 5) != 0)
		return url + 7;
	err_set(e, ERR_VALIDATION, "a store must be sqlite:PATH");
	return NULL;
}

struct state *state_open(const char *url, int64_t timeout_ms, struct err *e)
{
	const char *path = sqlite_path(url, e);

	return path != NULL ? state_sqlite_open(path, timeout_ms, e) : NULL;
}

struct record *record_open(const char *url, int64_t timeout_ms, struct err *e)
{
	const char *path = sqlite_path(url, e);

	return path != NULL ? record_sqlite_open(path, timeout_ms, e) : NULL;
}
