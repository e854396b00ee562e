/* Faults of the file, the disk and other processes, and what becomes of them. */
#include "base/clock.h"
#include "store/open.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STAGE "arn:aws:ivs:us-west-2:123456789012:stage/a"

static char folder[64], path[128], url[160];

static void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/test-db-XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/x.db", folder);
	snprintf(url, sizeof url, "sqlite:%s", path);
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

/* Run fn in a child with the state open; its result is the exit status. */
static int in_child(int (*fn)(struct state *))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct state *s = state_open(url, 300, NULL);
		int rc = s != NULL ? fn(s) : 99;
		state_close(s);
		_exit(rc);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int put(struct state *s, struct err *e)
{
	const struct state_stage in = {
	    .arn = STAGE, .name = "n", .whip_url = "w", .events_url = "e"};

	return state_stage_put(s, &in, e);
}

static int is_unavailable(const struct err *e)
{
	return e->code == ERR_SERVICE_UNAVAILABLE && e->retry_after_s > 0 && e->cause[0] != '\0';
}

/* Another program holds SQLite's own lock: bounded, and well again afterwards. */
TEST(a_foreign_lock_is_waited_for_within_the_time_out)
{
	sqlite3 *other = NULL;
	struct state *s;
	struct err e;
	int64_t start, took;

	begin();
	err_init(&e);
	s = state_open(url, 300, &e);
	REQUIRE(s != NULL);
	CHECK_INT(sqlite3_open(path, &other), SQLITE_OK);
	CHECK_INT(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	start = clock_mono_ms();
	CHECK_INT(put(s, &e), -1);
	took = clock_mono_ms() - start;
	CHECK(is_unavailable(&e));
	CHECK(took >= 250 && took < 1500);
	err_clear(&e);
	CHECK_INT(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	CHECK_INT(put(s, &e), 0);
	state_close(s);
	finish();
}

static int fill_disk(struct state *s)
{
	struct rlimit small = {300 * 1024, 300 * 1024};
	char text[8192];
	const char *record = text;
	int rc = 0;
	struct err e;

	err_init(&e);
	signal(SIGXFSZ, SIG_IGN);
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 500 && rc == 0; i++)
		rc = state_outbox_add(s, &record, 1, &e);
	if (rc != -1 || !is_unavailable(&e))
		return 1;
	err_clear(&e);
	/* reading works still, and pinging tells that writing does not */
	if (state_outbox_depth(s, &(int64_t){0}, &e) != 0)
		return 2;
	return state_ping(s, &e) == -1 && is_unavailable(&e) ? 0 : 3;
}

TEST(a_full_disk_is_unavailable_and_loses_nothing)
{
	struct state *s;
	int64_t depth = 0;

	begin();
	s = state_open(url, 300, NULL);
	REQUIRE(s != NULL);
	CHECK_INT(in_child(fill_disk), 0);
	CHECK_INT(state_outbox_depth(s, &depth, NULL), 0);
	CHECK(depth > 0);
	CHECK_INT(put(s, NULL), 0); /* there is room again */
	state_close(s);
	finish();
}

static int ping_on_full_disk(struct record *r)
{
	struct rlimit small = {4096, 4096};
	struct err e;

	err_init(&e);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	return record_ping(r, &e) == -1 && is_unavailable(&e) ? 0 : 1;
}

TEST(pinging_the_records_tries_to_write)
{
	int status = -1;
	pid_t pid;

	begin();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct record *r = record_open(url, 300, NULL);
		int rc = r != NULL && record_ping(r, NULL) == 0 ? ping_on_full_disk(r) : 9;
		_exit(rc);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	finish();
}

static int die_in_transaction(struct state *s)
{
	sqlite3 *other = NULL;

	(void)s;
	sqlite3_open(path, &other);
	sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	sqlite3_exec(other, "INSERT INTO outbox (record) VALUES ('lost')", NULL, NULL, NULL);
	kill(getpid(), SIGKILL);
	return 0;
}

TEST(a_process_killed_in_a_transaction_leaves_no_trace)
{
	struct state *s;
	int64_t depth = -1;

	begin();
	s = state_open(url, 300, NULL);
	REQUIRE(s != NULL);
	CHECK_INT(in_child(die_in_transaction), -1);
	CHECK_INT(put(s, NULL), 0);
	CHECK_INT(state_outbox_depth(s, &depth, NULL), 0);
	CHECK_INT(depth, 0);
	state_close(s);
	finish();
}

static void write_file(const void *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, p, len) == (ssize_t)len);
	close(fd);
}

