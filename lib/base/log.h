/*
 * log: one JSON line an event, on stderr.
 *
 * {"time":…,"level":…,"program":…,"pid":…,"requestId":…,"route":…,"msg":…, further fields}
 * Keeps errno; a line is written by one write(2), so lines of processes that
 * share a file never mix. Text that is not UTF-8 or has control bytes is made
 * safe. Secrets do not come here: there is no way to take them out again.
 */
#ifndef IVS_BASE_LOG_H
#define IVS_BASE_LOG_H

#include <jansson.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Name of the program and least level from now on. program is kept (a literal). fd is 2 unless a test says otherwise. */
void log_init(const char *program, enum log_level least, int fd);

/* What the lines of the current request carry; either may be NULL (none). Kept, not copied: set to NULL before they go. */
void log_context(const char *request_id, const char *route);

/* One line. */
void log_write(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One line with further members taken from the object fields_new (reference taken; may be NULL). msg is a short constant text. */
void log_fields_new(enum log_level level, const char *msg, json_t *fields_new);

/* "debug", "info", "warn", "error" to a level; -1 for anything else. */
int log_level_parse(const char *s);

#endif
