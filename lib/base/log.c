/*
 * log: one line an event, one write(2) a line. What a line says is process
 * state (program, level, request), kept in one struct.
 */
#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/uri.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_SIZE = 1024 };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

static struct {
	const char *program;
	const char *request_id;
	const char *route;
	enum log_level least;
	int fd;
} self = { .program = "ivs", .least = LOG_INFO, .fd = 2 };

void log_init(const char *program, enum log_level least, int fd)
{
	self.program = program;
	self.least = least;
	self.fd = fd;
}

void log_context(const char *request_id, const char *route)
{
	self.request_id = request_id;
	self.route = route;
}

int log_level_parse(const char *s)
{
	for (int i = 0; i < (int)(sizeof level_names / sizeof level_names[0]); i++) {
		if (strcmp(s, level_names[i]) == 0)
			return i;
	}
	return -1;
}

/* Bytes that are not UTF-8 become "?", so that no line is lost for them. */
static json_t *safe_text(char *s)
{
	if (!uri_is_utf8(s, strlen(s))) {
		for (char *p = s; *p != '\0'; p++) {
			if ((unsigned char)*p >= 0x80)
				*p = '?';
		}
	}
	return json_string(s);
}

static void emit(json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(6));
	size_t len;

	if (text == NULL)
		return;
	len = strlen(text);
	text[len] = '\n'; /* in place of the NUL: one buffer, one write */
	if (write(self.fd, text, len + 1) < 0)
		self.fd = 2; /* nobody is left to be told */
	free(text);
}

static json_t *line_new(enum log_level level)
{
	json_t *line = json_object();

	json_object_set_new(line, "time", json_time(clock_now_ms()));
	json_object_set_new(line, "level", json_string(level_names[level]));
	json_object_set_new(line, "program", json_text(self.program));
	json_object_set_new(line, "pid", json_integer(getpid()));
	if (self.request_id != NULL)
		json_object_set_new(line, "requestId", json_text(self.request_id));
	if (self.route != NULL)
		json_object_set_new(line, "route", json_text(self.route));
	return line;
}

void log_write(enum log_level level, const char *fmt, ...)
{
	int saved = errno;
	char text[TEXT_SIZE];
	json_t *line;
	va_list ap;

	if (level < self.least)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	line = line_new(level);
	json_object_set_new(line, "msg", safe_text(text));
	emit(line);
	json_decref(line);
	errno = saved;
}

void log_fields_new(enum log_level level, const char *msg, json_t *fields_new)
{
	int saved = errno;
	json_t *line;

	if (level < self.least) {
		json_decref(fields_new);
		return;
	}
	line = line_new(level);
	json_object_set_new(line, "msg", json_text(msg));
	if (fields_new != NULL)
		json_object_update_missing(line, fields_new);
	emit(line);
	json_decref(line);
	json_decref(fields_new);
	errno = saved;
}
