/*
 * record_sqlite: each kind has one upsert that gives the same row in whatever
 * order and however often its records come.
 */
#include "store/record_sqlite.h"

#include "base/json.h"
#include "base/mem.h"
#include "store/cursor.h"
#include "store/db_sqlite.h"

#include <stdlib.h>
#include <string.h>

struct record_sqlite {
	struct record base;
	struct db db;
};

static struct db *db_of(struct record *r)
{
	return &((struct record_sqlite *)(void *)r)->db;
}

static void close_store(struct record *r)
{
	db_close(db_of(r));
	free(r);
}

static int ping(struct record *r, struct err *e)
{
	struct db *db = db_of(r);

	return db_ping(db, e);
}

static void bind_member(sqlite3_stmt *stmt, int i, const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);

	if (json_is_integer(v))
		db_int(stmt, i, json_integer_value(v));
	else
		db_text(stmt, i, json_string_value(v));
}

/* Bind members in order and run. */
static int upsert(struct db *db, const char *sql, const char *const *keys, const json_t *j, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, sql, e);

	for (int i = 0; keys[i] != NULL; i++)
		bind_member(stmt, i + 1, j, keys[i]);
	return db_run(db, stmt, e);
}

static int apply_token(struct db *db, const json_t *j, const char *text, struct err *e)
{
	static const char *const keys[] = { "id", "issuedAt", "userId", "tokenType", "stageArn", "expiresAt", "ttl",
		"requestId", "issuedBy", NULL };

	(void)text;
	return upsert(db,
	    "INSERT INTO tokens (participant_id, issued_at, user_id, token_type, stage_arn, expires_at, ttl,"
	    " request_id, issued_by) VALUES (?,?,?,?,?,?,?,?,?)"
	    " ON CONFLICT DO UPDATE SET user_id=excluded.user_id, token_type=excluded.token_type,"
	    " stage_arn=excluded.stage_arn, expires_at=excluded.expires_at, ttl=excluded.ttl,"
	    " request_id=excluded.request_id, issued_by=excluded.issued_by",
	    keys, j, e);
}

static int apply_token_void(struct db *db, const json_t *j, const char *text, struct err *e)
{
	static const char *const keys[] = { "id", "issuedAt", NULL };

	(void)text;
	return upsert(db, "INSERT INTO tokens (participant_id, issued_at, void) VALUES (?,?,1)"
			  " ON CONFLICT DO UPDATE SET void=1",
	    keys, j, e);
}

/* An open that comes after its close changes nothing. */
static int apply_session(struct db *db, const json_t *j, const char *text, struct err *e)
{
	static const char *const keys[] = { "id", "userId", "stageArn", "participantId", "joinedAt", "leftAt", "reason",
		"userAgent", "ipAddress", NULL };

	(void)text;
	return upsert(db,
	    "INSERT INTO sessions (session_id, user_id, stage_arn, participant_id, joined_at, left_at, reason,"
	    " user_agent, ip_address) VALUES (?,?,?,?,?,?,?,?,?)"
	    " ON CONFLICT DO UPDATE SET left_at=excluded.left_at, reason=excluded.reason,"
	    " participant_id=excluded.participant_id"
	    " WHERE sessions.left_at IS NULL AND excluded.left_at IS NOT NULL",
	    keys, j, e);
}

static int apply_entry(struct db *db, const json_t *j, const char *text, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "INSERT OR IGNORE INTO entries (kind, id, record) VALUES (?,?,?)", e);

	bind_member(stmt, 1, j, "kind");
	bind_member(stmt, 2, j, "id");
	db_text(stmt, 3, text);
	return db_run(db, stmt, e);
}

static const struct {
	const char *kind;
	const char *texts[4];   /* members besides id that must be strings, … */
	const char *numbers[2]; /* … and integers: what the table cannot do without */
	int (*apply)(struct db *db, const json_t *j, const char *text, struct err *e);
	const char *count;
} kinds[RECORD_KIND_COUNT] = {
	[RECORD_TOKEN] = { "token", { "userId" }, { "issuedAt" }, apply_token,
	    "SELECT count(*) FROM tokens WHERE void = 0 AND user_id IS NOT NULL" },
	[RECORD_TOKEN_VOID] = { "tokenVoid", { NULL }, { "issuedAt" }, apply_token_void,
	    "SELECT count(*) FROM tokens WHERE void = 1" },
	[RECORD_SESSION_OPEN] = { "sessionOpen", { "userId", "stageArn", "participantId" }, { "joinedAt" }, apply_session,
	    "SELECT count(*) FROM sessions" },
	[RECORD_SESSION_CLOSE] = { "sessionClose", { "userId", "stageArn", "participantId" }, { "joinedAt", "leftAt" },
	    apply_session,
	    "SELECT count(*) FROM sessions WHERE left_at IS NOT NULL" },
	[RECORD_AUDIT] = { "audit", { NULL }, { NULL }, apply_entry,
	    "SELECT count(*) FROM entries WHERE kind = 'audit'" },
	[RECORD_REVOCATION] = { "revocation", { NULL }, { NULL }, apply_entry,
	    "SELECT count(*) FROM entries WHERE kind = 'revocation'" },
};

/* A record short of a member would fail in the table, and be tried again for ever: it is refused here. */
static bool has_members(int kind, const json_t *j)
{
	if (json_str(j, "id", NULL) == NULL)
		return false;
	for (int i = 0; i < 4 && kinds[kind].texts[i] != NULL; i++) {
		if (!json_is_string(json_object_get(j, kinds[kind].texts[i])))
			return false;
	}
	for (int i = 0; i < 2 && kinds[kind].numbers[i] != NULL; i++) {
		if (!json_is_integer(json_object_get(j, kinds[kind].numbers[i])))
			return false;
	}
	return true;
}

