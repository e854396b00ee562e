/*
 * state_contract: what holds on every backend of store/state.h. A test
 * program defines `static struct state *contract_open(void)` (another
 * connection to the same store at each call) and `contract_reset()` (an empty
 * store), includes this file and lists CONTRACT_TESTS.
 */
#include "store/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARN1 "arn:aws:ivs:us-west-2:123456789012:stage/one"
#define ARN2 "arn:aws:ivs:us-west-2:123456789012:stage/two"

static const struct state_time t0 = { 1000000, 60000 };

static struct state_time at(int64_t seconds)
{
	return (struct state_time){ t0.now_ms + seconds * 1000, t0.timeout_ms };
}

static struct state *fresh(int64_t capacity)
{
	struct state_stage stage = { .arn = ARN1, .name = "one", .whip_url = "https://w", .events_url = "wss://e",
		.capacity = capacity, .created_at_ms = 1 };
	struct state *s;

	contract_reset();
	s = contract_open();
	state_stage_put(s, &stage, NULL);
	stage.arn = ARN2;
	state_stage_put(s, &stage, NULL);
	return s;
}

static int join_at(struct state *s, const char *arn, const char *user, struct state_time t, struct state_seat *seat)
{
	char session[ID_SESSION_SIZE];
	struct state_join in = { .stage_arn = arn, .user_id = user, .participant_id = user,
		.session_id = id_make(session, sizeof session), .default_capacity = 50, .time = t };
	struct err e;
	int rc;

	err_init(&e);
	rc = state_join(s, &in, seat, &e) == 0 ? 0 : (int)e.code;
	err_clear(&e);
	return rc;
}

/* Records of a kind in the outbox, none of them acknowledged. */
static int outbox_count(struct state *s, const char *kind)
{
	struct state_outbox_claim in = { .owner = "test", .max = 10000, .lease_ms = 1, .now_ms = t0.now_ms * 10 };
	struct state_outbox_batch b;
	struct arena *a = arena_new(64 << 20);
	char want[64];
	int n = 0;

	static int64_t later;
	in.now_ms += later += 10;
	snprintf(want, sizeof want, "\"kind\":\"%s\"", kind);
	CHECK_INT(state_outbox_claim(s, a, &in, &b, NULL), 0);
	for (size_t i = 0; i < b.count; i++)
		n += strstr(b.records[i], want) != NULL;
	arena_free(a);
	return n;
}

TEST(joining_again_is_not_a_second_viewer)
{
	struct state *s = fresh(2);
	struct state_seat seat;

	CHECK_INT(join_at(s, ARN1, "a", at(0), &seat), 0);
	CHECK(seat.is_new);
	CHECK_STR(seat.whip_url, "https://w");
	CHECK_INT(join_at(s, ARN1, "a", at(1), &seat), 0);
	CHECK(!seat.is_new);
	CHECK_INT(seat.viewers, 1);
	CHECK_INT(outbox_count(s, "sessionOpen"), 1);
	state_close(s);
}

TEST(a_full_stage_refuses_but_not_its_own_viewers)
{
	struct state *s = fresh(2);
	struct state_seat seat;

	join_at(s, ARN1, "a", at(0), &seat);
	join_at(s, ARN1, "b", at(0), &seat);
	CHECK_INT(join_at(s, ARN1, "c", at(1), &seat), ERR_STAGE_FULL);
	CHECK_INT(join_at(s, ARN1, "a", at(1), &seat), 0);
	CHECK_INT(join_at(s, "arn:aws:ivs:us-west-2:1:stage/none", "a", at(1), &seat), ERR_NOT_FOUND);
	CHECK_INT(outbox_count(s, "sessionOpen"), 2);
	state_close(s);
}

TEST(timed_out_viewers_count_nowhere_and_block_no_seat)
{
	struct state *s = fresh(2);
	struct state_seat seat;
	int64_t n;

	join_at(s, ARN1, "a", at(0), &seat);
	join_at(s, ARN1, "b", at(0), &seat);
	CHECK_INT(state_total(s, at(59), &n, NULL), 0);
	CHECK_INT(n, 2);
	CHECK_INT(state_total(s, at(60), &n, NULL), 0);
	CHECK_INT(n, 0);
	CHECK_INT(join_at(s, ARN1, "c", at(61), &seat), 0);
	CHECK_INT(seat.viewers, 1);
	CHECK_INT(outbox_count(s, "sessionClose"), 2);
	state_close(s);
}

static bool beat(struct state *s, const char *user, struct state_time t)
{
	struct state_beat b = { ARN1, user };
	bool found = false;
	struct state_beats in = { &b, 1, &found, t };

	CHECK_INT(state_beat(s, &in, NULL), 0);
	return found;
}

