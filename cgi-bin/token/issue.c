/*
 * issue: single tokens.
 */
#include "cgi-bin/token/token.h"

#include "core/tokens.h"

int token_allowed(const struct call *c, const struct token_request *in, struct err *e)
{
	static const enum permission permission_of[TOKEN_KIND_COUNT] = {
		[TOKEN_PUBLISHER] = PERM_TOKEN_PUBLISHER,
		[TOKEN_VIEWER] = PERM_TOKEN_VIEWER,
		[TOKEN_MEDIASERVER] = PERM_TOKEN_MEDIASERVER,
	};

	if (auth_require(&c->who, permission_of[in->kind], e) != 0 || call_own(c, in->user_id, e) != 0)
		return -1;
	if (in->kind == TOKEN_MEDIASERVER)
		return auth_internal_secret(c->app->auth, http_header(c->http, "x-internal-secret"), e);
	return 0;
}

static int issue(struct call *c, enum token_kind kind, const char *user_id, struct err *e)
{
	struct token_request in = {
		.kind = kind,
		.user_id = user_id,
		.stage_arn = call_body(c, "stageArn"),
		.attributes = json_object_get(c->body, "attributes"),
	};
	struct token out;

	if (token_issue(&c->app->service, &c->info, &in, &out, e) != 0)
		return -1;
	return call_answer_new(c, token_json(&out));
}

int post_token_publisher(struct call *c, struct err *e)
{
	c->answer.message = "Publisher token issued";
	return issue(c, TOKEN_PUBLISHER, call_body(c, "userId"), e);
}

int post_token_viewer(struct call *c, struct err *e)
{
	c->answer.message = "Viewer token issued";
	return issue(c, TOKEN_VIEWER, call_body(c, "userId"), e);
}

int post_token_mediaserver(struct call *c, struct err *e)
{
	if (auth_internal_secret(c->app->auth, http_header(c->http, "x-internal-secret"), e) != 0)
		return -1;
	c->answer.message = "Media server token issued";
	return issue(c, TOKEN_MEDIASERVER, call_body(c, "serverId"), e);
}
