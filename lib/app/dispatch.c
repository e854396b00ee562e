/*
 * dispatch: the pipeline. Each step is one function that returns 0 or sets
 * the error with which the request ends; their order is dispatch_call.
 */
#include "app/dispatch.h"

#include "app/admit.h"
#include "app/client.h"
#include "app/cors.h"
#include "app/inline.h"
#include "app/lookup.h"
#include "app/reply.h"
#include "app/errors.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

/* The compiled schemas of one row. */
struct compiled {
	const struct route *route;
	const struct schema *body;
	const struct schema *query;
};

struct dispatch {
	struct app *app;
	const struct route *const *tables;
	struct compiled *rows;
	size_t nrows;
};

/* ---- start ---- */

static int compile_one(struct dispatch *d, const char *name, const struct schema **out, struct err *e)
{
	if (name == NULL)
		return 0;
	*out = schema_compile(d->app->schemas, name, e);
	return *out != NULL ? 0 : -1;
}

static size_t count_rows(const struct route *const *tables)
{
	size_t n = 0;

	for (; *tables != NULL; tables++) {
		for (const struct route *r = *tables; r->method != NULL; r++)
			n++;
	}
	return n;
}

static int compile_rows(struct dispatch *d, struct err *e)
{
	for (const struct route *const *t = d->tables; *t != NULL; t++) {
		for (const struct route *r = *t; r->method != NULL; r++) {
			struct compiled *row = &d->rows[d->nrows++];
			row->route = r;
			if (compile_one(d, r->body, &row->body, e) != 0 ||
			    compile_one(d, r->query, &row->query, e) != 0)
				return -1;
		}
	}
	return 0;
}

struct dispatch *dispatch_new(struct app *app, const struct route *const *tables, struct err *e)
{
	struct dispatch *d = mem_alloc(sizeof *d);

	d->app = app;
	d->tables = tables;
	d->rows = mem_calloc(count_rows(tables) + 1, sizeof *d->rows);
	if (compile_rows(d, e) != 0) {
		dispatch_free(d);
		return NULL;
	}
	return d;
}

void dispatch_free(struct dispatch *d)
{
	if (d == NULL)
		return;
	free(d->rows);
	free(d);
}

static const struct compiled *compiled_of(const struct dispatch *d, const struct route *r)
{
	for (size_t i = 0; i < d->nrows; i++) {
		if (d->rows[i].route == r)
			return &d->rows[i];
	}
	return NULL;
}

/* ---- the steps ---- */

static int authenticate(struct call *c, struct err *e)
{
	struct auth_credentials in = {
		.api_key = http_header(c->http, "x-api-key"),
		.authorization = http_header(c->http, "authorization"),
	};

	if ((c->route->flags & ROUTE_OPEN) != 0) {
		c->who.name = "";
		return 0;
	}
	if (auth_find(c->app->auth, c->arena, &in, &c->who, e) != 0)
		return -1;
	c->info.issued_by = c->who.kind == PRINCIPAL_USER ? arena_printf(c->arena, "user:%s", c->who.name) :
							    c->who.name;
	return 0;
}

static int authorize(struct call *c, struct err *e)
{
	if (auth_require(&c->who, c->route->permission, e) != 0)
		return -1;
	if (c->route->owner == OWNER_PATH)
		return call_own(c, path_param(&c->params, "userId"), e);
	return 0;
}

static int read_body(struct call *c, struct err *e)
{
	size_t max = (size_t)c->app->conf->max_body_bytes;
	json_t *body = NULL;
	struct buf b;

	buf_init(&b, max);
	if (http_read_body(c->http, max, &b, e) == 0) {
		if (!http_is_json(c->http->content_type) && b.len > 0)
			err_set(e, ERR_UNSUPPORTED_MEDIA_TYPE, "the body must be application/json in UTF-8");
		else
			body = json_parse(b.data, b.len, e);
	}
	buf_clear(&b);
	c->body = arena_json(c->arena, body);
	return body != NULL ? 0 : -1;
}

/*
 * The limits come before errors of the body, but the token limit counts by a
 * userId inside it. So the body is read first, and what is wrong with it is
 * said after the limits were taken.
 */
static int take_limits(struct call *c, struct err *body_error, struct err *e)
{
	const char *user = NULL;

	if (c->route->body != NULL) {
		read_body(c, body_error);
		user = c->route->limit == LIMIT_TOKEN ? json_str(c->body, "userId", NULL) : NULL;
	}
	if (c->route->limit == LIMIT_NONE)
		return 0;
	return admit(c, user, e);
}

static json_t *missing_fields(const json_t *errors)
{
	json_t *out = json_array();
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)errors, i, item) {
		if (strcmp(json_str(item, "keyword", ""), "required") == 0)
			json_array_append(out, json_object_get(item, "path"));
	}
	return out;
}

/* First error in words, so that a person sees it at once; all of them in details. */
static int invalid(json_t *errors_new, struct err *e)
{
	const json_t *first = json_array_get(errors_new, 0);
	const char *path = json_str(first, "path", "");

	err_set(e, ERR_VALIDATION, "%s: %s", *path != '\0' ? path : "the body", json_str(first, "message", "is wrong"));
	err_detail_new(e, "missingFields", missing_fields(errors_new));
	err_detail_new(e, "errors", errors_new);
	return -1;
}

static int validate_json(const struct schema *s, json_t *instance, struct err *e)
{
	json_t *errors = NULL;

	if (s == NULL)
		return 0;
	if (!schema_validate(s, instance, &errors))
		return invalid(errors, e);
	json_decref(errors);
	schema_prune(s, instance);
	return 0;
}

