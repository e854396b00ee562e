/*
 * program: what the FastCGI programs have in common; a main is its tables.
 */
#include "app/program.h"

#include "app/dispatch.h"
#include "base/log.h"
#include "http/server.h"

#include <stdio.h>
#include <string.h>

enum { MAX_RESPONSE = 4 << 20, MAX_ARENA = 16 << 20 };

static int print_help(const struct program *p)
{
	printf("%s: %s\n\n"
	       "A FastCGI program for spawn-fcgi and multiwatch, and a plain CGI program.\n"
	       "Run by hand it takes one of:\n"
	       "  --check    read the configuration, open everything, say what is wrong\n"
	       "  --routes   print its routes: method, path, permission, schema of the body\n"
	       "  --version  print the version\n"
	       "  --help     this text\n\n"
	       "Settings come from the environment and from RUN_DIR/ivs.env; see ivsctl config show.\n",
	    p->name, p->purpose);
	return 0;
}

static int print_routes(const struct program *p)
{
	for (const struct route *const *t = p->tables; *t != NULL; t++) {
		for (const struct route *r = *t; r->method != NULL; r++)
			printf("%s\t%s\t%s\t%s\n", r->method, r->path, permission_name(r->permission),
			    r->body != NULL ? r->body : "");
	}
	return 0;
}

static int fail(const struct err *e)
{
	log_write(LOG_ERROR, "cannot start: %s%s%s", e->message, e->cause[0] != '\0' ? ": " : "", e->cause);
	return 1;
}

static int run(const struct program *p, bool check_only, struct err *e)
{
	struct app app;
	struct dispatch *d = NULL;
	int rc = -1;

	if (app_open(&app, p->name, p->needs, e) != 0)
		goto out;
	d = dispatch_new(&app, p->tables, e);
	if (d == NULL)
		goto out;
	rc = 0;
	if (!check_only) {
		const struct http_server server = {
			.handle = dispatch_handle,
			.after = dispatch_after,
			.ctx = d,
			.max_response = MAX_RESPONSE,
			.max_arena = MAX_ARENA,
		};
		rc = http_serve(&server);
	}
out:
	dispatch_free(d);
	app_close(&app);
	return rc;
}

int program_main(const struct program *p, int argc, char **argv)
{
	const char *option = argc > 1 ? argv[1] : "";
	struct err e;
	int rc;

	if (strcmp(option, "--help") == 0)
		return print_help(p);
	if (strcmp(option, "--version") == 0)
		return printf("%s %s\n", p->name, app_version()) < 0;
	if (strcmp(option, "--routes") == 0)
		return print_routes(p);
	if (*option != '\0' && strcmp(option, "--check") != 0) {
		fprintf(stderr, "%s: unknown option %s; see --help\n", p->name, option);
		return 2;
	}
	err_init(&e);
	rc = run(p, *option != '\0', &e);
	if (rc != 0 && err_is_set(&e))
		rc = fail(&e);
	err_clear(&e);
	return rc;
}
