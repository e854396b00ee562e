/*
 * state_sqlite_join: admission. One write transaction finds the stage, closes
 * what timed out, takes or refreshes the seat, and appends the records.
 *
 * stages.seated counts rows, timed out or not: an upper bound of the live
 * count. It orders the stages that could be chosen without counting any of
 * them; what has timed out is closed before a stage is called full.
 */
#include "store/state_sqlite_impl.h"

#include <stdio.h>
#include <string.h>

enum { EVICT_SOME = 64 };

/* A stage under consideration. */
struct candidate {
	int64_t id;
	int64_t seated;
	int64_t capacity;
};

#define CANDIDATE_COLUMNS \
	"SELECT id, arn, whip_url, events_url, seated, CASE capacity WHEN 0 THEN ?1 ELSE capacity END FROM stages "

/* Step to a stage: 1 found, 0 none, -1 error. Resets the statement. */
static int read_candidate(struct db *db, sqlite3_stmt *stmt, struct candidate *c, struct state_seat *out,
    struct err *e)
{
	int rc = db_step(db, stmt, e);

	if (rc == 1) {
		c->id = sqlite3_column_int64(stmt, 0);
		snprintf(out->stage_arn, sizeof out->stage_arn, "%s", db_column(stmt, 1));
		snprintf(out->whip_url, sizeof out->whip_url, "%s", db_column(stmt, 2));
		snprintf(out->events_url, sizeof out->events_url, "%s", db_column(stmt, 3));
		c->seated = sqlite3_column_int64(stmt, 4);
		c->capacity = sqlite3_column_int64(stmt, 5);
		out->capacity = c->capacity;
	}
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

static int find_named(struct db *db, const struct state_join *in, struct candidate *c, struct state_seat *out,
    struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, CANDIDATE_COLUMNS "WHERE arn = ?2", e);
	int rc;

	db_int(stmt, 1, in->default_capacity);
	db_text(stmt, 2, in->stage_arn);
	rc = read_candidate(db, stmt, c, out, e);
	return rc == 0 ? err_set(e, ERR_NOT_FOUND, "this stage is not registered here") : rc < 0 ? -1 : 0;
}

/* The live stage on which the user sits already. */
static int find_own(struct db *db, const struct state_join *in, struct candidate *c, struct state_seat *out,
    struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, CANDIDATE_COLUMNS
	    "WHERE live_until > ?2 AND id IN (SELECT stage_id FROM seats WHERE user_id = ?3 AND last_seen > ?4)"
	    " LIMIT 1",
	    e);

	db_int(stmt, 1, in->default_capacity);
	db_int(stmt, 2, in->time.now_ms);
	db_text(stmt, 3, in->user_id);
	db_int(stmt, 4, in->time.now_ms - in->time.timeout_ms);
	return read_candidate(db, stmt, c, out, e);
}

static int find_least(struct db *db, const struct state_join *in, struct candidate *c, struct state_seat *out,
    struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, CANDIDATE_COLUMNS
	    "WHERE live_until > 0 AND live_until > ?2 AND seated < CASE capacity WHEN 0 THEN ?1 ELSE capacity END"
	    " ORDER BY seated LIMIT 1",
	    e);

	db_int(stmt, 1, in->default_capacity);
	db_int(stmt, 2, in->time.now_ms);
	return read_candidate(db, stmt, c, out, e);
}

static int none_free(struct db *db, const struct state_join *in, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT 1 FROM stages WHERE live_until > 0 AND live_until > ? LIMIT 1", e);
	int rc;

	db_int(stmt, 1, in->time.now_ms);
	rc = db_step(db, stmt, e);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	if (rc == 1)
		return err_set(e, ERR_STAGE_FULL, "every stage of the broadcast is full");
	return rc < 0 ? -1 : err_set(e, ERR_NOT_FOUND, "no publisher is live");
}

/*
 * Own seat first, then the least loaded. A few timed-out sessions are closed
 * before, and more while nothing seems free: a join never pays for all that
 * a sweep has left.
 */
