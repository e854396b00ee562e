/*
 * schema_validate: an instance against a checked schema. One function a
 * keyword; a table says which. Errors carry the place, never the value.
 */
#include "validate/schema_impl.h"

#include "base/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ERRORS_MAX = 100, DEPTH_MAX = 200, PATH_MAX_BYTES = 4096 };

/* A walk over an instance. */
struct walk {
	const struct schema_set *set;
	const char *uri;       /* document of the present schema */
	struct buf *path;      /* JSON Pointer of the present place */
	json_t *errors;        /* NULL: only whether it fits is asked */
	int depth;
};

static bool validate(struct walk *w, const json_t *node, const json_t *v);

/* Note an error; false, for `return`. */
static bool bad(struct walk *w, const char *keyword, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool bad(struct walk *w, const char *keyword, const char *fmt, ...)
{
	char message[256];
	va_list ap;

	if (w->errors == NULL || json_array_size(w->errors) >= ERRORS_MAX)
		return false;
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	json_array_append_new(w->errors, json_pack("{s:s, s:s, s:o}", "path", w->path->data, "keyword", keyword, "message",
					     json_text(message)));
	return false;
}

/* Go into a member or item; the length to come back to. */
static size_t enter(struct walk *w, const char *name)
{
	size_t before = w->path->len;

	buf_addc(w->path, '/');
	for (const char *p = name; *p != '\0'; p++)
		buf_adds(w->path, *p == '~' ? "~0" : *p == '/' ? "~1" : (char[]){ *p, '\0' });
	return before;
}

static void leave(struct walk *w, size_t before)
{
	w->path->len = before;
	w->path->data[before] = '\0';
	w->path->overflow = false;
}

static bool validate_member(struct walk *w, const json_t *node, const char *name, const json_t *v)
{
	size_t before = enter(w, name);
	bool ok = validate(w, node, v);

	leave(w, before);
	return ok;
}

static bool validate_item(struct walk *w, const json_t *node, size_t i, const json_t *v)
{
	char name[24];

	snprintf(name, sizeof name, "%zu", i);
	return validate_member(w, node, name, v);
}

/* Whether it fits, noting nothing. */
static bool fits(struct walk *w, const json_t *node, const json_t *v)
{
	struct walk quiet = *w;

	quiet.errors = NULL;
	return validate(&quiet, node, v);
}

static bool is_type(const char *type, const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return strcmp(type, "object") == 0;
	case JSON_ARRAY:
		return strcmp(type, "array") == 0;
	case JSON_STRING:
		return strcmp(type, "string") == 0;
	case JSON_INTEGER:
		return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
	case JSON_REAL:
		return strcmp(type, "number") == 0 ||
		    (strcmp(type, "integer") == 0 && floor(json_real_value(v)) == json_real_value(v));
	case JSON_TRUE:
	case JSON_FALSE:
		return strcmp(type, "boolean") == 0;
	case JSON_NULL:
		return strcmp(type, "null") == 0;
	}
	return false;
}

static bool k_type(struct walk *w, const json_t *k, const json_t *v)
{
	json_t *item;
	size_t i;

	if (json_is_string(k))
		return is_type(json_string_value(k), v) || bad(w, "type", "must be of type %s", json_string_value(k));
	json_array_foreach((json_t *)k, i, item) {
		if (is_type(json_string_value(item), v))
			return true;
	}
	return bad(w, "type", "must be of another type");
}

static bool k_enum(struct walk *w, const json_t *k, const json_t *v)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)k, i, item) {
		if (schema_equal(item, v))
			return true;
	}
	return bad(w, "enum", "must be one of the listed values");
}

static bool k_const(struct walk *w, const json_t *k, const json_t *v)
{
	return schema_equal(k, v) || bad(w, "const", "must be the stated value");
}

static long double number(const json_t *v)
{
	return json_is_integer(v) ? (long double)json_integer_value(v) : (long double)json_real_value(v);
}

