/* Migrations: applied once, whole or not at all, never backwards. */
#include "store/migrate.c"

#include "test.h"

#include <unistd.h>

static char folder[64], path[128];

static void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/test-migrate-XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/x.db", folder);
}

static void finish(void)
{
	static const char *const suffix[] = {"", "-wal", "-shm", ".lck"};
	char file[160];

	for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		snprintf(file, sizeof file, "%s%s", path, suffix[i]);
		unlink(file);
	}
	if (rmdir(folder) != 0)
		perror(folder);
}

static int exec(struct db *db, const char *sql)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

TEST(a_new_file_gets_the_newest_version)
{
	static const char *const folders[] = {"state", "record"};

	for (size_t i = 0; i < 2; i++) {
		struct db db;
		int version = 0;
		begin();
		CHECK_INT(db_open(&db, path, folders[i], 1000, NULL), 0);
		CHECK_INT(version_of(&db, &version, NULL), 0);
		CHECK(version >= 1);
		db_close(&db);
		finish();
	}
}

TEST(running_again_changes_nothing)
{
	struct db db;

	begin();
	CHECK_INT(db_open(&db, path, "state", 1000, NULL), 0);
	CHECK_INT(exec(&db, "INSERT INTO settings VALUES ('kept', 'yes')"), SQLITE_OK);
	db_close(&db);
	CHECK_INT(db_open(&db, path, "state", 1000, NULL), 0);
	CHECK_INT(migrate(&db, "state", NULL), 0);
	CHECK_INT(exec(&db, "DELETE FROM settings WHERE name = 'kept'"), SQLITE_OK);
	CHECK_INT(sqlite3_changes(db.handle), 1);
	db_close(&db);
	finish();
}

TEST(a_newer_database_is_refused_and_left_alone)
{
	struct db db;
	struct err e;
	int version = 0;

	begin();
	CHECK_INT(db_open(&db, path, "state", 1000, NULL), 0);
	CHECK_INT(exec(&db, "PRAGMA user_version = 99"), SQLITE_OK);
	err_init(&e);
	CHECK_INT(migrate(&db, "state", &e), -1);
	CHECK_INT(e.code, ERR_VALIDATION);
	CHECK(strstr(e.message, "99") != NULL && strstr(e.message, "newer") != NULL);
	err_clear(&e);
	CHECK_INT(version_of(&db, &version, NULL), 0);
	CHECK_INT(version, 99);
	db_close(&db);
	CHECK_INT(db_open(&db, path, "state", 1000, &e), -1);
	CHECK_INT(e.code, ERR_VALIDATION);
	err_clear(&e);
	finish();
}

TEST(a_migration_that_fails_leaves_nothing_behind)
{
	struct db db;
	struct err e;
	int version = -1;

	begin();
	CHECK_INT(db_open(&db, path, "state", 1000, NULL), 0);
	err_init(&e);
	CHECK_INT(db_begin(&db, true, &e), 0);
	CHECK_INT(
	    db_end(&db, apply(&db, "CREATE TABLE half (x); CREATE TABLE half (x)", 2, &e), &e), -1);
	CHECK(err_is_set(&e));
	err_clear(&e);
	CHECK_INT(version_of(&db, &version, NULL), 0);
	CHECK_INT(version, 1);
	CHECK_INT(exec(&db, "SELECT * FROM half"), SQLITE_ERROR);
	db_close(&db);
	finish();
}

/* A gap or a repeated number would skip a file on some databases and not on others. */
TEST(numbers_have_no_gaps)
{
	static const char *const folders[] = {"state", "record"};

	for (size_t i = 0; i < 2; i++) {
		int next = 1;
		for (size_t k = 0; embed_migrations[k].name != NULL; k++) {
			int number = number_of(embed_migrations[k].name, folders[i]);
			if (number == 0)
				continue;
			CHECK_INT(number, next);
			next++;
		}
		CHECK(next > 1);
	}
}

TEST_MAIN("migrate", T(a_new_file_gets_the_newest_version), T(running_again_changes_nothing),
    T(a_newer_database_is_refused_and_left_alone), T(a_migration_that_fails_leaves_nothing_behind),
    T(numbers_have_no_gaps))
