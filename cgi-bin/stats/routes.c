/*
 * Routes of the stats program, and their handlers: each is one question to
 * the live store.
 */
#include "cgi-bin/routes.h"

#include "base/json.h"

static int get_stats_publisher(struct call *c, struct err *e)
{
	bool live;

	if (state_publisher_live(c->app->service.state, c->info.now_ms, &live, e) != 0)
		return -1;
	return call_answer_new(c, json_pack("{s:b, s:o}", "isPublisherLive", live, "asOf", json_time(c->info.now_ms)));
}

static int get_stats_viewers(struct call *c, struct err *e)
{
	int64_t viewers;

	if (state_total(c->app->service.state, service_time(&c->app->service, c->info.now_ms), &viewers, e) != 0)
		return -1;
	return call_answer_new(c, json_pack("{s:I, s:s, s:o}", "totalViewers", (json_int_t)viewers, "calculatedFrom",
				      "real-time sum", "asOf", json_time(c->info.now_ms)));
}

const struct route stats_routes[] = {
	{ .method = "GET", .path = "/stats/publisher", .permission = PERM_STATS_READ, .limit = LIMIT_CALLER,
	    .flags = ROUTE_CACHE_5S, .handle = get_stats_publisher, .summary = "Is a publisher live?" },
	{ .method = "GET", .path = "/stats/viewers", .permission = PERM_STATS_READ, .limit = LIMIT_CALLER,
	    .flags = ROUTE_CACHE_5S, .handle = get_stats_viewers, .summary = "Live viewers of all stages" },
	{ .method = NULL },
};
