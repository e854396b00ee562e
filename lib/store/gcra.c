/*
 * gcra: whole microseconds; window_ms up to a day and limits up to 1e9 do not
 * overflow. A window counts as limit times whole microseconds, so that a burst
 * is exactly the limit also where the limit does not divide the window; one
 * with less than a microsecond for each request weighs each as one.
 */
#include "store/gcra.h"

int64_t gcra_look(const struct state_limit *l, int64_t tat_us, int64_t now_us, struct state_limit_result *out)
{
	int64_t window = l->window_ms * 1000, spacing = window / l->limit, next;

	if (spacing < 1)
		spacing = 1;
	else
		window = spacing * l->limit;
	if (tat_us < now_us)
		tat_us = now_us;
	if (tat_us > now_us + window)
		tat_us = now_us + window;
	next = tat_us + spacing;
	out->allowed = next - now_us <= window;
	out->retry_ms = out->allowed ? 0 : (next - now_us - window + 999) / 1000;
	if (!out->allowed)
		next = tat_us;
	out->remaining = (window - (next - now_us)) / spacing;
	out->reset_ms = (next - now_us + 999) / 1000;
	return next;
}
