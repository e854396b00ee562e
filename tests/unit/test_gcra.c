/* The arithmetic of rate limits: exact bursts, no overflow, clocks that jump. */
#include "store/gcra.h"

#include "test.h"

static const int64_t NOW_US = 1700000000000000;

static struct state_limit limit_of(int64_t limit, int64_t window_ms)
{
	return (struct state_limit){"k", limit, window_ms};
}

static int64_t burst(const struct state_limit *l, int64_t *tat, int64_t now_us, int64_t most)
{
	struct state_limit_result r;
	int64_t n = 0;

	while (n < most) {
		*tat = gcra_look(l, *tat, now_us, &r);
		if (!r.allowed)
			break;
		CHECK(r.remaining >= 0 && r.remaining < l->limit);
		n++;
	}
	return n;
}

TEST(a_burst_is_exactly_the_limit)
{
	static const int64_t limits[] = {1, 2, 3, 7, 100, 999, 7777, 45000, 100001, 700000};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		const struct state_limit l = limit_of(limits[i], 60000);
		int64_t tat = 0;
		CHECK_INT(burst(&l, &tat, NOW_US, 1000000), limits[i]);
		CHECK(tat - NOW_US <= 60000000);
		CHECK_INT(burst(&l, &tat, NOW_US + 60000000, 1000000), limits[i]); /* whole again */
	}
}

/* Ten windows of constant asking pass the burst and ten refills; whole microseconds cost less than
 * a percent. */
TEST(the_refill_is_even)
{
	static const int64_t limits[] = {1, 7, 100, 6000};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		const struct state_limit l = limit_of(limits[i], 1000);
		struct state_limit_result r;
		int64_t tat = 0, n = 0, most = limits[i] * 11;
		for (int64_t t = 0; t < 10000000; t += 50) {
			int64_t next = gcra_look(&l, tat, NOW_US + t, &r);
			n += r.allowed;
			tat = next;
		}
		CHECK(n <= most + most / 100 + 1);
		CHECK(n >= most - most / 100 - 1);
	}
}

TEST(waiting_as_told_is_enough)
{
	static const int64_t limits[] = {1, 3, 7, 999, 45000};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		const struct state_limit l = limit_of(limits[i], 60000);
		struct state_limit_result r;
		int64_t tat = 0;
		burst(&l, &tat, NOW_US, 1000000);
		gcra_look(&l, tat, NOW_US, &r);
		CHECK(!r.allowed && r.retry_ms > 0 && r.retry_ms <= r.reset_ms);
		gcra_look(&l, tat, NOW_US + r.retry_ms * 1000, &r);
		CHECK(r.allowed && r.retry_ms == 0);
	}
}

TEST(extremes_do_not_overflow)
{
	static const int64_t windows[] = {1, 1000, 60000, 86400000};

	for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
		const struct state_limit l = limit_of(1000000000, windows[i]);
		struct state_limit_result r;
		int64_t tat = gcra_look(&l, 0, NOW_US, &r);
		CHECK(r.allowed && r.remaining >= 0 && r.remaining < 1000000000);
		CHECK(tat > NOW_US);
		gcra_look(&l, INT64_MAX, NOW_US, &r); /* a row that makes no sense */
		CHECK(r.reset_ms <= windows[i] && r.retry_ms <= windows[i]);
	}
}

TEST(a_clock_that_jumps_back_locks_out_for_a_window_at_most)
{
	const struct state_limit l = limit_of(10, 60000);
	struct state_limit_result r;
	int64_t tat = NOW_US + 86400000000;

	tat = gcra_look(&l, tat, NOW_US, &r);
	CHECK(!r.allowed);
	CHECK(r.retry_ms <= 60000 && r.reset_ms <= 60000);
	CHECK(tat <= NOW_US + 60000000);
}

TEST_MAIN("gcra", T(a_burst_is_exactly_the_limit), T(the_refill_is_even),
    T(waiting_as_told_is_enough), T(extremes_do_not_overflow),
    T(a_clock_that_jumps_back_locks_out_for_a_window_at_most))
