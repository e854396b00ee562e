/*
 * service: what every function of the core works on.
 *
 * Filled in by app (wiring of backends) and by tests; all pointers are
 * borrowed and live as long as the process.
 */
#ifndef IVS_CORE_SERVICE_H
#define IVS_CORE_SERVICE_H

#include "base/arena.h"
#include "base/conf.h"
#include "store/record.h"
#include "store/state.h"

struct keyring;

struct service {
	const struct conf *conf;
	struct state *state;
	struct record *record;
	const struct keyring *keys;
};

/* Who asks, as far as the core needs to know for records and sessions. Strings are borrowed for the call. */
struct request_info {
	struct arena *arena;     /* of the request: results live there */
	const char *request_id;
	const char *issued_by;   /* name of the API key, or "user:<sub>" */
	const char *user_agent;  /* NULL unknown */
	const char *ip_address;  /* NULL unknown */
	int64_t now_ms;
};

/* The counting rule at that moment (HEARTBEAT_TIMEOUT). */
struct state_time service_time(const struct service *s, int64_t now_ms);

#endif