static int kind_of(const json_t *j)
{
	const char *kind = json_str(j, "kind", "");

	for (int i = 0; i < RECORD_KIND_COUNT; i++) {
		if (strcmp(kinds[i].kind, kind) == 0)
			return has_members(i, j) ? i : -1;
	}
	return -1;
}

static int apply_one(struct db *db, const char *text, size_t index, struct err *e)
{
	json_t *j = json_parse(text, strlen(text), NULL);
	int kind = kind_of(j), rc;

	if (kind < 0) {
		err_detail_new(e, "index", json_integer((json_int_t)index));
		rc = err_set(e, ERR_VALIDATION, "record %zu is not one of ours", index);
	} else {
		rc = kinds[kind].apply(db, j, text, e);
	}
	json_decref(j);
	return rc;
}

static int apply(struct record *r, const char *const *records, size_t n, struct err *e)
{
	struct db *db = db_of(r);
	int rc = 0;

	if (db_begin(db, true, e) != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = apply_one(db, records[i], i, e);
	return db_end(db, rc, e);
}

#define SESSION_COLUMNS \
	"SELECT session_id, user_id, stage_arn, participant_id, joined_at, coalesce(left_at, -1), reason," \
	" user_agent, ip_address FROM sessions "

static void read_session(struct arena *a, sqlite3_stmt *row, struct record_session *out)
{
	out->session_id = arena_strdup(a, db_column(row, 0));
	out->user_id = arena_strdup(a, db_column(row, 1));
	out->stage_arn = arena_strdup(a, db_column(row, 2));
	out->participant_id = arena_strdup(a, db_column(row, 3));
	out->joined_at_ms = sqlite3_column_int64(row, 4);
	out->left_at_ms = sqlite3_column_int64(row, 5);
	out->reason = arena_strdup(a, db_column(row, 6));
	out->user_agent = arena_strdup(a, db_column(row, 7));
	out->ip_address = arena_strdup(a, db_column(row, 8));
}

static int count_sessions(struct db *db, const char *user_id, int64_t *n, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT count(*) FROM sessions WHERE user_id = ?", e);

	db_text(stmt, 1, user_id);
	if (db_step(db, stmt, e) != 1)
		return -1;
	*n = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}

/* One row more than the limit is asked for, to know whether there is a next page. */
static int read_page(struct db *db, struct arena *a, sqlite3_stmt *stmt, struct record_page *out, struct err *e)
{
	size_t limit = out->count;
	int rc;

	out->count = 0;
	while ((rc = db_step(db, stmt, e)) == 1) {
		if (out->count == limit) {
			const struct record_session *last = &out->items[limit - 1];
			out->next_cursor = cursor_make(a, last->joined_at_ms, last->session_id);
			rc = 0;
			break;
		}
		read_session(a, stmt, &out->items[out->count++]);
	}
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

static int history(struct record *r, struct arena *a, const struct record_history_query *q, struct record_page *out,
    struct err *e)
{
	struct db *db = db_of(r);
	int64_t before = INT64_MAX;
	const char *session = "";
	sqlite3_stmt *stmt;

	memset(out, 0, sizeof *out);
	if (q->cursor != NULL && cursor_parse(a, q->cursor, &before, &session, e) != 0)
		return -1;
	if (count_sessions(db, q->user_id, &out->total, e) != 0)
		return -1;
	out->items = arena_calloc(a, (size_t)q->limit, sizeof *out->items);
	out->count = (size_t)q->limit;
	stmt = db_prepare(db, SESSION_COLUMNS
	    "WHERE user_id = ?1 AND (joined_at < ?2 OR (joined_at = ?2 AND session_id > ?3))"
	    " ORDER BY joined_at DESC, session_id LIMIT ?4",
	    e);
	db_text(stmt, 1, q->user_id);
	db_int(stmt, 2, before);
	db_text(stmt, 3, session);
	db_int(stmt, 4, q->limit + 1);
	return read_page(db, a, stmt, out, e);
}

static int last_session(struct record *r, struct arena *a, const struct record_who *who, struct record_session *out,
    struct err *e)
{
	struct db *db = db_of(r);
	sqlite3_stmt *stmt = db_prepare(db, SESSION_COLUMNS
	    "WHERE user_id = ? AND stage_arn = ? ORDER BY joined_at DESC, session_id LIMIT 1",
	    e);
	int rc;

	db_text(stmt, 1, who->user_id);
	db_text(stmt, 2, who->stage_arn);
	rc = db_step(db, stmt, e);
	if (rc == 0)
		err_set(e, ERR_NOT_FOUND, "this user has no session on this stage");
	if (rc == 1)
		read_session(a, stmt, out);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc == 1 ? 0 : -1;
}

static int count(struct record *r, enum record_kind kind, int64_t *n, struct err *e)
{
	struct db *db = db_of(r);
	sqlite3_stmt *stmt = db_prepare(db, kinds[kind].count, e);

	if (db_step(db, stmt, e) != 1)
		return -1;
	*n = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}

struct record *record_sqlite_open(const char *path, int64_t timeout_ms, struct err *e)
{
	static const struct record_ops ops = {
		.close = close_store,
		.ping = ping,
		.apply = apply,
		.history = history,
		.last_session = last_session,
		.count = count,
	};
	struct record_sqlite *r = mem_alloc(sizeof *r);

	r->base.ops = &ops;
	if (db_open(&r->db, path, "record", timeout_ms, e) == 0)
		return &r->base;
	free(r);
	return NULL;
}
