/* viewers: what viewers do, and for how long they did. */
#include "core/viewers.h"

#include "base/id.h"

int viewer_rejoin(const struct service *s, const struct viewer_join *in, const struct request_info *who,
    struct state_seat *out, struct err *e)
{
	char session[ID_SESSION_SIZE];
	struct state_join join = {
		.stage_arn = in->stage_arn,
		.user_id = in->user_id,
		.participant_id = in->participant_id,
		.session_id = id_make(session, sizeof session),
		.default_capacity = s->conf->stage_capacity,
		.user_agent = who->user_agent,
		.ip_address = who->ip_address,
		.time = service_time(s, who->now_ms),
	};

	return state_join(s->state, &join, out, e);
}

int viewer_heartbeat(const struct service *s, const struct state_beat *who, int64_t now_ms, struct err *e)
{
	bool found;
	struct state_beats in = { .items = who, .count = 1, .found = &found, .time = service_time(s, now_ms) };

	if (state_beat(s->state, &in, e) != 0)
		return -1;
	return found ? 0 : err_set(e, ERR_NOT_FOUND, "this viewer has no live session on this stage: rejoin");
}

int viewer_heartbeats(const struct service *s, const struct state_beats *in, struct err *e)
{
	return state_beat(s->state, in, e);
}

int viewer_leave(const struct service *s, const struct state_beat *who, int64_t now_ms, struct err *e)
{
	bool left;

	return state_leave(s->state, who, service_time(s, now_ms), &left, e);
}

static int recorded_duration(const struct service *s, struct arena *a, const struct viewer_at *in, int64_t *seconds,
    struct err *e)
{
	const struct record_who who = { in->who.user_id, in->who.stage_arn };
	struct record_session last;
	int64_t end;

	if (record_last_session(s->record, a, &who, &last, e) != 0)
		return -1;
	end = last.left_at_ms >= 0 ? last.left_at_ms : in->now_ms;
	*seconds = (end - last.joined_at_ms) / 1000;
	return 0;
}

int viewer_duration(const struct service *s, struct arena *a, const struct viewer_at *in, int64_t *seconds,
    struct err *e)
{
	struct state_viewer v;
	struct err none;
	int64_t end;

	err_init(&none);
	if (state_viewer_get(s->state, a, &in->who, &v, &none) != 0) {
		bool recorded = none.code == ERR_NOT_FOUND;
		if (!recorded)
			err_move(e, &none);
		err_clear(&none);
		return recorded ? recorded_duration(s, a, in, seconds, e) : -1;
	}
	end = in->now_ms - v.last_seen_ms < s->conf->heartbeat_timeout_ms ? in->now_ms : v.last_seen_ms;
	*seconds = end > v.joined_at_ms ? (end - v.joined_at_ms) / 1000 : 0;
	return 0;
}
