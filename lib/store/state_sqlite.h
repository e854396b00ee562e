/* state_sqlite: live state in an SQLite file. See state.h and open.h. */
#ifndef IVS_STORE_STATE_SQLITE_H
#define IVS_STORE_STATE_SQLITE_H

#include "store/state.h"

struct state *state_sqlite_open(const char *path, int64_t timeout_ms, struct err *e);

#endif
