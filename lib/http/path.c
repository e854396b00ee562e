/*
 * path: versions and patterns. Literal parts are compared undecoded, so that
 * an encoded "/" never makes a segment.
 */
#include "http/path.h"

#include "base/uri.h"

#include <string.h>

enum path_version path_version(const char *path, const char **rest)
{
	const char *s = path;
	size_t digits;

	*rest = path;
	if (strncmp(s, "/api", 4) != 0 || (s[4] != '/' && s[4] != '\0'))
		return PATH_NOT_API;
	s += 4;
	*rest = *s != '\0' ? s : "/";
	if (s[0] != '/' || s[1] != 'v')
		return PATH_API;
	digits = strspn(s + 2, "0123456789");
	if (digits == 0 || (s[2 + digits] != '/' && s[2 + digits] != '\0'))
		return PATH_API;
	if (digits != 1 || s[2] != '1')
		return PATH_API_UNKNOWN;
	*rest = s[3] != '\0' ? s + 3 : "/";
	return PATH_API_V1;
}

/* What path_match works on. */
struct match {
	struct arena *arena;
	struct path_params *out;
	struct err *err;
};

static bool is_dots(const char *s, size_t len)
{
	return (len == 1 && s[0] == '.') || (len == 2 && s[0] == '.' && s[1] == '.');
}

static bool ends_in_arn(const char *name, size_t len)
{
	return len >= 3 && strncmp(name + len - 3, "Arn", 3) == 0;
}

static int take(struct match *m, const char *name, size_t name_len, const char *value, size_t len)
{
	int i = m->out->count;
	char *decoded = uri_decode(m->arena, value, len, false, m->err);

	if (decoded == NULL || i == PATH_PARAMS_MAX)
		return -1;
	m->out->name[i] = arena_strndup(m->arena, name, name_len);
	m->out->value[i] = decoded;
	m->out->count++;
	return 1;
}

/* One segment of the pattern against one of the path. */
static int match_segment(struct match *m, const char *pattern, size_t plen, const char *path, size_t len)
{
	if (len == 0 || is_dots(path, len))
		return 0;
	if (plen > 2 && pattern[0] == '{')
		return take(m, pattern + 1, plen - 2, path, len);
	return plen == len && strncmp(pattern, path, len) == 0;
}

/* A raw ARN has one "/" in it: segments of the rest must not be empty or dots. */
static bool is_sound_rest(const char *s)
{
	while (*s != '\0') {
		size_t len = strcspn(s, "/");
		if (len == 0 || is_dots(s, len))
			return false;
		s += len;
		if (*s == '/' && *++s == '\0')
			return false;
	}
	return true;
}

int path_match(struct arena *a, const char *pattern, const char *path, struct path_params *out, struct err *e)
{
	struct match m = { a, out, e };

	out->count = 0;
	if (strcmp(pattern, "/") == 0)
		return strcmp(path, "/") == 0;
	while (*pattern == '/' && *path == '/') {
		size_t plen = strcspn(++pattern, "/"), len = strcspn(++path, "/");
		bool is_rest = pattern[0] == '{' && pattern[plen] == '\0' && ends_in_arn(pattern + 1, plen - 2);
		int rc;
		if (is_rest)
			return *path != '\0' && is_sound_rest(path) ?
			    take(&m, pattern + 1, plen - 2, path, strlen(path)) :
			    0;
		rc = match_segment(&m, pattern, plen, path, len);
		if (rc <= 0)
			return rc;
		pattern += plen;
		path += len;
	}
	return *pattern == '\0' && *path == '\0';
}

const char *path_param(const struct path_params *p, const char *name)
{
	for (int i = 0; i < p->count; i++) {
		if (strcmp(p->name[i], name) == 0)
			return p->value[i];
	}
	return NULL;
}
