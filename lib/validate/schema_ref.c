/*
 * schema_ref: $ref: "doc.json", "doc.json#/pointer", "#/pointer", "#".
 */
#include "validate/schema_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_SIZE = 128 };

/* One reference token of a JSON Pointer, ~0 and ~1 undone. -1 when it is too long or has a %-escape. */
static int read_token(const char *s, size_t len, char out[TOKEN_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];
		if (c == '%' || n + 1 >= TOKEN_SIZE)
			return -1;
		if (c == '~' && i + 1 < len && (s[i + 1] == '0' || s[i + 1] == '1'))
			c = s[++i] == '0' ? '~' : '/';
		out[n++] = c;
	}
	out[n] = '\0';
	return 0;
}

static const json_t *step(const json_t *node, const char *token)
{
	if (json_is_array(node) && *token >= '0' && *token <= '9')
		return json_array_get(node, (size_t)strtoul(token, NULL, 10));
	return json_object_get(node, token);
}

static const json_t *follow(const json_t *node, const char *pointer)
{
	char token[TOKEN_SIZE];

	while (node != NULL && *pointer == '/') {
		size_t len = strcspn(++pointer, "/");
		node = read_token(pointer, len, token) == 0 ? step(node, token) : NULL;
		pointer += len;
	}
	return *pointer == '\0' ? node : NULL;
}

struct schema_place schema_resolve(const struct schema_set *s, const char *uri, const char *ref)
{
	struct schema_place out = { uri, NULL };
	size_t len = strcspn(ref, "#");
	char name[TOKEN_SIZE];
	const char *key;
	json_t *doc;

	if (len >= sizeof name)
		return out;
	snprintf(name, sizeof name, "%.*s", (int)len, ref);
	json_object_foreach(s->docs, key, doc) {
		if (strcmp(key, len > 0 ? name : uri) == 0) {
			out.uri = key;
			out.node = follow(doc, ref[len] == '#' ? ref + len + 1 : "");
		}
	}
	return out;
}
