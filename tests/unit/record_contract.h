/*
 * record_contract: what holds on every store of durable records.
 *
 * A test of a backend defines, before it includes this file, contract_fresh,
 * contract_open and contract_done as state_contract.h says, and puts
 * RECORD_CONTRACT into its TEST_MAIN.
 */
#ifndef IVS_TEST_RECORD_CONTRACT_H
#define IVS_TEST_RECORD_CONTRACT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "store/record.h"
#include "test.h"

#include <stdlib.h>

#define STAGE_A "arn:aws:ivs:us-west-2:123456789012:stage/a"
#define STAGE_B "arn:aws:ivs:us-west-2:123456789012:stage/b"

struct fixture {
	struct record *r;
	struct arena *a;
	struct err e;
};

static void fixture_open(struct fixture *f)
{
	contract_fresh();
	f->r = contract_open();
	f->a = arena_new(16 << 20);
	err_init(&f->e);
}

static void fixture_close(struct fixture *f)
{
	err_clear(&f->e);
	arena_free(f->a);
	record_close(f->r);
	contract_done();
}

/* Apply one record and free its text. */
static int apply_new(struct fixture *f, char *record)
{
	const char *one = record;
	int rc = record_apply(f->r, &one, 1, &f->e);

	free(record);
	return rc;
}

static int64_t count_of(struct fixture *f, enum record_kind kind)
{
	int64_t n = -1;

	CHECK_INT(record_count(f->r, kind, &n, &f->e), 0);
	return n;
}

static struct record_session session_of(
    const char *id, const char *stage, int64_t joined, int64_t left)
{
	return (struct record_session){.session_id = id,
	    .user_id = "alice",
	    .stage_arn = stage,
	    .participant_id = "p",
	    .joined_at_ms = joined,
	    .left_at_ms = left,
	    .reason = left < 0 ? NULL : "leave",
	    .user_agent = "agent",
	    .ip_address = NULL};
}

static int apply_session(struct fixture *f, const char *id, int64_t joined, int64_t left)
{
	const struct record_session s = session_of(id, STAGE_A, joined, left);

	return apply_new(f, record_session_json(&s));
}

static struct record_token token_of(const char *participant, int64_t issued)
{
	return (struct record_token){.participant_id = participant,
	    .token_type = "viewer",
	    .user_id = "alice",
	    .stage_arn = STAGE_A,
	    .issued_at_ms = issued,
	    .expires_at_ms = issued + 3600000,
	    .request_id = "r1",
	    .issued_by = "key"};
}

static void check_session(struct fixture *f, int64_t joined, int64_t left, const char *reason)
{
	const struct record_who who = {"alice", STAGE_A};
	struct record_session out;

	CHECK_INT(record_last_session(f->r, f->a, &who, &out, &f->e), 0);
	CHECK_INT(out.joined_at_ms, joined);
	CHECK_INT(out.left_at_ms, left);
	CHECK_STR(out.reason, reason);
	CHECK_STR(out.user_agent, "agent");
	CHECK(out.ip_address == NULL);
}

TEST(a_session_opens_and_closes_in_any_order_any_times)
{
	static const int64_t orders[][4] = {
	    {-1, 50, -1, 50}, {50, -1, 50, -1}, {-1, -1, 50, 50}, {50, 50, -1, -1}};

	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		struct fixture f;
		fixture_open(&f);
		for (int k = 0; k < 4; k++)
			CHECK_INT(apply_session(&f, "s1", 10, orders[i][k]), 0);
		check_session(&f, 10, 50, "leave");
		CHECK_INT(count_of(&f, RECORD_SESSION_OPEN), 1);
		CHECK_INT(count_of(&f, RECORD_SESSION_CLOSE), 1);
		fixture_close(&f);
	}
}

TEST(an_open_session_has_no_end)
{
	struct fixture f;

	fixture_open(&f);
	CHECK_INT(apply_session(&f, "s1", 10, -1), 0);
	check_session(&f, 10, -1, NULL);
	CHECK_INT(count_of(&f, RECORD_SESSION_CLOSE), 0);
	fixture_close(&f);
}

TEST(the_first_close_stands)
{
	struct fixture f;

	fixture_open(&f);
	apply_session(&f, "s1", 10, 50);
	apply_session(&f, "s1", 10, 99);
	check_session(&f, 10, 50, "leave");
	fixture_close(&f);
}

