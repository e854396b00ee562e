/*
 * crypto: what the service needs of OpenSSL, and nothing of OpenSSL in it.
 *
 * Hashes, HMAC, base64url; keys (PEM, JWK) that sign and verify JWS the way
 * RFC 7518 says: ECDSA signatures are R || S, never DER.
 */
#ifndef IVS_BASE_CRYPTO_H
#define IVS_BASE_CRYPTO_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CRYPTO_SHA256_SIZE = 32,
	CRYPTO_SHA256_HEX_SIZE = 65,
	CRYPTO_SIGNATURE_MAX = 1024 /* RSA of 8192 bits */
};

enum crypto_alg {
	CRYPTO_NONE = 0,
	CRYPTO_HS256,
	CRYPTO_RS256,
	CRYPTO_ES256,
	CRYPTO_ES384,
	CRYPTO_ALG_COUNT
};

struct crypto_key; /* an asymmetric key, private or public */

/* "ES384" and back. crypto_alg_parse gives CRYPTO_NONE for anything else (also "none"). */
const char *crypto_alg_name(enum crypto_alg alg);
enum crypto_alg crypto_alg_parse(const char *name);

void crypto_sha256(const void *p, size_t len, uint8_t out[CRYPTO_SHA256_SIZE]);
char *crypto_sha256_hex(const void *p, size_t len, char out[CRYPTO_SHA256_HEX_SIZE]);
void crypto_hmac_sha256(const void *key, size_t key_len, const void *p, size_t len, uint8_t out[CRYPTO_SHA256_SIZE]);

/* Bytes that the base64url text of len bytes needs, with the NUL (RFC 4648 section 5, no padding). */
size_t crypto_b64url_size(size_t len);

/* Encode; out has at least crypto_b64url_size(len) bytes. Returns the length without the NUL. */
size_t crypto_b64url_encode(const void *p, size_t len, char *out);

/*
 * Decode strictly: no padding, no other alphabet, no line breaks, no
 * non-zero left-over bits. out may hold max bytes. The number of bytes, or -1.
 */
long crypto_b64url_decode(const char *s, size_t len, void *out, size_t max);

/* Lower-case hex; out has 2 * len + 1 bytes. Returns out. */
char *crypto_hex(const void *p, size_t len, char *out);

/*
 * Read a key from PEM text: a private key (PKCS#8 or traditional, not
 * encrypted) or a public key (SPKI). Accepted: RSA of 2048-8192 bits, P-256,
 * P-384; points and ranges are checked. NULL and ERR_VALIDATION otherwise;
 * the message says what was found and what would be right, never key bytes.
 */
struct crypto_key *crypto_key_parse_pem(const char *pem, size_t len, struct err *e);

/* Read a public key from a JWK (RFC 7517: kty RSA or EC). Private members are ignored. As above. */
struct crypto_key *crypto_key_parse_jwk(const json_t *jwk, struct err *e);

/* Make a P-384 key pair. NULL on failure. */
struct crypto_key *crypto_key_make_p384(struct err *e);

void crypto_key_free(struct crypto_key *k); /* k may be NULL */

/* The one algorithm that the key is for: RS256, ES256 or ES384. */
enum crypto_alg crypto_key_alg(const struct crypto_key *k);
bool crypto_key_is_private(const struct crypto_key *k);

/* PEM text: public (SPKI) or private (PKCS#8), to be freed by the caller (the private one with mem_free_secret). */
char *crypto_key_public_pem(const struct crypto_key *k, struct err *e);
char *crypto_key_private_pem(const struct crypto_key *k, struct err *e);

/*
 * Sign len bytes with the key's algorithm into sig (CRYPTO_SIGNATURE_MAX
 * bytes). ES384: 96 bytes R || S; ES256: 64; RS256: the modulus' length.
 * The length of the signature or -1 (ERR_INTERNAL).
 */
long crypto_sign(const struct crypto_key *k, const void *p, size_t len, uint8_t *sig, struct err *e);

/*
 * Does sig fit? alg must be the key's own: anything else, a signature of any
 * other length, or R or S out of range, is false. Never an error.
 */
struct crypto_bytes {
	const void *p;
	size_t len;
};
bool crypto_verify(const struct crypto_key *k, enum crypto_alg alg, struct crypto_bytes data, struct crypto_bytes sig);

#endif
