/*
 * state: the calls through the backend's table. A store that could not be
 * opened (NULL) is one that is not available.
 */
#include "store/state.h"

#include <assert.h>

static int missing(struct err *e)
{
	err_set(e, ERR_SERVICE_UNAVAILABLE, "the live state store is not available, try again");
	if (e != NULL)
		e->retry_after_s = 1;
	return -1;
}

void state_close(struct state *s)
{
	if (s != NULL)
		s->ops->close(s);
}

int state_ping(struct state *s, struct err *e)
{
	return s != NULL ? s->ops->ping(s, e) : missing(e);
}

int state_stage_put(struct state *s, const struct state_stage *in, struct err *e)
{
	return s != NULL ? s->ops->stage_put(s, in, e) : missing(e);
}

int state_stage_get(struct state *s, struct arena *a, const struct state_query *q, struct state_stage *out, struct err *e)
{
	return s != NULL ? s->ops->stage_get(s, a, q, out, e) : missing(e);
}

int state_stage_del(struct state *s, const char *arn, struct state_time t, struct err *e)
{
	return s != NULL ? s->ops->stage_del(s, arn, t, e) : missing(e);
}

int state_stage_list(struct state *s, struct arena *a, const struct state_query *q, struct state_stage_page *out, struct err *e)
{
	assert(q->limit >= 1 && q->limit <= 1000);
	return s != NULL ? s->ops->stage_list(s, a, q, out, e) : missing(e);
}

int state_stage_live(struct state *s, const char *arn, int64_t live_until_ms, struct err *e)
{
	return s != NULL ? s->ops->stage_live(s, arn, live_until_ms, e) : missing(e);
}

int state_publisher_live(struct state *s, int64_t now_ms, bool *live, struct err *e)
{
	return s != NULL ? s->ops->publisher_live(s, now_ms, live, e) : missing(e);
}

int state_issue(struct state *s, const struct state_issue *in, struct state_seat *out, struct err *e)
{
	return s != NULL ? s->ops->issue(s, in, out, e) : missing(e);
}

int state_join(struct state *s, const struct state_join *in, struct state_seat *out, struct err *e)
{
	return s != NULL ? s->ops->join(s, in, out, e) : missing(e);
}

int state_undo(struct state *s, const struct state_join *in, const struct state_seat *seat, struct err *e)
{
	return s != NULL ? s->ops->undo(s, in, seat, e) : missing(e);
}

int state_beat(struct state *s, const struct state_beats *in, struct err *e)
{
	return s != NULL ? s->ops->beat(s, in, e) : missing(e);
}

int state_leave(struct state *s, const struct state_beat *who, struct state_time t, bool *left, struct err *e)
{
	return s != NULL ? s->ops->leave(s, who, t, left, e) : missing(e);
}

int state_sweep(struct state *s, struct state_time t, int max, int *closed, struct err *e)
{
	return s != NULL ? s->ops->sweep(s, t, max, closed, e) : missing(e);
}

int state_viewer_get(struct state *s, struct arena *a, const struct state_beat *who, struct state_viewer *out, struct err *e)
{
	return s != NULL ? s->ops->viewer_get(s, a, who, out, e) : missing(e);
}

int state_viewer_list(struct state *s, struct arena *a, const struct state_query *q, struct state_viewer_page *out, struct err *e)
{
	assert(q->limit >= 1 && q->limit <= 1000);
	return s != NULL ? s->ops->viewer_list(s, a, q, out, e) : missing(e);
}

int state_total(struct state *s, struct state_time t, int64_t *viewers, struct err *e)
{
	return s != NULL ? s->ops->total(s, t, viewers, e) : missing(e);
}

int state_admit(struct state *s, const struct state_admit *in, struct state_admitted *out, struct err *e)
{
	assert(in->nlimits <= STATE_ADMIT_MAX);
	return s != NULL ? s->ops->admit(s, in, out, e) : missing(e);
}

int state_revoke(struct state *s, const struct state_revocation *in, struct err *e)
{
	return s != NULL ? s->ops->revoke(s, in, e) : missing(e);
}

int state_remember(struct state *s, const struct state_memory *in, bool *seen, struct err *e)
{
	return s != NULL ? s->ops->remember(s, in, seen, e) : missing(e);
}

int state_take_lease(struct state *s, const struct state_lease *in, bool *held, struct err *e)
{
	return s != NULL ? s->ops->lease(s, in, held, e) : missing(e);
}

int state_setting_set(struct state *s, const char *name, const char *value, struct err *e)
{
	return s != NULL ? s->ops->setting_set(s, name, value, e) : missing(e);
}

int state_setting_get(struct state *s, struct arena *a, const char *name, const char **value, struct err *e)
{
	return s != NULL ? s->ops->setting_get(s, a, name, value, e) : missing(e);
}

int state_purge(struct state *s, int64_t now_ms, int max, int *removed, struct err *e)
{
	return s != NULL ? s->ops->purge(s, now_ms, max, removed, e) : missing(e);
}

int state_outbox_add(struct state *s, const char *const *records, size_t n, struct err *e)
{
	return s != NULL ? s->ops->outbox_add(s, records, n, e) : missing(e);
}

int state_outbox_claim(struct state *s, struct arena *a, const struct state_outbox_claim *in, struct state_outbox_batch *out, struct err *e)
{
	return s != NULL ? s->ops->outbox_claim(s, a, in, out, e) : missing(e);
}

int state_outbox_ack(struct state *s, const int64_t *seqs, size_t n, struct err *e)
{
	return s != NULL ? s->ops->outbox_ack(s, seqs, n, e) : missing(e);
}

int state_outbox_depth(struct state *s, int64_t *depth, struct err *e)
{
	return s != NULL ? s->ops->outbox_depth(s, depth, e) : missing(e);
}
