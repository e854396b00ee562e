/* config: settings, the first start, and schemas. */
#include "sbin/ivsctl/ivsctl.h"

#include "app/app.h"
#include "auth/apikey.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/mem.h"
#include "core/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { INPUT_MAX = 4 << 20 };

int cmd_config_check(int argc, char **argv, json_t **result, struct err *e)
{
	struct conf *c;

	(void)argv;
	if (argc != 0)
		return EXIT_USAGE;
	c = conf_load(e);
	if (c == NULL && e->details != NULL)
		*result = json_incref(e->details);
	conf_free(c);
	return c != NULL ? 0 : -1;
}

int cmd_config_show(int argc, char **argv, json_t **result, struct err *e)
{
	struct conf *c;

	(void)argv;
	if (argc != 0)
		return EXIT_USAGE;
	c = conf_load(e);
	if (c == NULL)
		return -1;
	*result = conf_show(c);
	conf_free(c);
	return 0;
}

/* ---- the first start ---- */

static void secret(char *out, size_t size)
{
	id_make(out, size);
}

/* Settings of a first start: a stage of the right form that is nobody's, and fresh secrets. */
static int write_env(const char *path, struct err *e)
{
	char stage[ID_PARTICIPANT_SIZE], internal[44], jwt[44], text[1024];
	int n;

	id_make(stage, sizeof stage);
	secret(internal, sizeof internal);
	secret(jwt, sizeof jwt);
	n = snprintf(text, sizeof text,
	    "# Settings of ivs-fcgi, made at the first start. ivsctl config show lists what can be set.\n"
	    "# The master stage: put your own here (aws ivs-realtime get-stage).\n"
	    "MASTER_STAGE_ARN=arn:aws:ivs:us-west-2:000000000000:stage/%s\n"
	    "MASTER_STAGE_WHIP_URL=https://%.12s.global-bm.whip.live-video.net\n"
	    "MASTER_STAGE_EVENTS_URL=wss://global.events.live-video.net\n"
	    "INTERNAL_SECRET=%s\n"
	    "JWT_SECRET=%s\n",
	    stage, "000000000000", internal, jwt);
	return file_write(path, text, (size_t)n, 0600, e);
}

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static int ensure_env(const char *run_dir, struct err *e)
{
	char path[4096];

	if (file_mkdir(run_dir, 0700, e) != 0)
		return -1;
	snprintf(path, sizeof path, "%s/ivs.env", run_dir);
	return exists(path) ? 0 : write_env(path, e);
}

static int ensure_keys(const struct conf *c, struct err *e)
{
	struct keyring *k = keyring_open(c, NULL);
	json_t *made = NULL;
	bool have = k != NULL;

	keyring_free(k);
	if (have || exists(c->keys_dir) || *c->private_key != '\0')
		return have ? 0 : (keyring_open(c, e), -1); /* keys that are there but wrong are never replaced */
	made = keyring_generate(c, NULL, e);
	json_decref(made);
	return made != NULL ? 0 : -1;
}

static int ensure_api_key(const struct conf *c, const char *path, struct err *e)
{
	struct apikey_spec spec = { "default", PERMISSION_ALL, -1, -1 };
	char text[APIKEY_TEXT_SIZE + 1];
	int rc;

	if (exists(path))
		return 0;
	apikey_revoke(c->api_keys_file, spec.name, NULL); /* its text is lost: nobody can use it */
	rc = apikey_create(c->api_keys_file, &spec, text, e);
	if (rc == 0) {
		strcat(text, "\n");
		rc = file_write(path, text, strlen(text), 0600, e);
	}
	mem_wipe(text, sizeof text);
	return rc;
}

static int register_master(struct app *app, struct err *e)
{
	const struct conf *c = app->conf;
	const struct state_stage stage = {
		.arn = c->master_stage_arn,
		.name = "master",
		.whip_url = c->master_whip_url,
		.events_url = c->master_events_url,
		.created_at_ms = clock_now_ms(),
	};

	if (*c->master_stage_arn == '\0')
		return err_set(e, ERR_VALIDATION, "MASTER_STAGE_ARN is not set in %s/ivs.env", c->run_dir);
	return state_stage_put(app->service.state, &stage, e);
}

static int init_all(struct app *app, json_t **result, struct err *e)
{
	char key_path[4096];
	const struct conf *c = app->conf;

	snprintf(key_path, sizeof key_path, "%s/api-key", c->run_dir);
	if (ensure_keys(c, e) != 0 || ensure_api_key(c, key_path, e) != 0 || register_master(app, e) != 0)
		return -1;
	*result = json_pack("{s:s, s:s, s:s}", "runDir", c->run_dir, "apiKeyFile", key_path, "masterStageArn",
	    c->master_stage_arn);
	return 0;
}

int cmd_init(int argc, char **argv, json_t **result, struct err *e)
{
	struct conf *c = conf_load(NULL);
	const char *run_dir = c != NULL ? c->run_dir : NULL;
	struct app app;
	int rc;

	(void)argv;
	if (argc != 0) {
		conf_free(c);
		return EXIT_USAGE;
	}
	rc = run_dir != NULL ? ensure_env(run_dir, e) : 0; /* else app_open says what is wrong */
	conf_free(c);
	if (rc != 0)
		return -1;
	rc = app_open(&app, "ivsctl", APP_STORES, e);
	if (rc == 0)
		rc = init_all(&app, result, e);
	app_close(&app);
	return rc;
}

/* ---- schema ---- */

static json_t *read_instance(struct err *e)
{
	char *text = mem_alloc(INPUT_MAX + 1);
	size_t n = fread(text, 1, INPUT_MAX + 1, stdin);
	json_t *j = NULL;

	if (n > INPUT_MAX)
		err_set(e, ERR_PAYLOAD_TOO_LARGE, "the instance is larger than 4 MiB");
	else
		j = json_parse(text, n, e);
	free(text);
	return j;
}

static int validate(const struct schema *s, json_t **result, struct err *e)
{
	json_t *instance = read_instance(e);
	bool ok;

	if (instance == NULL)
		return -1;
	ok = schema_validate(s, instance, result);
	json_decref(instance);
	return ok ? 0 : err_set(e, ERR_VALIDATION, "the instance does not fit the schema");
}

int cmd_schema(int argc, char **argv, json_t **result, struct err *e)
{
	struct schema_set *set;
	const struct schema *s = NULL;
	json_t *doc;
	int rc = -1;

	if (argc != 1)
		return EXIT_USAGE;
	doc = json_parse_file(argv[0], INPUT_MAX, e);
	if (doc == NULL)
		return -1;
	set = schema_set_new();
	if (schema_set_add_embedded(set, e) == 0 && schema_set_add(set, argv[0], doc, e) == 0)
		s = schema_compile(set, argv[0], e);
	if (s != NULL)
		rc = validate(s, result, e);
	schema_set_free(set);
	json_decref(doc);
	return rc;
}
