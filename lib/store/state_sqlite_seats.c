/*
 * state_sqlite_seats: signs of life, leaving, sweeping, reading.
 */
#include "store/state_sqlite_impl.h"

#include "base/mem.h"
#include "store/cursor.h"

#include <stdlib.h>
#include <string.h>

static int delete_seat(struct db *db, int64_t stage_id, const char *user_id, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "DELETE FROM seats WHERE stage_id = ? AND user_id = ?", e);

	db_int(stmt, 1, stage_id);
	db_text(stmt, 2, user_id);
	if (db_run(db, stmt, e) != 0)
		return -1;
	stmt = db_prepare(db, "UPDATE stages SET seated = seated - 1 WHERE id = ?", e);
	db_int(stmt, 1, stage_id);
	return db_run(db, stmt, e);
}

int sqlite_close_seat(struct db *db, sqlite3_stmt *row, int64_t left_at_ms, const char *reason, struct err *e)
{
	const struct record_session session = {
		.session_id = db_column(row, 4),
		.user_id = db_column(row, 2),
		.stage_arn = db_column(row, 1),
		.participant_id = db_column(row, 3),
		.joined_at_ms = sqlite3_column_int64(row, 5),
		.left_at_ms = left_at_ms,
		.reason = reason,
		.user_agent = db_column(row, 7),
		.ip_address = db_column(row, 8),
	};
	int64_t stage_id = sqlite3_column_int64(row, 0);
	char *user = mem_strdup(session.user_id), *record = record_session_json(&session);
	int rc;

	sqlite3_reset(row);
	rc = sqlite_outbox_take(db, record, e);
	if (rc == 0)
		rc = delete_seat(db, stage_id, user, e);
	free(user);
	return rc;
}

/* Close one timed-out session: 1 done, 0 none, -1 error. */
static int evict_one(struct db *db, int64_t stage_id, struct state_time t, struct err *e)
{
	sqlite3_stmt *row = stage_id == 0 ?
	    db_prepare(db, SQLITE_SEAT_COLUMNS "WHERE s.last_seen <= ?1 ORDER BY s.last_seen LIMIT 1", e) :
	    db_prepare(db, SQLITE_SEAT_COLUMNS "WHERE s.stage_id = ?2 AND s.last_seen <= ?1 ORDER BY s.last_seen LIMIT 1",
		e);
	int rc;

	db_int(row, 1, t.now_ms - t.timeout_ms);
	if (stage_id != 0)
		db_int(row, 2, stage_id);
	rc = db_step(db, row, e);
	if (rc == 1)
		return sqlite_close_seat(db, row, sqlite3_column_int64(row, 6), "timeout", e) == 0 ? 1 : -1;
	if (row != NULL)
		sqlite3_reset(row);
	return rc;
}

int sqlite_evict(struct db *db, int64_t stage_id, struct state_time t, int max, struct err *e)
{
	int rc = 1;

	for (int i = 0; rc == 1 && (max < 0 || i < max); i++)
		rc = evict_one(db, stage_id, t, e);
	return rc < 0 ? -1 : 0;
}

static int beat_one(struct db *db, const struct state_beat *beat, struct state_time t, bool *found, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db,
	    "UPDATE seats SET last_seen = max(last_seen, ?1) WHERE user_id = ?2 AND last_seen > ?3"
	    " AND stage_id = (SELECT id FROM stages WHERE arn = ?4)",
	    e);

	db_int(stmt, 1, t.now_ms);
	db_text(stmt, 2, beat->user_id);
	db_int(stmt, 3, t.now_ms - t.timeout_ms);
	db_text(stmt, 4, beat->stage_arn);
	if (db_run(db, stmt, e) != 0)
		return -1;
	*found = sqlite3_changes(db->handle) > 0;
	return 0;
}

int sqlite_beat(struct state *s, const struct state_beats *in, struct err *e)
{
	struct db *db = state_db(s);
	int rc = 0;

	if (db_begin(db, false, e) != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < in->count; i++)
		rc = beat_one(db, &in->items[i], in->time, &in->found[i], e);
	return db_end(db, rc, e);
}

/* The row of a seat, stepped to: 1, 0, -1. */
static int find_seat(struct db *db, const struct state_beat *who, sqlite3_stmt **row, struct err *e)
{
	*row = db_prepare(db, SQLITE_SEAT_COLUMNS "WHERE g.arn = ? AND s.user_id = ?", e);
	db_text(*row, 1, who->stage_arn);
	db_text(*row, 2, who->user_id);
	return db_step(db, *row, e);
}

