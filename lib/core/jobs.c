/* jobs: bounded steps of background work, each under its lease. */
#include "core/jobs.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEP_MAX = 500, DRAIN_MAX = 200, PURGE_MAX = 500, LEASE_MS = 10000, DRAIN_EVERY_MS = 200, PURGE_EVERY_MS = 30000 };

#define SEEN "worker.seen"

static int64_t sweep_interval(const struct conf *c)
{
	return c->sweep_interval_ms;
}

static int64_t drain_interval(const struct conf *c)
{
	(void)c;
	return DRAIN_EVERY_MS;
}

static int64_t purge_interval(const struct conf *c)
{
	(void)c;
	return PURGE_EVERY_MS;
}

/* *held: nobody else does this work for the next seconds. */
static int take_lease(const struct service *s, const char *name, const char *owner, bool *held, struct err *e)
{
	struct state_lease in = { .name = name, .owner = owner, .ttl_ms = LEASE_MS, .now_ms = clock_now_ms() };

	return state_take_lease(s->state, &in, held, e);
}

static int sweep(const struct service *s, const char *owner, int *done, bool *more, struct err *e)
{
	bool held;

	if (take_lease(s, "sweep", owner, &held, e) != 0)
		return -1;
	if (!held)
		return 0;
	if (state_sweep(s->state, service_time(s, clock_now_ms()), SWEEP_MAX, done, e) != 0)
		return -1;
	*more = *done == SWEEP_MAX;
	return 0;
}

/* A record that the store refuses must not hold up the others, nor be lost: its text is kept as an audit entry. */
static int keep_refused(const struct service *s, const char *text, struct err *e)
{
	char id[CRYPTO_SHA256_HEX_SIZE];
	json_t *j = json_pack("{s:s, s:s, s:s, s:o}", "kind", "audit", "id", crypto_sha256_hex(text, strlen(text), id),
	    "action", "refusedRecord", "record", json_text(text));
	char *json = json_print(j);
	int rc = record_apply(s->record, (const char *const[]){ json }, 1, e);

	log_write(LOG_ERROR, "a record was refused and kept as audit entry %s", id);
	free(json);
	json_decref(j);
	return rc;
}

static int apply_singly(const struct service *s, const struct state_outbox_batch *b, struct err *e)
{
	for (size_t i = 0; i < b->count; i++) {
		struct err one;
		int rc;
		err_init(&one);
		rc = record_apply(s->record, &b->records[i], 1, &one);
		if (rc != 0 && one.code == ERR_VALIDATION)
			rc = keep_refused(s, b->records[i], e);
		else
			err_move(e, &one);
		err_clear(&one);
		if (rc != 0)
			return -1;
	}
	return 0;
}

static int store(const struct service *s, const struct state_outbox_batch *b, struct err *e)
{
	struct err all;
	int rc;

	err_init(&all);
	rc = record_apply(s->record, (const char *const *)b->records, b->count, &all);
	if (rc != 0 && all.code == ERR_VALIDATION)
		rc = apply_singly(s, b, e);
	else
		err_move(e, &all);
	err_clear(&all);
	return rc;
}

/* Claims are leases of their own: several may drain at the same time. */
static int drain(const struct service *s, const char *owner, int *done, bool *more, struct err *e)
{
	struct state_outbox_claim in = {
		.owner = owner, .max = DRAIN_MAX, .lease_ms = LEASE_MS, .now_ms = clock_now_ms() };
	struct state_outbox_batch batch;
	struct arena *a = arena_new(8 << 20);
	int rc = state_outbox_claim(s->state, a, &in, &batch, e);

	if (rc == 0 && batch.count > 0)
		rc = store(s, &batch, e);
	if (rc == 0 && batch.count > 0)
		rc = state_outbox_ack(s->state, batch.seqs, batch.count, e);
	if (rc == 0) {
		*done = (int)batch.count;
		*more = batch.count == DRAIN_MAX;
	}
	arena_free(a);
	return rc;
}

static int purge(const struct service *s, const char *owner, int *done, bool *more, struct err *e)
{
	bool held;

	if (take_lease(s, "purge", owner, &held, e) != 0)
		return -1;
	if (held && state_purge(s->state, clock_now_ms(), PURGE_MAX, done, e) != 0)
		return -1;
	*more = *done >= PURGE_MAX;
	return 0;
}

const struct job jobs[] = {
	{ "sweep", "close sessions that timed out", sweep_interval, sweep },
	{ "drain", "move the outbox into the durable records", drain_interval, drain },
	{ "purge", "drop expired limits, revocations, replay keys and leases", purge_interval, purge },
	{ NULL, NULL, NULL, NULL },
};

const struct job *job_find(const char *name)
{
	for (const struct job *j = jobs; j->name != NULL; j++) {
		if (strcmp(j->name, name) == 0)
			return j;
	}
	return NULL;
}

int job_run(const struct job *j, const struct service *s, const char *owner, int64_t deadline_ms, int *done,
    struct err *e)
{
	bool more = true;

	*done = 0;
	while (more && clock_mono_ms() < deadline_ms) {
		int step = 0;
		more = false;
		if (j->run(s, owner, &step, &more, e) != 0)
			return -1;
		*done += step;
	}
	return 0;
}

int job_worker_seen_set(const struct service *s, int64_t now_ms, struct err *e)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)now_ms);
	return state_setting_set(s->state, SEEN, text, e);
}

int job_worker_seen_get(const struct service *s, struct arena *a, int64_t *at_ms, struct err *e)
{
	const char *text;

	if (state_setting_get(s->state, a, SEEN, &text, e) != 0)
		return -1;
	*at_ms = text != NULL ? strtoll(text, NULL, 10) : 0;
	return 0;
}
