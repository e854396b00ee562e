/* viewer: viewers: signs of life, lists, history. */
#include "app/program.h"
#include "cgi-bin/routes.h"

int main(int argc, char **argv)
{
	static const struct route *const tables[] = { viewer_routes, NULL };
	static const struct program program = {
		.name = "viewer",
		.purpose = "viewers: signs of life, lists, history",
		.needs = APP_STORES | APP_AUTH | APP_SCHEMAS,
		.tables = tables,
	};

	return program_main(&program, argc, argv);
}
