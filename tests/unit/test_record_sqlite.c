/* The contract of record.h on SQLite. */
#include "store/open.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64], url[128];

static void contract_done(void)
{
	static const char *const suffix[] = {"", "-wal", "-shm", ".lck"};
	char path[128];

	for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		snprintf(path, sizeof path, "%s/records.db%s", folder, suffix[i]);
		unlink(path);
	}
	if (rmdir(folder) != 0)
		perror(folder);
}

static void contract_fresh(void)
{
	snprintf(folder, sizeof folder, "/tmp/test-record-XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(url, sizeof url, "sqlite:%s/records.db", folder);
}

static struct record *contract_open(void)
{
	return record_open(url, 3000, NULL);
}

#include "record_contract.h"

TEST_MAIN("record_sqlite", RECORD_CONTRACT)
