/*
 * app: start-up of a program: configuration, backends, keys, schemas.
 *
 * A store that cannot be opened does not stop a program: what needs it
 * answers 503, and opening is tried again once a second.
 */
#ifndef IVS_APP_APP_H
#define IVS_APP_APP_H

#include "auth/auth.h"
#include "base/conf.h"
#include "base/err.h"
#include "core/service.h"
#include "validate/schema.h"

#include <stdint.h>

/* What a program works with. */
enum app_need {
	APP_STORES = 1,  /* live state and records */
	APP_AUTH = 2,    /* keys and JWTs of callers */
	APP_KEYS = 4,    /* key pairs that sign participant tokens */
	APP_SCHEMAS = 8  /* the embedded schemas */
};

struct app {
	const char *program;         /* its name; a literal */
	struct conf *conf;
	struct auth *auth;           /* NULL unless needed */
	struct keyring *keys;        /* NULL unless needed */
	struct schema_set *schemas;  /* NULL unless needed */
	struct service service;      /* state and record are NULL while they cannot be opened */
	unsigned needs;
	int64_t started_ms;          /* clock_mono_ms */
	int64_t opened_ms;           /* clock_mono_ms of the last try to open the stores */
};

/* Read the configuration and open what needs says. 0, or -1 and what to mend. app is the caller's storage. */
int app_open(struct app *app, const char *program, unsigned needs, struct err *e);

/* Try again to open stores that are missing, at most once a second. Cheap when nothing is. */
void app_reopen(struct app *app);

/* Close and free everything; app may be partly open. */
void app_close(struct app *app);

/* VERSION of the build. */
const char *app_version(void);

#endif
