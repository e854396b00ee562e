/*
 * schema: sets of documents, and the check of every keyword when a schema is
 * compiled: what is unknown or malformed is refused here, so that validation
 * never meets it.
 */
#include "validate/schema.h"

#include "base/json.h"
#include "base/mem.h"
#include "validate/schema_impl.h"

#include "embed_schemas.h"

#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 64 };

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

/* What the value of a keyword must be. */
enum shape {
	SHAPE_ANY,
	SHAPE_STRING,
	SHAPE_PATTERN,
	SHAPE_REF,
	SHAPE_BOOL,
	SHAPE_NUMBER,
	SHAPE_COUNT,
	SHAPE_TYPE,
	SHAPE_ARRAY,
	SHAPE_STRINGS,
	SHAPE_STRINGS_MAP,
	SHAPE_SCHEMA,
	SHAPE_SCHEMAS,
	SHAPE_SCHEMA_MAP,
	SHAPE_DIALECT,
	SHAPE_DROP
};

static const struct {
	const char *name;
	enum shape shape;
} keywords[] = {
	{ "$schema", SHAPE_DIALECT },
	{ "$comment", SHAPE_STRING },
	{ "$defs", SHAPE_SCHEMA_MAP },
	{ "$ref", SHAPE_REF },
	{ "title", SHAPE_STRING },
	{ "description", SHAPE_STRING },
	{ "default", SHAPE_ANY },
	{ "examples", SHAPE_ARRAY },
	{ "deprecated", SHAPE_BOOL },
	{ "readOnly", SHAPE_BOOL },
	{ "writeOnly", SHAPE_BOOL },
	{ "x-unknown", SHAPE_DROP },
	{ "type", SHAPE_TYPE },
	{ "enum", SHAPE_ARRAY },
	{ "const", SHAPE_ANY },
	{ "minimum", SHAPE_NUMBER },
	{ "maximum", SHAPE_NUMBER },
	{ "exclusiveMinimum", SHAPE_NUMBER },
	{ "exclusiveMaximum", SHAPE_NUMBER },
	{ "minLength", SHAPE_COUNT },
	{ "maxLength", SHAPE_COUNT },
	{ "pattern", SHAPE_PATTERN },
	{ "items", SHAPE_SCHEMA },
	{ "prefixItems", SHAPE_SCHEMAS },
	{ "minItems", SHAPE_COUNT },
	{ "maxItems", SHAPE_COUNT },
	{ "uniqueItems", SHAPE_BOOL },
	{ "properties", SHAPE_SCHEMA_MAP },
	{ "required", SHAPE_STRINGS },
	{ "additionalProperties", SHAPE_SCHEMA },
	{ "propertyNames", SHAPE_SCHEMA },
	{ "minProperties", SHAPE_COUNT },
	{ "maxProperties", SHAPE_COUNT },
	{ "dependentRequired", SHAPE_STRINGS_MAP },
	{ "allOf", SHAPE_SCHEMAS },
	{ "anyOf", SHAPE_SCHEMAS },
	{ "oneOf", SHAPE_SCHEMAS },
	{ "not", SHAPE_SCHEMA },
};

/* Where the check is. */
struct check {
	struct schema_set *set;
	const char *uri;
	int depth;
	struct err *err;
};

static int check_node(struct check *c, const json_t *node);

static int check_strings(const json_t *v)
{
	json_t *item;
	size_t i;

	if (!json_is_array(v))
		return -1;
	json_array_foreach((json_t *)v, i, item) {
		if (!json_is_string(item))
			return -1;
	}
	return 0;
}

static int check_type(const json_t *v)
{
	static const char names[] = " null boolean object array number string integer ";
	const char *text = json_string_value(v);
	json_t *item;
	size_t i;

	if (text != NULL)
		return strchr(text, ' ') == NULL && strstr(names, text) != NULL ? 0 : -1;
	if (check_strings(v) != 0 || json_array_size(v) == 0)
		return -1;
	json_array_foreach((json_t *)v, i, item) {
		if (strstr(names, json_string_value(item)) == NULL)
			return -1;
	}
	return 0;
}

static int check_schemas(struct check *c, const json_t *v)
{
	json_t *item;
	size_t i;

	if (!json_is_array(v) || json_array_size(v) == 0)
		return -1;
	json_array_foreach((json_t *)v, i, item) {
		if (check_node(c, item) != 0)
			return -1;
	}
	return 0;
}

static int check_map(struct check *c, const json_t *v, bool strings)
{
	const char *key;
	json_t *item;

	if (!json_is_object(v))
		return -1;
	json_object_foreach((json_t *)v, key, item) {
		if (strings ? check_strings(item) != 0 : check_node(c, item) != 0)
			return -1;
	}
	return 0;
}

/* The document that a $ref leads to is checked as well, once. */
static int check_ref(struct check *c, const json_t *v)
{
	const char *text = json_string_value(v);
	struct schema_place place = { c->uri, NULL };
	struct check inner = *c;

	if (text != NULL)
		place = schema_resolve(c->set, c->uri, text);
	if (place.node == NULL)
		return err_set(c->err, ERR_VALIDATION, "%s: $ref %s leads nowhere", c->uri, text != NULL ? text : "");
	if (json_object_get(c->set->checked, place.uri) != NULL)
		return json_is_boolean(place.node) || json_is_object(place.node) ? 0 : -1;
	json_object_set_new(c->set->checked, place.uri, json_true());
	inner.uri = place.uri;
	return check_node(&inner, json_object_get(c->set->docs, place.uri));
}