static int load_query(struct call *c, struct err *e)
{
	struct uri_param params[URI_QUERY_MAX];
	int n = uri_query(c->arena, c->http->query, params, e);

	c->query = arena_json(c->arena, json_object());
	for (int i = 0; i < n; i++)
		json_object_set_new(c->query, params[i].name, json_text(params[i].value));
	return n < 0 ? -1 : 0;
}

static int check_owner(const struct call *c, struct err *e)
{
	switch (c->route->owner) {
	case OWNER_BODY:
		return call_own(c, call_body(c, "userId"), e);
	case OWNER_QUERY:
		return call_own(c, call_query(c, "userId"), e);
	case OWNER_PATH: /* seen to in authorize */
	case OWNER_NONE:
		return 0;
	}
	return 0;
}

static int validate(const struct dispatch *d, struct call *c, struct err *e)
{
	const struct compiled *row = compiled_of(d, c->route);

	if (load_query(c, e) != 0 || validate_json(row->query, c->query, e) != 0)
		return -1;
	if (c->body != NULL && validate_json(row->body, c->body, e) != 0)
		return -1;
	return check_owner(c, e);
}

static int handle(struct call *c, struct err *e)
{
	c->answer.status = 200;
	return c->route->handle(c, e);
}

static int dispatch_call(struct dispatch *d, struct call *c, struct err *e)
{
	struct err body_error;
	int rc = -1;

	err_init(&body_error);
	if (authenticate(c, e) != 0 || authorize(c, e) != 0 || take_limits(c, &body_error, e) != 0)
		goto out;
	if (err_is_set(&body_error)) {
		err_move(e, &body_error);
		goto out;
	}
	if (validate(d, c, e) != 0)
		goto out;
	rc = handle(c, e);
out:
	err_clear(&body_error);
	return rc;
}

/* ---- around it ---- */

static void call_init(struct call *c, struct app *app, const struct http_request *req)
{
	memset(c, 0, sizeof *c);
	c->app = app;
	c->http = req;
	c->arena = req->arena;
	c->started_us = clock_mono_us();
	c->chinese = http_prefers_chinese(http_header(req, "accept-language"));
	c->who.name = "";
	c->info.arena = req->arena;
	c->info.now_ms = clock_now_ms();
	c->info.request_id = client_request_id(req);
	c->info.ip_address = client_address(req, app->conf->trusted_proxies);
	c->info.user_agent = client_agent(req);
	c->info.issued_by = "";
}

/* One line a request. The query is left out: clients put secrets there. */
static void log_request(const struct call *c, const struct http_response *out, const struct err *e)
{
	static const char *const kinds[] = { "nobody", "key", "user" };
	double ms = (double)(clock_mono_us() - c->started_us) / 1000.0;
	json_t *fields = json_pack("{s:o, s:o, s:i, s:f, s:I, s:s, s:o, s:o}", "method", json_text(c->http->method),
	    "path", json_text(arena_strndup(c->arena, c->http->path, strnlen(c->http->path, 512))), "status",
	    out->status, "ms", ms, "bytes", (json_int_t)out->body.len, "callerKind", kinds[c->who.kind], "caller",
	    json_text(c->who.name), "ip", json_text(c->info.ip_address));

	if (err_is_set(e)) {
		json_object_set_new(fields, "code", json_string(err_code_name(e->code)));
		json_object_set_new(fields, "error", json_text(e->message));
		if (e->cause[0] != '\0')
			json_object_set_new(fields, "cause", json_text(e->cause));
	}
	log_fields_new(err_is_set(e) ? errors_level(e->code) : LOG_INFO, "request", fields);
}

static int method_not_allowed(const struct lookup *found, struct http_response *out, struct err *e)
{
	http_set_header(out, "Allow", found->allow);
	return err_set(e, ERR_METHOD_NOT_ALLOWED, "this path takes %s", found->allow);
}

/* Answer, or error. */
static void answer(struct dispatch *d, struct call *c, struct http_response *out, struct err *e)
{
	struct lookup found;
	int rc = lookup_route(d->tables, c->http, &found, e);

	if (rc == 0 && strcmp(c->http->method, "OPTIONS") == 0) {
		http_set_header(out, "Allow", found.allow);
		cors_preflight(found.allow, out);
		out->status = 204;
		return;
	}
	if (rc == 0 && found.route == NULL)
		rc = method_not_allowed(&found, out, e);
	if (rc == 0) {
		c->route = found.route;
		c->params = found.params;
		log_context(c->info.request_id, c->route->path);
		rc = dispatch_call(d, c, e);
	}
	if (rc == 0)
		reply_answer(c, out);
	else
		reply_error(c, e, out);
}

void dispatch_handle(void *ctx, const struct http_request *req, struct http_response *out)
{
	struct dispatch *d = ctx;
	struct call c;
	struct err e;

	err_init(&e);
	call_init(&c, d->app, req);
	log_context(c.info.request_id, NULL);
	app_reopen(d->app);
	reply_common(&c, out);
	cors_headers(d->app->conf->cors_origins, req, out);
	answer(d, &c, out, &e);
	out->head_only = strcmp(req->method, "HEAD") == 0;
	log_request(&c, out, &e);
	log_context(NULL, NULL);
	err_clear(&e);
}

void dispatch_after(void *ctx)
{
	struct dispatch *d = ctx;

	inline_work(d->app);
}
