/* auth: credentials to a principal, a principal to its limits. */
#include "auth/auth.h"

#include "auth/apikey.h"
#include "auth/jwt.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MINUTE_MS = 60000 };

struct auth {
	const struct conf *conf;
	struct apikeys *keys;
	struct jwt_keys *jwt;
};

struct auth *auth_new(const struct conf *c, struct err *e)
{
	struct auth *a = mem_alloc(sizeof *a);

	a->conf = c;
	a->keys = apikeys_open(c->api_keys_file, c->api_secret_key, e);
	a->jwt = a->keys != NULL ? jwt_keys_new(c, e) : NULL;
	if (a->jwt != NULL)
		return a;
	auth_free(a);
	return NULL;
}

void auth_free(struct auth *a)
{
	if (a == NULL)
		return;
	apikeys_free(a->keys);
	jwt_keys_free(a->jwt);
	free(a);
}

/* "Bearer TOKEN", any case of the scheme (RFC 9110 section 11.1). NULL for another scheme. */
static const char *bearer(const char *authorization)
{
	if (strncasecmp(authorization, "Bearer ", 7) != 0)
		return NULL;
	return authorization + 7 + strspn(authorization + 7, " ");
}

static int find_user(struct auth *a, struct arena *arena, const char *authorization, struct principal *out,
    struct err *e)
{
	const char *token = bearer(authorization);

	if (token == NULL)
		return err_set(e, ERR_UNAUTHORIZED, "Authorization must be Bearer and a token");
	return jwt_find(a->jwt, arena, token, clock_now_ms(), out, e);
}

static int find_nobody(const struct auth *a, struct principal *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	out->name = "";
	out->rate_limit = -1;
	if (!a->conf->skip_auth)
		return err_set(e, ERR_UNAUTHORIZED, "send an API key in X-API-Key or a token in Authorization: Bearer");
	out->kind = PRINCIPAL_USER;
	out->name = "development";
	out->is_admin = true;
	out->permissions = PERMISSION_ALL;
	return 0;
}

int auth_find(struct auth *a, struct arena *arena, const struct auth_credentials *in, struct principal *out,
    struct err *e)
{
	struct principal user;

	if (in->api_key == NULL && in->authorization == NULL)
		return find_nobody(a, out, e);
	if (in->authorization != NULL && find_user(a, arena, in->authorization, &user, e) != 0)
		return -1;
	if (in->api_key != NULL)
		return apikeys_find(a->keys, arena, in->api_key, out, e);
	*out = user;
	return 0;
}

int auth_require(const struct principal *p, enum permission perm, struct err *e)
{
	if (perm == PERM_NONE || (p->permissions & PERMISSION_BIT(perm)) != 0)
		return 0;
	err_detail_new(e, "required", json_string(permission_name(perm)));
	return err_set(e, ERR_FORBIDDEN, "this needs the permission %s", permission_name(perm));
}

/* Hashes are compared, so that not even the length shows. */
int auth_internal_secret(const struct auth *a, const char *given, struct err *e)
{
	const char *secret = a->conf->internal_secret;
	uint8_t x[CRYPTO_SHA256_SIZE], y[CRYPTO_SHA256_SIZE];

	if (*secret == '\0')
		return err_set(e, ERR_FORBIDDEN, "INTERNAL_SECRET is not configured on this server");
	given = given != NULL ? given : "";
	crypto_sha256(secret, strlen(secret), x);
	crypto_sha256(given, strlen(given), y);
	if (!mem_equal_ct(x, y, sizeof x))
		return err_set(e, ERR_FORBIDDEN, "X-Internal-Secret is missing or wrong");
	return 0;
}

/* IPv4 as it is, also when mapped into IPv6; IPv6 by its /64, which is what one site has. */
static const char *ip_key(struct arena *arena, const char *address)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;

	if (inet_pton(AF_INET6, address, &six) != 1)
		return arena_printf(arena, "ip:%s", address);
	if (IN6_IS_ADDR_V4MAPPED(&six)) {
		inet_ntop(AF_INET, &six.s6_addr[12], text, sizeof text);
		return arena_printf(arena, "ip:%s", text);
	}
	memset(&six.s6_addr[8], 0, 8);
	inet_ntop(AF_INET6, &six, text, sizeof text);
	return arena_printf(arena, "ip:%s/64", text);
}

static size_t add(struct state_limit *out, size_t n, const char *key, int64_t limit, int64_t window_ms)
{
	if (limit <= 0)
		return n;
	out[n] = (struct state_limit){ .key = key, .limit = limit, .window_ms = window_ms };
	return n + 1;
}

struct state_limit auth_token_limit(const struct auth *a, struct arena *arena, const char *user_id)
{
	return (struct state_limit){
		.key = arena_printf(arena, "token:%s", user_id),
		.limit = a->conf->rate_limit_token,
		.window_ms = MINUTE_MS,
	};
}

size_t auth_limits(const struct auth *a, struct arena *arena, const struct auth_caller *who,
    struct state_limit out[AUTH_LIMITS_MAX])
{
	const struct principal *p = who->who;
	const struct conf *c = a->conf;
	size_t n = 0;

	if (p->kind == PRINCIPAL_KEY)
		n = add(out, n, arena_printf(arena, "key:%s", p->name),
		    p->rate_limit >= 0 ? p->rate_limit : c->rate_limit_key, MINUTE_MS);
	else
		n = add(out, n, ip_key(arena, who->remote_addr), c->rate_limit_ip, c->rate_limit_window_ms);
	if (p->kind == PRINCIPAL_USER)
		n = add(out, n, arena_printf(arena, "user:%s", p->name),
		    p->is_admin ? c->rate_limit_admin : c->rate_limit_user, MINUTE_MS);
	if (who->token_user != NULL) {
		struct state_limit t = auth_token_limit(a, arena, who->token_user);
		n = add(out, n, t.key, t.limit, t.window_ms);
	}
	return n;
}

const struct jwt_keys *auth_jwt_keys(const struct auth *a)
{
	return a->jwt;
}
