/* jwt: the examples of RFC 7515, round trips, and attacks. */
#include "auth/jwt.h"
#include "base/mem.h"
#include "test.h"

#include <stdlib.h>

/* RFC 7515 appendix A.1: HS256. */
static const char rfc_token[] =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
    "LmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char rfc_key[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

TEST(the_hs256_example_of_rfc_7515_verifies)
{
	struct arena *a = arena_new(1 << 20);
	struct jwt_parts t;
	char key[64];
	long n = crypto_b64url_decode(rfc_key, strlen(rfc_key), key, sizeof key);

	CHECK_INT(n, 64);
	CHECK_INT(jwt_parse(a, rfc_token, &t, NULL), 0);
	CHECK(jwt_verify_hs256(&t, key, 64));
	key[0] ^= 1;
	CHECK(!jwt_verify_hs256(&t, key, 64));
	arena_free(a);
}

/* RFC 7515 appendix A.3: ES256 with its JWK. */
TEST(the_es256_example_of_rfc_7515_verifies)
{
	static const char token[] =
	    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
	    "Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
	struct arena *a = arena_new(1 << 20);
	json_t *jwk = json_pack("{s:s, s:s, s:s, s:s}", "kty", "EC", "crv", "P-256", "x",
	    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
	struct crypto_key *k = crypto_key_parse_jwk(jwk, NULL);
	struct jwt_parts t;

	REQUIRE(k != NULL);
	CHECK_INT(jwt_parse(a, token, &t, NULL), 0);
	CHECK(jwt_verify_key(&t, k));
	crypto_key_free(k);
	json_decref(jwk);
	arena_free(a);
}

TEST(an_es384_token_has_a_raw_signature_and_verifies)
{
	struct arena *a = arena_new(1 << 20);
	struct crypto_key *k = crypto_key_make_p384(NULL);
	json_t *claims = json_pack("{s:s}", "sub", "x");
	char *token = jwt_sign(a, k, "kid", claims, NULL);
	struct jwt_parts t;

	REQUIRE(token != NULL && jwt_parse(a, token, &t, NULL) == 0);
	CHECK_INT(t.signature_len, 96);
	CHECK(jwt_verify_key(&t, k));
	t.signature_len = 95;
	CHECK(!jwt_verify_key(&t, k));
	json_decref(claims);
	crypto_key_free(k);
	arena_free(a);
}

TEST(every_truncation_is_refused)
{
	struct arena *a = arena_new(16 << 20);
	char *copy = mem_strdup(rfc_token);
	char key[64];
	struct jwt_parts t;

	crypto_b64url_decode(rfc_key, strlen(rfc_key), key, sizeof key);
	for (size_t n = strlen(copy) - 1; n > 0; n--) {
		copy[n] = '\0';
		CHECK(jwt_parse(a, copy, &t, NULL) != 0 || !jwt_verify_hs256(&t, key, 64));
	}
	free(copy);
	arena_free(a);
}

static char *token_with(struct arena *a, const char *header, const char *claims)
{
	char *h = arena_alloc(a, 512), *c = arena_alloc(a, 512);

	crypto_b64url_encode(header, strlen(header), h);
	crypto_b64url_encode(claims, strlen(claims), c);
	return arena_printf(a, "%s.%s", h, c);
}

/* Sign header.claims with HMAC of the given secret. */
static char *forge(struct arena *a, const char *header, const char *claims, const char *secret)
{
	char *input = token_with(a, header, claims), text[64];
	uint8_t mac[CRYPTO_SHA256_SIZE];

	crypto_hmac_sha256(secret, strlen(secret), input, strlen(input), mac);
	crypto_b64url_encode(mac, sizeof mac, text);
	return arena_printf(a, "%s.%s", input, text);
}

static const char secret[] = "0123456789abcdef0123456789abcdef";

static struct jwt_keys *keys(void)
{
	struct conf c = { .jwt_secret = (char *)(uintptr_t)secret, .jwt_issuer = (char[]){ "ivs-api-server" },
		.jwt_public_key_file = (char[]){ "" }, .jwt_jwks_file = (char[]){ "" } };

	return jwt_keys_new(&c, NULL);
}

static int try_token(const char *header, const char *claims)
{
	struct arena *a = arena_new(1 << 20);
	struct jwt_keys *k = keys();
	struct principal p;
	int rc = jwt_find(k, a, forge(a, header, claims, secret), 1000000, &p, NULL);

	jwt_keys_free(k);
	arena_free(a);
	return rc;
}

#define H "{\"alg\":\"HS256\"}"
#define C(more) "{\"iss\":\"ivs-api-server\",\"sub\":\"u\"" more "}"

TEST(only_sound_claims_are_accepted)
{
	CHECK_INT(try_token(H, C(",\"exp\":2000")), 0);
	CHECK_INT(try_token(H, C(",\"exp\":941")), 0);        /* 59 s ago */
	CHECK_INT(try_token(H, C(",\"exp\":940")), -1);       /* 60 s ago */
	CHECK_INT(try_token(H, C("")), -1);                   /* no exp */
	CHECK_INT(try_token(H, C(",\"exp\":\"2000\"")), -1);
	CHECK_INT(try_token(H, C(",\"exp\":-1")), -1);
	CHECK_INT(try_token(H, C(",\"exp\":1e300")), -1);
	CHECK_INT(try_token(H, C(",\"exp\":2000,\"nbf\":1061")), -1);
	CHECK_INT(try_token(H, C(",\"exp\":2000,\"exp\":3000")), -1);
	CHECK_INT(try_token(H, "{\"iss\":\"other\",\"sub\":\"u\",\"exp\":2000}"), -1);
	CHECK_INT(try_token(H, "{\"iss\":\"ivs-api-server\",\"exp\":2000}"), -1);
	CHECK_INT(try_token(H, "[]"), -1);
}

TEST(algorithm_attacks_are_refused)
{
	static const char *const headers[] = { "{\"alg\":\"none\"}", "{\"alg\":\"NONE\"}", "{\"alg\":\"nOnE\"}", "{}",
		"{\"alg\":null}", "{\"alg\":\"HS384\"}", "{\"alg\":\"RS256\"}", "{\"alg\":\"hs256\"}",
		"{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", "{\"alg\":\"HS256\",\"b64\":false}",
		"{\"alg\":\"HS256\",\"kid\":\"unknown\"}", "{\"alg\":\"HS256\",\"kid\":\"../../etc/passwd\"}",
		"{\"alg\":\"HS256\",\"kid\":7}", "{\"alg\":\"HS256\",\"alg\":\"HS256\"}" };

	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
		CHECK_INT(try_token(headers[i], C(",\"exp\":2000")), -1);
}

TEST(a_public_key_is_no_hmac_secret)
{
	struct arena *a = arena_new(1 << 20);
	struct crypto_key *k = crypto_key_make_p384(NULL);
	char *pem = crypto_key_public_pem(k, NULL);
	struct jwt_parts t;

	CHECK_INT(jwt_parse(a, forge(a, H, C(",\"exp\":2000"), pem), &t, NULL), 0);
	CHECK(!jwt_verify_key(&t, k));
	free(pem);
	crypto_key_free(k);
	arena_free(a);
}

TEST(an_oversized_token_is_refused)
{
	struct arena *a = arena_new(1 << 20);
	char *big = mem_alloc(100001);
	struct jwt_parts t;

	memset(big, 'A', 100000);
	CHECK_INT(jwt_parse(a, big, &t, NULL), -1);
	free(big);
	arena_free(a);
}

TEST_MAIN("jwt", T(the_hs256_example_of_rfc_7515_verifies), T(the_es256_example_of_rfc_7515_verifies),
    T(an_es384_token_has_a_raw_signature_and_verifies), T(every_truncation_is_refused),
    T(only_sound_claims_are_accepted), T(algorithm_attacks_are_refused), T(a_public_key_is_no_hmac_secret),
    T(an_oversized_token_is_refused))
