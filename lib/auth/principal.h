/*
 * principal: who calls, as authentication found out.
 */
#ifndef IVS_AUTH_PRINCIPAL_H
#define IVS_AUTH_PRINCIPAL_H

#include "auth/permission.h"

#include <stdbool.h>
#include <stdint.h>

enum principal_kind {
	PRINCIPAL_NOBODY,   /* no credentials; only where none are needed */
	PRINCIPAL_KEY,      /* an API key */
	PRINCIPAL_USER      /* a JWT */
};

/* Strings belong to the arena of the request. */
struct principal {
	enum principal_kind kind;
	const char *name;          /* of the API key ("API_SECRET_KEY" for that one), or the JWT's sub; "" for nobody */
	permission_set permissions;
	bool is_admin;             /* JWT with role admin */
	int64_t rate_limit;        /* requests a minute of an API key with its own; -1: the configured one */
	const char *jti;           /* of a JWT; NULL when it has none */
	int64_t issued_at_ms;      /* of a JWT */
};

/* May the caller act for user_id? Keys and admins for anybody, a user for itself. */
bool principal_may_act_for(const struct principal *p, const char *user_id);

#endif
