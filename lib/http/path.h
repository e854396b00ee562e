/*
 * path: matching request paths against the patterns of a route table.
 *
 * A pattern is "/viewer/list/{stageArn}": literal segments, and names in
 * braces. {stageArn} takes the rest of the path when it is the last segment
 * and its name ends in "Arn" (an ARN has one "/" in it, raw or as %2F); any
 * other name takes one segment. Matching is on the undecoded path; what a
 * name takes is decoded once.
 */
#ifndef IVS_HTTP_PATH_H
#define IVS_HTTP_PATH_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

enum { PATH_PARAMS_MAX = 4 };

struct path_params {
	const char *name[PATH_PARAMS_MAX];
	const char *value[PATH_PARAMS_MAX]; /* decoded, the arena's */
	int count;
};

enum path_version {
	PATH_NOT_API,      /* not under /api: rest is the whole path */
	PATH_API,          /* /api/…: the alias of the newest version */
	PATH_API_V1,       /* /api/v1/… */
	PATH_API_UNKNOWN   /* /api/v9/…, any other v and digits */
};

/* Which version a path names; *rest is what follows, beginning with "/" ("/" when nothing does). Borrowed from path. */
enum path_version path_version(const char *path, const char **rest);

/*
 * Does path (undecoded, from path_version) match the pattern? 1 and the
 * parameters, 0 no match, -1 when it matches but cannot be decoded
 * (ERR_VALIDATION). One trailing "/" more is no match. Empty and "." or ".."
 * segments never match.
 */
int path_match(struct arena *a, const char *pattern, const char *path, struct path_params *out, struct err *e);

/* The value of a name, NULL when the pattern has none such. */
const char *path_param(const struct path_params *p, const char *name);

#endif
