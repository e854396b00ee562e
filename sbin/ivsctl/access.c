/* access: API keys, key pairs, tokens of callers. */
#include "sbin/ivsctl/ivsctl.h"

#include "app/app.h"
#include "auth/apikey.h"
#include "auth/jwt.h"
#include "base/mem.h"
#include "core/keyring.h"

#include <string.h>

/* Run fn with the configuration alone. */
static int with_conf(int (*fn)(const struct conf *c, int argc, char **argv, json_t **result, struct err *e), int argc,
    char **argv, json_t **result, struct err *e)
{
	struct conf *c = conf_load(e);
	int rc = c != NULL ? fn(c, argc, argv, result, e) : -1;

	conf_free(c);
	return rc;
}

static int read_permissions(int argc, char **argv, permission_set *out, struct err *e)
{
	*out = 0;
	for (int i = 0; i < argc; i++) {
		if (permission_add(out, argv[i], e) != 0)
			return -1;
	}
	return 0;
}

static int create(const struct conf *c, int argc, char **argv, json_t **result, struct err *e)
{
	struct apikey_spec spec = { .name = argv[0], .rate_limit = -1, .expires_at_ms = -1 };
	char text[APIKEY_TEXT_SIZE];

	if (read_permissions(argc - 1, argv + 1, &spec.permissions, e) != 0 ||
	    apikey_create(c->api_keys_file, &spec, text, e) != 0)
		return -1;
	*result = json_pack("{s:s, s:s, s:o}", "name", spec.name, "key", text, "permissions",
	    permission_list(spec.permissions));
	mem_wipe(text, sizeof text);
	return 0;
}

int cmd_apikey_create(int argc, char **argv, json_t **result, struct err *e)
{
	return argc >= 2 ? with_conf(create, argc, argv, result, e) : EXIT_USAGE;
}

static int list(const struct conf *c, int argc, char **argv, json_t **result, struct err *e)
{
	(void)argc;
	(void)argv;
	*result = apikey_list(c->api_keys_file, e);
	return *result != NULL ? 0 : -1;
}

int cmd_apikey_list(int argc, char **argv, json_t **result, struct err *e)
{
	return argc == 0 ? with_conf(list, argc, argv, result, e) : EXIT_USAGE;
}

static int revoke(const struct conf *c, int argc, char **argv, json_t **result, struct err *e)
{
	(void)argc;
	if (apikey_revoke(c->api_keys_file, argv[0], e) != 0)
		return -1;
	*result = json_pack("{s:s, s:b}", "name", argv[0], "revoked", 1);
	return 0;
}

int cmd_apikey_revoke(int argc, char **argv, json_t **result, struct err *e)
{
	return argc == 1 ? with_conf(revoke, argc, argv, result, e) : EXIT_USAGE;
}

static int generate(const struct conf *c, int argc, char **argv, json_t **result, struct err *e)
{
	*result = keyring_generate(c, argc == 1 ? argv[0] : NULL, e);
	return *result != NULL ? 0 : -1;
}

int cmd_keys_generate(int argc, char **argv, json_t **result, struct err *e)
{
	return argc <= 1 ? with_conf(generate, argc, argv, result, e) : EXIT_USAGE;
}

static int list_keys(const struct conf *c, int argc, char **argv, json_t **result, struct err *e)
{
	(void)argc;
	(void)argv;
	*result = keyring_list(c, e);
	return *result != NULL ? 0 : -1;
}

int cmd_keys_list(int argc, char **argv, json_t **result, struct err *e)
{
	return argc == 0 ? with_conf(list_keys, argc, argv, result, e) : EXIT_USAGE;
}

static int issue(const struct conf *c, int argc, char **argv, json_t **result, struct err *e)
{
	struct jwt_spec spec = { .sub = argv[0], .ttl_s = c->jwt_ttl_s };
	struct jwt_keys *keys = jwt_keys_new(c, e);
	struct arena *a = arena_new(1 << 20);
	char *token = NULL;

	spec.is_admin = strcmp(argv[1], "admin") == 0;
	if (keys != NULL && read_permissions(argc - 1, argv + 1, &spec.permissions, e) == 0)
		token = jwt_issue(keys, a, &spec, NULL, e);
	if (token != NULL)
		*result = json_pack("{s:s, s:s}", "token", token, "tokenType", "Bearer");
	arena_free(a);
	jwt_keys_free(keys);
	return token != NULL ? 0 : -1;
}

int cmd_jwt_issue(int argc, char **argv, json_t **result, struct err *e)
{
	return argc >= 2 ? with_conf(issue, argc, argv, result, e) : EXIT_USAGE;
}
