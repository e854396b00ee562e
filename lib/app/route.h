/*
 * route: one row of a program's route table, and what its handler sees.
 *
 * From a row come 404, 405 and Allow, authentication, permission, limits,
 * validation, caching, and the documentation. A handler gets a request that
 * is already right and is: decode, one call into the core, encode.
 */
#ifndef IVS_APP_ROUTE_H
#define IVS_APP_ROUTE_H

#include "app/app.h"
#include "auth/principal.h"
#include "http/message.h"
#include "http/path.h"
#include "validate/schema.h"

#include <jansson.h>
#include <stdbool.h>

struct call;

/* 0 and c->answer filled in, or -1 and the error. */
typedef int route_handler(struct call *c, struct err *e);

enum route_limit {
	LIMIT_NONE,      /* never limited */
	LIMIT_CALLER,    /* per IP, key, user */
	LIMIT_TOKEN      /* these, and token issue per userId of the body */
};

/* Where the user id stands for whom a `user` JWT must be the owner. */
enum route_owner { OWNER_NONE, OWNER_BODY, OWNER_QUERY, OWNER_PATH };

enum route_flag {
	ROUTE_OPEN = 1,       /* no authentication */
	ROUTE_ROOT = 2,       /* answers outside /api as well (/health) */
	ROUTE_TOP = 4,        /* answers outside /api only (/) */
	ROUTE_SECRET = 8,     /* bears a token: Cache-Control: no-store */
	ROUTE_CACHE_5S = 16   /* may be kept 5 s by the caller; has an ETag */
};

struct route {
	const char *method;   /* "GET" (answers HEAD too), "POST", …; NULL ends a table */
	const char *path;     /* pattern, see http/path.h; below /api/v1 */
	enum permission permission;
	enum route_limit limit;
	enum route_owner owner;
	const char *body;     /* schema file of the body; NULL: takes none */
	const char *query;    /* schema file of the query as an object of strings; NULL: ignored */
	unsigned flags;       /* enum route_flag */
	route_handler *handle;
	const char *summary;  /* one line for the documentation */
};

struct answer {
	int status;           /* 200 unless set */
	bool failed;          /* success:false although data is there (health) */
	json_t *data;         /* the arena's */
	const char *message;  /* English constant, translated on the way out; NULL: none */
	const char *text;     /* plain text instead of JSON; NULL: JSON */
};

/* A request in hand. */
struct call {
	struct app *app;
	const struct http_request *http;
	const struct route *route;
	struct arena *arena;
	struct path_params params;
	json_t *query;        /* object of strings, validated when the route has a schema; the arena's */
	json_t *body;         /* validated and pruned; the arena's; NULL when the route takes none */
	struct principal who;
	struct request_info info;
	bool chinese;
	int64_t started_us;   /* clock_mono_us */
	struct state_limit_result limit;   /* the tightest one */
	int64_t limit_size;   /* its limit; 0: no limit was taken */
	struct answer answer;
};

/* A member of body or query, NULL when absent. Borrowed for the request. */
const char *call_body(const struct call *c, const char *name);
const char *call_query(const struct call *c, const char *name);

/* Hand the answer to the arena: c->answer.data = data_new. Returns 0, for `return`. */
int call_answer_new(struct call *c, json_t *data_new);

/* ERR_FORBIDDEN unless the caller may act for user_id (a `user` JWT for its own sub alone). */
int call_own(const struct call *c, const char *user_id, struct err *e);

#endif
