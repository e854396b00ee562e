/*
 * state_contract_load: many processes at once, and processes that are killed.
 * See state_contract.h. Children open their own connection after fork and
 * leave with _exit.
 */
#ifndef IVS_TEST_STATE_CONTRACT_LOAD_H
#define IVS_TEST_STATE_CONTRACT_LOAD_H

#include "base/clock.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PROCESSES = 16,
	JOINS_EACH = 13,
	ROUNDS = 20,
	SEATS = 50,
	WRITERS = 8,
	KILLED = 6,
	SATURATE_MS = 1500
};

struct child_result {
	int seated, full, failed;
	int64_t longest_us;
	int64_t calls;
};

static struct child_result *shared_results(void)
{
	void *p = mmap(NULL, sizeof(struct child_result) * PROCESSES, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Start n children that run body(index, result), and wait for them. */
static void run_children(
    int n, void (*body)(int, struct child_result *), struct child_result *results)
{
	pid_t pids[PROCESSES];

	fflush(NULL);
	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			body(i, &results[i]);
			_exit(0);
		}
	}
	for (int i = 0; i < n; i++) {
		int status = -1;
		CHECK(pids[i] > 0 && waitpid(pids[i], &status, 0) == pids[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void child_join(int index, struct child_result *r)
{
	struct fixture f = {.s = contract_open()};
	struct state_seat seat;
	char user[32];

	for (int i = 0; i < JOINS_EACH; i++) {
		snprintf(user, sizeof user, "user-%d-%d", index, i);
		if (join_as(&f, ARN("a"), user, 0, &seat) == 0) {
			r->seated++;
			r->failed += seat.viewers < 1 || seat.viewers > SEATS;
		} else if (f.e.code == ERR_STAGE_FULL) {
			r->full++;
		} else {
			r->failed++;
		}
		err_clear(&f.e);
	}
	state_close(f.s);
}

TEST(many_processes_seat_exactly_the_capacity)
{
	struct child_result *r = shared_results();

	REQUIRE(r != NULL);
	for (int round = 0; round < ROUNDS; round++) {
		struct fixture f;
		int seated = 0, full = 0, failed = 0;
		json_t *all;

		memset(r, 0, sizeof *r * PROCESSES);
		contract_fresh();
		fixture_open(&f);
		put_stage(&f, ARN("a"), SEATS, 0);
		state_close(f.s);
		run_children(PROCESSES, child_join, r);
		for (int i = 0; i < PROCESSES; i++) {
			seated += r[i].seated;
			full += r[i].full;
			failed += r[i].failed;
		}
		f.s = contract_open();
		CHECK_INT(seated, SEATS);
		CHECK_INT(full, PROCESSES * JOINS_EACH - SEATS);
		CHECK_INT(failed, 0);
		CHECK_INT(viewers_at(&f, ARN("a"), 0), SEATS);
		all = drain(&f);
		CHECK_INT(count_kind(all, "sessionOpen"), SEATS);
		json_decref(all);
		fixture_close(&f);
	}
	munmap(r, sizeof *r * PROCESSES);
}

static void child_open(int index, struct child_result *r)
{
	struct state *s = contract_open();

	(void)index;
	r->failed = s == NULL || state_ping(s, NULL) != 0;
	state_close(s);
}

TEST(many_processes_may_start_on_an_empty_store)
{
	struct child_result *r = shared_results();

	REQUIRE(r != NULL);
	for (int round = 0; round < ROUNDS; round++) {
		memset(r, 0, sizeof *r * PROCESSES);
		contract_fresh();
		run_children(PROCESSES, child_open, r);
		for (int i = 0; i < PROCESSES; i++)
			CHECK_INT(r[i].failed, 0);
		contract_done();
	}
	munmap(r, sizeof *r * PROCESSES);
}

static void child_saturate(int index, struct child_result *r)
{
	struct fixture f = {.s = contract_open()};
	int64_t start = clock_mono_ms();
	struct state_seat seat;
	char user[32];

	snprintf(user, sizeof user, "user-%d", index);
	while (clock_mono_ms() - start < SATURATE_MS) {
		int64_t before = clock_mono_us(), took;
		bool left;
		const struct state_beat who = {ARN("a"), user};
		r->failed += join_as(&f, ARN("a"), user, 0, &seat) != 0;
		took = clock_mono_us() - before;
		r->longest_us = took > r->longest_us ? took : r->longest_us;
		r->failed += state_leave(f.s, &who, at(1), &left, &f.e) != 0;
		err_clear(&f.e);
		r->calls += 2;
	}
	state_close(f.s);
}

/* None starves: the longest wait stays well below the store's time-out, and all get on. */
TEST(saturating_writers_take_turns)
{
	struct child_result *r = shared_results();
	struct fixture f;
	int64_t longest = 0, sum = 0, least = INT64_MAX;

	REQUIRE(r != NULL);
	memset(r, 0, sizeof *r * PROCESSES);
	fixture_open(&f);
	put_stage(&f, ARN("a"), SEATS, 0);
	state_close(f.s);
	run_children(WRITERS, child_saturate, r);
	for (int i = 0; i < WRITERS; i++) {
		CHECK_INT(r[i].failed, 0);
		longest = r[i].longest_us > longest ? r[i].longest_us : longest;
		least = r[i].calls < least ? r[i].calls : least;
		sum += r[i].calls;
	}
	if (getenv("TEST_VERBOSE") != NULL)
		fprintf(stderr, "%d writers: %lld calls, least %lld, longest wait %lld us\n",
		    WRITERS, (long long)sum, (long long)least, (long long)longest);
	CHECK(longest < 1000000);
	CHECK(least > sum / WRITERS / 10);
	f.s = contract_open();
	fixture_close(&f);
	munmap(r, sizeof *r * PROCESSES);
}

/* Joins and leaves without end, as the users of this process only. */
static void child_churn(int index)
{
	struct fixture f = {.s = contract_open()};
	struct state_seat seat;
	char user[32];

	for (unsigned i = 0;; i++) {
		const struct state_beat who = {ARN("a"), user};
		bool left;
		snprintf(user, sizeof user, "user-%d-%u", index, i % 5);
		join_as(&f, ARN("a"), user, 0, &seat);
		if (i % 3 == 0)
			state_leave(f.s, &who, at(1), &left, NULL);
		err_clear(&f.e);
	}
}

static void kill_in_mid_load(void)
{
	pid_t pids[KILLED];

	fflush(NULL);
	for (int i = 0; i < KILLED; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			child_churn(i);
	}
	for (int i = 0; i < KILLED; i++) {
		usleep(20000);
		kill(pids[i], SIGKILL); /* the others go on */
		waitpid(pids[i], NULL, 0);
	}
}

/* opened = seats + closed, and the counts agree, whenever a process died. */
TEST(killed_processes_leave_a_consistent_store)
{
	for (int round = 0; round < 5; round++) {
		struct fixture f;
		json_t *all;
		int64_t seats;

		fixture_open(&f);
		put_stage(&f, ARN("a"), SEATS, 0);
		state_close(f.s);
		kill_in_mid_load();
		f.s = contract_open();
		REQUIRE(f.s != NULL);
		CHECK_INT(state_ping(f.s, &f.e), 0);
		seats = viewers_at(&f, ARN("a"), 1);
		CHECK_INT(total_at(&f, 1), seats);
		all = drain(&f);
		CHECK(count_kind(all, "sessionOpen") > 0);
		CHECK_INT(count_kind(all, "sessionOpen"),
		    (size_t)seats + count_kind(all, "sessionClose"));
		json_decref(all);
		fixture_close(&f);
	}
}

#define STATE_CONTRACT_LOAD                                                                        \
	T(many_processes_seat_exactly_the_capacity),                                               \
	    T(many_processes_may_start_on_an_empty_store), T(saturating_writers_take_turns),       \
	    T(killed_processes_leave_a_consistent_store)

#endif