static bool k_minimum(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_number(v) || number(v) >= number(k) || bad(w, "minimum", "must be at least %Lg", number(k));
}

static bool k_maximum(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_number(v) || number(v) <= number(k) || bad(w, "maximum", "must be at most %Lg", number(k));
}

static bool k_exclusive_minimum(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_number(v) || number(v) > number(k) ||
	    bad(w, "exclusiveMinimum", "must be more than %Lg", number(k));
}

static bool k_exclusive_maximum(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_number(v) || number(v) < number(k) ||
	    bad(w, "exclusiveMaximum", "must be less than %Lg", number(k));
}

/* Code points: bytes that do not continue one. */
static size_t length_of(const json_t *v)
{
	const char *s = json_string_value(v);
	size_t n = 0;

	for (size_t i = 0; i < json_string_length(v); i++)
		n += ((unsigned char)s[i] & 0xC0) != 0x80;
	return n;
}

static bool k_min_length(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_string(v) || (double)length_of(v) >= json_number_value(k) ||
	    bad(w, "minLength", "must have at least %g characters", json_number_value(k));
}

static bool k_max_length(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_string(v) || (double)length_of(v) <= json_number_value(k) ||
	    bad(w, "maxLength", "must have at most %g characters", json_number_value(k));
}

static bool k_pattern(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_string(v) ||
	    schema_pattern_match(w->set, json_string_value(k), json_string_value(v), json_string_length(v)) ||
	    bad(w, "pattern", "must match %s", json_string_value(k));
}

static bool k_min_items(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_array(v) || (double)json_array_size(v) >= json_number_value(k) ||
	    bad(w, "minItems", "must have at least %g items", json_number_value(k));
}

static bool k_max_items(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_array(v) || (double)json_array_size(v) <= json_number_value(k) ||
	    bad(w, "maxItems", "must have at most %g items", json_number_value(k));
}

static bool k_unique_items(struct walk *w, const json_t *k, const json_t *v)
{
	size_t n = json_is_array(v) && json_is_true(k) ? json_array_size(v) : 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (schema_equal(json_array_get(v, i), json_array_get(v, j)))
				return bad(w, "uniqueItems", "must not repeat an item");
		}
	}
	return true;
}

static bool k_prefix_items(struct walk *w, const json_t *k, const json_t *v)
{
	bool ok = true;
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)v, i, item) {
		if (i < json_array_size(k))
			ok = validate_item(w, json_array_get(k, i), i, item) && ok;
	}
	return ok;
}

static bool k_min_properties(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_object(v) || (double)json_object_size(v) >= json_number_value(k) ||
	    bad(w, "minProperties", "must have at least %g members", json_number_value(k));
}

static bool k_max_properties(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_object(v) || (double)json_object_size(v) <= json_number_value(k) ||
	    bad(w, "maxProperties", "must have at most %g members", json_number_value(k));
}

/* The error of a missing member stands at its own place. */
static bool require(struct walk *w, const json_t *names, const json_t *v, const char *keyword)
{
	bool ok = true;
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)names, i, item) {
		size_t before;
		if (json_object_get(v, json_string_value(item)) != NULL)
			continue;
		before = enter(w, json_string_value(item));
		ok = bad(w, keyword, "is required");
		leave(w, before);
	}
	return ok;
}

static bool k_required(struct walk *w, const json_t *k, const json_t *v)
{
	return !json_is_object(v) || require(w, k, v, "required");
}

static bool k_dependent_required(struct walk *w, const json_t *k, const json_t *v)
{
	bool ok = true;
	const char *name;
	json_t *names;

	if (!json_is_object(v))
		return true;
	json_object_foreach((json_t *)k, name, names) {
		if (json_object_get(v, name) != NULL)
			ok = require(w, names, v, "dependentRequired") && ok;
	}
	return ok;
}

