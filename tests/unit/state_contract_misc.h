/* state_contract_misc: limits, revocation, memory, leases, settings, tokens, outbox. See
 * state_contract.h. */
#ifndef IVS_TEST_STATE_CONTRACT_MISC_H
#define IVS_TEST_STATE_CONTRACT_MISC_H

static struct state_limit_result take_one(
    struct fixture *f, const char *key, int64_t limit, int64_t ms)
{
	const struct state_limit l = {key, limit, 60000};
	const struct state_admit in = {.limits = &l, .nlimits = 1, .now_ms = T0 + ms};
	struct state_limit_result r = {0};
	struct state_admitted out = {.results = &r};

	CHECK_INT(state_admit(f->s, &in, &out, &f->e), 0);
	CHECK(!out.revoked);
	return r;
}

TEST(a_limit_is_a_burst_refilled_evenly)
{
	struct fixture f;
	struct state_limit_result r;

	fixture_open(&f);
	for (int i = 0; i < 10; i++) {
		r = take_one(&f, "ip:1", 10, 0);
		CHECK(r.allowed);
		CHECK_INT(r.remaining, 9 - i);
	}
	r = take_one(&f, "ip:1", 10, 0);
	CHECK(!r.allowed);
	CHECK_INT(r.retry_ms, 6000);
	CHECK_INT(r.reset_ms, 60000);
	CHECK(!take_one(&f, "ip:1", 10, 5999).allowed);
	CHECK(take_one(&f, "ip:1", 10, 6000).allowed);
	CHECK(!take_one(&f, "ip:1", 10, 6000).allowed);
	CHECK(take_one(&f, "ip:2", 10, 6000).allowed);
	fixture_close(&f);
}

/* Numbers that do not divide the window are kept to exactly. */
TEST(a_burst_is_never_more_than_the_limit)
{
	static const int64_t limits[] = {1, 3, 7, 999, 7777};
	struct fixture f;
	char key[32];

	fixture_open(&f);
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		int64_t allowed = 0;
		snprintf(key, sizeof key, "k%lld", (long long)limits[i]);
		for (int64_t n = 0; n < limits[i] + 20; n++)
			allowed += take_one(&f, key, limits[i], 0).allowed;
		CHECK_INT(allowed, limits[i]);
	}
	CHECK(take_one(&f, "huge", 1000000000, 0).allowed);
	fixture_close(&f);
}

TEST(a_clock_that_jumps_back_neither_locks_out_nor_gives_away)
{
	struct fixture f;

	fixture_open(&f);
	for (int i = 0; i < 10; i++)
		CHECK(take_one(&f, "k", 10, 86400000).allowed); /* a clock a day ahead */
	CHECK(!take_one(&f, "k", 10, 0).allowed);
	CHECK(take_one(&f, "k", 10, 0).retry_ms <= 60000);
	CHECK(take_one(&f, "k", 10, 0).reset_ms <= 60000);
	fixture_close(&f);
}

TEST(limits_are_taken_all_or_none)
{
	const struct state_limit both[] = {{"wide", 5, 60000}, {"narrow", 1, 60000}};
	struct state_admit in = {.limits = both, .nlimits = 2, .now_ms = T0};
	struct state_limit_result r[2];
	struct state_admitted out = {.results = r};
	struct fixture f;

	fixture_open(&f);
	CHECK_INT(state_admit(f.s, &in, &out, &f.e), 0);
	CHECK(r[0].allowed && r[1].allowed);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(state_admit(f.s, &in, &out, &f.e), 0);
		CHECK(!r[1].allowed);
	}
	CHECK_INT(take_one(&f, "wide", 5, 0).remaining, 3); /* the refusals took nothing */
	fixture_close(&f);
}

TEST(each_limit_by_itself_for_batches)
{
	const struct state_limit l[] = {
	    {"u", 2, 60000}, {"u", 2, 60000}, {"u", 2, 60000}, {"v", 2, 60000}};
	const struct state_admit in = {.limits = l, .nlimits = 4, .each = true, .now_ms = T0};
	struct state_limit_result r[4];
	struct state_admitted out = {.results = r};
	struct fixture f;

	fixture_open(&f);
	CHECK_INT(state_admit(f.s, &in, &out, &f.e), 0);
	CHECK(r[0].allowed && r[1].allowed && !r[2].allowed && r[3].allowed);
	fixture_close(&f);
}

