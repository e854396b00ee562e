/*
 * test: a handful of macros for unit tests.
 *
 *   TEST(arena_gives_zeroed_memory) { … CHECK(p != NULL); … }
 *   TEST_MAIN("arena", T(arena_gives_zeroed_memory), …)
 *
 * A program prints one line a failing check and a last line
 * "NAME: N passed, N failed"; the exit status is 1 when a test failed. An
 * argument runs only the tests whose name contains it.
 */
#ifndef IVS_TEST_H
#define IVS_TEST_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_failures_; /* of the running test */

#define TEST(name) static void test_##name(void)
#define T(name) { #name, test_##name }

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: CHECK(%s)\n", __FILE__, __LINE__, #cond);          \
			test_failures_++;                                                          \
		}                                                                                  \
	} while (0)

#define CHECK_INT(got, want)                                                                       \
	do {                                                                                       \
		long long got_ = (long long)(got), want_ = (long long)(want);                      \
		if (got_ != want_) {                                                               \
			fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, \
			    got_, want_);                                                          \
			test_failures_++;                                                          \
		}                                                                                  \
	} while (0)

#define CHECK_STR(got, want)                                                                       \
	do {                                                                                       \
		const char *got_ = (got), *want_ = (want);                                         \
		if (got_ == NULL || want_ == NULL ? got_ != want_ : strcmp(got_, want_) != 0) {    \
			fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__,   \
			    #got, got_ != NULL ? got_ : "(null)",                                  \
			    want_ != NULL ? want_ : "(null)");                                     \
			test_failures_++;                                                          \
		}                                                                                  \
	} while (0)

/* As CHECK, but leaves the test. */
#define REQUIRE(cond)                                                                              \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: REQUIRE(%s)\n", __FILE__, __LINE__, #cond);        \
			test_failures_++;                                                          \
			return;                                                                    \
		}                                                                                  \
	} while (0)

struct test_case_ {
	const char *name;
	void (*fn)(void);
};

static inline int test_run_(const char *module, const struct test_case_ *cases, size_t n, const char *only)
{
	int passed = 0, failed = 0;

	for (size_t i = 0; i < n; i++) {
		if (only != NULL && strstr(cases[i].name, only) == NULL)
			continue;
		test_failures_ = 0;
		cases[i].fn();
		if (test_failures_ == 0) {
			passed++;
		} else {
			failed++;
			fprintf(stderr, "not ok: %s: %s\n", module, cases[i].name);
		}
	}
	printf("%s: %d passed, %d failed\n", module, passed, failed);
	return failed != 0;
}

#define TEST_MAIN(module, ...)                                                                     \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		static const struct test_case_ cases_[] = { __VA_ARGS__ };                         \
		return test_run_(module, cases_, sizeof cases_ / sizeof cases_[0],                 \
		    argc > 1 ? argv[1] : NULL);                                                    \
	}

#endif
