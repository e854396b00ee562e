/*
 * crypto_key: asymmetric keys that sign and verify JWS. Each key is for
 * exactly one algorithm, so that a token cannot choose another (RFC 8725).
 */
#include "base/crypto.h"

#include "base/json.h"
#include "base/mem.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

enum { RSA_MIN = 2048, RSA_MAX = 8192, DER_MAX = 160 };

struct crypto_key {
	EVP_PKEY *pkey;
	enum crypto_alg alg;
	bool is_private;
};

static const char *const alg_names[CRYPTO_ALG_COUNT] = {
	[CRYPTO_NONE] = "",
	[CRYPTO_HS256] = "HS256",
	[CRYPTO_RS256] = "RS256",
	[CRYPTO_ES256] = "ES256",
	[CRYPTO_ES384] = "ES384",
};

const char *crypto_alg_name(enum crypto_alg alg)
{
	return alg_names[alg];
}

enum crypto_alg crypto_alg_parse(const char *name)
{
	for (int i = CRYPTO_HS256; i < CRYPTO_ALG_COUNT; i++) {
		if (name != NULL && strcmp(alg_names[i], name) == 0)
			return (enum crypto_alg)i;
	}
	return CRYPTO_NONE;
}

/* OpenSSL's reason goes into the cause; its queue is empty afterwards. */
static int fail(struct err *e, enum err_code code, const char *what)
{
	unsigned long reason = ERR_peek_last_error();

	err_set(e, code, "%s", what);
	if (reason != 0)
		err_cause(e, "%s", ERR_reason_error_string(reason));
	ERR_clear_error();
	return -1;
}

static bool curve_is(const EVP_PKEY *k, const char *name)
{
	char group[32];
	size_t n;

	return EVP_PKEY_get_utf8_string_param(k, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &n) == 1 &&
	    strcmp(group, name) == 0;
}

static enum crypto_alg alg_of(const EVP_PKEY *k)
{
	int bits = EVP_PKEY_get_bits(k);

	if (EVP_PKEY_is_a(k, "RSA") && bits >= RSA_MIN && bits <= RSA_MAX)
		return CRYPTO_RS256;
	if (EVP_PKEY_is_a(k, "EC") && curve_is(k, "prime256v1"))
		return CRYPTO_ES256;
	if (EVP_PKEY_is_a(k, "EC") && curve_is(k, "secp384r1"))
		return CRYPTO_ES384;
	return CRYPTO_NONE;
}

static bool is_sound(EVP_PKEY *k, bool is_private)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k, NULL);
	bool ok = ctx != NULL && EVP_PKEY_public_check(ctx) == 1;

	if (ok && is_private && EVP_PKEY_is_a(k, "EC"))
		ok = EVP_PKEY_pairwise_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* Takes pkey over, also on failure. */
static struct crypto_key *key_new(EVP_PKEY *pkey, bool is_private, struct err *e)
{
	struct crypto_key *k;
	enum crypto_alg alg = alg_of(pkey);

	if (alg == CRYPTO_NONE) {
		fail(e, ERR_VALIDATION, "the key must be RSA of 2048 to 8192 bits, P-256 or P-384");
		EVP_PKEY_free(pkey);
		return NULL;
	}
	if (!is_sound(pkey, is_private)) {
		fail(e, ERR_VALIDATION, "the key is damaged: its parts do not fit together");
		EVP_PKEY_free(pkey);
		return NULL;
	}
	k = mem_alloc(sizeof *k);
	k->pkey = pkey;
	k->alg = alg;
	k->is_private = is_private;
	return k;
}