TEST(tokens_are_known_by_participant_and_time)
{
	struct fixture f;
	const struct record_token one = token_of("p1", 1000), renewed = token_of("p1", 2000);

	fixture_open(&f);
	for (int i = 0; i < 2; i++) {
		CHECK_INT(apply_new(&f, record_token_json(&one)), 0);
		CHECK_INT(apply_new(&f, record_token_json(&renewed)), 0);
	}
	CHECK_INT(count_of(&f, RECORD_TOKEN), 2);
	CHECK_INT(apply_new(&f, record_token_void_json("p1", 2000)), 0);
	CHECK_INT(count_of(&f, RECORD_TOKEN), 1);
	CHECK_INT(count_of(&f, RECORD_TOKEN_VOID), 1);
	fixture_close(&f);
}

TEST(a_void_may_come_before_its_token)
{
	struct fixture f;
	const struct record_token t = token_of("p1", 1000);

	fixture_open(&f);
	CHECK_INT(apply_new(&f, record_token_void_json("p1", 1000)), 0);
	CHECK_INT(apply_new(&f, record_token_json(&t)), 0);
	CHECK_INT(count_of(&f, RECORD_TOKEN), 0);
	CHECK_INT(count_of(&f, RECORD_TOKEN_VOID), 1);
	fixture_close(&f);
}

static const char *const not_ours[] = {"", "null", "[]", "{", "{}", "{\"kind\":\"token\"}",
    "{\"kind\":\"nonsense\",\"id\":\"x\"}", "{\"kind\":\"token\",\"id\":5,\"issuedAt\":1}",
    "{\"kind\":\"sessionOpen\",\"id\":\"s\"}",
    "{\"kind\":\"sessionOpen\",\"id\":\"s\",\"joinedAt\":1}",
    "{\"kind\":\"sessionClose\",\"id\":\"s\",\"leftAt\":1}",
    "{\"kind\":\"sessionClose\",\"id\":\"s\",\"userId\":\"u\",\"stageArn\":\"a\",\"participantId\":"
    "\"p\",\"leftAt\":1}",
    "{\"kind\":\"sessionOpen\",\"id\":\"s\",\"userId\":7,\"stageArn\":\"a\",\"participantId\":"
    "\"p\",\"joinedAt\":1}",
    "{\"kind\":\"sessionOpen\",\"id\":\"s\",\"userId\":\"u\",\"stageArn\":\"a\",\"participantId\":"
    "\"p\",\"joinedAt\":\"1\"}",
    "{\"kind\":\"token\",\"id\":\"p\",\"issuedAt\":\"soon\"}", "{\"kind\":\"audit\"}",
    "{\"kind\":\"audit\",\"id\":\"x\"} {}", "\xff"};

TEST(what_is_not_ours_fails_whole_and_says_which)
{
	struct fixture f;
	struct record_token t = token_of("p1", 1000);
	char *good = record_token_json(&t);

	fixture_open(&f);
	for (size_t i = 0; i < sizeof not_ours / sizeof not_ours[0]; i++) {
		const char *const batch[] = {good, not_ours[i]};
		CHECK_INT(record_apply(f.r, batch, 2, &f.e), -1);
		if (f.e.code != ERR_VALIDATION || json_int(f.e.details, "index", -1) != 1)
			fprintf(stderr, "record: %s (%s)\n", not_ours[i], f.e.cause);
		CHECK_INT(f.e.code, ERR_VALIDATION);
		CHECK_INT(json_int(f.e.details, "index", -1), 1);
		err_clear(&f.e);
		CHECK_INT(count_of(&f, RECORD_TOKEN), 0);
	}
	free(good);
	fixture_close(&f);
}

TEST(history_is_newest_first_and_paged)
{
	struct fixture f;
	struct record_history_query q = {.user_id = "alice", .limit = 3};
	struct record_page page;
	char id[16], seen[64] = "";

	fixture_open(&f);
	for (int i = 0; i < 8; i++) {
		snprintf(id, sizeof id, "s%d", i);
		apply_session(
		    &f, id, 100 + i / 2, i % 2 ? -1 : 500); /* two joined in the same millisecond */
	}
	do {
		CHECK_INT(record_history(f.r, f.a, &q, &page, &f.e), 0);
		CHECK_INT(page.total, 8);
		CHECK(page.count > 0 && page.count <= 3);
		for (size_t i = 0; i < page.count; i++)
			strcat(seen, page.items[i].session_id);
		q.cursor = page.next_cursor;
	} while (q.cursor != NULL && page.count > 0);
	CHECK_STR(seen, "s6s7s4s5s2s3s0s1");
	q = (struct record_history_query){.user_id = "bob", .limit = 3};
	CHECK_INT(record_history(f.r, f.a, &q, &page, &f.e), 0);
	CHECK_INT(page.count, 0);
	CHECK_INT(page.total, 0);
	CHECK(page.next_cursor == NULL);
	q.cursor = "not-ours";
	CHECK_INT(record_history(f.r, f.a, &q, &page, &f.e), -1);
	CHECK_INT(f.e.code, ERR_VALIDATION);
	fixture_close(&f);
}