static int choose(struct db *db, const struct state_join *in, struct candidate *c, struct state_seat *out,
    struct err *e)
{
	int rc = find_own(db, in, c, out, e);
	int64_t before;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	do {
		before = sqlite3_total_changes64(db->handle);
		if (sqlite_evict(db, 0, in->time, EVICT_SOME, e) != 0)
			return -1;
		rc = find_least(db, in, c, out, e);
	} while (rc == 0 && sqlite3_total_changes64(db->handle) != before);
	if (rc == 0)
		return none_free(db, in, e);
	return rc < 0 ? -1 : 0;
}

/* The user's seat there: closed when it timed out, read into out when live (1), 0 none. */
static int own_seat(struct db *db, const struct state_join *in, int64_t stage_id, struct state_seat *out, struct err *e)
{
	sqlite3_stmt *row = db_prepare(db, SQLITE_SEAT_COLUMNS "WHERE s.stage_id = ? AND s.user_id = ?", e);
	int rc;

	db_int(row, 1, stage_id);
	db_text(row, 2, in->user_id);
	rc = db_step(db, row, e);
	if (rc == 1 && in->time.now_ms - sqlite3_column_int64(row, 6) >= in->time.timeout_ms)
		return sqlite_close_seat(db, row, sqlite3_column_int64(row, 6), "timeout", e);
	if (rc == 1) {
		snprintf(out->previous_participant_id, sizeof out->previous_participant_id, "%s", db_column(row, 3));
		snprintf(out->session_id, sizeof out->session_id, "%s", db_column(row, 4));
		out->joined_at_ms = sqlite3_column_int64(row, 5);
	}
	if (row != NULL)
		sqlite3_reset(row);
	return rc;
}

static int refresh_seat(struct db *db, const struct state_join *in, int64_t stage_id, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db,
	    "UPDATE seats SET participant_id = ?, last_seen = max(last_seen, ?) WHERE stage_id = ? AND user_id = ?", e);

	db_text(stmt, 1, in->participant_id);
	db_int(stmt, 2, in->time.now_ms);
	db_int(stmt, 3, stage_id);
	db_text(stmt, 4, in->user_id);
	return db_run(db, stmt, e);
}

static int seated_now(struct db *db, struct candidate *c, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT seated FROM stages WHERE id = ?", e);

	db_int(stmt, 1, c->id);
	if (db_step(db, stmt, e) != 1)
		return -1;
	c->seated = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}

static int check_room(struct db *db, const struct state_join *in, struct candidate *c, const struct state_seat *out,
    struct err *e)
{
	if (seated_now(db, c, e) != 0)
		return -1;
	if (c->seated >= c->capacity &&
	    (sqlite_evict(db, c->id, in->time, EVICT_SOME, e) != 0 || seated_now(db, c, e) != 0))
		return -1;
	if (c->seated < c->capacity)
		return 0;
	err_set(e, ERR_STAGE_FULL, "the stage is full: all %lld seats are taken", (long long)c->capacity);
	err_detail_new(e, "stageArn", json_string(out->stage_arn));
	err_detail_new(e, "capacity", json_integer(c->capacity));
	return -1;
}

static int insert_seat(struct db *db, const struct state_join *in, int64_t stage_id, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "INSERT INTO seats VALUES (?,?,?,?,?,?,?,?)", e);

	db_int(stmt, 1, stage_id);
	db_text(stmt, 2, in->user_id);
	db_text(stmt, 3, in->participant_id);
	db_text(stmt, 4, in->session_id);
	db_int(stmt, 5, in->time.now_ms);
	db_int(stmt, 6, in->time.now_ms);
	db_text(stmt, 7, in->user_agent);
	db_text(stmt, 8, in->ip_address);
	if (db_run(db, stmt, e) != 0)
		return -1;
	stmt = db_prepare(db, "UPDATE stages SET seated = seated + 1 WHERE id = ?", e);
	db_int(stmt, 1, stage_id);
	return db_run(db, stmt, e);
}

static int open_session(struct db *db, const struct state_join *in, int64_t stage_id, struct state_seat *out,
    struct err *e)
{
	const struct record_session session = {
		.session_id = in->session_id,
		.user_id = in->user_id,
		.stage_arn = out->stage_arn,
		.participant_id = in->participant_id,
		.joined_at_ms = in->time.now_ms,
		.left_at_ms = -1,
		.user_agent = in->user_agent,
		.ip_address = in->ip_address,
	};

