/* stats: counts. */
#include "app/program.h"
#include "cgi-bin/routes.h"

int main(int argc, char **argv)
{
	static const struct route *const tables[] = { stats_routes, NULL };
	static const struct program program = {
		.name = "stats",
		.purpose = "counts",
		.needs = APP_STORES | APP_AUTH,
		.tables = tables,
	};

	return program_main(&program, argc, argv);
}
