/*
 * conf_table: the one table of settings; private to conf*.c.
 */
#ifndef IVS_BASE_CONF_TABLE_H
#define IVS_BASE_CONF_TABLE_H

#include "base/conf.h"

#include <stddef.h>

enum conf_type {
	CONF_STRING,
	CONF_INT,
	CONF_SECONDS,   /* given in seconds, a fraction allowed; kept in ms */
	CONF_BOOL,      /* true, false, 1, 0 */
	CONF_WORD,      /* one of words; kept as its index */
	CONF_STAGE_ARN,
	CONF_KEY_ARN,
	CONF_HTTPS_URL,
	CONF_WSS_URL,
	CONF_SQLITE_URL
};

enum { CONF_SECRET = 1, CONF_RUNTIME = 2, CONF_IN_RUN_DIR = 4 };

struct conf_row {
	const char *name;
	const char *older[2];      /* names of older servers, NULL when none */
	enum conf_type type;
	size_t offset;             /* of the member of struct conf: char *, int64_t or bool */
	const char *dflt;          /* as text; with CONF_IN_RUN_DIR: a name below RUN_DIR */
	int64_t min, max;          /* of CONF_INT and CONF_SECONDS (in ms) */
	const char *const *words;  /* of CONF_WORD, ended by NULL */
	unsigned flags;
	const char *help;
};

/* Ended by a NULL name. RUN_DIR is not in it: it says where the file is. */
extern const struct conf_row conf_table[];

/* Names that ivs.env may hold for the start script: PORT, BIND_ADDR, *_PROCS. */
int conf_is_script_name(const char *name);

#endif
