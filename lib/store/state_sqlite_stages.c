/*
 * state_sqlite_stages: the stage registry, publishers, and tokens that take
 * no seat.
 */
#include "store/state_sqlite_impl.h"

#include "store/cursor.h"

#include <stdio.h>
#include <string.h>

static int not_registered(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "this stage is not registered here");
}

int sqlite_stage_put(struct state *s, const struct state_stage *in, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt;

	if (db_begin(db, true, e) != 0)
		return -1;
	stmt = db_prepare(db,
	    "INSERT INTO stages (arn, name, whip_url, events_url, capacity, auto_scaled, created_at, live_until)"
	    " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (arn) DO UPDATE SET name=excluded.name,"
	    " whip_url=excluded.whip_url, events_url=excluded.events_url, capacity=excluded.capacity,"
	    " auto_scaled=excluded.auto_scaled",
	    e);
	db_text(stmt, 1, in->arn);
	db_text(stmt, 2, in->name);
	db_text(stmt, 3, in->whip_url);
	db_text(stmt, 4, in->events_url);
	db_int(stmt, 5, in->capacity);
	db_int(stmt, 6, in->auto_scaled);
	db_int(stmt, 7, in->created_at_ms);
	db_int(stmt, 8, in->live_until_ms);
	return db_end(db, db_run(db, stmt, e), e);
}

/* Viewers are the rows less those that timed out, so that a large stage costs no more than a small one. */
#define STAGE_COLUMNS \
	"SELECT arn, name, whip_url, events_url, capacity, auto_scaled, created_at, live_until," \
	" seated - (SELECT count(*) FROM seats WHERE stage_id = stages.id AND last_seen <= ?1) FROM stages "

static void read_stage(struct arena *a, sqlite3_stmt *row, struct state_stage *out)
{
	out->arn = arena_strdup(a, db_column(row, 0));
	out->name = arena_strdup(a, db_column(row, 1));
	out->whip_url = arena_strdup(a, db_column(row, 2));
	out->events_url = arena_strdup(a, db_column(row, 3));
	out->capacity = sqlite3_column_int64(row, 4);
	out->auto_scaled = sqlite3_column_int(row, 5) != 0;
	out->created_at_ms = sqlite3_column_int64(row, 6);
	out->live_until_ms = sqlite3_column_int64(row, 7);
	out->viewers = sqlite3_column_int64(row, 8);
}

int sqlite_stage_get(struct state *s, struct arena *a, const struct state_query *q, struct state_stage *out,
    struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt = db_prepare(db, STAGE_COLUMNS "WHERE arn = ?2", e);
	int rc;

	db_int(stmt, 1, q->time.now_ms - q->time.timeout_ms);
	db_text(stmt, 2, q->stage_arn);
	rc = db_step(db, stmt, e);
	if (rc == 0)
		not_registered(e);
	if (rc == 1)
		read_stage(a, stmt, out);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc == 1 ? 0 : -1;
}

