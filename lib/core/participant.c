/* participant: claims of IVS participant tokens, written and read. */
#include "core/participant.h"

#include "auth/jwt.h"
#include "base/json.h"
#include "base/uri.h"

#include <string.h>

static json_t *claims_of(const struct participant *p)
{
	json_t *capabilities = json_object();
	json_t *c;

	if (p->can_publish)
		json_object_set_new(capabilities, "allow_publish", json_true());
	if (p->can_subscribe)
		json_object_set_new(capabilities, "allow_subscribe", json_true());
	c = json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:s?, s:o, s:s}", "exp", (json_int_t)p->expires_at_s, "iat",
	    (json_int_t)p->issued_at_s, "jti", p->participant_id, "resource", p->stage_arn, "topic",
	    uri_arn_id(p->stage_arn), "events_url", p->events_url, "whip_url", p->whip_url, "user_id", p->user_id,
	    "capabilities", capabilities, "version", "1.0");
	if (p->attributes != NULL)
		json_object_set(c, "attributes", (json_t *)p->attributes);
	return c;
}

char *participant_sign(const struct keyring *k, struct arena *a, const struct participant *p, struct err *e)
{
	const char *arn;
	const struct crypto_key *key = keyring_signing(k, &arn);
	json_t *claims = claims_of(p);
	struct err inner;
	char *out;

	err_init(&inner);
	out = jwt_sign(a, key, arn, claims, &inner);
	if (out == NULL) {
		err_set(e, ERR_TOKEN_GENERATION_FAILED, "the token could not be signed");
		err_cause(e, "%s", inner.cause);
	}
	err_clear(&inner);
	json_decref(claims);
	return out;
}

static int invalid(struct err *e, const char *what)
{
	err_detail_new(e, "errors", json_pack("[{s:s, s:s, s:s}]", "path", "/token", "keyword", "token", "message", what));
	return err_set(e, ERR_VALIDATION, "%s: %s", "/token", what);
}

static bool read_strings(const json_t *claims, struct arena *a, struct participant *out)
{
	out->participant_id = arena_strdup(a, json_str(claims, "jti", NULL));
	out->stage_arn = arena_strdup(a, json_str(claims, "resource", NULL));
	out->whip_url = arena_strdup(a, json_str(claims, "whip_url", NULL));
	out->events_url = arena_strdup(a, json_str(claims, "events_url", NULL));
	out->user_id = arena_strdup(a, json_str(claims, "user_id", NULL));
	return out->participant_id != NULL && out->stage_arn != NULL && out->whip_url != NULL &&
	    out->events_url != NULL && out->user_id != NULL && strcmp(json_str(claims, "version", ""), "1.0") == 0 &&
	    strcmp(json_str(claims, "topic", ""), uri_arn_id(out->stage_arn)) == 0;
}

static bool read_claims(const json_t *claims, struct arena *a, struct participant *out)
{
	const json_t *capabilities = json_object_get(claims, "capabilities");

	memset(out, 0, sizeof *out);
	out->attributes = json_object_get(claims, "attributes");
	out->can_publish = json_is_true(json_object_get(capabilities, "allow_publish"));
	out->can_subscribe = json_is_true(json_object_get(capabilities, "allow_subscribe"));
	out->issued_at_s = json_int(claims, "iat", 0);
	out->expires_at_s = json_int(claims, "exp", 0);
	return read_strings(claims, a, out) && out->expires_at_s > 0;
}

int participant_verify(const struct keyring *k, struct arena *a, const struct participant_token *in,
    struct participant *out, struct err *e)
{
	struct jwt_parts parts;
	const struct crypto_key *key;

	if (jwt_parse(a, in->text, &parts, NULL) != 0)
		return invalid(e, "must be a participant token");
	key = keyring_find(k, json_str(parts.header, "kid", ""));
	if (key == NULL || !jwt_verify_key(&parts, key))
		return invalid(e, "must be a token that this service has signed");
	if (!read_claims(parts.claims, a, out))
		return invalid(e, "must be a participant token");
	if (in->now_ms / 1000 > out->expires_at_s + in->grace_s)
		return invalid(e, "has expired too long ago: ask for a new one");
	return 0;
}

size_t participant_attributes_size(const json_t *attributes)
{
	size_t n = 0;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)attributes, name, value)
		n += strlen(name) + json_string_length(value);
	return n;
}
