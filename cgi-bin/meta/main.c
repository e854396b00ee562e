/* meta: the service's own description, and everything that no other program answers. */
#include "app/program.h"
#include "cgi-bin/routes.h"

int main(int argc, char **argv)
{
	static const struct route *const tables[] = { meta_routes, NULL };
	static const struct program program = {
		.name = "meta",
		.purpose = "the service's own description, and everything that no other program answers",
		.needs = 0,
		.tables = tables,
	};

	return program_main(&program, argc, argv);
}
