/*
 * state_contract_model: a long random sequence of calls beside a model that
 * is simple enough to be right. See state_contract.h.
 */
#ifndef IVS_TEST_STATE_CONTRACT_MODEL_H
#define IVS_TEST_STATE_CONTRACT_MODEL_H

enum { MODEL_STAGES = 3, MODEL_USERS = 8, MODEL_CAPACITY = 4, MODEL_STEPS = 1500 };

static const char *const model_arns[MODEL_STAGES] = {ARN("m0"), ARN("m1"), ARN("m2")};

struct model {
	struct {
		bool seated;
		int64_t seen;
	} seats[MODEL_STAGES][MODEL_USERS];
	int64_t now;
	int opened, closed;
	uint64_t random;
};

static int model_random(struct model *m, int below)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (int)((m->random >> 33) % (unsigned)below);
}

static bool model_live(const struct model *m, int stage, int user)
{
	return m->seats[stage][user].seated && m->now - m->seats[stage][user].seen < TIMEOUT_MS;
}

static int model_count(const struct model *m, int stage)
{
	int n = 0;

	for (int u = 0; u < MODEL_USERS; u++)
		n += model_live(m, stage, u);
	return n;
}

static void model_join(struct fixture *f, struct model *m, int stage, int user)
{
	char name[16];
	struct state_seat seat;
	bool was_live = model_live(m, stage, user), room = model_count(m, stage) < MODEL_CAPACITY;
	int rc;

	snprintf(name, sizeof name, "u%d", user);
	rc = join_as(f, model_arns[stage], name, m->now, &seat);
	CHECK_INT(rc, was_live || room ? 0 : -1);
	if (rc != 0) {
		CHECK_INT(take_code(f), ERR_STAGE_FULL);
		return;
	}
	CHECK_INT(seat.is_new, !was_live);
	m->opened += !was_live;
	m->seats[stage][user].seated = true;
	m->seats[stage][user].seen = m->now;
	CHECK_INT(seat.viewers, model_count(m, stage));
}

static void model_step(struct fixture *f, struct model *m)
{
	int stage = model_random(m, MODEL_STAGES), user = model_random(m, MODEL_USERS), closed;
	char name[16];

	snprintf(name, sizeof name, "u%d", user);
	m->now += model_random(m, TIMEOUT_MS / 6);
	switch (model_random(m, 6)) {
	case 0:
	case 1:
	case 2:
		model_join(f, m, stage, user);
		break;
	case 3:
		CHECK_INT(beat_as(f, model_arns[stage], name, m->now), model_live(m, stage, user));
		if (model_live(m, stage, user))
			m->seats[stage][user].seen = m->now;
		break;
	case 4:
		/* A session that timed out may have been closed by another call already. */
		if (model_live(m, stage, user))
			CHECK(leave_as(f, model_arns[stage], name, m->now));
		else
			leave_as(f, model_arns[stage], name, m->now);
		m->seats[stage][user].seated = false;
		break;
	default:
		CHECK_INT(state_sweep(f->s, at(m->now), 2, &closed, &f->e), 0);
	}
}

static void model_check_counts(struct fixture *f, const struct model *m)
{
	int sum = 0;

	for (int s = 0; s < MODEL_STAGES; s++) {
		CHECK_INT(viewers_at(f, model_arns[s], m->now), model_count(m, s));
		sum += model_count(m, s);
	}
	CHECK_INT(total_at(f, m->now), sum);
}

/* Every session opened once and closed at most once, never before it joined. */
static void model_check_records(const json_t *all, int live, int opened)
{
	json_t *open = json_object(), *closed = json_object();
	const json_t *r;
	size_t i;

	json_array_foreach(all, i, r)
	{
		const char *id = json_str(r, "id", "?");
		if (strcmp(json_str(r, "kind", ""), "sessionOpen") == 0) {
			CHECK(json_object_get(open, id) == NULL);
			json_object_set_new(open, id, json_true());
		} else {
			CHECK(json_object_get(open, id) != NULL);
			CHECK(json_object_get(closed, id) == NULL);
			CHECK(json_int(r, "leftAt", -1) >= json_int(r, "joinedAt", 0));
			json_object_set_new(closed, id, json_true());
		}
	}
	CHECK_INT(json_object_size(open), opened);
	CHECK_INT(json_object_size(open) - json_object_size(closed), live);
	json_decref(open);
	json_decref(closed);
}

TEST(a_random_history_agrees_with_a_model)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct model m = {.random = seed};
		struct fixture f;
		int closed, live = 0;
		json_t *all;

		fixture_open(&f);
		for (int s = 0; s < MODEL_STAGES; s++)
			put_stage(&f, model_arns[s], MODEL_CAPACITY, 0);
		for (int i = 0; i < MODEL_STEPS && test_failures_ == 0; i++) {
			model_step(&f, &m);
			model_check_counts(&f, &m);
			arena_reset(f.a);
		}
		do
			CHECK_INT(state_sweep(f.s, at(m.now), 50, &closed, &f.e), 0);
		while (closed == 50);
		for (int s = 0; s < MODEL_STAGES; s++)
			live += model_count(&m, s);
		all = drain(&f);
		model_check_records(all, live, m.opened);
		json_decref(all);
		fixture_close(&f);
	}
}

#define STATE_CONTRACT_MODEL T(a_random_history_agrees_with_a_model)

#endif