TEST(a_heartbeat_keeps_a_session_alive_and_revives_none)
{
	struct state *s = fresh(2);
	struct state_seat seat;
	int64_t n;

	join_at(s, ARN1, "a", at(0), &seat);
	CHECK(beat(s, "a", at(50)));
	CHECK(beat(s, "a", at(-500))); /* the clock jumped back */
	state_total(s, at(109), &n, NULL);
	CHECK_INT(n, 1);
	CHECK(!beat(s, "a", at(110)));
	CHECK(!beat(s, "nobody", at(0)));
	state_close(s);
}

TEST(a_session_closes_once_at_its_last_sign_of_life)
{
	struct state *s = fresh(2);
	struct state_seat seat;
	struct state_beat who = { ARN1, "a" };
	struct arena *a = arena_new(1 << 20);
	struct state_outbox_claim in = { .owner = "x", .max = 10, .lease_ms = 1000, .now_ms = 1 };
	struct state_outbox_batch b;
	bool left;
	int closed;

	join_at(s, ARN1, "a", at(0), &seat);
	beat(s, "a", at(7));
	CHECK_INT(state_sweep(s, at(66), 10, &closed, NULL), 0);
	CHECK_INT(closed, 0);
	CHECK_INT(state_sweep(s, at(67), 10, &closed, NULL), 0);
	CHECK_INT(closed, 1);
	CHECK_INT(state_leave(s, &who, at(68), &left, NULL), 0);
	CHECK(!left);
	CHECK_INT(state_outbox_claim(s, a, &in, &b, NULL), 0);
	REQUIRE(b.count == 2);
	CHECK(strstr(b.records[0], "\"leftAt\":1007000") != NULL || strstr(b.records[1], "\"leftAt\":1007000") != NULL);
	arena_free(a);
	state_close(s);
}

TEST(a_viewer_without_stage_gets_the_least_loaded_live_one)
{
	struct state *s = fresh(2);
	struct state_seat seat;

	CHECK_INT(join_at(s, NULL, "a", at(0), &seat), ERR_NOT_FOUND);
	state_stage_live(s, ARN1, at(1000).now_ms, NULL);
	state_stage_live(s, ARN2, at(1000).now_ms, NULL);
	join_at(s, ARN1, "a", at(0), &seat);
	CHECK_INT(join_at(s, NULL, "b", at(0), &seat), 0);
	CHECK_STR(seat.stage_arn, ARN2);
	CHECK_INT(join_at(s, NULL, "a", at(1), &seat), 0);
	CHECK_STR(seat.stage_arn, ARN1);
	CHECK(!seat.is_new);
	join_at(s, NULL, "c", at(1), &seat);
	join_at(s, NULL, "d", at(1), &seat);
	CHECK_INT(join_at(s, NULL, "e", at(1), &seat), ERR_STAGE_FULL);
	CHECK_INT(join_at(s, NULL, "e", at(90), &seat), 0); /* all have timed out */
	state_close(s);
}

TEST(an_undone_join_gives_its_seat_back)
{
	struct state *s = fresh(1);
	char session[ID_SESSION_SIZE];
	struct record_token token = { "p1", "viewer", "a", NULL, t0.now_ms, t0.now_ms + 1, "r", "k" };
	struct state_join in = { .stage_arn = ARN1, .user_id = "a", .participant_id = "p1",
		.session_id = id_make(session, sizeof session), .default_capacity = 1, .token = &token, .time = at(0) };
	struct state_seat seat;

	CHECK_INT(state_join(s, &in, &seat, NULL), 0);
	CHECK_INT(state_undo(s, &in, &seat, NULL), 0);
	CHECK_INT(state_undo(s, &in, &seat, NULL), 0); /* harmless */
	CHECK_INT(join_at(s, ARN1, "b", at(0), &seat), 0);
	CHECK_INT(outbox_count(s, "token"), 1);
	CHECK_INT(outbox_count(s, "sessionClose"), 1);
	state_close(s);
}

static int take(struct state *s, int64_t limit, int64_t now_ms)
{
	struct state_limit l = { "k", limit, 60000 };
	struct state_limit_result r;
	struct state_admit in = { .limits = &l, .nlimits = 1, .now_ms = now_ms };
	struct state_admitted out = { .results = &r };

	CHECK_INT(state_admit(s, &in, &out, NULL), 0);
	return r.allowed ? (int)r.remaining : -1;
}

TEST(a_limit_allows_its_burst_and_refills)
{
	struct state *s = fresh(1);

	for (int i = 9; i >= 0; i--)
		CHECK_INT(take(s, 10, 1000000), i);
	CHECK_INT(take(s, 10, 1000000), -1);
	CHECK_INT(take(s, 10, 1006000), 0);
	CHECK_INT(take(s, 10, 1000), -1); /* the clock jumped back: nothing is free … */
	CHECK_INT(take(s, 10, 7000), 0);  /* … and nobody is locked out for long */
	state_close(s);
}

