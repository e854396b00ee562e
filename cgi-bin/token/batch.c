/*
 * batch: many tokens in one request; an item fails alone.
 */
#include "cgi-bin/token/token.h"

#include "app/errors.h"
#include "auth/bucket.h"
#include "base/json.h"
#include "core/tokens.h"

static void read_item(const json_t *item, struct token_request *out)
{
	out->kind = (enum token_kind)token_kind_parse(json_str(item, "kind", ""));
	out->user_id = json_str(item, "userId", NULL);
	out->stage_arn = json_str(item, "stageArn", NULL);
	out->attributes = json_object_get(item, "attributes");
}

/* {code, message, details?} as the error of a whole request has it. */
static json_t *error_json(const struct call *c, const struct err *e)
{
	json_t *out = json_pack("{s:s, s:o}", "code", err_code_name(e->code), "message",
	    json_text(errors_message(e, c->chinese, c->app->conf->is_development, c->arena)));

	if (e->details != NULL)
		json_object_set(out, "details", e->details);
	return json_pack("{s:o}", "error", out);
}

/* The token limit of every user in the batch, in one round trip. */
static struct state_limit_result *take_limits(struct call *c, const json_t *items)
{
	size_t n = json_array_size(items);
	struct state_limit *limits = arena_calloc(c->arena, n, sizeof *limits);
	struct state_limit_result *results = arena_calloc(c->arena, n, sizeof *results);
	struct state_admit in = { .limits = limits, .nlimits = n, .each = true, .now_ms = c->info.now_ms };
	struct state_admitted out = { .results = results };

	for (size_t i = 0; i < n; i++) {
		const char *user = json_str(json_array_get(items, i), "userId", "");
		limits[i] = auth_token_limit(c->app->auth, c->arena, user);
		results[i].allowed = true;
	}
	if (c->app->conf->rate_limit_token == 0)
		return results; /* switched off */
	if (state_admit(c->app->service.state, &in, &out, NULL) != 0)
		bucket_take(&in, &out);
	return results;
}

static int issue_item(struct call *c, const json_t *item, const struct state_limit_result *limit, struct token *out,
    struct err *e)
{
	struct token_request in;

	read_item(item, &in);
	if (token_allowed(c, &in, e) != 0)
		return -1;
	if (!limit->allowed) {
		long long seconds = (long long)(limit->retry_ms + 999) / 1000;
		return err_set(e, ERR_RATE_LIMIT_EXCEEDED, "too many requests: wait %lld s", seconds);
	}
	return token_issue(&c->app->service, &c->info, &in, out, e);
}

int post_token_batch(struct call *c, struct err *e)
{
	const json_t *items = json_object_get(c->body, "tokens");
	struct state_limit_result *limits = take_limits(c, items);
	json_t *out = json_array();
	struct token token;
	json_t *item;
	size_t i;

	(void)e; /* an item's error is part of the answer */
	json_array_foreach((json_t *)items, i, item) {
		struct err mine;
		err_init(&mine);
		if (issue_item(c, item, &limits[i], &token, &mine) == 0)
			json_array_append_new(out, token_json(&token));
		else
			json_array_append_new(out, error_json(c, &mine));
		err_clear(&mine);
	}
	return call_answer_new(c, json_pack("{s:o}", "tokens", out));
}
