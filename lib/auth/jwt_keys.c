/*
 * jwt_keys: the keys that callers' tokens are checked with, and what their
 * claims must say.
 */
#include "auth/jwt.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 32, SKEW_S = 60, FILE_MAX = 256 * 1024, SUB_MAX = 100 };

/* Either a secret (HS256) or a public key. */
struct jwt_key {
	char *kid;                 /* NULL: none */
	char *secret;
	struct crypto_key *key;
};

struct jwt_keys {
	struct jwt_key items[KEYS_MAX];
	size_t count;
	char *issuer;
};

static struct jwt_key *add(struct jwt_keys *k, const char *kid, struct err *e)
{
	if (k->count == KEYS_MAX) {
		err_set(e, ERR_VALIDATION, "more than %d JWT keys are configured", (int)KEYS_MAX);
		return NULL;
	}
	k->items[k->count].kid = mem_strdup(kid);
	return &k->items[k->count++];
}

static int add_secret(struct jwt_keys *k, const char *kid, const char *secret, struct err *e)
{
	struct jwt_key *key = add(k, kid, e);

	if (key == NULL)
		return -1;
	key->secret = mem_strdup(secret);
	return 0;
}

static int add_secrets(struct jwt_keys *k, const char *text, struct err *e)
{
	json_t *map, *secret;
	const char *kid;
	int rc = 0;

	if (*text == '\0')
		return 0;
	if (*text != '{')
		return add_secret(k, NULL, text, e);
	map = json_parse(text, strlen(text), e);
	json_object_foreach(map, kid, secret) {
		if (rc == 0)
			rc = add_secret(k, kid, json_string_value(secret), e);
	}
	json_decref(map);
	return rc;
}

static int add_public(struct jwt_keys *k, const char *kid, struct crypto_key *key, struct err *e)
{
	struct jwt_key *item = key != NULL ? add(k, kid, e) : NULL;

	if (item == NULL) {
		crypto_key_free(key);
		return -1;
	}
	item->key = key;
	return 0;
}

static int add_pem(struct jwt_keys *k, const char *path, struct err *e)
{
	char *text;
	size_t len;
	int rc;

	if (*path == '\0')
		return 0;
	text = file_read(path, FILE_MAX, &len, e);
	if (text == NULL)
		return -1;
	rc = add_public(k, NULL, crypto_key_parse_pem(text, len, e), e);
	free(text);
	return rc;
}

static int add_jwks(struct jwt_keys *k, const char *path, struct err *e)
{
	json_t *set, *jwk;
	size_t i;
	int rc = 0;

	if (*path == '\0')
		return 0;
	set = json_parse_file(path, FILE_MAX, e);
	if (set == NULL)
		return -1;
	json_array_foreach(json_object_get(set, "keys"), i, jwk) {
		if (rc == 0)
			rc = add_public(k, json_str(jwk, "kid", NULL), crypto_key_parse_jwk(jwk, e), e);
	}
	json_decref(set);
	return rc;
}

struct jwt_keys *jwt_keys_new(const struct conf *c, struct err *e)
{
	struct jwt_keys *k = mem_alloc(sizeof *k);

	k->issuer = mem_strdup(c->jwt_issuer);
	if (add_secrets(k, c->jwt_secret, e) == 0 && add_pem(k, c->jwt_public_key_file, e) == 0 &&
	    add_jwks(k, c->jwt_jwks_file, e) == 0)
		return k;
	jwt_keys_free(k);
	return NULL;
}

void jwt_keys_free(struct jwt_keys *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->count; i++) {
		free(k->items[i].kid);
		mem_free_secret(k->items[i].secret);
		crypto_key_free(k->items[i].key);
	}
	free(k->issuer);
	free(k);
}

static bool fits(const struct jwt_key *key, const struct jwt_parts *t, const char *kid)
{
	if (kid != NULL && (key->kid != NULL ? strcmp(key->kid, kid) != 0 : true))
		return false;
	if (key->secret != NULL)
		return jwt_verify_hs256(t, key->secret, strlen(key->secret));
	return jwt_verify_key(t, key->key);
}

static int check_signature(const struct jwt_keys *k, const struct jwt_parts *t, struct err *e)
{
	const json_t *kid = json_object_get(t->header, "kid");

	if (kid == NULL || json_is_string(kid)) {
		for (size_t i = 0; i < k->count; i++) {
			if (fits(&k->items[i], t, json_string_value(kid)))
				return 0;
		}
	}
	return err_set(e, ERR_UNAUTHORIZED, "the token's signature does not fit any key of this service");
}

