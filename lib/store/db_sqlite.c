/*
 * db_sqlite: SQLite's own busy handler is unfair (it polls, and one process
 * may keep the lock for seconds), so writers queue at a flock first, which
 * the kernel grants in order.
 */
#include "store/db_sqlite.h"

#include "store/migrate.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"

enum { RETRY_BUSY_S = 1, RETRY_BROKEN_S = 10 };

static void retry_in(struct err *e, int seconds)
{
	if (e != NULL && e->code == ERR_SERVICE_UNAVAILABLE && e->retry_after_s == 0)
		e->retry_after_s = seconds;
}

/* The message may reach a client: it says what, the cause says where. */
int db_fail(struct db *db, struct err *e)
{
	int rc = db->handle != NULL ? sqlite3_errcode(db->handle) & 0xff : SQLITE_NOMEM;
	const char *path = db->handle != NULL ? sqlite3_db_filename(db->handle, "main") : NULL;
	bool damaged = rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;

	if (damaged)
		err_set(e, ERR_SERVICE_UNAVAILABLE, "the database of a store is damaged");
	else if (rc == SQLITE_FULL)
		err_set(e, ERR_SERVICE_UNAVAILABLE, "the disk of a store is full");
	else
		err_set(e, ERR_SERVICE_UNAVAILABLE, "a store is not available, try again");
	retry_in(e, rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? RETRY_BUSY_S : RETRY_BROKEN_S);
	return err_cause(e, "sqlite: %s: %s%s", path != NULL ? path : "?",
	    db->handle != NULL ? sqlite3_errmsg(db->handle) : "no memory",
	    damaged ? " (stop the service and restore the file, or move it away to start empty)" : "");
}

static int execute(struct db *db, const char *sql, struct err *e)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(db, e);
}

static int set_up(struct db *db, struct err *e)
{
	sqlite3_busy_timeout(db->handle, (int)db->timeout_ms); /* first: the rest may meet a lock */
	db->full = true;
	return execute(db,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
	    "PRAGMA journal_size_limit=8388608; PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY",
	    e);
}

static int open_lock(struct db *db, const char *path, struct err *e)
{
	char lock[4096];

	if (snprintf(lock, sizeof lock, "%s.lck", path) >= (int)sizeof lock)
		return err_set(e, ERR_VALIDATION, "the path of a store is too long");
	db->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (db->lock_fd >= 0)
		return 0;
	err_cause(e, "%s: %s", lock, strerror(errno));
	err_set(e, ERR_SERVICE_UNAVAILABLE, "a store cannot be locked");
	retry_in(e, RETRY_BROKEN_S);
	return -1;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/*
 * Wait in the kernel's queue. A repeating timer ends the wait: one signal
 * alone could come just before the call.
 */
static int lock_slowly(struct db *db)
{
	const struct itimerval tick = { { 0, 20000 }, { 0, 20000 } }, off = { { 0, 0 }, { 0, 0 } };
	int64_t deadline = clock_mono_ms() + db->timeout_ms;
	struct sigaction sa, old;
	int rc;

	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_alarm;
	sigaction(SIGALRM, &sa, &old);
	setitimer(ITIMER_REAL, &tick, NULL);
	do {
		rc = flock(db->lock_fd, LOCK_EX);
	} while (rc != 0 && errno == EINTR && clock_mono_ms() < deadline);
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &old, NULL);
	return rc;
}

static int lock(struct db *db, struct err *e)
{
	if (flock(db->lock_fd, LOCK_EX | LOCK_NB) == 0 || lock_slowly(db) == 0)
		return 0;
	err_set(e, ERR_SERVICE_UNAVAILABLE, "a store is busy, try again");
	retry_in(e, RETRY_BUSY_S);
	return err_cause(e, "flock: %s", strerror(errno));
}

/*
 * Turning a new file to WAL wants it alone, and SQLite does not wait for that
 * whatever the time-out: programs that start together take turns.
 */
static int set_up_alone(struct db *db, struct err *e)
{
	int rc;

	if (lock(db, e) != 0)
		return -1;
	rc = set_up(db, e);
	flock(db->lock_fd, LOCK_UN);
	return rc;
}