static int leave(struct db *db, const struct state_beat *who, struct state_time t, bool *left, struct err *e)
{
	sqlite3_stmt *row;
	int rc = find_seat(db, who, &row, e);
	int64_t seen;

	*left = rc == 1;
	if (rc != 1) {
		if (row != NULL)
			sqlite3_reset(row);
		return rc;
	}
	seen = sqlite3_column_int64(row, 6);
	if (t.now_ms - seen >= t.timeout_ms)
		return sqlite_close_seat(db, row, seen, "timeout", e);
	return sqlite_close_seat(db, row, t.now_ms > seen ? t.now_ms : seen, "leave", e);
}

int sqlite_leave(struct state *s, const struct state_beat *who, struct state_time t, bool *left, struct err *e)
{
	struct db *db = state_db(s);

	if (db_begin(db, true, e) != 0)
		return -1;
	return db_end(db, leave(db, who, t, left, e), e);
}

int sqlite_sweep(struct state *s, struct state_time t, int max, int *closed, struct err *e)
{
	struct db *db = state_db(s);
	int rc = 1;

	*closed = 0;
	if (db_begin(db, true, e) != 0)
		return -1;
	while (*closed < max && (rc = evict_one(db, 0, t, e)) == 1)
		(*closed)++;
	return db_end(db, rc < 0 ? -1 : 0, e);
}

static void read_viewer(struct arena *a, sqlite3_stmt *row, struct state_viewer *out)
{
	out->user_id = arena_strdup(a, db_column(row, 2));
	out->participant_id = arena_strdup(a, db_column(row, 3));
	out->session_id = arena_strdup(a, db_column(row, 4));
	out->joined_at_ms = sqlite3_column_int64(row, 5);
	out->last_seen_ms = sqlite3_column_int64(row, 6);
}

int sqlite_viewer_get(struct state *s, struct arena *a, const struct state_beat *who, struct state_viewer *out,
    struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *row;
	int rc = find_seat(db, who, &row, e);

	if (rc == 0)
		err_set(e, ERR_NOT_FOUND, "this viewer has no session on this stage");
	if (rc == 1)
		read_viewer(a, row, out);
	if (row != NULL)
		sqlite3_reset(row);
	return rc == 1 ? 0 : -1;
}

static int read_viewers(struct db *db, struct arena *a, sqlite3_stmt *stmt, struct state_viewer_page *out,
    struct err *e)
{
	size_t limit = out->count;
	int rc;

	out->count = 0;
	while ((rc = db_step(db, stmt, e)) == 1) {
		if (out->count == limit) {
			const struct state_viewer *last = &out->items[limit - 1];
			out->next_cursor = cursor_make(a, last->joined_at_ms, last->user_id);
			rc = 0;
			break;
		}
		read_viewer(a, stmt, &out->items[out->count++]);
	}
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

int sqlite_viewer_list(struct state *s, struct arena *a, const struct state_query *q, struct state_viewer_page *out,
    struct err *e)
{
	struct db *db = state_db(s);
	int64_t after = INT64_MIN;
	const char *user = "";
	struct state_stage stage;
	sqlite3_stmt *stmt;

	memset(out, 0, sizeof *out);
	if ((q->cursor != NULL && cursor_parse(a, q->cursor, &after, &user, e) != 0) ||
	    sqlite_stage_get(s, a, q, &stage, e) != 0)
		return -1;
	out->total = stage.viewers;
	out->count = (size_t)q->limit;
	out->items = arena_calloc(a, out->count, sizeof *out->items);
	stmt = db_prepare(db, SQLITE_SEAT_COLUMNS
	    "WHERE s.stage_id = (SELECT id FROM stages WHERE arn = ?1) AND s.last_seen > ?2"
	    " AND (s.joined_at > ?3 OR (s.joined_at = ?3 AND s.user_id > ?4))"
	    " ORDER BY s.joined_at, s.user_id LIMIT ?5",
	    e);
	db_text(stmt, 1, q->stage_arn);
	db_int(stmt, 2, q->time.now_ms - q->time.timeout_ms);
	db_int(stmt, 3, after);
	db_text(stmt, 4, user);
	db_int(stmt, 5, q->limit + 1);
	return read_viewers(db, a, stmt, out, e);
}

int sqlite_total(struct state *s, struct state_time t, int64_t *viewers, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt = db_prepare(db,
	    "SELECT coalesce(sum(seated), 0) - (SELECT count(*) FROM seats WHERE last_seen <= ?) FROM stages", e);

	db_int(stmt, 1, t.now_ms - t.timeout_ms);
	if (db_step(db, stmt, e) != 1)
		return -1;
	*viewers = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}
