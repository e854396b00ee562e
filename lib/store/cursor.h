/*
 * cursor: an opaque place in a list: a number and a text, as base64url.
 */
#ifndef IVS_STORE_CURSOR_H
#define IVS_STORE_CURSOR_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

/* The arena's. */
char *cursor_make(struct arena *a, int64_t number, const char *text);

/* ERR_VALIDATION when it is not one that cursor_make could have made. *text is the arena's. */
int cursor_parse(struct arena *a, const char *cursor, int64_t *number, const char **text, struct err *e);

#endif
