/*
 * crypto_hash: SHA-256, HMAC, base64url, hex.
 */
#include "base/crypto.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void crypto_sha256(const void *p, size_t len, uint8_t out[CRYPTO_SHA256_SIZE])
{
	SHA256(p, len, out);
}

char *crypto_sha256_hex(const void *p, size_t len, char out[CRYPTO_SHA256_HEX_SIZE])
{
	uint8_t hash[CRYPTO_SHA256_SIZE];

	crypto_sha256(p, len, hash);
	return crypto_hex(hash, sizeof hash, out);
}

void crypto_hmac_sha256(const void *key, size_t key_len, const void *p, size_t len, uint8_t out[CRYPTO_SHA256_SIZE])
{
	unsigned n = 0;

	assert(key_len <= INT_MAX);
	/* part of every OpenSSL: n stays 0 only when the library is broken */
	if (HMAC(EVP_sha256(), key, (int)key_len, p, len, out, &n) == NULL)
		n = 0;
	assert(n == CRYPTO_SHA256_SIZE);
}

size_t crypto_b64url_size(size_t len)
{
	return (len * 8 + 5) / 6 + 1;
}

size_t crypto_b64url_encode(const void *p, size_t len, char *out)
{
	const uint8_t *s = p;
	uint32_t bits = 0;
	int have = 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | s[i];
		for (have += 8; have >= 6; have -= 6)
			out[n++] = alphabet[bits >> (have - 6) & 63];
	}
	if (have > 0)
		out[n++] = alphabet[bits << (6 - have) & 63];
	out[n] = '\0';
	return n;
}

static int b64_value(char c)
{
	const char *at = c != '\0' ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

long crypto_b64url_decode(const char *s, size_t len, void *out, size_t max)
{
	uint8_t *d = out;
	uint32_t bits = 0;
	int have = 0;
	size_t n = 0;

	if (len % 4 == 1)
		return -1;
	for (size_t i = 0; i < len; i++) {
		int v = b64_value(s[i]);
		if (v < 0)
			return -1;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n == max)
			return -1;
		d[n++] = (uint8_t)(bits >> have);
	}
	/* left-over bits must be zero, or two texts would mean the same bytes */
	return (bits & ((1u << have) - 1)) == 0 ? (long)n : -1;
}

char *crypto_hex(const void *p, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *s = p;

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[s[i] >> 4];
		out[2 * i + 1] = digits[s[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}
