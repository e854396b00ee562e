/*
 * lookup: matching over all tables. They have a few dozen rows in all, so a
 * linear walk costs less than anything else a request does.
 */
#include "app/lookup.h"

#include <string.h>

static const char all_methods[][8] = { "GET", "POST", "PUT", "DELETE" };

enum { METHODS = sizeof all_methods / sizeof all_methods[0] };

/* What the walk over the tables has found. */
struct walk {
	struct lookup *out;
	const char *method;
	bool has[METHODS];
	bool any;
};

static int method_index(const char *method)
{
	for (int i = 0; i < METHODS; i++) {
		if (strcmp(all_methods[i], method) == 0)
			return i;
	}
	return -1;
}

/* May a row answer under this kind of path? */
static bool is_reachable(const struct route *r, enum path_version version)
{
	if (version == PATH_NOT_API)
		return (r->flags & (ROUTE_ROOT | ROUTE_TOP)) != 0;
	return (r->flags & ROUTE_TOP) == 0;
}

static void format_allow(struct lookup *out, const bool has[METHODS])
{
	out->allow[0] = '\0';
	for (int i = 0; i < METHODS; i++) {
		if (!has[i])
			continue;
		strncat(out->allow, all_methods[i], sizeof out->allow - strlen(out->allow) - 1);
		strncat(out->allow, i == 0 ? ", HEAD, " : ", ", sizeof out->allow - strlen(out->allow) - 1);
	}
	strncat(out->allow, "OPTIONS", sizeof out->allow - strlen(out->allow) - 1);
}

static int walk_row(struct walk *w, const struct route *r, struct arena *a, const char *path, struct err *e)
{
	struct path_params params;
	int index = method_index(r->method);
	int matched = path_match(a, r->path, path, &params, e);

	if (matched <= 0)
		return matched;
	w->any = true;
	if (index >= 0)
		w->has[index] = true;
	if (w->out->route == NULL && strcmp(r->method, w->method) == 0) {
		w->out->route = r;
		w->out->params = params;
	}
	return 0;
}

static int unknown_version(struct err *e)
{
	err_set(e, ERR_UNSUPPORTED_API_VERSION, "this API version does not exist: use /api/v1");
	err_detail_new(e, "supportedVersions", json_pack("[s]", "v1"));
	return -1;
}

int lookup_route(const struct route *const *tables, const struct http_request *req, struct lookup *out,
    struct err *e)
{
	struct walk w = { .out = out };
	const char *rest;
	enum path_version version = path_version(req->path, &rest);

	memset(out, 0, sizeof *out);
	w.method = strcmp(req->method, "HEAD") == 0 ? "GET" : req->method;
	if (version == PATH_API_UNKNOWN)
		return unknown_version(e);
	for (; *tables != NULL; tables++) {
		for (const struct route *r = *tables; r->method != NULL; r++) {
			if (is_reachable(r, version) && walk_row(&w, r, req->arena, rest, e) != 0)
				return -1;
		}
	}
	if (!w.any)
		return err_set(e, ERR_NOT_FOUND, "there is nothing at this path; GET / lists the endpoints");
	format_allow(out, w.has);
	return 0;
}
