/*
 * auth: from request headers to a principal, and from a principal to the
 * limits it is under.
 */
#ifndef IVS_AUTH_AUTH_H
#define IVS_AUTH_AUTH_H

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "store/state.h"

struct auth;
struct jwt_keys;

/* Open key file and JWT keys as configured. c is borrowed for auth's life. NULL and what is wrong. */
struct auth *auth_new(const struct conf *c, struct err *e);
void auth_free(struct auth *a);

/* What a request brought; NULL where it brought nothing. */
struct auth_credentials {
	const char *api_key;       /* X-API-Key */
	const char *authorization; /* Authorization */
};

/*
 * Authenticate. No credentials: PRINCIPAL_NOBODY and ERR_UNAUTHORIZED; bad
 * ones: ERR_UNAUTHORIZED. An API key goes before a bearer token; both given:
 * both must be right, the key counts. With SKIP_AUTH a request without
 * credentials is an admin named "development".
 */
int auth_find(struct auth *a, struct arena *arena, const struct auth_credentials *in, struct principal *out,
    struct err *e);

/* ERR_FORBIDDEN, details.required, unless p has perm (PERM_NONE: always fine). */
int auth_require(const struct principal *p, enum permission perm, struct err *e);

/* X-Internal-Secret: constant time; ERR_FORBIDDEN when wrong, missing, or none is configured. */
int auth_internal_secret(const struct auth *a, const char *given, struct err *e);

enum { AUTH_LIMITS_MAX = 4 };

struct auth_caller {
	const struct principal *who;
	const char *remote_addr;   /* "" unknown: counted as one address; IPv6 by its /64 */
	const char *token_user;    /* userId for which a token is asked; NULL: none */
};

/*
 * The limits a request is under, as state_admit wants them: per IP for
 * callers without an API key, per key, per user (admin: its own), and
 * token issue per userId when token_user is not NULL. Texts are the arena's.
 * Returns how many were written.
 */
size_t auth_limits(const struct auth *a, struct arena *arena, const struct auth_caller *who,
    struct state_limit out[AUTH_LIMITS_MAX]);

/* The token issue limit of one user id: key and numbers; limit 0 when switched off. */
struct state_limit auth_token_limit(const struct auth *a, struct arena *arena, const char *user_id);

/* The JWT keys, for auth/token and ivsctl. Borrowed. */
const struct jwt_keys *auth_jwt_keys(const struct auth *a);

#endif