TEST(the_last_session_is_by_user_and_stage)
{
	struct fixture f;
	struct record_session b = session_of("sb", STAGE_B, 999, -1), out;
	const struct record_who nobody = {"bob", STAGE_A};

	fixture_open(&f);
	apply_session(&f, "s1", 10, 20);
	apply_session(&f, "s2", 30, -1);
	CHECK_INT(apply_new(&f, record_session_json(&b)), 0);
	check_session(&f, 30, -1, NULL);
	CHECK_INT(record_last_session(f.r, f.a, &nobody, &out, &f.e), -1);
	CHECK_INT(f.e.code, ERR_NOT_FOUND);
	fixture_close(&f);
}

TEST(audit_and_revocations_are_kept_once)
{
	static const char *const batch[] = {"{\"kind\":\"audit\",\"id\":\"x\",\"at\":1}",
	    "{\"kind\":\"revocation\",\"id\":\"x\",\"sub\":\"bob\",\"at\":1,\"until\":2,\"by\":"
	    "\"key\"}"};
	struct fixture f;

	fixture_open(&f);
	for (int i = 0; i < 3; i++)
		CHECK_INT(record_apply(f.r, batch, 2, &f.e), 0);
	CHECK_INT(count_of(&f, RECORD_AUDIT), 1);
	CHECK_INT(count_of(&f, RECORD_REVOCATION), 1);
	fixture_close(&f);
}

TEST(records_outlive_the_connection)
{
	struct fixture f;

	fixture_open(&f);
	apply_session(&f, "s1", 10, 50);
	record_close(f.r);
	f.r = contract_open();
	check_session(&f, 10, 50, "leave");
	CHECK_INT(record_ping(f.r, &f.e), 0);
	CHECK_INT(record_apply(f.r, NULL, 0, &f.e), 0);
	fixture_close(&f);
}

TEST(the_json_of_records_stands_alone)
{
	const struct record_session open = session_of("s1", STAGE_A, 10, -1),
	                            close = session_of("s1", STAGE_A, 10, 50);
	const struct record_token t = token_of("p1", 1000);
	char *texts[] = {
	    record_session_json(&open), record_session_json(&close), record_token_json(&t)};
	json_t *o = json_parse(texts[0], strlen(texts[0]), NULL),
	       *c = json_parse(texts[1], strlen(texts[1]), NULL);
	json_t *k = json_parse(texts[2], strlen(texts[2]), NULL);

	CHECK_STR(json_str(o, "kind", ""), "sessionOpen");
	CHECK(json_object_get(o, "leftAt") == NULL);
	CHECK_STR(json_str(c, "kind", ""), "sessionClose");
	CHECK_STR(json_str(c, "userId", ""), "alice");
	CHECK_INT(json_int(c, "joinedAt", 0), 10);
	CHECK_STR(json_str(k, "tokenType", ""), "viewer");
	CHECK_INT(json_int(k, "ttl", 0), 3601);
	json_decref(o);
	json_decref(c);
	json_decref(k);
	for (size_t i = 0; i < 3; i++)
		free(texts[i]);
}

TEST(a_store_that_is_missing_is_unavailable)
{
	struct err e;

	err_init(&e);
	CHECK_INT(record_ping(NULL, &e), -1);
	CHECK_INT(e.code, ERR_SERVICE_UNAVAILABLE);
	CHECK(e.retry_after_s > 0);
	record_close(NULL);
	err_clear(&e);
}

#define RECORD_CONTRACT                                                                            \
	T(a_session_opens_and_closes_in_any_order_any_times), T(an_open_session_has_no_end),       \
	    T(the_first_close_stands), T(tokens_are_known_by_participant_and_time),                \
	    T(a_void_may_come_before_its_token), T(what_is_not_ours_fails_whole_and_says_which),   \
	    T(history_is_newest_first_and_paged), T(the_last_session_is_by_user_and_stage),        \
	    T(audit_and_revocations_are_kept_once), T(records_outlive_the_connection),             \
	    T(the_json_of_records_stands_alone), T(a_store_that_is_missing_is_unavailable)

#endif