TEST(a_damaged_file_is_named_as_such)
{
	static const char junk[8192] = "this is no database at all";
	struct err e;

	begin();
	write_file(junk, sizeof junk);
	err_init(&e);
	CHECK(state_open(url, 300, &e) == NULL);
	CHECK(is_unavailable(&e));
	CHECK(strstr(e.message, "damaged") != NULL);
	CHECK(strstr(e.message, path) == NULL); /* a client may see it */
	CHECK(strstr(e.cause, path) != NULL);
	err_clear(&e);
	finish();
}

/* Pages broken under a running program: an error, no crash. */
TEST(damage_under_a_running_program_is_an_error)
{
	struct state *s;
	struct err e;
	char junk[65536];
	int fd;

	begin();
	s = state_open(url, 300, NULL);
	REQUIRE(s != NULL);
	CHECK_INT(put(s, NULL), 0);
	state_close(s);
	memset(junk, 0x5a, sizeof junk);
	fd = open(path, O_WRONLY);
	CHECK(fd >= 0 && pwrite(fd, junk, sizeof junk, 4096) == (ssize_t)sizeof junk);
	close(fd);
	err_init(&e);
	s = state_open(url, 300, &e);
	if (s != NULL) {
		CHECK_INT(put(s, &e), -1);
		state_close(s);
	}
	CHECK(is_unavailable(&e));
	CHECK(strstr(e.message, "damaged") != NULL);
	err_clear(&e);
	finish();
}

static int write_as_nobody(struct state *unused)
{
	struct state *s;
	struct err e;
	int rc;

	(void)unused;
	if (chmod(folder, 0755) != 0 || chmod(path, 0444) != 0 || setuid(65534) != 0)
		return 1;
	err_init(&e);
	s = state_open(url, 300, &e);
	rc = s == NULL ? is_unavailable(&e) : put(s, &e) == -1 && is_unavailable(&e);
	return rc ? 0 : 2;
}

TEST(a_file_that_may_only_be_read_is_unavailable)
{
	if (geteuid() != 0)
		return; /* needs to become somebody else */
	begin();
	state_close(state_open(url, 300, NULL));
	CHECK_INT(in_child(write_as_nobody), 0);
	finish();
}

/* Names that SQLite gives a meaning are plain paths or refused, never a store of this process
 * alone. */
TEST(a_store_in_memory_is_refused)
{
	static const char *const bad[] = {
	    "sqlite::memory:", "sqlite:file::memory:", "sqlite:file:x?mode=memory"};

	begin();
	CHECK_INT(chdir(folder), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err e;
		err_init(&e);
		CHECK(state_open(bad[i], 300, &e) == NULL);
		CHECK_INT(e.code, ERR_VALIDATION);
		err_clear(&e);
	}
	CHECK_INT(chdir("/"), 0);
	finish();
}

TEST_MAIN("db_sqlite", T(a_foreign_lock_is_waited_for_within_the_time_out),
    T(a_full_disk_is_unavailable_and_loses_nothing), T(pinging_the_records_tries_to_write),
    T(a_process_killed_in_a_transaction_leaves_no_trace), T(a_damaged_file_is_named_as_such),
    T(damage_under_a_running_program_is_an_error), T(a_file_that_may_only_be_read_is_unavailable),
    T(a_store_in_memory_is_refused))
