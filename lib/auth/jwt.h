/*
 * jwt: JSON Web Tokens (RFC 7519) as compact JWS (RFC 7515), issued and verified.
 *
 * Two users: bearer tokens of callers (HS256 with our secrets, RS256/ES256
 * with configured public keys), and IVS participant tokens (ES384, core/).
 * The algorithm is the key's, never the token's: "none", a public key used as
 * an HMAC secret, and keys that the token brings along (jwk, jku, x5u, x5c)
 * cannot work. "crit" is refused, since no extension is understood.
 */
#ifndef IVS_AUTH_JWT_H
#define IVS_AUTH_JWT_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "auth/principal.h"

#include <jansson.h>
#include <stdint.h>

enum { JWT_MAX = 8192 }; /* characters of a token we look at */

/* ---- the format ---- */

/* header.payload signed with the key's algorithm (kid: NULL for none). Text in the arena; NULL on error. */
char *jwt_sign(struct arena *a, const struct crypto_key *key, const char *kid, const json_t *claims, struct err *e);

/* The same with HS256. */
char *jwt_sign_hs256(struct arena *a, const char *secret, const char *kid, const json_t *claims, struct err *e);

/* A token taken apart, nothing verified. JSON belongs to the arena. */
struct jwt_parts {
	json_t *header;
	json_t *claims;
	const char *signing_input; /* header.payload, inside the token text */
	size_t signing_input_len;
	const uint8_t *signature;
	size_t signature_len;
};

/*
 * Exactly three base64url parts, both JSON objects without duplicate members,
 * at most JWT_MAX characters. ERR_UNAUTHORIZED otherwise, saying what is
 * wrong and never what the token is.
 */
int jwt_parse(struct arena *a, const char *token, struct jwt_parts *out, struct err *e);

/* Does the signature fit the key, and does the header name the key's algorithm, and no crit? */
bool jwt_verify_key(const struct jwt_parts *t, const struct crypto_key *key);
bool jwt_verify_hs256(const struct jwt_parts *t, const char *secret, size_t secret_len);

/* ---- bearer tokens of callers ---- */

struct jwt_keys;

/* Keys from the configuration (JWT_SECRET, JWT_PUBLIC_KEY_FILE, JWT_JWKS_FILE), read once. NULL and what is wrong with them. */
struct jwt_keys *jwt_keys_new(const struct conf *c, struct err *e);
void jwt_keys_free(struct jwt_keys *k);

/*
 * Who is the caller with this token? kid chooses the key when the token has
 * one (unknown: refused); without kid every key of that algorithm is tried.
 * exp is required; exp, nbf and iat are checked with 60 s of skew; iss must be
 * the configured issuer; sub must be 1-100 characters. role "admin" has every
 * permission, otherwise those in permissions. All failures are
 * ERR_UNAUTHORIZED with a reason that helps and reveals nothing.
 * Revocation is the caller's to ask (state_admit).
 */
int jwt_find(const struct jwt_keys *k, struct arena *a, const char *token, int64_t now_ms, struct principal *out,
    struct err *e);

struct jwt_spec {
	const char *sub;
	bool is_admin;
	permission_set permissions;
	int64_t ttl_s;
};

/* Issue one with the first HS256 secret. *claims (may be NULL) gets the claims, the arena's. ERR_CONFLICT-free: ERR_VALIDATION when there is no secret. */
char *jwt_issue(const struct jwt_keys *k, struct arena *a, const struct jwt_spec *spec, json_t **claims, struct err *e);

#endif
