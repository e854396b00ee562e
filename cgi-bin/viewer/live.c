/*
 * live: what viewers do: rejoin, heartbeat, leave.
 */
#include "cgi-bin/viewer/viewer.h"

#include "base/json.h"
#include "core/viewers.h"

static struct state_beat beat_of(const json_t *o)
{
	return (struct state_beat){
		.stage_arn = json_str(o, "stageArn", NULL),
		.user_id = json_str(o, "userId", NULL),
	};
}

int post_viewer_rejoin(struct call *c, struct err *e)
{
	struct viewer_join in = {
		.user_id = call_body(c, "userId"),
		.stage_arn = call_body(c, "stageArn"),
		.participant_id = call_body(c, "participantId"),
	};
	struct state_seat seat;

	if (viewer_rejoin(&c->app->service, &in, &c->info, &seat, e) != 0)
		return -1;
	c->answer.message = "Viewer joined";
	return call_answer_new(c, json_pack("{s:s, s:s, s:s, s:I, s:b}", "userId", in.user_id, "stageArn",
				      in.stage_arn, "participantId", in.participant_id, "currentViewers",
				      (json_int_t)seat.viewers, "isNewViewer", seat.is_new));
}

int post_viewer_heartbeat(struct call *c, struct err *e)
{
	struct state_beat who = beat_of(c->body);

	if (viewer_heartbeat(&c->app->service, &who, c->info.now_ms, e) != 0)
		return -1;
	return call_answer_new(c, json_pack("{s:s, s:s, s:b}", "userId", who.user_id, "stageArn", who.stage_arn,
				      "heartbeatUpdated", 1));
}

/* {updated, missing: [those without a live session]} */
static json_t *batch_json(const json_t *items, const bool *found)
{
	json_t *missing = json_array();
	json_int_t updated = 0;
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)items, i, item) {
		if (found[i])
			updated++;
		else
			json_array_append(missing, item);
	}
	return json_pack("{s:I, s:o}", "updated", updated, "missing", missing);
}

int post_viewer_heartbeat_batch(struct call *c, struct err *e)
{
	const json_t *items = json_object_get(c->body, "heartbeats");
	size_t n = json_array_size(items);
	struct state_beat *beats = arena_calloc(c->arena, n, sizeof *beats);
	bool *found = arena_calloc(c->arena, n, sizeof *found);
	struct state_beats in = {
		.items = beats,
		.count = n,
		.found = found,
		.time = service_time(&c->app->service, c->info.now_ms),
	};

	for (size_t i = 0; i < n; i++) {
		beats[i] = beat_of(json_array_get(items, i));
		if (call_own(c, beats[i].user_id, e) != 0)
			return -1;
	}
	if (viewer_heartbeats(&c->app->service, &in, e) != 0)
		return -1;
	return call_answer_new(c, batch_json(items, found));
}

int post_viewer_leave(struct call *c, struct err *e)
{
	struct state_beat who = beat_of(c->body);

	if (viewer_leave(&c->app->service, &who, c->info.now_ms, e) != 0)
		return -1;
	c->answer.message = "Viewer left";
	return call_answer_new(c, json_pack("{s:s, s:s, s:b}", "userId", who.user_id, "stageArn", who.stage_arn,
				      "viewerLeft", 1));
}