static bool is_revoked(
    struct fixture *f, const char *jti, const char *sub, int64_t issued_ms, int64_t now_ms)
{
	const struct state_admit in = {
	    .jti = jti, .sub = sub, .issued_at_ms = T0 + issued_ms, .now_ms = T0 + now_ms};
	struct state_admitted out = {0};

	CHECK_INT(state_admit(f->s, &in, &out, &f->e), 0);
	return out.revoked;
}

TEST(revocation_by_token_and_by_subject)
{
	const struct state_revocation one = {
	    .jti = "j1", .until_ms = T0 + 9000, .now_ms = T0 + 100, .by = "key"};
	const struct state_revocation all = {
	    .sub = "bob", .until_ms = T0 + 9000, .now_ms = T0 + 100, .by = "key"};
	struct fixture f;
	json_t *records;

	fixture_open(&f);
	CHECK(!is_revoked(&f, "j1", "bob", 0, 100));
	CHECK_INT(state_revoke(f.s, &one, &f.e), 0);
	CHECK_INT(state_revoke(f.s, &all, &f.e), 0);
	CHECK(is_revoked(&f, "j1", "eve", 0, 200));
	CHECK(is_revoked(&f, "j1", "eve", 5000, 5001));
	CHECK(!is_revoked(&f, "j2", "eve", 0, 200));
	CHECK(!is_revoked(&f, "bob", "j1", 0, 200)); /* the two kinds do not meet */
	CHECK(is_revoked(&f, "j2", "bob", 100, 200));
	CHECK(!is_revoked(&f, "j2", "bob", 101, 200)); /* issued afterwards */
	CHECK(!is_revoked(&f, "j1", "bob", 0, 9000)); /* forgotten */
	records = drain(&f);
	CHECK_INT(count_kind(records, "revocation"), 2);
	json_decref(records);
	fixture_close(&f);
}

TEST(a_revoked_caller_takes_no_limit)
{
	const struct state_revocation rev = {
	    .jti = "j", .until_ms = T0 + 9000, .now_ms = T0, .by = "k"};
	const struct state_limit l = {"k", 5, 60000};
	struct state_limit_result r;
	struct state_admitted out = {.results = &r};
	const struct state_admit in = {.limits = &l, .nlimits = 1, .jti = "j", .now_ms = T0};
	struct fixture f;

	fixture_open(&f);
	state_revoke(f.s, &rev, &f.e);
	CHECK_INT(state_admit(f.s, &in, &out, &f.e), 0);
	CHECK(out.revoked);
	CHECK_INT(take_one(&f, "k", 5, 0).remaining, 4);
	fixture_close(&f);
}

static bool remembered(struct fixture *f, const char *key, int64_t until_ms, int64_t now_ms)
{
	const struct state_memory in = {key, T0 + until_ms, T0 + now_ms};
	bool seen = false;

	CHECK_INT(state_remember(f->s, &in, &seen, &f->e), 0);
	return seen;
}

TEST(memory_knows_a_key_until_its_time)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(!remembered(&f, "k", 100, 0));
	CHECK(remembered(&f, "k", 900, 99));
	CHECK(!remembered(&f, "k", 900, 100));
	CHECK(remembered(&f, "k", 900, 899));
	CHECK(!remembered(&f, "other", 900, 0));
	fixture_close(&f);
}

static bool lease_as(struct fixture *f, const char *owner, int64_t ttl_ms, int64_t now_ms)
{
	const struct state_lease in = {"job", owner, ttl_ms, T0 + now_ms};
	bool held = true;

	CHECK_INT(state_take_lease(f->s, &in, &held, &f->e), 0);
	return held;
}

TEST(a_lease_has_one_holder)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(lease_as(&f, "a", 100, 0));
	CHECK(!lease_as(&f, "b", 100, 99));
	CHECK(lease_as(&f, "a", 100, 99)); /* renews */
	CHECK(!lease_as(&f, "b", 100, 198));
	CHECK(lease_as(&f, "b", 100, 199)); /* taken over */
	CHECK(!lease_as(&f, "a", 0, 200)); /* giving up what another holds does nothing */
	CHECK(!lease_as(&f, "a", 100, 201));
	CHECK(!lease_as(&f, "b", 0, 202));
	CHECK(lease_as(&f, "a", 100, 203));
	fixture_close(&f);
}

