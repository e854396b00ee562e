/*
 * Routes of the meta program: the service's own description.
 */
#include "cgi-bin/routes.h"

const struct route *const all_routes[] = { token_routes, viewer_routes, stats_routes, health_routes, meta_routes, NULL };

static json_t *endpoints(struct arena *a)
{
	json_t *out = json_array();

	for (const struct route *const *t = all_routes; *t != NULL; t++) {
		for (const struct route *r = *t; r->method != NULL; r++) {
			const char *prefix = (r->flags & ROUTE_TOP) != 0 ? "" : "/api/v1";
			json_array_append_new(out, json_pack("{s:s, s:s, s:s}", "method", r->method, "path",
						       arena_printf(a, "%s%s", prefix, r->path), "summary",
						       r->summary));
		}
	}
	return out;
}

static int get_root(struct call *c, struct err *e)
{
	(void)e; /* needs nothing that could fail */
	return call_answer_new(c, json_pack("{s:s, s:s, s:s, s:o}", "name", "ivs-fcgi", "version", app_version(),
				      "status", "running", "endpoints", endpoints(c->arena)));
}

const struct route meta_routes[] = {
	{ .method = "GET", .path = "/", .permission = PERM_NONE, .limit = LIMIT_NONE,
	    .flags = ROUTE_OPEN | ROUTE_TOP, .handle = get_root, .summary = "Name, version, endpoints" },
	{ .method = NULL },
};
