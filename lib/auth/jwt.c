/*
 * jwt: the compact JWS form (RFC 7515 section 7.1), and signatures over it.
 */
#include "auth/jwt.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* base64url of a JSON text, in the arena. */
static char *encode_json(struct arena *a, const json_t *j)
{
	char *text = json_print(j);
	char *out = arena_alloc(a, crypto_b64url_size(strlen(text)));

	crypto_b64url_encode(text, strlen(text), out);
	free(text);
	return out;
}

static char *signing_input(struct arena *a, enum crypto_alg alg, const char *kid, const json_t *claims)
{
	json_t *header = json_pack("{s:s, s:s}", "alg", crypto_alg_name(alg), "typ", "JWT");
	char *out;

	if (kid != NULL)
		json_object_set_new(header, "kid", json_text(kid));
	out = arena_printf(a, "%s.%s", encode_json(a, header), encode_json(a, claims));
	json_decref(header);
	return out;
}

static char *append_signature(struct arena *a, const char *input, const uint8_t *sig, size_t len)
{
	char *text = arena_alloc(a, crypto_b64url_size(len));

	crypto_b64url_encode(sig, len, text);
	return arena_printf(a, "%s.%s", input, text);
}

char *jwt_sign(struct arena *a, const struct crypto_key *key, const char *kid, const json_t *claims, struct err *e)
{
	char *input = signing_input(a, crypto_key_alg(key), kid, claims);
	uint8_t sig[CRYPTO_SIGNATURE_MAX];
	long n = crypto_sign(key, input, strlen(input), sig, e);

	return n > 0 ? append_signature(a, input, sig, (size_t)n) : NULL;
}

char *jwt_sign_hs256(struct arena *a, const char *secret, const char *kid, const json_t *claims, struct err *e)
{
	char *input = signing_input(a, CRYPTO_HS256, kid, claims);
	uint8_t mac[CRYPTO_SHA256_SIZE];

	(void)e; /* cannot fail; the parameter keeps the two signers alike */
	crypto_hmac_sha256(secret, strlen(secret), input, strlen(input), mac);
	return append_signature(a, input, mac, sizeof mac);
}

static int malformed(struct err *e, const char *what)
{
	return err_set(e, ERR_UNAUTHORIZED, "the token is malformed: %s", what);
}

static json_t *decode_json(struct arena *a, const char *s, size_t len)
{
	char *bytes = arena_alloc(a, len + 1);
	long n = crypto_b64url_decode(s, len, bytes, len);
	json_t *j = n > 0 ? json_parse(bytes, (size_t)n, NULL) : NULL;

	if (json_is_object(j))
		return arena_json(a, j);
	json_decref(j);
	return NULL;
}

int jwt_parse(struct arena *a, const char *token, struct jwt_parts *out, struct err *e)
{
	size_t len = strnlen(token, JWT_MAX + 1);
	const char *dot1 = memchr(token, '.', len), *dot2, *end = token + len;
	uint8_t *sig;
	long n;

	memset(out, 0, sizeof *out);
	if (len > JWT_MAX)
		return malformed(e, "it is longer than 8192 characters");
	dot2 = dot1 != NULL ? memchr(dot1 + 1, '.', (size_t)(end - dot1 - 1)) : NULL;
	if (dot2 == NULL || memchr(dot2 + 1, '.', (size_t)(end - dot2 - 1)) != NULL)
		return malformed(e, "it must have three parts");
	out->header = decode_json(a, token, (size_t)(dot1 - token));
	out->claims = decode_json(a, dot1 + 1, (size_t)(dot2 - dot1 - 1));
	if (out->header == NULL || out->claims == NULL)
		return malformed(e, "header and claims must be JSON objects in base64url");
	sig = arena_alloc(a, (size_t)(end - dot2));
	n = crypto_b64url_decode(dot2 + 1, (size_t)(end - dot2 - 1), sig, (size_t)(end - dot2));
	if (n <= 0)
		return malformed(e, "the signature must be base64url");
	out->signing_input = token;
	out->signing_input_len = (size_t)(dot2 - token);
	out->signature = sig;
	out->signature_len = (size_t)n;
	return 0;
}

/* No extension is understood, so none may be critical (RFC 7515 section 4.1.11); b64 is one (RFC 7797). */
static bool header_says(const struct jwt_parts *t, enum crypto_alg alg)
{
	return crypto_alg_parse(json_str(t->header, "alg", NULL)) == alg && json_object_get(t->header, "crit") == NULL &&
	    json_object_get(t->header, "b64") == NULL;
}

bool jwt_verify_key(const struct jwt_parts *t, const struct crypto_key *key)
{
	enum crypto_alg alg = crypto_key_alg(key);
	struct crypto_bytes data = { t->signing_input, t->signing_input_len };
	struct crypto_bytes sig = { t->signature, t->signature_len };

	return header_says(t, alg) && crypto_verify(key, alg, data, sig);
}

bool jwt_verify_hs256(const struct jwt_parts *t, const char *secret, size_t secret_len)
{
	uint8_t mac[CRYPTO_SHA256_SIZE];

	if (!header_says(t, CRYPTO_HS256) || t->signature_len != sizeof mac)
		return false;
	crypto_hmac_sha256(secret, secret_len, t->signing_input, t->signing_input_len, mac);
	return mem_equal_ct(mac, t->signature, sizeof mac);
}
