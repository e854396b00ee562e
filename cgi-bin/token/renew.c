/*
 * renew: a new token for the same participant (the SDK's token exchange).
 */
#include "cgi-bin/token/token.h"

#include "core/tokens.h"

#include <string.h>

static bool has(const json_t *capabilities, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)capabilities, i, item) {
		if (strcmp(json_string_value(item), name) == 0)
			return true;
	}
	return false;
}

int post_token_renew(struct call *c, struct err *e)
{
	const json_t *capabilities = json_object_get(c->body, "capabilities");
	struct token_renewal in = {
		.text = call_body(c, "token"),
		.has_capabilities = capabilities != NULL,
		.can_publish = has(capabilities, "PUBLISH"),
		.can_subscribe = has(capabilities, "SUBSCRIBE"),
		.attributes = json_object_get(c->body, "attributes"),
	};
	struct token_request wanted;
	struct token out;

	if (token_renewal_kind(&c->app->service, &c->info, &in, &wanted, e) != 0 ||
	    token_allowed(c, &wanted, e) != 0)
		return -1;
	if (token_renew(&c->app->service, &c->info, &in, &out, e) != 0)
		return -1;
	return call_answer_new(c, token_json(&out));
}
