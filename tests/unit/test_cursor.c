/* Cursors come back as they went out, and nothing else is taken for one. */
#include "store/cursor.h"

#include "base/crypto.h"
#include "test.h"

TEST(a_cursor_comes_back)
{
	static const struct {
		int64_t number;
		const char *text;
	} cases[] = {{0, ""}, {1700000000000, "alice"}, {-5, "a:b:c"},
	    {INT64_MAX, "\xf0\x9f\x8e\xa5"}, {INT64_MIN, "x"}};
	struct arena *a = arena_new(1 << 20);
	struct err e;

	err_init(&e);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *text = NULL;
		int64_t number = 1;
		CHECK_INT(cursor_parse(a, cursor_make(a, cases[i].number, cases[i].text), &number,
		              &text, &e),
		    0);
		CHECK_INT(number, cases[i].number);
		CHECK_STR(text, cases[i].text);
	}
	arena_free(a);
}

static const char *encode(struct arena *a, const char *plain, size_t len)
{
	char *out = arena_alloc(a, crypto_b64url_size(len));

	crypto_b64url_encode(plain, len, out);
	return out;
}

TEST(what_is_not_a_cursor_is_refused)
{
	static const struct {
		const char *plain;
		size_t len;
	} cases[] = {{"", 0}, {":", 1}, {"5", 1}, {"x:y", 3}, {"5x:y", 4}, {"5:a\0b", 5},
	    {"5:\xff", 3}, {"5\0:a", 4}};
	char big[4096];
	struct arena *a = arena_new(1 << 20);
	const char *text;
	int64_t number;
	struct err e;

	memset(big, 'A', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	err_init(&e);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_INT(
		    cursor_parse(a, encode(a, cases[i].plain, cases[i].len), &number, &text, &e),
		    -1);
		CHECK_INT(e.code, ERR_VALIDATION);
		err_clear(&e);
	}
	CHECK_INT(cursor_parse(a, big, &number, &text, &e), -1);
	CHECK_INT(cursor_parse(a, "NTp h", &number, &text, NULL), -1);
	CHECK_INT(cursor_parse(a, "NTph=", &number, &text, NULL), -1);
	err_clear(&e);
	arena_free(a);
}

TEST_MAIN("cursor", T(a_cursor_comes_back), T(what_is_not_a_cursor_is_refused))
