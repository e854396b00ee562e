/*
 * bucket: GCRA over a table of theoretical arrival times. The table is
 * process state by purpose.
 */
#include "auth/bucket.h"

#include <string.h>

enum { SLOTS = 4096 };

static struct {
	int64_t tat_us[SLOTS]; /* when the slot's limit will be whole again */
} table;

/* FNV-1a; which slot a key shares is of no consequence to security. */
static size_t slot_of(const char *key)
{
	uint64_t h = 14695981039346656037u;

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return (size_t)(h % SLOTS);
}

static int64_t spacing_us(const struct state_limit *l)
{
	int64_t us = l->window_ms * 1000 / l->limit;

	return us > 0 ? us : 1;
}

/* Where the limit would stand after one more; the result says whether it may. */
static int64_t look(const struct state_limit *l, int64_t now_us, struct state_limit_result *out)
{
	int64_t window_us = l->window_ms * 1000, spacing = spacing_us(l);
	int64_t tat = table.tat_us[slot_of(l->key)];
	int64_t next;

	if (tat < now_us || tat > now_us + window_us) /* idle, or the clock jumped back */
		tat = now_us;
	next = tat + spacing;
	out->allowed = next - now_us <= window_us;
	if (!out->allowed)
		next = tat;
	out->remaining = (window_us - (next - now_us)) / spacing;
	out->reset_ms = (next - now_us + 999) / 1000;
	out->retry_ms = out->allowed ? 0 : (tat + spacing - now_us - window_us + 999) / 1000;
	return next;
}

void bucket_take(const struct state_admit *in, struct state_admitted *out)
{
	int64_t now_us = in->now_ms * 1000;
	bool all = true;

	out->revoked = false;
	for (size_t i = 0; i < in->nlimits; i++) {
		int64_t next = look(&in->limits[i], now_us, &out->results[i]);
		all = all && out->results[i].allowed;
		if (in->each && out->results[i].allowed)
			table.tat_us[slot_of(in->limits[i].key)] = next;
	}
	for (size_t i = 0; !in->each && all && i < in->nlimits; i++) {
		struct state_limit_result ignored;
		table.tat_us[slot_of(in->limits[i].key)] = look(&in->limits[i], now_us, &ignored);
	}
}