	snprintf(out->session_id, sizeof out->session_id, "%s", in->session_id);
	out->joined_at_ms = in->time.now_ms;
	out->is_new = true;
	if (insert_seat(db, in, stage_id, e) != 0)
		return -1;
	return sqlite_outbox_take(db, record_session_json(&session), e);
}

/* Rows less those that timed out: costs what nobody has swept yet, not what the stage holds. */
static int count_live(struct db *db, int64_t stage_id, struct state_time t, int64_t *out, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db,
	    "SELECT seated - (SELECT count(*) FROM seats WHERE stage_id = ?1 AND last_seen <= ?2)"
	    " FROM stages WHERE id = ?1",
	    e);

	db_int(stmt, 1, stage_id);
	db_int(stmt, 2, t.now_ms - t.timeout_ms);
	if (db_step(db, stmt, e) != 1)
		return -1;
	*out = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}

static int record_token(struct db *db, const struct state_join *in, const struct state_seat *seat, struct err *e)
{
	struct record_token token;

	if (in->token == NULL)
		return 0;
	token = *in->token;
	token.stage_arn = seat->stage_arn;
	return sqlite_outbox_take(db, record_token_json(&token), e);
}

static int join(struct db *db, const struct state_join *in, struct state_seat *out, struct err *e)
{
	struct candidate c;
	int rc = in->stage_arn != NULL ? find_named(db, in, &c, out, e) : choose(db, in, &c, out, e);

	if (rc != 0)
		return -1;
	rc = own_seat(db, in, c.id, out, e);
	if (rc < 0)
		return -1;
	if (rc == 1)
		rc = refresh_seat(db, in, c.id, e);
	else if (check_room(db, in, &c, out, e) != 0 || open_session(db, in, c.id, out, e) != 0)
		rc = -1;
	if (rc != 0 || record_token(db, in, out, e) != 0)
		return -1;
	return count_live(db, c.id, in->time, &out->viewers, e);
}

int sqlite_join(struct state *s, const struct state_join *in, struct state_seat *out, struct err *e)
{
	struct db *db = state_db(s);

	memset(out, 0, sizeof *out);
	if (db_begin(db, true, e) != 0)
		return -1;
	return db_end(db, join(db, in, out, e), e);
}

/* The session that the join opened, if it is still that one. */
static int undo_new(struct db *db, const struct state_join *in, const struct state_seat *seat, struct err *e)
{
	sqlite3_stmt *row = db_prepare(db, SQLITE_SEAT_COLUMNS
	    "WHERE g.arn = ? AND s.user_id = ? AND s.session_id = ? AND s.participant_id = ?", e);
	int rc;

	db_text(row, 1, seat->stage_arn);
	db_text(row, 2, in->user_id);
	db_text(row, 3, seat->session_id);
	db_text(row, 4, in->participant_id);
	rc = db_step(db, row, e);
	if (rc == 1)
		return sqlite_close_seat(db, row, seat->joined_at_ms, "undone", e);
	if (row != NULL)
		sqlite3_reset(row);
	return rc;
}

static int undo_refresh(struct db *db, const struct state_join *in, const struct state_seat *seat, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db,
	    "UPDATE seats SET participant_id = ? WHERE session_id = ? AND user_id = ? AND participant_id = ?", e);

	db_text(stmt, 1, seat->previous_participant_id);
	db_text(stmt, 2, seat->session_id);
	db_text(stmt, 3, in->user_id);
	db_text(stmt, 4, in->participant_id);
	return db_run(db, stmt, e);
}

int sqlite_undo(struct state *s, const struct state_join *in, const struct state_seat *seat, struct err *e)
{
	struct db *db = state_db(s);
	int rc;

	if (db_begin(db, true, e) != 0)
		return -1;
	rc = seat->is_new ? undo_new(db, in, seat, e) : undo_refresh(db, in, seat, e);
	if (rc == 0 && in->token != NULL)
		rc = sqlite_outbox_take(db,
		    record_token_void_json(in->token->participant_id, in->token->issued_at_ms), e);
	return db_end(db, rc, e);
}
