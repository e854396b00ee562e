/*
 * bucket: a table of the moments at which limits will be whole again. The
 * table is process state by purpose.
 */
#include "auth/bucket.h"

#include "store/gcra.h"

enum { SLOTS = 4096 };

static struct {
	int64_t tat_us[SLOTS];
} table;

/* FNV-1a; which slot a key shares is of no consequence to security. */
static size_t slot_of(const char *key)
{
	uint64_t h = 14695981039346656037u;

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return (size_t)(h % SLOTS);
}

void bucket_take(const struct state_admit *in, struct state_admitted *out)
{
	int64_t now_us = in->now_ms * 1000;
	bool all = true;

	out->revoked = false;
	for (size_t i = 0; i < in->nlimits; i++) {
		int64_t *tat = &table.tat_us[slot_of(in->limits[i].key)];
		int64_t next = gcra_look(&in->limits[i], *tat, now_us, &out->results[i]);
		all = all && out->results[i].allowed;
		if (out->results[i].allowed ? in->each : next < *tat) /* see gcra.h on clocks that jump back */
			*tat = next;
	}
	for (size_t i = 0; !in->each && all && i < in->nlimits; i++) {
		struct state_limit_result ignored;
		int64_t *tat = &table.tat_us[slot_of(in->limits[i].key)];
		*tat = gcra_look(&in->limits[i], *tat, now_us, &ignored);
	}
}
