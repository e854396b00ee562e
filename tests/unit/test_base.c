/* base: text from strangers: JSON, URLs, times; buffers and errors. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/uri.h"
#include "test.h"

#include <stdlib.h>

TEST(first_error_wins_and_keeps_its_arguments)
{
	struct err e;

	err_init(&e);
	CHECK_INT(err_set(&e, ERR_NOT_FOUND, "no %s in %d places, %lld", "cat", 3, 7LL), -1);
	err_set(&e, ERR_CONFLICT, "later");
	CHECK_INT(e.code, ERR_NOT_FOUND);
	CHECK_STR(e.message, "no cat in 3 places, 7");
	CHECK_INT(e.nargs, 3);
	CHECK_STR(e.args[0], "cat");
	CHECK_STR(e.args[2], "7");
	err_clear(&e);
	CHECK(!err_is_set(&e));
}

TEST(a_cut_message_ends_with_a_whole_character)
{
	char text[400];
	struct err e;

	memset(text, 'x', sizeof text);
	memcpy(text + 253, "\xe4\xbd\xa0", 4); /* crosses the end of the message */
	err_init(&e);
	err_set(&e, ERR_INTERNAL, "%s", text);
	CHECK(uri_is_utf8(e.message, strlen(e.message)));
	CHECK_INT(strlen(e.message), 253);
}

static void check_json(const char *text, const char *line, const char *column)
{
	struct err e;
	json_t *j;

	err_init(&e);
	j = json_parse(text, strlen(text), &e);
	CHECK(j == NULL);
	CHECK_INT(e.code, ERR_INVALID_JSON);
	CHECK_STR(e.args[0], line);
	CHECK_STR(e.args[1], column);
	json_decref(j);
	err_clear(&e);
}

TEST(broken_json_is_refused_with_its_place)
{
	check_json("", "1", "1");
	check_json("{\n \"a\": x}", "2", "7");
	check_json("[1,2", "1", "4");
	check_json("{} {}", "1", "4");
	check_json("{\"a\":1,\"a\":2}", "1", "10");
}

TEST(json_attacks_are_refused)
{
	static const char *const bad[] = { "\"\\u0000\"", "\"\xff\"", "1e400", "NaN", "\xef\xbb\xbf{}", "{\"a\":1,}" };
	char deep[201];
	json_t *j;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		j = json_parse(bad[i], strlen(bad[i]), NULL);
		CHECK(j == NULL);
		json_decref(j);
	}
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	CHECK(json_parse(deep, 200, NULL) == NULL);
	j = json_parse(deep + 68, 64, NULL); /* 32 levels are fine */
	CHECK(j != NULL);
	json_decref(j);
	j = json_parse("\"]]]]\\\"[[[[\"", 12, NULL);
	CHECK(json_is_string(j));
	json_decref(j);
}

TEST(percent_escapes_are_decoded_once)
{
	struct arena *a = arena_new(1 << 16);

	CHECK_STR(uri_decode(a, "a%2Fb%252F+", 11, false, NULL), "a/b%2F+");
	CHECK_STR(uri_decode(a, "a+b", 3, true, NULL), "a b");
	CHECK(uri_decode(a, "%", 1, false, NULL) == NULL);
	CHECK(uri_decode(a, "%4", 2, false, NULL) == NULL);
	CHECK(uri_decode(a, "%zz", 3, false, NULL) == NULL);
	CHECK(uri_decode(a, "%00", 3, false, NULL) == NULL);
	CHECK(uri_decode(a, "%0a", 3, false, NULL) == NULL);
	CHECK(uri_decode(a, "%ff", 3, false, NULL) == NULL);
	CHECK(uri_decode(a, "%c0%af", 6, false, NULL) == NULL);
	CHECK(uri_decode(a, "%ed%a0%80", 9, false, NULL) == NULL);
	arena_free(a);
}