TEST(settings_are_set_got_and_removed)
{
	struct fixture f;
	const char *value = "x";

	fixture_open(&f);
	CHECK_INT(state_setting_get(f.s, f.a, "n", &value, &f.e), 0);
	CHECK(value == NULL);
	CHECK_INT(state_setting_set(f.s, "n", "v1", &f.e), 0);
	CHECK_INT(state_setting_set(f.s, "n", "v2; DROP TABLE 'x'", &f.e), 0);
	CHECK_INT(state_setting_get(f.s, f.a, "n", &value, &f.e), 0);
	CHECK_STR(value, "v2; DROP TABLE 'x'");
	CHECK_INT(state_setting_set(f.s, "n", NULL, &f.e), 0);
	CHECK_INT(state_setting_get(f.s, f.a, "n", &value, &f.e), 0);
	CHECK(value == NULL);
	fixture_close(&f);
}

TEST(purging_drops_what_expired_and_no_more)
{
	const struct state_revocation rev = {
	    .jti = "j", .until_ms = T0 + 100, .now_ms = T0, .by = "k"};
	struct fixture f;
	int removed, sum = 0;

	fixture_open(&f);
	take_one(&f, "k", 10, 0);
	state_revoke(f.s, &rev, &f.e);
	remembered(&f, "m", 100, 0);
	remembered(&f, "keep", 99999999, 0);
	lease_as(&f, "a", 100, 0);
	do {
		CHECK_INT(state_purge(f.s, T0 + 6000, 3, &removed, &f.e), 0);
		CHECK(removed <= 3);
		sum += removed;
	} while (removed == 3);
	CHECK_INT(sum, 4);
	CHECK(remembered(&f, "keep", 99999999, 6000));
	fixture_close(&f);
}

