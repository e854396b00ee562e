/*
 * open: stores by URL. "sqlite:PATH" is what this version has.
 */
#ifndef IVS_STORE_OPEN_H
#define IVS_STORE_OPEN_H

#include "store/record.h"
#include "store/state.h"

/*
 * Open a store; timeout_ms bounds every later call. Migrates the database
 * when it is older than the program, refuses one that is newer. Call after
 * fork. NULL: ERR_VALIDATION (URL, newer database) or ERR_SERVICE_UNAVAILABLE.
 */
struct state *state_open(const char *url, int64_t timeout_ms, struct err *e);
struct record *record_open(const char *url, int64_t timeout_ms, struct err *e);

#endif
