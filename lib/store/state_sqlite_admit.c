/*
 * state_sqlite_admit: revocation and limits, replay memory, leases, settings.
 */
#include "store/state_sqlite_impl.h"

#include "base/id.h"
#include "base/json.h"
#include "store/gcra.h"

#include <stdio.h>
#include <string.h>

/* Is "KIND:VALUE" revoked for something issued then? *revoked stays when not. */
static int look_revoked(struct db *db, const char *kind, const char *value, const struct state_admit *in, bool *revoked,
    struct err *e)
{
	char key[512];
	sqlite3_stmt *stmt;
	int rc;

	if (value == NULL)
		return 0;
	snprintf(key, sizeof key, "%s:%s", kind, value);
	stmt = db_prepare(db, "SELECT 1 FROM revoked WHERE key = ? AND until > ? AND before >= ?", e);
	db_text(stmt, 1, key);
	db_int(stmt, 2, in->now_ms);
	db_int(stmt, 3, in->issued_at_ms);
	rc = db_step(db, stmt, e);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	*revoked = *revoked || rc == 1;
	return rc < 0 ? -1 : 0;
}

static int read_tat(struct db *db, const char *key, int64_t *tat, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT tat_us FROM limits WHERE key = ?", e);
	int rc;

	db_text(stmt, 1, key);
	rc = db_step(db, stmt, e);
	*tat = rc == 1 ? sqlite3_column_int64(stmt, 0) : 0;
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc < 0 ? -1 : 0;
}

static int write_tat(struct db *db, const char *key, int64_t tat, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "INSERT OR REPLACE INTO limits VALUES (?, ?)", e);

	db_text(stmt, 1, key);
	db_int(stmt, 2, tat);
	return db_run(db, stmt, e);
}

/*
 * Look at one limit; write it when take says so and it allows. A refused one
 * that was further off than its window (the clock jumped back) is brought
 * back to one window, or its caller would stay locked out.
 */
static int limit_one(struct db *db, const struct state_limit *l, int64_t now_us, bool take,
    struct state_limit_result *out, struct err *e)
{
	int64_t stored, tat;

	if (read_tat(db, l->key, &stored, e) != 0)
		return -1;
	tat = gcra_look(l, stored, now_us, out);
	if (out->allowed ? take : tat < stored)
		return write_tat(db, l->key, tat, e);
	return 0;
}

static int take_limits(struct db *db, const struct state_admit *in, struct state_admitted *out, struct err *e)
{
	bool all = true;

	for (size_t i = 0; i < in->nlimits; i++) {
		if (limit_one(db, &in->limits[i], in->now_ms * 1000, in->each, &out->results[i], e) != 0)
			return -1;
		all = all && out->results[i].allowed;
	}
	for (size_t i = 0; !in->each && all && i < in->nlimits; i++) {
		if (limit_one(db, &in->limits[i], in->now_ms * 1000, true, &out->results[i], e) != 0)
			return -1;
	}
	return 0;
}

int sqlite_admit(struct state *s, const struct state_admit *in, struct state_admitted *out, struct err *e)
{
	struct db *db = state_db(s);
	int rc;

	out->revoked = false;
	if (look_revoked(db, "jti", in->jti, in, &out->revoked, e) != 0 ||
	    look_revoked(db, "sub", in->sub, in, &out->revoked, e) != 0)
		return -1;
	if (out->revoked || in->nlimits == 0)
		return 0;
	if (db_begin(db, false, e) != 0)
		return -1;
	rc = take_limits(db, in, out, e);
	return db_end(db, rc, e);
}

static char *revocation_json(const struct state_revocation *in)
{
	char id[ID_SESSION_SIZE];
	json_t *j = json_pack("{s:s, s:s, s:s?, s:s?, s:I, s:I, s:s?}", "kind", "revocation", "id",
	    id_make(id, sizeof id), "jti", in->jti, "sub", in->sub, "at", (json_int_t)in->now_ms, "until",
	    (json_int_t)in->until_ms, "by", in->by);
	char *text = json_print(j);

	json_decref(j);
	return text;
}

