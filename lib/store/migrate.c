/*
 * migrate: every file in one transaction under the writers' lock, so that two
 * programs that start together do not meet.
 */
#include "store/migrate.h"

#include "embed_migrations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of an embedded file in this folder, 0 for one of another. */
static int number_of(const char *name, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(name, folder, n) == 0 && name[n] == '/' ? (int)strtol(name + n + 1, NULL, 10) : 0;
}

static int version_of(struct db *db, int *version, struct err *e)
{
	sqlite3_stmt *stmt = db_prepare(db, "PRAGMA user_version", e);

	if (db_step(db, stmt, e) != 1)
		return -1;
	*version = sqlite3_column_int(stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}

static int apply(struct db *db, const char *text, int number, struct err *e)
{
	char sql[64];

	snprintf(sql, sizeof sql, "PRAGMA user_version=%d", number);
	if (sqlite3_exec(db->handle, text, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, e);
	return 0;
}

/* Inside the lock the version may have moved: look again. */
static int apply_all(struct db *db, const char *folder, struct err *e)
{
	int version;

	if (version_of(db, &version, e) != 0)
		return -1;
	for (int i = 0; embed_migrations[i].name != NULL; i++) {
		int number = number_of(embed_migrations[i].name, folder);
		if (number > version && apply(db, embed_migrations[i].text, number, e) != 0)
			return -1;
	}
	return 0;
}

int migrate(struct db *db, const char *folder, struct err *e)
{
	int version, newest = 0;

	for (int i = 0; embed_migrations[i].name != NULL; i++) {
		int number = number_of(embed_migrations[i].name, folder);
		newest = number > newest ? number : newest;
	}
	if (version_of(db, &version, e) != 0)
		return -1;
	if (version > newest)
		return err_set(e, ERR_VALIDATION,
		    "the %s database has schema %d and this program knows %d: run the newer program", folder, version,
		    newest);
	if (version == newest)
		return 0;
	if (db_begin(db, true, e) != 0)
		return -1;
	return db_end(db, apply_all(db, folder, e), e);
}