static bool k_properties(struct walk *w, const json_t *k, const json_t *v)
{
	bool ok = true;
	const char *name;
	json_t *node;

	json_object_foreach((json_t *)k, name, node) {
		const json_t *member = json_object_get(v, name);
		if (member != NULL)
			ok = validate_member(w, node, name, member) && ok;
	}
	return ok;
}

static bool k_property_names(struct walk *w, const json_t *k, const json_t *v)
{
	bool ok = true;
	const char *name;
	json_t *ignored;

	json_object_foreach((json_t *)v, name, ignored) {
		json_t *text = json_string(name);
		if (!fits(w, k, text))
			ok = bad(w, "propertyNames", "has a member whose name is not allowed");
		json_decref(text);
	}
	return ok;
}

static bool k_all_of(struct walk *w, const json_t *k, const json_t *v)
{
	bool ok = true;
	json_t *node;
	size_t i;

	json_array_foreach((json_t *)k, i, node)
		ok = validate(w, node, v) && ok;
	return ok;
}

static int count_fitting(struct walk *w, const json_t *k, const json_t *v)
{
	int n = 0;
	json_t *node;
	size_t i;

	json_array_foreach((json_t *)k, i, node)
		n += fits(w, node, v);
	return n;
}

static bool k_any_of(struct walk *w, const json_t *k, const json_t *v)
{
	return count_fitting(w, k, v) > 0 || bad(w, "anyOf", "fits none of the allowed forms");
}

static bool k_one_of(struct walk *w, const json_t *k, const json_t *v)
{
	return count_fitting(w, k, v) == 1 || bad(w, "oneOf", "must fit exactly one of the allowed forms");
}

static bool k_not(struct walk *w, const json_t *k, const json_t *v)
{
	return !fits(w, k, v) || bad(w, "not", "has a form that is not allowed");
}

static bool k_ref(struct walk *w, const json_t *k, const json_t *v)
{
	struct schema_place place = schema_resolve(w->set, w->uri, json_string_value(k));
	const char *before = w->uri;
	bool ok;

	w->uri = place.uri;
	ok = validate(w, place.node, v);
	w->uri = before;
	return ok;
}

static const struct {
	const char *name;
	bool (*fn)(struct walk *w, const json_t *k, const json_t *v);
} keywords[] = {
	{ "$ref", k_ref },
	{ "type", k_type },
	{ "enum", k_enum },
	{ "const", k_const },
	{ "minimum", k_minimum },
	{ "maximum", k_maximum },
	{ "exclusiveMinimum", k_exclusive_minimum },
	{ "exclusiveMaximum", k_exclusive_maximum },
	{ "minLength", k_min_length },
	{ "maxLength", k_max_length },
	{ "pattern", k_pattern },
	{ "prefixItems", k_prefix_items },
	{ "minItems", k_min_items },
	{ "maxItems", k_max_items },
	{ "uniqueItems", k_unique_items },
	{ "required", k_required },
	{ "dependentRequired", k_dependent_required },
	{ "properties", k_properties },
	{ "propertyNames", k_property_names },
	{ "minProperties", k_min_properties },
	{ "maxProperties", k_max_properties },
	{ "allOf", k_all_of },
	{ "anyOf", k_any_of },
	{ "oneOf", k_one_of },
	{ "not", k_not },
};

/* items begins where prefixItems of the same schema ends. */
static bool validate_items(struct walk *w, const json_t *node, const json_t *v)
{
	const json_t *k = json_object_get(node, "items");
	size_t first = json_array_size(json_object_get(node, "prefixItems"));
	bool ok = true;

	for (size_t i = first; k != NULL && i < json_array_size(v); i++)
		ok = validate_item(w, k, i, json_array_get(v, i)) && ok;
	return ok;
}

