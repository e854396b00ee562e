/*
 * Routes of the health program. No authentication, no limit.
 */
#include "cgi-bin/health/health.h"
#include "cgi-bin/routes.h"

#include "base/clock.h"
#include "base/json.h"

static const char *word(bool healthy)
{
	return healthy ? "healthy" : "unhealthy";
}

/*
 * The live store's check is called redis whatever the backend is: clients of
 * older servers look for that name. No AWS call is ever made with key pairs.
 */
static json_t *checks_json(const struct health_result *r)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "redis", word(r->healthy[HEALTH_STATE]), "storage",
	    word(r->healthy[HEALTH_RECORDS]), "worker", word(r->healthy[HEALTH_WORKER]), "aws_ivs", "disabled");
}

static json_t *latency_json(const struct health_result *r)
{
	return json_pack("{s:I, s:I, s:I}", "redis", (json_int_t)r->latency_ms[HEALTH_STATE], "storage",
	    (json_int_t)r->latency_ms[HEALTH_RECORDS], "worker", (json_int_t)r->latency_ms[HEALTH_WORKER]);
}

static json_t *services_json(const struct conf *c, const struct health_result *r)
{
	return json_pack("{s:s, s:{s:s, s:b}}", "redis", r->healthy[HEALTH_STATE] ? "connected" : "disconnected",
	    "aws", "region", c->aws_region, "stageConfigured", *c->master_stage_arn != '\0');
}

static json_t *memory_json(void)
{
	double used, total;

	health_memory(&used, &total);
	return json_pack("{s:f, s:f, s:s}", "used", used, "total", total, "unit", "MB");
}

int get_health(struct call *c, struct err *e)
{
	const struct conf *conf = c->app->conf;
	struct health_result r;
	bool healthy = true;

	(void)e; /* the answer tells what is wrong */
	health_results(conf, &r);
	for (int i = 0; i < HEALTH_COUNT; i++)
		healthy = healthy && r.healthy[i];
	c->answer.status = healthy ? 200 : 503;
	c->answer.failed = !healthy;
	return call_answer_new(c,
	    json_pack("{s:s, s:o, s:o, s:I, s:s, s:s, s:o, s:o, s:o}", "status", healthy ? "healthy" : "degraded",
		"checks", checks_json(&r), "latencyMs", latency_json(&r), "uptime",
		(json_int_t)(clock_mono_ms() - c->app->started_ms) / 1000, "environment", conf->app_env, "version",
		app_version(), "services", services_json(conf, &r), "memory", memory_json(), "timestamp",
		json_time(r.at_ms)));
}

int get_health_ready(struct call *c, struct err *e)
{
	struct health_result r;

	(void)e;
	health_results(c->app->conf, &r);
	c->answer.status = r.healthy[HEALTH_STATE] ? 200 : 503;
	c->answer.text = r.healthy[HEALTH_STATE] ? "OK" : "Not Ready";
	return 0;
}

int get_health_live(struct call *c, struct err *e)
{
	(void)e;
	c->answer.text = "OK";
	return 0;
}

#define OPEN_ROUTE \
	.method = "GET", .permission = PERM_NONE, .limit = LIMIT_NONE, .flags = ROUTE_OPEN | ROUTE_ROOT

const struct route health_routes[] = {
	{ OPEN_ROUTE, .path = "/health", .handle = get_health, .summary = "Every check, in detail" },
	{ OPEN_ROUTE, .path = "/health/ready", .handle = get_health_ready, .summary = "Can it serve?" },
	{ OPEN_ROUTE, .path = "/health/live", .handle = get_health_live, .summary = "Does it answer?" },
	{ .method = NULL },
};