/* A NumericDate in seconds (RFC 7519 section 2); whole or with a fraction. */
static int read_date(const json_t *claims, const char *name, int64_t *out, struct err *e)
{
	const json_t *v = json_object_get(claims, name);
	double s = json_number_value(v);

	if (!json_is_number(v) || s < 0 || s > 1e11)
		return err_set(e, ERR_UNAUTHORIZED, "the token's %s must be seconds since the epoch", name);
	*out = (int64_t)s;
	return 0;
}

static int check_times(const json_t *claims, int64_t now_s, int64_t *iat, struct err *e)
{
	int64_t expires, not_before = 0;

	*iat = 0;
	if (read_date(claims, "exp", &expires, e) != 0)
		return -1;
	if (json_object_get(claims, "iat") != NULL && read_date(claims, "iat", iat, e) != 0)
		return -1;
	if (json_object_get(claims, "nbf") != NULL && read_date(claims, "nbf", &not_before, e) != 0)
		return -1;
	if (now_s >= expires + SKEW_S)
		return err_set(e, ERR_UNAUTHORIZED, "the token has expired");
	if (now_s < not_before - SKEW_S || now_s < *iat - SKEW_S)
		return err_set(e, ERR_UNAUTHORIZED, "the token is not valid yet");
	return 0;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

/* A permission that this version does not know gives nothing. */
static permission_set permissions_of(const json_t *claims)
{
	permission_set out = 0;
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(claims, "permissions"), i, name) {
		if (json_is_string(name))
			permission_add(&out, json_string_value(name), NULL);
	}
	return out;
}

int jwt_find(const struct jwt_keys *k, struct arena *a, const char *token, int64_t now_ms, struct principal *out,
    struct err *e)
{
	struct jwt_parts t;
	const char *sub;
	int64_t iat;

	memset(out, 0, sizeof *out);
	if (jwt_parse(a, token, &t, e) != 0 || check_signature(k, &t, e) != 0 ||
	    check_times(t.claims, now_ms / 1000, &iat, e) != 0)
		return -1;
	if (strcmp(json_str(t.claims, "iss", ""), k->issuer) != 0)
		return err_set(e, ERR_UNAUTHORIZED, "the token was issued by another issuer");
	sub = json_str(t.claims, "sub", "");
	if (*sub == '\0' || characters(sub) > SUB_MAX)
		return err_set(e, ERR_UNAUTHORIZED, "the token's sub must be a user id of 1-100 characters");
	out->kind = PRINCIPAL_USER;
	out->name = arena_strdup(a, sub);
	out->is_admin = strcmp(json_str(t.claims, "role", ""), "admin") == 0;
	out->permissions = out->is_admin ? PERMISSION_ALL : permissions_of(t.claims);
	out->rate_limit = -1;
	out->jti = arena_strdup(a, json_str(t.claims, "jti", NULL));
	out->issued_at_ms = iat * 1000;
	return 0;
}

static const struct jwt_key *first_secret(const struct jwt_keys *k)
{
	for (size_t i = 0; i < k->count; i++) {
		if (k->items[i].secret != NULL)
			return &k->items[i];
	}
	return NULL;
}

char *jwt_issue(const struct jwt_keys *k, struct arena *a, const struct jwt_spec *spec, json_t **claims, struct err *e)
{
	const struct jwt_key *key = first_secret(k);
	int64_t now_s = clock_now_ms() / 1000;
	char jti[ID_SESSION_SIZE];
	json_t *c;

	if (key == NULL) {
		err_set(e, ERR_VALIDATION, "JWT_SECRET is not set: no token can be issued");
		return NULL;
	}
	c = json_pack("{s:s, s:s, s:o, s:s, s:I, s:I, s:s}", "sub", spec->sub, "role", spec->is_admin ? "admin" : "user",
	    "permissions", permission_list(spec->permissions), "iss", k->issuer, "iat", (json_int_t)now_s, "exp",
	    (json_int_t)(now_s + spec->ttl_s), "jti", id_make(jti, sizeof jti));
	arena_json(a, c);
	if (claims != NULL)
		*claims = c;
	return jwt_sign_hs256(a, key->secret, key->kid, c, e);
}
