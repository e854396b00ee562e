/* state_contract_seats: stages, seats, counting, choosing. See state_contract.h. */
#ifndef IVS_TEST_STATE_CONTRACT_SEATS_H
#define IVS_TEST_STATE_CONTRACT_SEATS_H

TEST(join_takes_a_seat_and_records_it)
{
	struct fixture f;
	struct state_seat seat;
	json_t *all;

	fixture_open(&f);
	CHECK_INT(put_stage(&f, ARN("a"), 0, 0), 0);
	CHECK_INT(join_as(&f, ARN("a"), "alice", 5, &seat), 0);
	CHECK_STR(seat.stage_arn, ARN("a"));
	CHECK_STR(seat.whip_url, "https://example.com/whip");
	CHECK_STR(seat.events_url, "wss://example.com/events");
	CHECK(seat.is_new);
	CHECK_STR(seat.previous_participant_id, "");
	CHECK_INT(seat.viewers, 1);
	CHECK_INT(seat.capacity, CAPACITY);
	CHECK_INT(seat.joined_at_ms, T0 + 5);
	all = drain(&f);
	CHECK_INT(json_array_size(all), 1);
	CHECK_STR(json_str(find_kind(all, "sessionOpen"), "id", ""), seat.session_id);
	CHECK_STR(json_str(find_kind(all, "sessionOpen"), "userId", ""), "alice");
	CHECK_STR(json_str(find_kind(all, "sessionOpen"), "ipAddress", ""), "192.0.2.1");
	json_decref(all);
	fixture_close(&f);
}

TEST(joining_again_is_not_a_second_viewer)
{
	struct fixture f;
	struct state_seat first, second;
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 1, 0);
	CHECK_INT(join_as(&f, ARN("a"), "alice", 0, &first), 0);
	CHECK_INT(join_as(&f, ARN("a"), "alice", 9, &second), 0); /* though the stage is full */
	CHECK(!second.is_new);
	CHECK_STR(second.session_id, first.session_id);
	CHECK_STR(second.previous_participant_id, "p-alice-0");
	CHECK_INT(second.joined_at_ms, T0);
	CHECK_INT(second.viewers, 1);
	all = drain(&f);
	CHECK_INT(json_array_size(all), 1);
	json_decref(all);
	fixture_close(&f);
}

TEST(a_full_stage_refuses_and_changes_nothing)
{
	struct fixture f;
	struct state_seat seat;
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 1, 0);
	CHECK_INT(join_as(&f, ARN("a"), "alice", 0, &seat), 0);
	CHECK_INT(join_as(&f, ARN("a"), "bob", 1, &seat), -1);
	CHECK_INT(f.e.code, ERR_STAGE_FULL);
	CHECK_STR(json_str(f.e.details, "stageArn", ""), ARN("a"));
	CHECK_INT(json_int(f.e.details, "capacity", -1), 1);
	take_code(&f);
	CHECK_INT(viewers_at(&f, ARN("a"), 1), 1);
	all = drain(&f);
	CHECK_INT(json_array_size(all), 1);
	json_decref(all);
	fixture_close(&f);
}