/* No password is ever asked for on a terminal. */
static int no_password(char *out, int size, int rwflag, void *arg)
{
	(void)out;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

struct crypto_key *crypto_key_parse_pem(const char *pem, size_t len, struct err *e)
{
	BIO *in;
	EVP_PKEY *pkey;
	bool is_private = memmem(pem, len, "PRIVATE KEY-----", 16) != NULL;

	if (len > INT_MAX || memmem(pem, len, "-----BEGIN ", 11) == NULL) {
		err_set(e, ERR_VALIDATION, "this is not a key in PEM form (-----BEGIN PRIVATE KEY----- or PUBLIC KEY)");
		return NULL;
	}
	in = BIO_new_mem_buf(pem, (int)len);
	pkey = is_private ? PEM_read_bio_PrivateKey(in, NULL, no_password, NULL) :
			    PEM_read_bio_PUBKEY(in, NULL, no_password, NULL);
	BIO_free(in);
	if (pkey == NULL) {
		fail(e, ERR_VALIDATION, "the PEM key cannot be read: it must be complete and not encrypted");
		return NULL;
	}
	return key_new(pkey, is_private, e);
}

/* A base64url member as bytes; its length or -1. */
static long member_bytes(const json_t *jwk, const char *name, uint8_t *out, size_t max)
{
	const char *text = json_str(jwk, name, NULL);

	return text != NULL ? crypto_b64url_decode(text, strlen(text), out, max) : -1;
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *bld)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

static EVP_PKEY *jwk_ec(const json_t *jwk)
{
	const char *crv = json_str(jwk, "crv", "");
	size_t size = strcmp(crv, "P-256") == 0 ? 32 : strcmp(crv, "P-384") == 0 ? 48 : 0;
	uint8_t point[1 + 2 * 48] = { POINT_CONVERSION_UNCOMPRESSED };
	OSSL_PARAM_BLD *bld;
	EVP_PKEY *pkey;

	if (size == 0 || member_bytes(jwk, "x", point + 1, size) != (long)size ||
	    member_bytes(jwk, "y", point + 1 + size, size) != (long)size)
		return NULL;
	bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, size == 32 ? "prime256v1" : "secp384r1", 0);
	OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size);
	pkey = from_params("EC", bld);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

static EVP_PKEY *jwk_rsa(const json_t *jwk)
{
	uint8_t n[RSA_MAX / 8], exponent[8];
	long n_len = member_bytes(jwk, "n", n, sizeof n);
	long e_len = member_bytes(jwk, "e", exponent, sizeof exponent);
	OSSL_PARAM_BLD *bld;
	BIGNUM *bn_n, *bn_e;
	EVP_PKEY *pkey;

	if (n_len <= 0 || e_len <= 0)
		return NULL;
	bld = OSSL_PARAM_BLD_new();
	bn_n = BN_bin2bn(n, (int)n_len, NULL);
	bn_e = BN_bin2bn(exponent, (int)e_len, NULL);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn_n);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, bn_e);
	pkey = from_params("RSA", bld);
	OSSL_PARAM_BLD_free(bld);
	BN_free(bn_n);
	BN_free(bn_e);
	return pkey;
}

struct crypto_key *crypto_key_parse_jwk(const json_t *jwk, struct err *e)
{
	const char *kty = json_str(jwk, "kty", "");
	EVP_PKEY *pkey = strcmp(kty, "EC") == 0 ? jwk_ec(jwk) : strcmp(kty, "RSA") == 0 ? jwk_rsa(jwk) : NULL;

	if (pkey == NULL) {
		fail(e, ERR_VALIDATION, "the JWK must be kty RSA (n, e) or kty EC (crv P-256 or P-384, x, y)");
		return NULL;
	}
	return key_new(pkey, false, e);
}

struct crypto_key *crypto_key_make_p384(struct err *e)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-384");

	if (pkey == NULL) {
		fail(e, ERR_INTERNAL, "no P-384 key could be made");
		return NULL;
	}
	return key_new(pkey, true, e);
}

void crypto_key_free(struct crypto_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}

enum crypto_alg crypto_key_alg(const struct crypto_key *k)
{
	return k->alg;
}

bool crypto_key_is_private(const struct crypto_key *k)
{
	return k->is_private;
}

static char *bio_text(BIO *out)
{
	char *data;
	long n = BIO_get_mem_data(out, &data);

	return mem_strndup(data, (size_t)n);
}

