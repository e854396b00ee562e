/*
 * db_sqlite: one connection to an SQLite file in WAL mode, used by several
 * processes: statements prepared once, writers one after the other.
 *
 * Private to store/. Not for NFS; open after fork.
 */
#ifndef IVS_STORE_DB_SQLITE_H
#define IVS_STORE_DB_SQLITE_H

#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum { DB_STATEMENTS = 64 };

struct db {
	sqlite3 *handle;
	int lock_fd;              /* of PATH.lck; writers hold it by flock */
	int64_t timeout_ms;
	bool full;                /* synchronous=FULL is on */
	struct {
		const char *sql;  /* a literal: found by its address */
		sqlite3_stmt *stmt;
	} statements[DB_STATEMENTS];
	int nstatements;
};

/* Open (create, mode 0600) and migrate from the embedded folder ("state", "record"). 0 or -1. */
int db_open(struct db *db, const char *path, const char *folder, int64_t timeout_ms, struct err *e);
void db_close(struct db *db);

/*
 * Begin a write transaction: the lock (fair, bounded by the time-out), then
 * BEGIN IMMEDIATE. durable: the commit reaches the disk before it returns.
 */
int db_begin(struct db *db, bool durable, struct err *e);

/* Commit when rc is 0, else roll back; then unlock. rc, or -1 when the commit failed. */
int db_end(struct db *db, int rc, struct err *e);

/* Does it answer, and can it be written? Writes a page, so that a full disk shows. 0 or -1. */
int db_ping(struct db *db, struct err *e);

/* The statement of a literal, reset and without bindings. NULL on error. */
sqlite3_stmt *db_prepare(struct db *db, const char *sql, struct err *e);

/* Step once: 1 a row, 0 done, -1 an error (mapped). */
int db_step(struct db *db, sqlite3_stmt *stmt, struct err *e);

/* Step to the end and reset. 0 or -1. */
int db_run(struct db *db, sqlite3_stmt *stmt, struct err *e);

/* Bind text (NULL: SQL NULL), borrowed until reset; and an integer. Numbers from 1. */
void db_text(sqlite3_stmt *stmt, int i, const char *s);
void db_int(sqlite3_stmt *stmt, int i, int64_t n);

/* Column as text, NULL for SQL NULL; valid until the next step or reset. */
const char *db_column(sqlite3_stmt *stmt, int i);

/* Map SQLite's last error: ERR_SERVICE_UNAVAILABLE; the cause names the file and SQLite's reason. -1. */
int db_fail(struct db *db, struct err *e);

#endif