static int one_int(struct db *db, sqlite3_stmt *stmt, int64_t *out, struct err *e)
{
	int rc = db_step(db, stmt, e);

	if (rc == 1)
		*out = sqlite3_column_int64(stmt, 0);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

static int delete_stage(struct db *db, const char *arn, struct state_time t, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT id FROM stages WHERE arn = ?", e);
	int64_t id = 0, viewers = 0;
	int rc;

	db_text(stmt, 1, arn);
	rc = one_int(db, stmt, &id, e);
	if (rc <= 0)
		return rc == 0 ? not_registered(e) : -1;
	if (sqlite_evict(db, id, t, -1, e) != 0)
		return -1;
	stmt = db_prepare(db, "SELECT count(*) FROM seats WHERE stage_id = ?", e);
	db_int(stmt, 1, id);
	if (one_int(db, stmt, &viewers, e) != 1)
		return -1;
	if (viewers > 0) {
		err_detail_new(e, "viewerCount", json_integer(viewers));
		return err_set(e, ERR_CONFLICT, "the stage has viewers");
	}
	stmt = db_prepare(db, "DELETE FROM stages WHERE id = ?", e);
	db_int(stmt, 1, id);
	return db_run(db, stmt, e);
}

int sqlite_stage_del(struct state *s, const char *arn, struct state_time t, struct err *e)
{
	struct db *db = state_db(s);

	if (db_begin(db, true, e) != 0)
		return -1;
	return db_end(db, delete_stage(db, arn, t, e), e);
}

static int read_stages(struct db *db, struct arena *a, sqlite3_stmt *stmt, struct state_stage_page *out, size_t limit,
    struct err *e)
{
	int rc;

	out->items = arena_calloc(a, limit, sizeof *out->items);
	while ((rc = db_step(db, stmt, e)) == 1) {
		if (out->count == limit) {
			out->next_cursor = cursor_make(a, 0, out->items[limit - 1].arn);
			rc = 0;
			break;
		}
		read_stage(a, stmt, &out->items[out->count++]);
	}
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

int sqlite_stage_list(struct state *s, struct arena *a, const struct state_query *q, struct state_stage_page *out,
    struct err *e)
{
	struct db *db = state_db(s);
	const char *after = "";
	int64_t ignored;
	sqlite3_stmt *stmt;

	memset(out, 0, sizeof *out);
	if (q->cursor != NULL && cursor_parse(a, q->cursor, &ignored, &after, e) != 0)
		return -1;
	if (one_int(db, db_prepare(db, "SELECT count(*) FROM stages", e), &out->total, e) != 1)
		return -1;
	stmt = db_prepare(db, STAGE_COLUMNS "WHERE arn > ?2 ORDER BY arn LIMIT ?3", e);
	db_int(stmt, 1, q->time.now_ms - q->time.timeout_ms);
	db_text(stmt, 2, after);
	db_int(stmt, 3, q->limit + 1);
	return read_stages(db, a, stmt, out, (size_t)q->limit, e);
}

int sqlite_stage_live(struct state *s, const char *arn, int64_t live_until_ms, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt;
	int rc;

	if (db_begin(db, true, e) != 0)
		return -1;
	stmt = db_prepare(db, "UPDATE stages SET live_until = ? WHERE arn = ?", e);
	db_int(stmt, 1, live_until_ms);
	db_text(stmt, 2, arn);
	rc = db_run(db, stmt, e);
	if (rc == 0 && sqlite3_changes(db->handle) == 0)
		rc = not_registered(e);
	return db_end(db, rc, e);
}

int sqlite_publisher_live(struct state *s, int64_t now_ms, bool *live, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt = db_prepare(db,
	    "SELECT EXISTS (SELECT 1 FROM stages WHERE live_until > 0 AND live_until > ?)", e);
	int64_t found = 0;

	db_int(stmt, 1, now_ms);
	if (one_int(db, stmt, &found, e) != 1)
		return -1;
	*live = found != 0;
	return 0;
}

/* Record and mark live; out was filled from the row. */
static int issue_on(struct db *db, const struct state_issue *in, struct err *e)
{
	struct record_token token = *in->token;
	sqlite3_stmt *stmt;

	token.stage_arn = in->stage_arn;
	if (sqlite_outbox_take(db, record_token_json(&token), e) != 0)
		return -1;
	if (in->live_until_ms <= 0)
		return 0;
	stmt = db_prepare(db, "UPDATE stages SET live_until = max(live_until, ?) WHERE arn = ?", e);
	db_int(stmt, 1, in->live_until_ms);
	db_text(stmt, 2, in->stage_arn);
	return db_run(db, stmt, e);
}

static int find_endpoints(struct db *db, const char *arn, struct state_seat *out, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT arn, whip_url, events_url FROM stages WHERE arn = ?", e);
	int rc;

	memset(out, 0, sizeof *out);
	db_text(stmt, 1, arn);
	rc = db_step(db, stmt, e);
	if (rc == 0)
		not_registered(e);
	if (rc == 1) {
		snprintf(out->stage_arn, sizeof out->stage_arn, "%s", db_column(stmt, 0));
		snprintf(out->whip_url, sizeof out->whip_url, "%s", db_column(stmt, 1));
		snprintf(out->events_url, sizeof out->events_url, "%s", db_column(stmt, 2));
	}
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc == 1 ? 0 : -1;
}

int sqlite_issue(struct state *s, const struct state_issue *in, struct state_seat *out, struct err *e)
{
	struct db *db = state_db(s);
	int rc;

	if (db_begin(db, true, e) != 0)
		return -1;
	rc = find_endpoints(db, in->stage_arn, out, e);
	if (rc == 0)
		rc = issue_on(db, in, e);
	return db_end(db, rc, e);
}
