/* state_sqlite: the contract of the live state, on SQLite. */
#include "store/open.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/ivs-state.XXXXXX";
static char url[64];

static struct state *contract_open(void)
{
	return state_open(url, 5000, NULL);
}

static void contract_reset(void)
{
	static const char *const names[] = { "state.db", "state.db-wal", "state.db-shm", "state.db.lck" };
	char path[64];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
}

#include "state_contract.h"

TEST(a_store_that_cannot_be_opened_says_why)
{
	struct err e;

	err_init(&e);
	CHECK(state_open("redis://x", 100, &e) == NULL);
	CHECK_INT(e.code, ERR_VALIDATION);
	err_clear(&e);
	CHECK(state_open("sqlite:/nonexistent/folder/x.db", 100, &e) == NULL);
	CHECK_INT(e.code, ERR_SERVICE_UNAVAILABLE);
	err_clear(&e);
}

static const struct test_case_ cases[] = { CONTRACT_TESTS, T(a_store_that_cannot_be_opened_says_why) };

int main(int argc, char **argv)
{
	int rc;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(url, sizeof url, "sqlite:%s/state.db", folder);
	rc = test_run_("state_sqlite", cases, sizeof cases / sizeof cases[0], argc > 1 ? argv[1] : NULL);
	contract_reset();
	rmdir(folder);
	return rc;
}
