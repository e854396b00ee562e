/*
 * admit: the first of the at most two round trips of a request.
 */
#include "app/admit.h"

#include "auth/bucket.h"

/* The least remaining of those allowed; a refused one is always the tightest. */
static void keep_tightest(struct call *c, const struct state_limit *limits, const struct state_limit_result *results,
    size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++) {
		bool refused = !results[i].allowed && results[best].allowed;
		bool tighter = results[i].allowed == results[best].allowed &&
		    results[i].remaining < results[best].remaining;
		if (refused || tighter)
			best = i;
	}
	c->limit = results[best];
	c->limit_size = limits[best].limit;
}

static const char *scope_of(const struct state_limit *limits, const struct state_limit_result *results, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!results[i].allowed)
			return limits[i].key;
	}
	return NULL;
}

/* "ip:192.0.2.1" → "ip" */
static json_t *scope_name(const char *key)
{
	size_t n = 0;

	while (key[n] != '\0' && key[n] != ':')
		n++;
	return json_stringn(key, n);
}

static int refuse(const struct call *c, const char *key, struct err *e)
{
	int64_t seconds = (c->limit.retry_ms + 999) / 1000;

	if (seconds < 1)
		seconds = 1;
	err_set(e, ERR_RATE_LIMIT_EXCEEDED, "too many requests: wait %lld s", (long long)seconds);
	err_detail_new(e, "scope", scope_name(key));
	err_detail_new(e, "limit", json_integer(c->limit_size));
	if (e != NULL)
		e->retry_after_s = (int)seconds;
	return -1;
}

int admit(struct call *c, const char *token_user, struct err *e)
{
	struct state_limit limits[AUTH_LIMITS_MAX];
	struct state_limit_result results[AUTH_LIMITS_MAX];
	struct auth_caller caller = {
		.who = &c->who,
		.remote_addr = c->info.ip_address != NULL ? c->info.ip_address : "",
		.token_user = token_user,
	};
	bool is_user = c->who.kind == PRINCIPAL_USER;
	struct state_admit in = {
		.limits = limits,
		.nlimits = auth_limits(c->app->auth, c->arena, &caller, limits),
		.jti = is_user ? c->who.jti : NULL,
		.sub = is_user ? c->who.name : NULL,
		.issued_at_ms = c->who.issued_at_ms,
		.now_ms = c->info.now_ms,
	};
	struct state_admitted out = { .results = results };
	struct err down;

	if (in.nlimits == 0 && !is_user)
		return 0;
	err_init(&down);
	if (state_admit(c->app->service.state, &in, &out, &down) != 0) {
		if (down.code != ERR_SERVICE_UNAVAILABLE) {
			err_move(e, &down);
			return -1;
		}
		err_clear(&down);
		bucket_take(&in, &out);
	}
	if (out.revoked)
		return err_set(e, ERR_UNAUTHORIZED, "this token has been revoked");
	if (in.nlimits == 0)
		return 0;
	keep_tightest(c, limits, results, in.nlimits);
	return c->limit.allowed ? 0 : refuse(c, scope_of(limits, results, in.nlimits), e);
}
