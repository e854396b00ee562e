/*
 * json: reading JSON from strangers. A look over the bytes bounds the depth
 * before jansson recurses into them.
 */
#include "base/json.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/uri.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
	int line;
	int column;
};

static int refuse(struct err *e, struct place at, const char *reason)
{
	err_set(e, ERR_INVALID_JSON, "the body is not valid JSON: line %d, column %d: %s", at.line, at.column, reason);
	err_detail_new(e, "line", json_integer(at.line));
	err_detail_new(e, "column", json_integer(at.column));
	err_detail_new(e, "reason", json_text(reason));
	return -1;
}

/* Where offset is, as line and column in characters, both from 1. */
static struct place place_of(const char *text, size_t offset)
{
	struct place at = { 1, 1 };

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if (((unsigned char)text[i] & 0xC0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

/* Offset of the bracket that goes one level too deep, or len. Strings are stepped over. */
static size_t too_deep(const char *text, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_MAX_DEPTH)
				return i;
		} else if (c == ']' || c == '}') {
			depth--;
		}
	}
	return len;
}

/* jansson's words without what it quotes of the input: that may be anything. */
static void plain_reason(const json_error_t *je, char *out, size_t size)
{
	const char *near = strstr(je->text, " near ");
	size_t n = near != NULL ? (size_t)(near - je->text) : strlen(je->text);

	if (n >= size)
		n = size - 1;
	memcpy(out, je->text, n);
	out[n] = '\0';
	if (json_error_code(je) == json_error_duplicate_key)
		snprintf(out, size, "a member name occurs twice in one object");
}

json_t *json_parse(const char *text, size_t len, struct err *e)
{
	json_error_t je;
	char reason[96];
	size_t deep = too_deep(text, len);
	json_t *out;

	if (deep < len) {
		refuse(e, place_of(text, deep), "nested deeper than 32 levels");
		return NULL;
	}
	out = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
	if (out != NULL)
		return out;
	plain_reason(&je, reason, sizeof reason);
	if (len == 0) {
		refuse(e, (struct place){ 1, 1 }, "the text is empty");
	} else {
		size_t offset = je.position > 0 && (size_t)je.position <= len ? (size_t)je.position - 1 : 0;
		refuse(e, place_of(text, offset), reason);
	}
	return NULL;
}

json_t *json_parse_file(const char *path, size_t max, struct err *e)
{
	struct err inner;
	size_t len;
	char *text = file_read(path, max, &len, e);
	json_t *out;

	if (text == NULL)
		return NULL;
	err_init(&inner);
	out = json_parse(text, len, &inner);
	if (out == NULL)
		err_set(e, ERR_VALIDATION, "%s: line %s, column %s: %s", path, inner.args[0], inner.args[1],
		    inner.args[2]);
	err_clear(&inner);
	free(text);
	return out;
}

const char *json_str(const json_t *o, const char *key, const char *dflt)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? json_string_value(v) : dflt;
}

int64_t json_int(const json_t *o, const char *key, int64_t dflt)
{
	const json_t *v = json_object_get(o, key);

	return json_is_integer(v) ? (int64_t)json_integer_value(v) : dflt;
}

json_t *json_time(int64_t t_ms)
{
	char text[CLOCK_ISO_SIZE];

	return t_ms < 0 ? json_null() : json_string(clock_format(t_ms, text));
}

json_t *json_text(const char *s)
{
	if (s == NULL || !uri_is_utf8(s, strlen(s)))
		return json_null();
	return json_string(s);
}

char *json_print(const json_t *j)
{
	char *out = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	return out != NULL ? out : mem_strdup("null");
}
