/*
 * program: main of a FastCGI program.
 */
#ifndef IVS_APP_PROGRAM_H
#define IVS_APP_PROGRAM_H

#include "app/route.h"

struct program {
	const char *name;
	const char *purpose;                /* one line for --help */
	unsigned needs;                     /* enum app_need */
	const struct route *const *tables;  /* NULL-ended */
};

/* Options (--help, --version, --check, --routes), start-up, serve, tear down. The exit status. */
int program_main(const struct program *p, int argc, char **argv);

#endif
