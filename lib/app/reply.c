/*
 * reply: envelopes and headers. One place for both, so that no handler can
 * forget one.
 */
#include "app/reply.h"

#include "app/errors.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_stats_cached(const struct call *c)
{
	return c->route != NULL && (c->route->flags & ROUTE_CACHE_5S) != 0;
}

static int64_t ceil_seconds(int64_t ms)
{
	return ms <= 0 ? 0 : (ms + 999) / 1000;
}

void reply_common(const struct call *c, struct http_response *out)
{
	http_set_header(out, "X-Request-Id", c->info.request_id);
	http_set_header(out, "API-Version", "v1");
	http_set_header(out, "X-Content-Type-Options", "nosniff");
	http_set_header(out, "Vary", "Origin");
}

static void put_limits(const struct call *c, struct http_response *out)
{
	if (c->limit_size == 0)
		return;
	http_set_headerf(out, "RateLimit-Limit", "%lld", (long long)c->limit_size);
	http_set_headerf(out, "RateLimit-Remaining", "%lld", (long long)c->limit.remaining);
	http_set_headerf(out, "RateLimit-Reset", "%lld", (long long)ceil_seconds(c->limit.reset_ms));
}

static void put_json(struct http_response *out, json_t *envelope)
{
	char *text = json_print(envelope);

	http_set_header(out, "Content-Type", "application/json; charset=utf-8");
	http_set_header(out, "Content-Security-Policy", "default-src 'none'");
	buf_adds(&out->body, text);
	free(text);
	json_decref(envelope);
}

/*
 * A weak tag of what the data say: asOf is left out, since it changes while
 * the rest stays.
 */
static void make_etag(const json_t *data, char out[2 + 2 + 2 * CRYPTO_SHA256_SIZE])
{
	json_t *copy = json_copy((json_t *)data); /* shallow; json_copy does not write to it */
	char hex[CRYPTO_SHA256_HEX_SIZE];
	char *text;

	if (json_is_object(copy))
		json_object_del(copy, "asOf");
	text = json_print(copy);
	crypto_sha256_hex(text, strlen(text), hex);
	snprintf(out, 2 + 2 + 2 * CRYPTO_SHA256_SIZE, "W/\"%.32s\"", hex);
	free(text);
	json_decref(copy);
}

static void put_caching(const struct call *c, struct http_response *out)
{
	if (is_stats_cached(c)) {
		http_set_header(out, "Cache-Control", "private, max-age=5");
		http_set_header(out, "Vary", "Authorization, X-API-Key, Accept-Language");
		return;
	}
	http_set_header(out, "Cache-Control", "no-store");
}

static bool is_not_modified(const struct call *c, struct http_response *out)
{
	char etag[2 + 2 + 2 * CRYPTO_SHA256_SIZE];

	if (!is_stats_cached(c) || c->answer.status != 200)
		return false;
	make_etag(c->answer.data, etag);
	http_set_header(out, "ETag", etag);
	return http_etag_matches(http_header(c->http, "if-none-match"), etag);
}

static void put_timestamp(json_t *envelope)
{
	json_object_set_new(envelope, "timestamp", json_time(clock_now_ms()));
}

void reply_answer(const struct call *c, struct http_response *out)
{
	const struct answer *a = &c->answer;
	json_t *envelope;

	out->status = a->status;
	put_caching(c, out);
	put_limits(c, out);
	if (a->text != NULL) {
		http_set_header(out, "Content-Type", "text/plain; charset=utf-8");
		buf_adds(&out->body, a->text);
		return;
	}
	if (is_not_modified(c, out)) {
		out->status = 304;
		return;
	}
	envelope = json_pack("{s:b, s:O}", "success", !a->failed, "data", a->data);
	if (a->message != NULL)
		json_object_set_new(envelope, "message", json_text(errors_translate(a->message, c->chinese)));
	put_timestamp(envelope);
	put_json(out, envelope);
}

/* Members of details that the contract wants beside the code. */
static void lift_versions(json_t *error, json_t *details)
{
	json_t *versions = json_object_get(details, "supportedVersions");

	if (versions != NULL) {
		json_object_set(error, "supportedVersions", versions);
		json_object_del(details, "supportedVersions");
	}
}

/* message of each validation error in the caller's language, where we have it. */
static void translate_errors(const struct call *c, json_t *details)
{
	json_t *errors = json_object_get(details, "errors");
	json_t *item;
	size_t i;

	json_array_foreach(errors, i, item) {
		const char *text = json_str(item, "message", NULL);
		const char *other = errors_translate(text, c->chinese);
		if (other != text)
			json_object_set_new(item, "message", json_text(other));
	}
}

static json_t *error_object(const struct call *c, const struct err *e)
{
	bool development = c->app->conf->is_development;
	json_t *error = json_pack("{s:s}", "code", err_code_name(e->code));

	json_object_set_new(error, "message", json_text(errors_message(e, c->chinese, development, c->arena)));
	if (e->details != NULL) {
		lift_versions(error, e->details);
		translate_errors(c, e->details);
		if (json_object_size(e->details) > 0)
			json_object_set(error, "details", e->details);
	}
	if (development && e->cause[0] != '\0')
		json_object_set_new(error, "cause", json_text(e->cause));
	return error;
}

void reply_error(const struct call *c, struct err *e, struct http_response *out)
{
	json_t *envelope = json_pack("{s:b, s:o}", "success", 0, "error", error_object(c, e));

	out->status = errors_status(e->code);
	http_set_header(out, "Cache-Control", "no-store");
	put_limits(c, out);
	if (e->retry_after_s > 0)
		http_set_headerf(out, "Retry-After", "%d", e->retry_after_s);
	if (e->code == ERR_UNAUTHORIZED)
		http_set_header(out, "WWW-Authenticate", "Bearer");
	put_timestamp(envelope);
	json_object_set_new(envelope, "requestId", json_string(c->info.request_id));
	put_json(out, envelope);
}