int sqlite_revoke(struct state *s, const struct state_revocation *in, struct err *e)
{
	struct db *db = state_db(s);
	char key[512];
	sqlite3_stmt *stmt;
	int rc;

	snprintf(key, sizeof key, "%s:%s", in->jti != NULL ? "jti" : "sub", in->jti != NULL ? in->jti : in->sub);
	if (db_begin(db, true, e) != 0)
		return -1;
	stmt = db_prepare(db,
	    "INSERT INTO revoked VALUES (?,?,?) ON CONFLICT DO UPDATE SET before = max(before, excluded.before),"
	    " until = max(until, excluded.until)",
	    e);
	db_text(stmt, 1, key);
	db_int(stmt, 2, in->jti != NULL ? INT64_MAX : in->now_ms);
	db_int(stmt, 3, in->until_ms);
	rc = db_run(db, stmt, e);
	if (rc == 0)
		rc = sqlite_outbox_take(db, revocation_json(in), e);
	return db_end(db, rc, e);
}

int sqlite_remember(struct state *s, const struct state_memory *in, bool *seen, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt;
	int rc;

	if (db_begin(db, true, e) != 0)
		return -1;
	stmt = db_prepare(db,
	    "INSERT INTO memory VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = ?2 WHERE until <= ?3", e);
	db_text(stmt, 1, in->key);
	db_int(stmt, 2, in->until_ms);
	db_int(stmt, 3, in->now_ms);
	rc = db_run(db, stmt, e);
	*seen = sqlite3_changes(db->handle) == 0;
	return db_end(db, rc, e);
}

int sqlite_lease(struct state *s, const struct state_lease *in, bool *held, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt;
	int rc;

	if (db_begin(db, false, e) != 0)
		return -1;
	stmt = db_prepare(db,
	    "INSERT INTO leases VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET owner = ?2, until = ?3"
	    " WHERE owner = ?2 OR until <= ?4",
	    e);
	db_text(stmt, 1, in->name);
	db_text(stmt, 2, in->owner);
	db_int(stmt, 3, in->now_ms + in->ttl_ms);
	db_int(stmt, 4, in->now_ms);
	rc = db_run(db, stmt, e);
	*held = sqlite3_changes(db->handle) > 0 && in->ttl_ms > 0;
	return db_end(db, rc, e);
}

int sqlite_setting_set(struct state *s, const char *name, const char *value, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt;

	if (db_begin(db, false, e) != 0)
		return -1;
	stmt = value != NULL ? db_prepare(db, "INSERT OR REPLACE INTO settings VALUES (?, ?)", e) :
			       db_prepare(db, "DELETE FROM settings WHERE name = ?", e);
	db_text(stmt, 1, name);
	if (value != NULL)
		db_text(stmt, 2, value);
	return db_end(db, db_run(db, stmt, e), e);
}

int sqlite_setting_get(struct state *s, struct arena *a, const char *name, const char **value, struct err *e)
{
	struct db *db = state_db(s);
	sqlite3_stmt *stmt = db_prepare(db, "SELECT value FROM settings WHERE name = ?", e);
	int rc;

	db_text(stmt, 1, name);
	rc = db_step(db, stmt, e);
	*value = rc == 1 ? arena_strdup(a, db_column(stmt, 0)) : NULL;
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc < 0 ? -1 : 0;
}

/* Stages whose publisher's time is over leave the index of live stages here. */
int sqlite_purge(struct state *s, int64_t now_ms, int max, int *removed, struct err *e)
{
	static const struct {
		const char *sql;
		int64_t scale;
	} steps[] = {
		{ "DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE tat_us <= ? LIMIT ?)", 1000 },
		{ "DELETE FROM revoked WHERE key IN (SELECT key FROM revoked WHERE until <= ? LIMIT ?)", 1 },
		{ "DELETE FROM memory WHERE key IN (SELECT key FROM memory WHERE until <= ? LIMIT ?)", 1 },
		{ "DELETE FROM leases WHERE name IN (SELECT name FROM leases WHERE until <= ? LIMIT ?)", 1 },
		{ "UPDATE stages SET live_until = 0 WHERE id IN"
		  " (SELECT id FROM stages WHERE live_until > 0 AND live_until <= ? LIMIT ?)", 1 },
	};
	struct db *db = state_db(s);
	int rc = 0;

	*removed = 0;
	if (db_begin(db, false, e) != 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < sizeof steps / sizeof steps[0] && *removed < max; i++) {
		sqlite3_stmt *stmt = db_prepare(db, steps[i].sql, e);
		db_int(stmt, 1, now_ms * steps[i].scale);
		db_int(stmt, 2, max - *removed);
		rc = db_run(db, stmt, e);
		*removed += sqlite3_changes(db->handle);
	}
	return db_end(db, rc, e);
}