TEST(issuing_records_a_token_and_marks_the_stage_live)
{
	struct fixture f;
	struct state_issue in = {
	    .stage_arn = ARN("a"), .token = &undo_token, .live_until_ms = T0 + 500, .now_ms = T0};
	struct state_seat seat;
	const struct state_query q = {.stage_arn = ARN("a"), .limit = 1, .time = at(0)};
	struct state_stage got;
	json_t *all;

	fixture_open(&f);
	CHECK_INT(state_issue(f.s, &in, &seat, &f.e), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	put_stage(&f, ARN("a"), 0, 0);
	CHECK_INT(state_issue(f.s, &in, &seat, &f.e), 0);
	CHECK_STR(seat.whip_url, "https://example.com/whip");
	in.live_until_ms = T0 + 100; /* never shortened */
	CHECK_INT(state_issue(f.s, &in, &seat, &f.e), 0);
	in.live_until_ms = 0;
	CHECK_INT(state_issue(f.s, &in, &seat, &f.e), 0);
	CHECK_INT(state_stage_get(f.s, f.a, &q, &got, &f.e), 0);
	CHECK_INT(got.live_until_ms, T0 + 500);
	CHECK_INT(got.viewers, 0);
	all = drain(&f);
	CHECK_INT(count_kind(all, "token"), 3);
	json_decref(all);
	fixture_close(&f);
}

static size_t claim(
    struct fixture *f, const char *owner, int max, int64_t now_ms, struct state_outbox_batch *out)
{
	const struct state_outbox_claim in = {owner, max, 1000, T0 + now_ms};

	CHECK_INT(state_outbox_claim(f->s, f->a, &in, out, &f->e), 0);
	return out->count;
}

TEST(the_outbox_is_claimed_in_order_and_taken_over)
{
	static const char *const records[] = {"{\"n\":1}", "{\"n\":2}", "{\"n\":3}"};
	struct fixture f;
	struct state_outbox_batch one, two, none;
	int64_t depth;

	fixture_open(&f);
	CHECK_INT(claim(&f, "a", 5, 0, &none), 0);
	CHECK_INT(state_outbox_add(f.s, records, 3, &f.e), 0);
	REQUIRE(claim(&f, "a", 2, 0, &one) == 2);
	CHECK_STR(one.records[0], "{\"n\":1}");
	CHECK_STR(one.records[1], "{\"n\":2}");
	REQUIRE(claim(&f, "b", 5, 0, &two) == 1);
	CHECK_STR(two.records[0], "{\"n\":3}");
	CHECK_INT(claim(&f, "c", 5, 999, &none), 0);
	CHECK_INT(state_outbox_depth(f.s, &depth, &f.e), 0);
	CHECK_INT(depth, 3);
	REQUIRE(claim(&f, "c", 5, 1000, &none) == 3); /* both died */
	CHECK_STR(none.records[0], "{\"n\":1}");
	CHECK_STR(none.records[2], "{\"n\":3}");
	for (int i = 0; i < 2; i++) /* twice is harmless */
		CHECK_INT(state_outbox_ack(f.s, none.seqs, 3, &f.e), 0);
	CHECK_INT(state_outbox_add(f.s, records, 1, &f.e), 0);
	CHECK_INT(state_outbox_ack(f.s, none.seqs, 3, &f.e), 0); /* a late one hits nothing new */
	CHECK_INT(state_outbox_depth(f.s, &depth, &f.e), 0);
	CHECK_INT(depth, 1);
	fixture_close(&f);
}

TEST(hostile_texts_are_only_texts)
{
	static const char *const users[] = {
	    "'; DROP TABLE seats; --", "%s%n", "\xf0\x9f\x8e\xa5", "a\tb\"\\", "☃'\""};
	struct fixture f;
	struct state_seat seat;
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
		CHECK_INT(join_as(&f, ARN("a"), users[i], 0, &seat), 0);
		CHECK(beat_as(&f, ARN("a"), users[i], 1));
		CHECK(leave_as(&f, ARN("a"), users[i], 2));
	}
	all = drain(&f);
	CHECK_INT(count_kind(all, "sessionOpen"), 5);
	CHECK_STR(json_str(json_array_get(all, 4), "userId", ""), users[2]);
	json_decref(all);
	fixture_close(&f);
}

TEST(a_user_agent_that_is_not_utf8_becomes_null)
{
	struct fixture f;
	struct state_join in = undo_join(NULL, "p", 0);
	struct state_seat seat;
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	in.user_agent = "Agent \xff\xfe";
	CHECK_INT(state_join(f.s, &in, &seat, &f.e), 0);
	all = drain(&f);
	CHECK(json_is_null(json_object_get(find_kind(all, "sessionOpen"), "userAgent")));
	json_decref(all);
	fixture_close(&f);
}

TEST(a_store_that_is_missing_is_unavailable)
{
	struct err e;
	struct state_seat seat;
	const struct state_join in = undo_join(NULL, "p", 0);

	err_init(&e);
	CHECK_INT(state_join(NULL, &in, &seat, &e), -1);
	CHECK_INT(e.code, ERR_SERVICE_UNAVAILABLE);
	CHECK(e.retry_after_s > 0);
	CHECK_INT(state_ping(NULL, NULL), -1);
	state_close(NULL);
	err_clear(&e);
}

#define STATE_CONTRACT_MISC                                                                        \
	T(a_limit_is_a_burst_refilled_evenly), T(a_burst_is_never_more_than_the_limit),            \
	    T(a_clock_that_jumps_back_neither_locks_out_nor_gives_away),                           \
	    T(limits_are_taken_all_or_none), T(each_limit_by_itself_for_batches),                  \
	    T(revocation_by_token_and_by_subject), T(a_revoked_caller_takes_no_limit),             \
	    T(memory_knows_a_key_until_its_time), T(a_lease_has_one_holder),                       \
	    T(settings_are_set_got_and_removed), T(purging_drops_what_expired_and_no_more),        \
	    T(issuing_records_a_token_and_marks_the_stage_live),                                   \
	    T(the_outbox_is_claimed_in_order_and_taken_over), T(hostile_texts_are_only_texts),     \
	    T(a_user_agent_that_is_not_utf8_becomes_null),                                         \
	    T(a_store_that_is_missing_is_unavailable)

#endif
