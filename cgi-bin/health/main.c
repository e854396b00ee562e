/* health: health checks. */
#include "app/program.h"
#include "cgi-bin/routes.h"

int main(int argc, char **argv)
{
	static const struct route *const tables[] = { health_routes, NULL };
	static const struct program program = {
		.name = "health",
		.purpose = "health checks",
		.needs = 0,
		.tables = tables,
	};

	return program_main(&program, argc, argv);
}