static int as_int(bool ok)
{
	return ok ? 0 : -1;
}

static int check_shape(struct check *c, enum shape shape, const json_t *v)
{
	switch (shape) {
	case SHAPE_ANY:
		return 0;
	case SHAPE_STRING:
		return as_int(json_is_string(v));
	case SHAPE_PATTERN:
		return json_is_string(v) ? schema_pattern_add(c->set, json_string_value(v), c->err) : -1;
	case SHAPE_REF:
		return check_ref(c, v);
	case SHAPE_BOOL:
		return as_int(json_is_boolean(v));
	case SHAPE_NUMBER:
		return as_int(json_is_number(v));
	case SHAPE_COUNT:
		return as_int(json_is_number(v) && json_number_value(v) >= 0);
	case SHAPE_TYPE:
		return check_type(v);
	case SHAPE_ARRAY:
		return as_int(json_is_array(v));
	case SHAPE_STRINGS:
		return check_strings(v);
	case SHAPE_STRINGS_MAP:
		return check_map(c, v, true);
	case SHAPE_SCHEMA:
		return check_node(c, v);
	case SHAPE_SCHEMAS:
		return check_schemas(c, v);
	case SHAPE_SCHEMA_MAP:
		return check_map(c, v, false);
	case SHAPE_DIALECT:
		return as_int(json_is_string(v) && strcmp(json_string_value(v), DIALECT) == 0);
	case SHAPE_DROP:
		return as_int(json_is_string(v) && strcmp(json_string_value(v), "drop") == 0);
	}
	return -1;
}

static int check_keyword(struct check *c, const char *name, const json_t *value)
{
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		if (strcmp(keywords[i].name, name) != 0)
			continue;
		if (check_shape(c, keywords[i].shape, value) == 0)
			return 0;
		return err_set(c->err, ERR_VALIDATION, "%s: the value of keyword %s is malformed", c->uri, name);
	}
	return err_set(c->err, ERR_VALIDATION, "%s: keyword %s is not supported", c->uri, name);
}

static int check_node(struct check *c, const json_t *node)
{
	const char *name;
	json_t *value;
	int rc = 0;

	if (json_is_boolean(node))
		return 0;
	if (!json_is_object(node) || c->depth >= NESTING_MAX)
		return err_set(c->err, ERR_VALIDATION, "%s: a schema must be an object or a boolean", c->uri);
	c->depth++;
	json_object_foreach((json_t *)node, name, value) {
		if (rc == 0)
			rc = check_keyword(c, name, value);
	}
	c->depth--;
	return rc;
}

struct schema_set *schema_set_new(void)
{
	struct schema_set *s = mem_alloc(sizeof *s);

	s->docs = json_object();
	s->checked = json_object();
	return s;
}

void schema_set_free(struct schema_set *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->nschemas; i++)
		free(s->schemas[i]);
	for (size_t i = 0; i < s->npatterns; i++)
		schema_pattern_free(s->patterns[i]);
	free(s->schemas);
	free(s->patterns);
	json_decref(s->docs);
	json_decref(s->checked);
	free(s);
}

int schema_set_add(struct schema_set *s, const char *uri, json_t *doc, struct err *e)
{
	if (!json_is_object(doc) && !json_is_boolean(doc))
		return err_set(e, ERR_VALIDATION, "%s: a schema must be an object or a boolean", uri);
	json_object_set(s->docs, uri, doc);
	return 0;
}

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

int schema_set_add_embedded(struct schema_set *s, struct err *e)
{
	for (size_t i = 0; embed_schemas[i].name != NULL; i++) {
		json_t *doc = json_parse(embed_schemas[i].text, strlen(embed_schemas[i].text), e);
		int rc = doc != NULL ? schema_set_add(s, base_name(embed_schemas[i].name), doc, e) : -1;
		json_decref(doc);
		if (rc != 0)
			return -1;
	}
	return 0;
}

const char *schema_embedded(const char *name)
{
	for (size_t i = 0; embed_schemas[i].name != NULL; i++) {
		if (strcmp(base_name(embed_schemas[i].name), name) == 0)
			return embed_schemas[i].text;
	}
	return NULL;
}

static const struct schema *keep(struct schema_set *s, const char *uri, const json_t *root)
{
	struct schema *out = mem_alloc(sizeof *out);

	out->set = s;
	out->uri = uri;
	out->root = root;
	s->schemas = mem_realloc(s->schemas, (s->nschemas + 1) * sizeof(struct schema *));
	s->schemas[s->nschemas++] = out;
	return out;
}

const struct schema *schema_compile(struct schema_set *s, const char *uri, struct err *e)
{
	struct schema_place place = schema_resolve(s, uri, "#");
	struct check c = { .set = s, .uri = place.uri, .err = e };

	if (place.node == NULL) {
		err_set(e, ERR_VALIDATION, "there is no schema %s", uri);
		return NULL;
	}
	if (json_object_get(s->checked, place.uri) == NULL) {
		json_object_set_new(s->checked, place.uri, json_true());
		if (check_node(&c, place.node) != 0) {
			json_object_del(s->checked, place.uri);
			return NULL;
		}
	}
	return keep(s, place.uri, place.node);
}