int db_open(struct db *db, const char *path, const char *folder, int64_t timeout_ms, struct err *e)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	mode_t before = umask(077); /* SQLite gives the WAL the mode of the database */
	int rc;

	memset(db, 0, sizeof *db);
	db->lock_fd = -1;
	db->timeout_ms = timeout_ms;
	rc = sqlite3_open_v2(path, &db->handle, flags, NULL);
	if (rc != SQLITE_OK)
		db_fail(db, e);
	else if (open_lock(db, path, e) == 0 && set_up_alone(db, e) == 0 && migrate(db, folder, e) == 0) {
		umask(before);
		return 0;
	}
	umask(before);
	db_close(db);
	return -1;
}

void db_close(struct db *db)
{
	for (int i = 0; i < db->nstatements; i++)
		sqlite3_finalize(db->statements[i].stmt);
	sqlite3_close(db->handle);
	if (db->lock_fd >= 0)
		close(db->lock_fd);
	memset(db, 0, sizeof *db);
	db->lock_fd = -1;
}

static int set_sync(struct db *db, bool full, struct err *e)
{
	if (db->full == full)
		return 0;
	if (execute(db, full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", e) != 0)
		return -1;
	db->full = full;
	return 0;
}

int db_begin(struct db *db, bool durable, struct err *e)
{
	if (set_sync(db, durable, e) != 0 || lock(db, e) != 0)
		return -1;
	if (db_run(db, db_prepare(db, "BEGIN IMMEDIATE", e), e) == 0)
		return 0;
	flock(db->lock_fd, LOCK_UN);
	return -1;
}

int db_end(struct db *db, int rc, struct err *e)
{
	if (rc == 0)
		rc = db_run(db, db_prepare(db, "COMMIT", e), e);
	if (rc != 0 && sqlite3_get_autocommit(db->handle) == 0)
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	flock(db->lock_fd, LOCK_UN);
	return rc;
}

/* The version is read and written back: a page goes to the log, and means nothing. */
static int write_version(struct db *db, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "PRAGMA user_version", e);
	char sql[64];

	if (db_step(db, stmt, e) != 1)
		return -1;
	snprintf(sql, sizeof sql, "PRAGMA user_version=%d", sqlite3_column_int(stmt, 0));
	sqlite3_reset(stmt);
	return execute(db, sql, e);
}

int db_ping(struct db *db, struct err *e)
{
	if (db_begin(db, false, e) != 0)
		return -1;
	return db_end(db, write_version(db, e), e);
}

sqlite3_stmt *db_prepare(struct db *db, const char *sql, struct err *e)
{
	sqlite3_stmt *stmt;

	for (int i = 0; i < db->nstatements; i++) {
		if (db->statements[i].sql == sql) {
			sqlite3_reset(db->statements[i].stmt);
			sqlite3_clear_bindings(db->statements[i].stmt);
			return db->statements[i].stmt;
		}
	}
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
		db_fail(db, e);
		return NULL;
	}
	assert(db->nstatements < DB_STATEMENTS);
	db->statements[db->nstatements].sql = sql;
	db->statements[db->nstatements++].stmt = stmt;
	return stmt;
}

int db_step(struct db *db, sqlite3_stmt *stmt, struct err *e)
{
	int rc = stmt != NULL ? sqlite3_step(stmt) : SQLITE_ERROR;

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	db_fail(db, e);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return -1;
}

int db_run(struct db *db, sqlite3_stmt *stmt, struct err *e)
{
	int rc;

	do {
		rc = db_step(db, stmt, e);
	} while (rc > 0);
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

void db_text(sqlite3_stmt *stmt, int i, const char *s)
{
	if (stmt == NULL)
		return; /* db_step reports it */
	if (s != NULL)
		sqlite3_bind_text(stmt, i, s, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(stmt, i);
}

void db_int(sqlite3_stmt *stmt, int i, int64_t n)
{
	if (stmt != NULL)
		sqlite3_bind_int64(stmt, i, n);
}

const char *db_column(sqlite3_stmt *stmt, int i)
{
	return (const char *)sqlite3_column_text(stmt, i);
}