char *crypto_key_public_pem(const struct crypto_key *k, struct err *e)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (PEM_write_bio_PUBKEY(out, k->pkey) == 1)
		text = bio_text(out);
	else
		fail(e, ERR_INTERNAL, "the public key cannot be written");
	BIO_free(out);
	return text;
}

char *crypto_key_private_pem(const struct crypto_key *k, struct err *e)
{
	BIO *out = BIO_new(BIO_s_secmem());
	char *text = NULL;

	if (k->is_private && PEM_write_bio_PKCS8PrivateKey(out, k->pkey, NULL, NULL, 0, NULL, NULL) == 1)
		text = bio_text(out);
	else
		fail(e, ERR_INTERNAL, "the private key cannot be written");
	BIO_free(out);
	return text;
}

static size_t half_of(enum crypto_alg alg)
{
	return alg == CRYPTO_ES384 ? 48 : alg == CRYPTO_ES256 ? 32 : 0;
}

static const EVP_MD *digest_of(enum crypto_alg alg)
{
	return alg == CRYPTO_ES384 ? EVP_sha384() : EVP_sha256();
}

/* DER to R || S, each padded on the left (RFC 7518 section 3.4). */
static long raw_from_der(const uint8_t *der, size_t len, size_t half, uint8_t *out)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool ok = sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, (int)half) == (int)half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, (int)half) == (int)half;

	ECDSA_SIG_free(sig);
	return ok ? (long)(2 * half) : -1;
}

long crypto_sign(const struct crypto_key *k, const void *p, size_t len, uint8_t *sig, struct err *e)
{
	size_t half = half_of(k->alg), n = half > 0 ? DER_MAX : CRYPTO_SIGNATURE_MAX;
	uint8_t der[DER_MAX];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	long out = -1;

	ERR_clear_error();
	if (k->is_private && EVP_DigestSignInit(ctx, NULL, digest_of(k->alg), NULL, k->pkey) == 1 &&
	    EVP_DigestSign(ctx, half > 0 ? der : sig, &n, p, len) == 1)
		out = half > 0 ? raw_from_der(der, n, half, sig) : (long)n;
	EVP_MD_CTX_free(ctx);
	return out >= 0 ? out : fail(e, ERR_INTERNAL, "signing failed");
}

/* R || S to DER; the caller frees *der. Its length or -1. */
static int der_from_raw(struct crypto_bytes raw, size_t half, uint8_t **der)
{
	ECDSA_SIG *sig;
	BIGNUM *r, *s;
	int n;

	*der = NULL;
	if (raw.len != 2 * half)
		return -1;
	sig = ECDSA_SIG_new();
	r = BN_bin2bn(raw.p, (int)half, NULL);
	s = BN_bin2bn((const uint8_t *)raw.p + half, (int)half, NULL);
	ECDSA_SIG_set0(sig, r, s);
	n = i2d_ECDSA_SIG(sig, der);
	ECDSA_SIG_free(sig);
	return n;
}

static bool verify_digest(const struct crypto_key *k, struct crypto_bytes data, struct crypto_bytes sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = EVP_DigestVerifyInit(ctx, NULL, digest_of(k->alg), NULL, k->pkey) == 1 &&
	    EVP_DigestVerify(ctx, sig.p, sig.len, data.p, data.len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool crypto_verify(const struct crypto_key *k, enum crypto_alg alg, struct crypto_bytes data, struct crypto_bytes sig)
{
	size_t half = half_of(k->alg);
	uint8_t *der;
	bool ok;
	int n;

	if (alg != k->alg)
		return false;
	if (half == 0)
		return sig.len == (size_t)EVP_PKEY_get_size(k->pkey) && verify_digest(k, data, sig);
	n = der_from_raw(sig, half, &der);
	ok = n > 0 && verify_digest(k, data, (struct crypto_bytes){ der, (size_t)n });
	OPENSSL_free(der);
	return ok;
}
