/*
 * state_contract_all: every part of the contract of live state, for a backend
 * whose test is a factory. Sequential truths, a model beside a random history,
 * and many processes at once; no part knows the backend.
 *
 * A test defines, before it includes this file,
 *   static void contract_fresh(void);           an empty store from now on
 *   static struct state *contract_open(void);   a connection to it; the caller closes it
 *   static void contract_done(void);            remove it
 * and puts STATE_CONTRACT into its TEST_MAIN.
 */
#ifndef IVS_TEST_STATE_CONTRACT_ALL_H
#define IVS_TEST_STATE_CONTRACT_ALL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "store/state.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define ARN(n) "arn:aws:ivs:us-west-2:123456789012:stage/" n

enum { TIMEOUT_MS = 60000, CAPACITY = 50 };
static const int64_t T0 = 1700000000000;

struct fixture {
	struct state *s;
	struct arena *a;
	struct err e;
};

static void fixture_open(struct fixture *f)
{
	contract_fresh();
	f->s = contract_open();
	f->a = arena_new(16 << 20);
	err_init(&f->e);
}

static void fixture_close(struct fixture *f)
{
	err_clear(&f->e);
	arena_free(f->a);
	state_close(f->s);
	contract_done();
}

static struct state_time at(int64_t ms)
{
	return (struct state_time){.now_ms = T0 + ms, .timeout_ms = TIMEOUT_MS};
}

static enum err_code take_code(struct fixture *f)
{
	enum err_code code = f->e.code;

	err_clear(&f->e);
	return code;
}

static int put_stage(struct fixture *f, const char *arn, int64_t capacity, int64_t live_until_ms)
{
	const struct state_stage in = {
	    .arn = arn,
	    .name = "stage",
	    .whip_url = "https://example.com/whip",
	    .events_url = "wss://example.com/events",
	    .capacity = capacity,
	    .created_at_ms = T0,
	    .live_until_ms = live_until_ms == 0 ? 0 : T0 + live_until_ms,
	};

	return state_stage_put(f->s, &in, &f->e);
}

/* Join as user; participant and session are made of the user and the time, so that each join has
 * its own. */
static int join_as(
    struct fixture *f, const char *arn, const char *user, int64_t ms, struct state_seat *seat)
{
	char participant[65], session[ID_SESSION_SIZE];
	const struct state_join in = {
	    .stage_arn = arn,
	    .user_id = user,
	    .participant_id = participant,
	    .session_id = id_make(session, sizeof session),
	    .default_capacity = CAPACITY,
	    .user_agent = "test/1.0",
	    .ip_address = "192.0.2.1",
	    .time = at(ms),
	};

	snprintf(participant, sizeof participant, "p-%.20s-%lld", user, (long long)ms);
	return state_join(f->s, &in, seat, &f->e);
}

static bool beat_as(struct fixture *f, const char *arn, const char *user, int64_t ms)
{
	const struct state_beat who = {arn, user};
	bool found = false;
	const struct state_beats in = {&who, 1, &found, at(ms)};

	CHECK_INT(state_beat(f->s, &in, &f->e), 0);
	return found;
}

static bool leave_as(struct fixture *f, const char *arn, const char *user, int64_t ms)
{
	const struct state_beat who = {arn, user};
	bool left = false;

	CHECK_INT(state_leave(f->s, &who, at(ms), &left, &f->e), 0);
	return left;
}

static int64_t total_at(struct fixture *f, int64_t ms)
{
	int64_t n = -1;

	CHECK_INT(state_total(f->s, at(ms), &n, &f->e), 0);
	return n;
}

static int64_t viewers_at(struct fixture *f, const char *arn, int64_t ms)
{
	const struct state_query q = {.stage_arn = arn, .limit = 1, .time = at(ms)};
	struct state_stage out = {0};

	CHECK_INT(state_stage_get(f->s, f->a, &q, &out, &f->e), 0);
	return out.viewers;
}

/* Everything in the outbox, acknowledged; each parsed. */
static json_t *drain(struct fixture *f)
{
	struct state_outbox_claim in = {
	    .owner = "test", .max = 100, .lease_ms = 1000, .now_ms = T0};
	struct state_outbox_batch batch;
	json_t *all = json_array();

	for (;;) {
		if (state_outbox_claim(f->s, f->a, &in, &batch, &f->e) != 0 || batch.count == 0)
			return all;
		for (size_t i = 0; i < batch.count; i++)
			json_array_append_new(
			    all, json_parse(batch.records[i], strlen(batch.records[i]), NULL));
		CHECK_INT(state_outbox_ack(f->s, batch.seqs, batch.count, &f->e), 0);
	}
}

static size_t count_kind(const json_t *records, const char *kind)
{
	size_t n = 0, i;
	const json_t *r;

	json_array_foreach(records, i, r) n += strcmp(json_str(r, "kind", ""), kind) == 0;
	return n;
}

static const json_t *find_kind(const json_t *records, const char *kind)
{
	size_t i;
	const json_t *r;

	json_array_foreach(records, i, r)
	{
		if (strcmp(json_str(r, "kind", ""), kind) == 0)
			return r;
	}
	return NULL;
}

#include "state_contract_seats.h"
#include "state_contract_misc.h"
#include "state_contract_model.h"
#include "state_contract_load.h"

#define STATE_CONTRACT                                                                             \
	STATE_CONTRACT_SEATS, STATE_CONTRACT_MISC, STATE_CONTRACT_MODEL, STATE_CONTRACT_LOAD

#endif
