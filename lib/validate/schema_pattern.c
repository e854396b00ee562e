/*
 * schema_pattern: PCRE2 with limits on steps, depth and heap, so that no
 * instance can make a pattern slow.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "validate/schema_impl.h"

#include "base/mem.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 100000, DEPTH_MAX = 1000, HEAP_MAX_KIB = 1024 };

struct schema_pattern {
	char *text;
	pcre2_code *code;
};

static const struct schema_pattern *find(const struct schema_set *s, const char *text)
{
	for (size_t i = 0; i < s->npatterns; i++) {
		if (strcmp(s->patterns[i]->text, text) == 0)
			return s->patterns[i];
	}
	return NULL;
}

int schema_pattern_add(struct schema_set *s, const char *text, struct err *e)
{
	struct schema_pattern *p;
	PCRE2_UCHAR8 why[128];
	PCRE2_SIZE at;
	int code;

	if (find(s, text) != NULL)
		return 0;
	p = mem_alloc(sizeof *p);
	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (p->code == NULL) {
		pcre2_get_error_message(code, why, sizeof why);
		free(p);
		return err_set(e, ERR_VALIDATION, "the pattern %s is wrong at %zu: %s", text, at, (const char *)why);
	}
	p->text = mem_strdup(text);
	s->patterns = mem_realloc(s->patterns, (s->npatterns + 1) * sizeof(struct schema_pattern *));
	s->patterns[s->npatterns++] = p;
	return 0;
}

bool schema_pattern_match(const struct schema_set *s, const char *pattern, const char *text, size_t len)
{
	const struct schema_pattern *p = find(s, pattern);
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int rc;

	pcre2_set_match_limit(limits, STEPS_MAX);
	pcre2_set_depth_limit(limits, DEPTH_MAX);
	pcre2_set_heap_limit(limits, HEAP_MAX_KIB);
	rc = pcre2_match(p->code, (PCRE2_SPTR)text, len, 0, 0, data, limits);
	pcre2_match_data_free(data);
	pcre2_match_context_free(limits);
	return rc >= 0;
}

void schema_pattern_free(struct schema_pattern *p)
{
	pcre2_code_free(p->code);
	free(p->text);
	free(p);
}