/* additionalProperties means what properties of the same schema does not name. */
static bool validate_additional(struct walk *w, const json_t *node, const json_t *v)
{
	const json_t *k = json_object_get(node, "additionalProperties");
	const json_t *known = json_object_get(node, "properties");
	bool ok = true;
	const char *name;
	json_t *member;

	if (k == NULL)
		return true;
	json_object_foreach((json_t *)v, name, member) {
		if (json_object_get(known, name) == NULL)
			ok = validate_member(w, k, name, member) && ok;
	}
	return ok;
}

static bool validate(struct walk *w, const json_t *node, const json_t *v)
{
	bool ok = true;

	if (json_is_true(node))
		return true;
	if (json_is_false(node))
		return bad(w, "false", "is not allowed here");
	if (w->depth >= DEPTH_MAX)
		return bad(w, "$ref", "is nested too deeply for this schema");
	w->depth++;
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		const json_t *k = json_object_get(node, keywords[i].name);
		if (k != NULL)
			ok = keywords[i].fn(w, k, v) && ok;
	}
	ok = validate_items(w, node, v) && ok;
	ok = validate_additional(w, node, v) && ok;
	w->depth--;
	return ok;
}

static bool equal_objects(const json_t *a, const json_t *b)
{
	const char *name;
	json_t *member;

	if (json_object_size(a) != json_object_size(b))
		return false;
	json_object_foreach((json_t *)a, name, member) {
		const json_t *other = json_object_get(b, name);
		if (other == NULL || !schema_equal(member, other))
			return false;
	}
	return true;
}

bool schema_equal(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return number(a) == number(b);
	if (json_typeof(a) != json_typeof(b))
		return false;
	if (json_is_object(a))
		return equal_objects(a, b);
	if (!json_is_array(a))
		return json_equal(a, b);
	if (json_array_size(a) != json_array_size(b))
		return false;
	for (size_t i = 0; i < json_array_size(a); i++) {
		if (!schema_equal(json_array_get(a, i), json_array_get(b, i)))
			return false;
	}
	return true;
}

bool schema_validate(const struct schema *s, const json_t *instance, json_t **errors)
{
	struct buf path;
	struct walk w = { .set = s->set, .uri = s->uri, .path = &path };
	bool ok;

	w.errors = errors != NULL ? json_array() : NULL;
	buf_init(&path, PATH_MAX_BYTES);
	ok = validate(&w, s->root, instance);
	buf_clear(&path);
	if (errors != NULL)
		*errors = ok ? NULL : json_incref(w.errors);
	json_decref(w.errors);
	return ok;
}

static void prune(const struct schema_set *set, struct schema_place at, json_t *v, int depth);

static void prune_object(const struct schema_set *set, struct schema_place at, json_t *v, int depth)
{
	const json_t *known = json_object_get(at.node, "properties");
	const char *name;
	json_t *member;
	void *next;

	json_object_foreach_safe(v, next, name, member) {
		const json_t *node = json_object_get(known, name);
		if (node != NULL)
			prune(set, (struct schema_place){ at.uri, node }, member, depth + 1);
		else if (json_object_get(at.node, "x-unknown") != NULL)
			json_object_del(v, name);
	}
}

static void prune(const struct schema_set *set, struct schema_place at, json_t *v, int depth)
{
	const char *ref = json_str(at.node, "$ref", NULL);
	const json_t *items = json_object_get(at.node, "items");
	json_t *item;
	size_t i;

	if (depth >= DEPTH_MAX)
		return;
	if (ref != NULL)
		prune(set, schema_resolve(set, at.uri, ref), v, depth + 1);
	if (json_is_object(v) && json_is_object(at.node))
		prune_object(set, at, v, depth);
	json_array_foreach(v, i, item)
		prune(set, (struct schema_place){ at.uri, items }, item, depth + 1);
}

void schema_prune(const struct schema *s, json_t *instance)
{
	prune(s->set, (struct schema_place){ s->uri, s->root }, instance, 0);
}
