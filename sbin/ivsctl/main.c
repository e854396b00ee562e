/*
 * ivsctl: the operator's tool. A command is a row of a table: its words, its
 * usage, a function. Results are JSON on standard output, errors one line on
 * standard error.
 */
#include "sbin/ivsctl/ivsctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *group;
	const char *verb;      /* NULL: the group alone */
	const char *usage;
	command_fn *run;
} commands[] = {
	{ "init", NULL, "", cmd_init },
	{ "config", "check", "", cmd_config_check },
	{ "config", "show", "", cmd_config_show },
	{ "apikey", "create", "NAME PERMISSION...", cmd_apikey_create },
	{ "apikey", "list", "", cmd_apikey_list },
	{ "apikey", "revoke", "NAME", cmd_apikey_revoke },
	{ "keys", "generate", "[ARN]", cmd_keys_generate },
	{ "keys", "list", "", cmd_keys_list },
	{ "jwt", "issue", "SUB admin|PERMISSION...", cmd_jwt_issue },
	{ "stages", "add", "ARN WHIP_URL [CAPACITY]", cmd_stages_add },
	{ "viewers", "list", "STAGE_ARN", cmd_viewers_list },
	{ "viewers", "count", "", cmd_viewers_count },
	{ "schema", NULL, "SCHEMA.json < INSTANCE", cmd_schema },
};

static int print_help(FILE *out)
{
	fprintf(out, "ivsctl: operate ivs-fcgi from a shell. Settings come from RUN_DIR/ivs.env and the environment.\n\n");
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		fprintf(out, "  ivsctl %s%s%s %s\n", commands[i].group, commands[i].verb != NULL ? " " : "",
		    commands[i].verb != NULL ? commands[i].verb : "", commands[i].usage);
	fprintf(out, "\nOutput is JSON. Exit status: 0 done, 1 failed, 2 usage.\n");
	return out == stdout ? 0 : EXIT_USAGE;
}

static bool is_command(size_t i, int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], commands[i].group) != 0)
		return false;
	return commands[i].verb == NULL || (argc > 2 && strcmp(argv[2], commands[i].verb) == 0);
}

static int run(size_t i, int argc, char **argv)
{
	int skip = commands[i].verb != NULL ? 3 : 2;
	json_t *result = NULL;
	struct err e;
	int rc;

	err_init(&e);
	rc = commands[i].run(argc - skip, argv + skip, &result, &e);
	if (rc == EXIT_USAGE)
		fprintf(stderr, "usage: ivsctl %s %s %s\n", commands[i].group,
		    commands[i].verb != NULL ? commands[i].verb : "", commands[i].usage);
	else if (rc != 0)
		fprintf(stderr, "ivsctl: %s%s%s\n", e.message, e.cause[0] != '\0' ? ": " : "", e.cause);
	if (result != NULL) {
		json_dumpf(result, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
		printf("\n");
	}
	json_decref(result);
	err_clear(&e);
	return rc < 0 ? 1 : rc;
}

int main(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0)
		return print_help(argc < 2 ? stderr : stdout);
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (is_command(i, argc, argv))
			return run(i, argc, argv);
	}
	return print_help(stderr);
}
