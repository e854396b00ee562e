/* token: participant tokens. */
#include "app/program.h"
#include "cgi-bin/routes.h"

int main(int argc, char **argv)
{
	static const struct route *const tables[] = { token_routes, NULL };
	static const struct program program = {
		.name = "token",
		.purpose = "participant tokens",
		.needs = APP_STORES | APP_AUTH | APP_KEYS | APP_SCHEMAS,
		.tables = tables,
	};

	return program_main(&program, argc, argv);
}
