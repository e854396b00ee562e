/*
 * app: start-up and wiring. The only place that chooses backends.
 */
#include "app/app.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/keyring.h"
#include "store/open.h"

#include <string.h>

enum { REOPEN_MS = 1000 };

#ifndef IVS_VERSION
#define IVS_VERSION "0.1.0"
#endif

const char *app_version(void)
{
	return IVS_VERSION;
}

static void warn_store(const char *which, struct err *e)
{
	log_write(LOG_ERROR, "%s store cannot be opened, trying again: %s (%s)", which, e->message, e->cause);
	err_clear(e);
}

static void open_stores(struct app *app)
{
	const struct conf *c = app->conf;
	struct err e;

	err_init(&e);
	app->opened_ms = clock_mono_ms();
	if (app->service.state == NULL) {
		app->service.state = state_open(c->state_url, c->store_timeout_ms, &e);
		if (app->service.state == NULL)
			warn_store("state", &e);
	}
	if (app->service.record == NULL) {
		app->service.record = record_open(c->record_url, c->store_timeout_ms, &e);
		if (app->service.record == NULL)
			warn_store("record", &e);
	}
}

void app_reopen(struct app *app)
{
	bool missing = app->service.state == NULL || app->service.record == NULL;

	if ((app->needs & APP_STORES) != 0 && missing && clock_mono_ms() - app->opened_ms >= REOPEN_MS)
		open_stores(app);
}

static int open_needs(struct app *app, struct err *e)
{
	if ((app->needs & APP_AUTH) != 0) {
		app->auth = auth_new(app->conf, e);
		if (app->auth == NULL)
			return -1;
	}
	if ((app->needs & APP_KEYS) != 0) {
		app->keys = keyring_open(app->conf, e);
		if (app->keys == NULL)
			return -1;
	}
	if ((app->needs & APP_SCHEMAS) != 0) {
		app->schemas = schema_set_new();
		if (schema_set_add_embedded(app->schemas, e) != 0)
			return -1;
	}
	return 0;
}

int app_open(struct app *app, const char *program, unsigned needs, struct err *e)
{
	memset(app, 0, sizeof *app);
	app->program = program;
	app->needs = needs;
	app->started_ms = clock_mono_ms();
	mem_harden_process();
	log_init(program, LOG_INFO, 2);
	app->conf = conf_load(e);
	if (app->conf == NULL)
		return -1;
	log_init(program, (enum log_level)app->conf->log_level, 2);
	if (open_needs(app, e) != 0)
		return -1;
	app->service.conf = app->conf;
	app->service.keys = app->keys;
	if ((needs & APP_STORES) != 0)
		open_stores(app);
	return 0;
}

void app_close(struct app *app)
{
	state_close(app->service.state);
	record_close(app->service.record);
	schema_set_free(app->schemas);
	keyring_free(app->keys);
	auth_free(app->auth);
	conf_free(app->conf);
	memset(app, 0, sizeof *app);
}
