/* record_sqlite: durable records in an SQLite file. See record.h and open.h. */
#ifndef IVS_STORE_RECORD_SQLITE_H
#define IVS_STORE_RECORD_SQLITE_H

#include "store/record.h"

struct record *record_sqlite_open(const char *path, int64_t timeout_ms, struct err *e);

#endif
