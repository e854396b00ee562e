/*
 * schema: JSON Schema, draft 2020-12, over jansson.
 *
 * A schema is compiled once and then validates any number of instances. A
 * keyword, format or $schema that is not implemented is refused when the
 * schema is compiled, never ignored. Patterns are PCRE2 in UTF mode with
 * match, depth and heap limits: no instance can make them slow.
 *
 * Every error of an instance is reported, with the JSON Pointer (RFC 6901)
 * of the place. Where an object schema carries our annotation
 * "x-unknown": "drop", members that its properties do not name are removed
 * (schema_prune) instead of refused.
 *
 * Understood: type enum const, minimum maximum exclusiveMinimum
 * exclusiveMaximum, minLength maxLength pattern, items prefixItems minItems
 * maxItems uniqueItems, properties required additionalProperties
 * propertyNames minProperties maxProperties dependentRequired, allOf anyOf
 * oneOf not, $ref (a document of the set, a JSON Pointer, or both) and $defs.
 */
#ifndef IVS_VALIDATE_SCHEMA_H
#define IVS_VALIDATE_SCHEMA_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct schema_set;  /* documents that may refer to each other */
struct schema;      /* one compiled schema, owned by its set */

struct schema_set *schema_set_new(void);
void schema_set_free(struct schema_set *s); /* NULL is fine; frees all its schemas */

/*
 * Add a document under a URI ("token-publisher.json"), which $ref may name.
 * Takes no reference. 0, or -1 and
 * ERR_VALIDATION (message: where in the schema and what).
 */
int schema_set_add(struct schema_set *s, const char *uri, json_t *doc, struct err *e);

/* The same for all documents embedded at build time (schemas/ *.json), by file name. */
int schema_set_add_embedded(struct schema_set *s, struct err *e);

/* Text of an embedded document by its file name, NULL when there is none. */
const char *schema_embedded(const char *name);

/* Compile the schema at uri (with everything it refers to). Borrowed from the set; NULL and ERR_VALIDATION. */
const struct schema *schema_compile(struct schema_set *s, const char *uri, struct err *e);

/*
 * Validate. true when the instance fits. Otherwise, when errors is not NULL,
 * *errors is a new array of {path, keyword, message}, at most 100 of them
 * ("path" is a JSON Pointer, for "required" that of the missing member;
 * "message" names the limit, never the offending value). CPU time is bounded
 * by the sizes of schema and instance. A pattern that hits its limits counts
 * as not matched (keyword "pattern").
 */
bool schema_validate(const struct schema *s, const json_t *instance, json_t **errors);

/* Remove unknown members where the schema says drop (see above), in place. The instance must be valid. */
void schema_prune(const struct schema *s, json_t *instance);

#endif