TEST(an_unknown_stage_is_not_found)
{
	struct fixture f;
	struct state_seat seat;
	struct state_viewer_page page;
	const struct state_query q = {.stage_arn = ARN("none"), .limit = 1, .time = at(0)};

	fixture_open(&f);
	CHECK_INT(join_as(&f, ARN("none"), "alice", 0, &seat), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	CHECK_INT(join_as(&f, NULL, "alice", 0, &seat), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	CHECK_INT(state_viewer_list(f.s, f.a, &q, &page, &f.e), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	CHECK_INT(state_stage_live(f.s, ARN("none"), T0, &f.e), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	CHECK(!beat_as(&f, ARN("none"), "alice", 0));
	CHECK(!leave_as(&f, ARN("none"), "alice", 0));
	fixture_close(&f);
}

/* now - last sign of life < timeout, without any sweep, to the millisecond. */
TEST(counting_is_by_the_last_sign_of_life)
{
	struct fixture f;
	struct state_seat seat;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	join_as(&f, ARN("a"), "alice", 0, &seat);
	CHECK_INT(viewers_at(&f, ARN("a"), TIMEOUT_MS - 1), 1);
	CHECK_INT(viewers_at(&f, ARN("a"), TIMEOUT_MS), 0);
	CHECK_INT(total_at(&f, TIMEOUT_MS - 1), 1);
	CHECK_INT(total_at(&f, TIMEOUT_MS), 0);
	CHECK(beat_as(&f, ARN("a"), "alice", TIMEOUT_MS - 1));
	CHECK_INT(viewers_at(&f, ARN("a"), 2 * TIMEOUT_MS - 2), 1);
	CHECK_INT(viewers_at(&f, ARN("a"), 2 * TIMEOUT_MS - 1), 0);
	CHECK(!beat_as(&f, ARN("a"), "alice", 2 * TIMEOUT_MS - 1)); /* it cannot be brought back */
	CHECK_INT(total_at(&f, 2 * TIMEOUT_MS - 1), 0);
	fixture_close(&f);
}

TEST(a_clock_that_jumps_back_makes_nobody_older)
{
	struct fixture f;
	struct state_seat seat;
	struct state_viewer v;
	const struct state_beat who = {ARN("a"), "alice"};

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	join_as(&f, ARN("a"), "alice", 10000, &seat);
	CHECK(beat_as(&f, ARN("a"), "alice", 4000));
	CHECK_INT(state_viewer_get(f.s, f.a, &who, &v, &f.e), 0);
	CHECK_INT(v.last_seen_ms, T0 + 10000);
	CHECK_INT(viewers_at(&f, ARN("a"), 4000), 1);
	CHECK_INT(join_as(&f, ARN("a"), "alice", 2000, &seat), 0);
	CHECK(!seat.is_new);
	CHECK_INT(state_viewer_get(f.s, f.a, &who, &v, &f.e), 0);
	CHECK_INT(v.last_seen_ms, T0 + 10000);
	CHECK(leave_as(&f, ARN("a"), "alice", 1000));
	fixture_close(&f);
}

static void check_close(struct fixture *f, const char *reason, int64_t left_ms)
{
	json_t *all = drain(f);
	const json_t *r = find_kind(all, "sessionClose");

	CHECK_INT(count_kind(all, "sessionClose"), 1);
	CHECK_STR(json_str(r, "reason", ""), reason);
	CHECK_INT(json_int(r, "leftAt", 0), T0 + left_ms);
	CHECK(json_int(r, "leftAt", 0) >= json_int(r, "joinedAt", INT64_MAX));
	CHECK_STR(json_str(r, "userId", ""), "alice");
	json_decref(all);
}

TEST(leaving_closes_once)
{
	struct fixture f;
	struct state_seat seat;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	join_as(&f, ARN("a"), "alice", 0, &seat);
	CHECK(leave_as(&f, ARN("a"), "alice", 700));
	CHECK(!leave_as(&f, ARN("a"), "alice", 701));
	check_close(&f, "leave", 700);
	CHECK_INT(total_at(&f, 701), 0);
	fixture_close(&f);
}

TEST(a_session_that_timed_out_closes_at_its_last_sign_of_life)
{
	struct fixture f;
	struct state_seat seat;
	int closed;

	for (int how = 0; how < 3; how++) { /* whoever notices */
		fixture_open(&f);
		put_stage(&f, ARN("a"), 0, 0);
		join_as(&f, ARN("a"), "alice", 0, &seat);
		beat_as(&f, ARN("a"), "alice", 5000);
		if (how == 0) {
			CHECK_INT(state_sweep(f.s, at(999999), 10, &closed, &f.e), 0);
			CHECK_INT(closed, 1);
		} else if (how == 1) {
			CHECK(leave_as(&f, ARN("a"), "alice", 999999));
		} else {
			CHECK_INT(join_as(&f, ARN("a"), "alice", 999999, &seat), 0);
			CHECK(seat.is_new);
			CHECK_STR(seat.previous_participant_id, "");
			CHECK_INT(seat.viewers, 1);
		}
		check_close(&f, "timeout", 5000);
		fixture_close(&f);
	}
}

TEST(timed_out_sessions_never_block_a_seat)
{
	struct fixture f;
	struct state_seat seat;
	char user[16];
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 200, 10 * TIMEOUT_MS);
	for (int i = 0; i < 200; i++) {
		snprintf(user, sizeof user, "old%d", i);
		CHECK_INT(join_as(&f, ARN("a"), user, 0, &seat), 0);
	}
	for (int i = 0; i < 200; i++) {
		snprintf(user, sizeof user, "new%d", i);
		CHECK_INT(join_as(&f, i % 2 ? ARN("a") : NULL, user, TIMEOUT_MS, &seat), 0);
		CHECK_INT(seat.viewers, i + 1);
	}
	CHECK_INT(join_as(&f, ARN("a"), "late", TIMEOUT_MS, &seat), -1);
	CHECK_INT(take_code(&f), ERR_STAGE_FULL);
	all = drain(&f);
	CHECK_INT(count_kind(all, "sessionOpen"), 400);
	CHECK_INT(count_kind(all, "sessionClose"), 200);
	json_decref(all);
	fixture_close(&f);
}

TEST(sweeping_goes_oldest_first_and_bounded)
{
	struct fixture f;
	struct state_seat seat;
	struct state_viewer v;
	const struct state_beat newest = {ARN("a"), "u4"};
	char user[16];
	int closed;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	for (int i = 0; i < 5; i++) {
		snprintf(user, sizeof user, "u%d", i);
		join_as(&f, ARN("a"), user, i, &seat);
	}
	CHECK_INT(state_sweep(f.s, at(TIMEOUT_MS + 100), 4, &closed, &f.e), 0);
	CHECK_INT(closed, 4);
	CHECK_INT(state_viewer_get(f.s, f.a, &newest, &v, &f.e), 0);
	CHECK_INT(state_sweep(f.s, at(TIMEOUT_MS + 100), 4, &closed, &f.e), 0);
	CHECK_INT(closed, 1);
	CHECK_INT(state_viewer_get(f.s, f.a, &newest, &v, &f.e), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	CHECK_INT(state_sweep(f.s, at(TIMEOUT_MS + 100), 4, &closed, &f.e), 0);
	CHECK_INT(closed, 0);
	fixture_close(&f);
}

TEST(the_least_loaded_live_stage_is_chosen)
{
	struct fixture f;
	struct state_seat seat;

	fixture_open(&f);
	put_stage(&f, ARN("dark"), 0, 0);
	put_stage(&f, ARN("over"), 0, 10);
	put_stage(&f, ARN("a"), 2, TIMEOUT_MS * 9);
	put_stage(&f, ARN("b"), 3, TIMEOUT_MS * 9);
	join_as(&f, ARN("a"), "u0", 20, &seat);
	CHECK_INT(join_as(&f, NULL, "u1", 20, &seat), 0);
	CHECK_STR(seat.stage_arn, ARN("b"));
	for (int i = 0; i < 3; i++) {
		char user[16];
		snprintf(user, sizeof user, "v%d", i);
		CHECK_INT(join_as(&f, NULL, user, 20, &seat), 0);
	}
	CHECK_INT(viewers_at(&f, ARN("a"), 20), 2);
	CHECK_INT(viewers_at(&f, ARN("b"), 20), 3);
	CHECK_INT(join_as(&f, NULL, "late", 20, &seat), -1);
	CHECK_INT(take_code(&f), ERR_STAGE_FULL);
	CHECK_INT(join_as(&f, NULL, "u1", 30, &seat), 0); /* has a seat already */
	CHECK_STR(seat.stage_arn, ARN("b"));
	CHECK(!seat.is_new);
	CHECK_INT(join_as(&f, NULL, "late", TIMEOUT_MS + 500, &seat), 0); /* all have gone */
	CHECK_INT(seat.viewers, 1);
	fixture_close(&f);
}

TEST(a_seat_on_a_stage_that_went_dark_is_not_used)
{
	struct fixture f;
	struct state_seat seat;
	bool live;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 1000);
	put_stage(&f, ARN("b"), 0, 9000);
	join_as(&f, ARN("a"), "alice", 0, &seat);
	CHECK_INT(join_as(&f, NULL, "alice", 999, &seat), 0);
	CHECK_STR(seat.stage_arn, ARN("a"));
	CHECK_INT(join_as(&f, NULL, "alice", 1000, &seat), 0);
	CHECK_STR(seat.stage_arn, ARN("b"));
	CHECK_INT(state_publisher_live(f.s, T0 + 8999, &live, &f.e), 0);
	CHECK(live);
	CHECK_INT(state_publisher_live(f.s, T0 + 9000, &live, &f.e), 0);
	CHECK(!live);
	CHECK_INT(state_stage_live(f.s, ARN("b"), 0, &f.e), 0);
	CHECK_INT(join_as(&f, NULL, "bob", 1001, &seat), -1);
	CHECK_INT(take_code(&f), ERR_NOT_FOUND);
	fixture_close(&f);
}

static struct state_join undo_join(
    const struct record_token *token, const char *participant, int64_t ms)
{
	return (struct state_join){.stage_arn = ARN("a"),
	    .user_id = "alice",
	    .participant_id = participant,
	    .session_id = "sessionsessionsessio",
	    .default_capacity = CAPACITY,
	    .token = token,
	    .time = at(ms)};
}

static const struct record_token undo_token = {.participant_id = "p2",
    .token_type = "viewer",
    .user_id = "alice",
    .issued_at_ms = 1700000001000,
    .expires_at_ms = 1700000009000,
    .request_id = "r",
    .issued_by = "key"};

TEST(undo_closes_what_the_join_opened)
{
	struct fixture f;
	struct state_join in = undo_join(&undo_token, "p2", 3);
	struct state_seat seat;
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 1, 0);
	CHECK_INT(state_join(f.s, &in, &seat, &f.e), 0);
	CHECK_INT(state_undo(f.s, &in, &seat, &f.e), 0);
	CHECK_INT(viewers_at(&f, ARN("a"), 4), 0);
	all = drain(&f);
	CHECK_INT(json_array_size(all), 4);
	CHECK_STR(json_str(find_kind(all, "token"), "stageArn", ""), ARN("a"));
	CHECK_STR(json_str(find_kind(all, "tokenVoid"), "id", ""),
	    json_str(find_kind(all, "token"), "id", "?"));
	CHECK_STR(json_str(find_kind(all, "sessionClose"), "reason", ""), "undone");
	CHECK_INT(json_int(find_kind(all, "sessionClose"), "leftAt", 0), T0 + 3);
	json_decref(all);
	CHECK_INT(join_as(&f, ARN("a"), "bob", 5, &seat), 0); /* the place is free again */
	fixture_close(&f);
}

TEST(undo_gives_a_refreshed_session_its_participant_back)
{
	struct fixture f;
	struct state_join in = undo_join(&undo_token, "p2", 3);
	struct state_seat seat;
	struct state_viewer v;
	const struct state_beat who = {ARN("a"), "alice"};
	json_t *all;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	join_as(&f, ARN("a"), "alice", 0, &seat);
	CHECK_INT(state_join(f.s, &in, &seat, &f.e), 0);
	CHECK(!seat.is_new);
	CHECK_INT(state_undo(f.s, &in, &seat, &f.e), 0);
	CHECK_INT(state_viewer_get(f.s, f.a, &who, &v, &f.e), 0);
	CHECK_STR(v.participant_id, "p-alice-0");
	all = drain(&f);
	CHECK_INT(count_kind(all, "sessionClose"), 0);
	CHECK_INT(count_kind(all, "tokenVoid"), 1);
	json_decref(all);
	fixture_close(&f);
}

TEST(undo_is_harmless_when_the_seat_changed_hands)
{
	struct fixture f;
	struct state_join in = undo_join(NULL, "p2", 3);
	struct state_seat seat, later;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	CHECK_INT(state_join(f.s, &in, &seat, &f.e), 0);
	join_as(&f, ARN("a"), "alice", 4, &later); /* another token of hers went out meanwhile */
	CHECK_INT(state_undo(f.s, &in, &seat, &f.e), 0);
	CHECK_INT(viewers_at(&f, ARN("a"), 5), 1);
	leave_as(&f, ARN("a"), "alice", 6);
	CHECK_INT(state_undo(f.s, &in, &seat, &f.e), 0);
	check_close(&f, "leave", 6);
	fixture_close(&f);
}

TEST(viewers_are_listed_page_by_page)
{
	struct fixture f;
	struct state_seat seat;
	struct state_query q = {.stage_arn = ARN("a"), .limit = 3, .time = at(TIMEOUT_MS + 2)};
	struct state_viewer_page page;
	char user[16], seen[64] = "";

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	for (int i = 0; i < 10; i++) {
		snprintf(user, sizeof user, "u%d", 9 - i);
		join_as(&f, ARN("a"), user, i / 2, &seat);
	}
	for (int i = 2; i < 10; i++) { /* u8, u9 joined first and time out */
		snprintf(user, sizeof user, "u%d", 9 - i);
		beat_as(&f, ARN("a"), user, 50);
	}
	do {
		CHECK_INT(state_viewer_list(f.s, f.a, &q, &page, &f.e), 0);
		CHECK_INT(page.total, 8);
		CHECK(page.count > 0 && page.count <= 3);
		for (size_t i = 0; i < page.count; i++)
			strcat(seen, page.items[i].user_id);
		q.cursor = page.next_cursor;
	} while (q.cursor != NULL && page.count > 0);
	CHECK_STR(seen, "u6u7u4u5u2u3u0u1");
	fixture_close(&f);
}

TEST(a_cursor_that_is_not_ours_is_refused)
{
	static const char *const bad[] = {
	    "", "!", "AAAA", "bm9wZQ", "MTI", "////", "=", "\xff\xfe"};
	struct fixture f;
	struct state_viewer_page page;
	struct state_stage_page stages;

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const struct state_query q = {
		    .stage_arn = ARN("a"), .limit = 3, .cursor = bad[i], .time = at(0)};
		CHECK_INT(state_viewer_list(f.s, f.a, &q, &page, &f.e), -1);
		CHECK_INT(take_code(&f), ERR_VALIDATION);
		CHECK_INT(state_stage_list(f.s, f.a, &q, &stages, &f.e), -1);
		CHECK_INT(take_code(&f), ERR_VALIDATION);
	}
	fixture_close(&f);
}

TEST(stages_are_kept_listed_and_forgotten)
{
	struct fixture f;
	struct state_seat seat;
	struct state_query q = {.limit = 2, .time = at(1)};
	struct state_stage_page page;
	struct state_stage got;

	fixture_open(&f);
	put_stage(&f, ARN("c"), 0, 0);
	put_stage(&f, ARN("a"), 7, 500);
	put_stage(&f, ARN("b"), 0, 0);
	join_as(&f, ARN("a"), "alice", 0, &seat);
	CHECK_INT(put_stage(&f, ARN("a"), 9, 0), 0); /* keeps its publisher and viewers */
	q.stage_arn = ARN("a");
	CHECK_INT(state_stage_get(f.s, f.a, &q, &got, &f.e), 0);
	CHECK_INT(got.capacity, 9);
	CHECK_INT(got.live_until_ms, T0 + 500);
	CHECK_INT(got.viewers, 1);
	CHECK_INT(state_stage_list(f.s, f.a, &q, &page, &f.e), 0);
	CHECK_INT(page.total, 3);
	CHECK_INT(page.count, 2);
	CHECK_STR(page.items[1].arn, ARN("b"));
	q.cursor = page.next_cursor;
	CHECK_INT(state_stage_list(f.s, f.a, &q, &page, &f.e), 0);
	CHECK_INT(page.count, 1);
	CHECK(page.next_cursor == NULL);
	CHECK_INT(state_stage_del(f.s, ARN("a"), at(1), &f.e), -1);
	CHECK_INT(json_int(f.e.details, "viewerCount", -1), 1);
	CHECK_INT(take_code(&f), ERR_CONFLICT);
	CHECK_INT(state_stage_del(f.s, ARN("a"), at(TIMEOUT_MS), &f.e), 0);
	check_close(&f, "timeout", 0);
	fixture_close(&f);
}

#define STATE_CONTRACT_SEATS                                                                       \
	T(join_takes_a_seat_and_records_it), T(joining_again_is_not_a_second_viewer),              \
	    T(a_full_stage_refuses_and_changes_nothing), T(an_unknown_stage_is_not_found),         \
	    T(counting_is_by_the_last_sign_of_life),                                               \
	    T(a_clock_that_jumps_back_makes_nobody_older), T(leaving_closes_once),                 \
	    T(a_session_that_timed_out_closes_at_its_last_sign_of_life),                           \
	    T(timed_out_sessions_never_block_a_seat), T(sweeping_goes_oldest_first_and_bounded),   \
	    T(the_least_loaded_live_stage_is_chosen),                                              \
	    T(a_seat_on_a_stage_that_went_dark_is_not_used), T(undo_closes_what_the_join_opened),  \
	    T(undo_gives_a_refreshed_session_its_participant_back),                                \
	    T(undo_is_harmless_when_the_seat_changed_hands), T(viewers_are_listed_page_by_page),   \
	    T(a_cursor_that_is_not_ours_is_refused), T(stages_are_kept_listed_and_forgotten)

#endif