TEST(what_was_revoked_is_refused_and_recorded)
{
	struct state *s = fresh(1);
	struct state_revocation jti = { .jti = "j", .until_ms = 9000000, .now_ms = 1000, .by = "t" };
	struct state_revocation sub = { .sub = "u", .until_ms = 9000000, .now_ms = 1000, .by = "t" };
	struct state_admit in = { .jti = "j", .sub = "v", .issued_at_ms = 500, .now_ms = 2000 };
	struct state_admitted out = { .results = NULL };

	state_admit(s, &in, &out, NULL);
	CHECK(!out.revoked);
	CHECK_INT(state_revoke(s, &jti, NULL), 0);
	CHECK_INT(state_revoke(s, &sub, NULL), 0);
	state_admit(s, &in, &out, NULL);
	CHECK(out.revoked);
	in.jti = "other";
	in.sub = "u";
	state_admit(s, &in, &out, NULL);
	CHECK(out.revoked);
	in.issued_at_ms = 1001; /* a later token of the same user is fine */
	state_admit(s, &in, &out, NULL);
	CHECK(!out.revoked);
	CHECK_INT(outbox_count(s, "revocation"), 2);
	state_close(s);
}

TEST(leases_and_memory_hold_for_their_time)
{
	struct state *s = fresh(1);
	struct state_lease a = { "l", "a", 100, 1000 }, b = { "l", "b", 100, 1050 };
	struct state_memory m = { "key", 2000, 1000 };
	bool held, seen;

	state_take_lease(s, &a, &held, NULL);
	CHECK(held);
	state_take_lease(s, &b, &held, NULL);
	CHECK(!held);
	b.now_ms = 1100;
	state_take_lease(s, &b, &held, NULL);
	CHECK(held);
	state_remember(s, &m, &seen, NULL);
	CHECK(!seen);
	state_remember(s, &m, &seen, NULL);
	CHECK(seen);
	m.now_ms = 2000;
	m.until_ms = 3000;
	state_remember(s, &m, &seen, NULL);
	CHECK(!seen);
	state_close(s);
}

TEST(a_claim_that_was_not_acknowledged_is_taken_over)
{
	struct state *s = fresh(1);
	struct arena *a = arena_new(1 << 20);
	const char *const records[] = { "one", "two" };
	struct state_outbox_claim in = { .owner = "x", .max = 10, .lease_ms = 100, .now_ms = 1000 };
	struct state_outbox_batch b;
	int64_t depth;

	CHECK_INT(state_outbox_add(s, records, 2, NULL), 0);
	state_outbox_claim(s, a, &in, &b, NULL);
	CHECK_INT(b.count, 2);
	state_outbox_claim(s, a, &in, &b, NULL);
	CHECK_INT(b.count, 0);
	in.now_ms = 1100;
	state_outbox_claim(s, a, &in, &b, NULL);
	CHECK_INT(b.count, 2);
	CHECK_INT(state_outbox_ack(s, b.seqs, 2, NULL), 0);
	CHECK_INT(state_outbox_ack(s, b.seqs, 2, NULL), 0);
	state_outbox_depth(s, &depth, NULL);
	CHECK_INT(depth, 0);
	arena_free(a);
	state_close(s);
}

/* A child joins some users; its status is how many were seated. */
static pid_t start_joiner(int first, int n)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct state *s = contract_open();
		struct state_seat seat;
		int seated = 0;
		for (int i = first; i < first + n; i++) {
			char user[16];
			snprintf(user, sizeof user, "u%d", i);
			seated += join_at(s, ARN1, user, at(0), &seat) == 0;
		}
		state_close(s);
		_exit(seated);
	}
	return pid;
}

TEST(two_hundred_joins_from_sixteen_processes_seat_exactly_fifty)
{
	for (int round = 0; round < 5; round++) {
		struct state *s = fresh(50);
		int seated = 0, status;
		state_close(s);
		for (int i = 0; i < 16; i++)
			start_joiner(i * 13, 13);
		while (wait(&status) > 0)
			seated += WEXITSTATUS(status);
		s = contract_open();
		CHECK_INT(seated, 50);
		CHECK_INT(outbox_count(s, "sessionOpen"), 50);
		state_close(s);
	}
}

#define CONTRACT_TESTS                                                                             \
	T(joining_again_is_not_a_second_viewer), T(a_full_stage_refuses_but_not_its_own_viewers), \
	    T(timed_out_viewers_count_nowhere_and_block_no_seat),                                  \
	    T(a_heartbeat_keeps_a_session_alive_and_revives_none),                                 \
	    T(a_session_closes_once_at_its_last_sign_of_life),                                     \
	    T(a_viewer_without_stage_gets_the_least_loaded_live_one),                              \
	    T(an_undone_join_gives_its_seat_back), T(a_limit_allows_its_burst_and_refills),        \
	    T(what_was_revoked_is_refused_and_recorded), T(leases_and_memory_hold_for_their_time), \
	    T(a_claim_that_was_not_acknowledged_is_taken_over),                                    \
	    T(two_hundred_joins_from_sixteen_processes_seat_exactly_fifty)
