/* The whole contract of state.h on SQLite, and what is SQLite's own. */
#include "store/open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORE_TIMEOUT_MS = 3000 }; /* more than in service: the machine that tests is busy */

static char folder[64], url[128];

static void contract_done(void)
{
	static const char *const suffix[] = {"", "-wal", "-shm", ".lck"};
	char path[128];

	for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		snprintf(path, sizeof path, "%s/state.db%s", folder, suffix[i]);
		unlink(path);
	}
	if (rmdir(folder) != 0)
		perror(folder);
	folder[0] = '\0';
}

static void contract_fresh(void)
{
	if (folder[0] != '\0')
		contract_done();
	snprintf(folder, sizeof folder, "/tmp/test-state-XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(url, sizeof url, "sqlite:%s/state.db", folder);
}

static struct state *contract_open(void)
{
	struct err e;
	struct state *s;

	err_init(&e);
	s = state_open(url, STORE_TIMEOUT_MS, &e);
	if (s == NULL)
		fprintf(stderr, "cannot open: %s: %s\n", e.message, e.cause);
	err_clear(&e);
	return s;
}

#include "state_contract_all.h"

TEST(files_are_private)
{
	static const char *const suffix[] = {"", "-wal", "-shm", ".lck"};
	struct fixture f;
	struct stat st;
	char path[128];

	fixture_open(&f);
	put_stage(&f, ARN("a"), 0, 0);
	for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		snprintf(path, sizeof path, "%s/state.db%s", folder, suffix[i]);
		CHECK_INT(stat(path, &st), 0);
		CHECK_INT(st.st_mode & 0777, 0600);
	}
	fixture_close(&f);
}

TEST(a_url_of_another_kind_is_refused)
{
	static const char *const bad[] = {
	    "redis://localhost", "sqlite:", "", "/tmp/x.db", "SQLITE:/tmp/x"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err e;
		err_init(&e);
		CHECK(state_open(bad[i], 100, &e) == NULL);
		CHECK_INT(e.code, ERR_VALIDATION);
		err_clear(&e);
	}
}

TEST(a_folder_that_is_not_there_is_an_error_with_its_cause)
{
	struct err e;

	err_init(&e);
	CHECK(state_open("sqlite:/nonexistent/state.db", 100, &e) == NULL);
	CHECK_INT(e.code, ERR_SERVICE_UNAVAILABLE);
	CHECK(e.retry_after_s > 0);
	CHECK(e.cause[0] != '\0');
	err_clear(&e);
}

TEST_MAIN("state_sqlite_contract", STATE_CONTRACT, T(files_are_private),
    T(a_url_of_another_kind_is_refused), T(a_folder_that_is_not_there_is_an_error_with_its_cause))
