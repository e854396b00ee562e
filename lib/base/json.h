/*
 * json: reading JSON from strangers and small helpers over jansson.
 */
#ifndef IVS_BASE_JSON_H
#define IVS_BASE_JSON_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_DEPTH = 32 };

/*
 * Parse exactly len bytes as RFC 8259 JSON, any top-level value. Refused, as
 * ERR_INVALID_JSON with details line, column (1-based, column in characters)
 * and reason: duplicate keys, NUL in strings, invalid UTF-8, more than
 * JSON_MAX_DEPTH levels, anything after the value, numbers out of range, an
 * empty text. Returns a new reference or NULL.
 */
json_t *json_parse(const char *text, size_t len, struct err *e);

/* Read a whole JSON file of at most max bytes. Errors name the file, ERR_VALIDATION or ERR_INTERNAL. New reference or NULL. */
json_t *json_parse_file(const char *path, size_t max, struct err *e);

/* The string, integer under key of object o, or the given default when absent or of another type. Borrowed. */
const char *json_str(const json_t *o, const char *key, const char *dflt);
int64_t json_int(const json_t *o, const char *key, int64_t dflt);

/* A JSON string of time t (ISO 8601 with ms), or JSON null when t_ms < 0. New reference. */
json_t *json_time(int64_t t_ms);

/* A JSON string of s, or JSON null when s is NULL or not UTF-8. New reference; never NULL. */
json_t *json_text(const char *s);

/* Compact text, to be freed by the caller; never NULL for a sound value. */
char *json_print(const json_t *j);

#endif
