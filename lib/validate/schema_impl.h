/* schema_impl: what the parts of the validator share. */
#ifndef IVS_VALIDATE_SCHEMA_IMPL_H
#define IVS_VALIDATE_SCHEMA_IMPL_H

#include "base/buf.h"
#include "validate/schema.h"

struct schema_pattern;

struct schema {
	const struct schema_set *set;
	const char *uri;           /* of its document */
	const json_t *root;
};

struct schema_set {
	json_t *docs;              /* uri → document */
	json_t *checked;           /* uri → true: its keywords have been checked */
	struct schema **schemas;
	size_t nschemas;
	struct schema_pattern **patterns;
	size_t npatterns;
};

/* A place in a document: what $ref leads to. */
struct schema_place {
	const char *uri;
	const json_t *node;        /* NULL: nowhere */
};

/* Follow a $ref found in the document uri. */
struct schema_place schema_resolve(const struct schema_set *s, const char *uri, const char *ref);

/* A pattern, compiled once a set; -1 and ERR_VALIDATION when it is none. */
int schema_pattern_add(struct schema_set *s, const char *text, struct err *e);
/* Does it match somewhere in the text? False too when it hit a limit. */
bool schema_pattern_match(const struct schema_set *s, const char *pattern, const char *text, size_t len);
void schema_pattern_free(struct schema_pattern *p);

/* Equal as JSON Schema means it: 1 and 1.0 are the same. */
bool schema_equal(const json_t *a, const json_t *b);

#endif