TEST(queries_are_split)
{
	struct arena *a = arena_new(1 << 16);
	struct uri_param p[URI_QUERY_MAX];

	CHECK_INT(uri_query(a, "", p, NULL), 0);
	CHECK_INT(uri_query(a, "a=1&&b&c=%20", p, NULL), 3);
	CHECK_STR(p[1].value, "");
	CHECK_STR(p[2].value, " ");
	CHECK_INT(uri_query(a, "a=1&a=2", p, NULL), -1);
	arena_free(a);
}

TEST(arns_are_recognised)
{
	CHECK(uri_is_stage_arn("arn:aws:ivs:us-west-2:123456789012:stage/AbCd1234"));
	CHECK(!uri_is_stage_arn("arn:aws:ivs:us-west-2:123456789012:stage/"));
	CHECK(!uri_is_stage_arn("arn:aws:ivs:us-west-2:123456789012:stage/a/b"));
	CHECK(!uri_is_stage_arn("arn:aws:ivs:us-west-2:12345678901x:stage/a"));
	CHECK(!uri_is_stage_arn("arn:aws:ivs:us-west-2:123456789012:public-key/a"));
	CHECK(uri_is_key_arn("arn:aws:ivs:us-west-2:123456789012:public-key/a"));
	CHECK(!uri_is_stage_arn(NULL));
}

TEST(times_are_exact)
{
	char out[CLOCK_ISO_SIZE];
	int64_t t;

	CHECK_STR(clock_format(1769855400123, out), "2026-01-31T10:30:00.123Z");
	CHECK_STR(clock_format(-1, out), "1969-12-31T23:59:59.999Z");
	CHECK_INT(clock_parse("2026-01-31T10:30:00.123456Z", &t), 0);
	CHECK_INT(t, 1769855400123);
	CHECK_INT(clock_parse("2026-01-31T11:30:00+01:00", &t), 0);
	CHECK_INT(t, 1769855400000);
	CHECK_INT(clock_parse("2024-02-29T00:00:00Z", &t), 0);
	CHECK_INT(clock_parse("2026-02-29T00:00:00Z", &t), -1);
	CHECK_INT(clock_parse("2026-01-31T24:00:00Z", &t), -1);
	CHECK_INT(clock_parse("2026-01-31T10:30:00", &t), -1);
	CHECK_INT(clock_parse("2026-01-31T10:30:00.Z", &t), -1);
	CHECK_INT(clock_parse("2026-01-31T10:30:00Zx", &t), -1);
}

TEST(a_buffer_never_exceeds_its_maximum)
{
	struct buf b;

	buf_init(&b, 10);
	CHECK_INT(buf_adds(&b, "0123456789"), 0);
	CHECK_INT(buf_addc(&b, 'x'), -1);
	CHECK_INT(buf_addf(&b, "%d", 1), -1);
	CHECK(b.overflow);
	CHECK_STR(b.data, "0123456789");
	buf_clear(&b);
}

static int deferred_calls;

static void count_call(void *p)
{
	(void)p;
	deferred_calls++;
}

TEST(an_arena_gives_zeroed_memory_again_after_reset)
{
	struct arena *a = arena_new(1 << 20);
	char *p = arena_alloc(a, 100);

	memset(p, 'x', 100);
	arena_defer(a, count_call, NULL);
	arena_alloc(a, 100000);
	arena_reset(a);
	CHECK_INT(deferred_calls, 1);
	CHECK_INT(arena_used(a), 0);
	p = arena_alloc(a, 100);
	for (int i = 0; i < 100; i++)
		CHECK_INT(p[i], 0);
	arena_free(a);
}

TEST_MAIN("base", T(first_error_wins_and_keeps_its_arguments), T(a_cut_message_ends_with_a_whole_character),
    T(broken_json_is_refused_with_its_place), T(json_attacks_are_refused), T(percent_escapes_are_decoded_once),
    T(queries_are_split), T(arns_are_recognised), T(times_are_exact), T(a_buffer_never_exceeds_its_maximum),
    T(an_arena_gives_zeroed_memory_again_after_reset))
