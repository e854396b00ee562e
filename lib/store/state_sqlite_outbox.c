/*
 * state_sqlite_outbox: records on their way to the durable store. A claim is
 * a lease: what is not acknowledged in time is handed out again.
 */
#include "store/state_sqlite_impl.h"

#include <stdlib.h>
#include <string.h>

static int append(struct db *db, const char *record, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "INSERT INTO outbox (record) VALUES (?)", e);

	db_text(stmt, 1, record);
	return db_run(db, stmt, e);
}

int sqlite_outbox_take(struct db *db, char *record, struct err *e)
{
	int rc = append(db, record, e);

	free(record);
	return rc;
}

int sqlite_outbox_add(struct state *s, const char *const *records, size_t n, struct err *e)
{
	struct db *db = state_db(s);
	int rc = 0;

	if (db_begin(db, true, e) != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = append(db, records[i], e);
	return db_end(db, rc, e);
}

static int read_claimed(struct db *db, struct arena *a, sqlite3_stmt *stmt, struct state_outbox_batch *out,
    struct err *e)
{
	int rc;

	while ((rc = db_step(db, stmt, e)) == 1) {
		out->seqs[out->count] = sqlite3_column_int64(stmt, 0);
		out->records[out->count++] = arena_strdup(a, db_column(stmt, 1));
	}
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

/* Nothing waiting is the usual case, and needs no lock to see. */
static int any_waiting(struct db *db, int64_t now_ms, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT 1 FROM outbox WHERE until <= ? LIMIT 1", e);
	int rc;

	db_int(stmt, 1, now_ms);
	rc = db_step(db, stmt, e);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

int sqlite_outbox_claim(struct state *s, struct arena *a, const struct state_outbox_claim *in,
    struct state_outbox_batch *out, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt;
	int rc;

	memset(out, 0, sizeof *out);
	rc = any_waiting(db, in->now_ms, e);
	if (rc <= 0)
		return rc;
	out->records = arena_calloc(a, (size_t)in->max, sizeof *out->records);
	out->seqs = arena_calloc(a, (size_t)in->max, sizeof *out->seqs);
	if (db_begin(db, false, e) != 0)
		return -1;
	stmt = db_prepare(db,
	    "UPDATE outbox SET owner = ?1, until = ?2 WHERE seq IN"
	    " (SELECT seq FROM outbox WHERE until <= ?3 ORDER BY seq LIMIT ?4) RETURNING seq, record",
	    e);
	db_text(stmt, 1, in->owner);
	db_int(stmt, 2, in->now_ms + in->lease_ms);
	db_int(stmt, 3, in->now_ms);
	db_int(stmt, 4, in->max);
	rc = read_claimed(db, a, stmt, out, e);
	return db_end(db, rc, e);
}

int sqlite_outbox_ack(struct state *s, const int64_t *seqs, size_t n, struct err *e)
{
	struct db *db = state_db(s);
	int rc = 0;

	if (db_begin(db, false, e) != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		sqlite3_stmt *stmt = db_prepare(db, "DELETE FROM outbox WHERE seq = ?", e);
		db_int(stmt, 1, seqs[i]);
		rc = db_run(db, stmt, e);
	}
	return db_end(db, rc, e);
}

int sqlite_outbox_depth(struct state *s, int64_t *depth, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt = db_prepare(db, "SELECT count(*) FROM outbox", e);

	if (db_step(db, stmt, e) != 1)
		return -1;
	*depth = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}
