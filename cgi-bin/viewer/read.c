/*
 * read: lists, durations, history.
 */
#include "cgi-bin/viewer/viewer.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/uri.h"
#include "core/viewers.h"

#include <stdlib.h>

/* The schema has checked that limit is 1-100. */
static int limit_of(const struct call *c, int dflt)
{
	const char *text = call_query(c, "limit");

	return text != NULL ? (int)strtol(text, NULL, 10) : dflt;
}

static json_t *viewer_json(const struct state_viewer *v)
{
	return json_pack("{s:s, s:s, s:o, s:o}", "userId", v->user_id, "participantId", v->participant_id, "joinedAt",
	    json_time(v->joined_at_ms), "lastHeartbeat", json_time(v->last_seen_ms));
}

int get_viewer_list(struct call *c, struct err *e)
{
	struct state_query q = {
		.stage_arn = path_param(&c->params, "stageArn"),
		.limit = limit_of(c, 100),
		.cursor = call_query(c, "cursor"),
		.time = service_time(&c->app->service, c->info.now_ms),
	};
	struct state_viewer_page page;
	json_t *viewers;

	if (!uri_is_stage_arn(q.stage_arn))
		return err_set(e, ERR_VALIDATION, "%s: %s", "stageArn", "must be the ARN of a stage");
	if (state_viewer_list(c->app->service.state, c->arena, &q, &page, e) != 0)
		return -1;
	viewers = json_array();
	for (size_t i = 0; i < page.count; i++)
		json_array_append_new(viewers, viewer_json(&page.items[i]));
	return call_answer_new(c, json_pack("{s:s, s:I, s:I, s:o, s:o}", "stageArn", q.stage_arn, "totalViewers",
				      (json_int_t)page.total, "activeViewers", (json_int_t)page.total, "viewers",
				      viewers, "nextCursor", json_text(page.next_cursor)));
}

int get_viewer_duration(struct call *c, struct err *e)
{
	struct viewer_at in = {
		.who = { .user_id = call_query(c, "userId"), .stage_arn = call_query(c, "stageArn") },
		.now_ms = c->info.now_ms,
	};
	char text[48];
	int64_t seconds;

	if (viewer_duration(&c->app->service, c->arena, &in, &seconds, e) != 0)
		return -1;
	return call_answer_new(c, json_pack("{s:s, s:s, s:I, s:s}", "userId", in.who.user_id, "stageArn",
				      in.who.stage_arn, "watchDurationSeconds", (json_int_t)seconds,
				      "watchDurationFormatted", clock_format_duration(seconds, text, sizeof text)));
}

static json_t *session_json(const struct record_session *s)
{
	bool open = s->left_at_ms < 0;

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "id", s->session_id, "userId", s->user_id,
	    "stageArn", s->stage_arn, "participantId", s->participant_id, "joinedAt", json_time(s->joined_at_ms),
	    "leftAt", json_time(s->left_at_ms), "watchDurationSeconds",
	    open ? json_null() : json_integer((s->left_at_ms - s->joined_at_ms) / 1000), "userAgent",
	    json_text(s->user_agent), "ipAddress", json_text(s->ip_address));
}

int get_viewer_history(struct call *c, struct err *e)
{
	struct record_history_query q = {
		.user_id = path_param(&c->params, "userId"),
		.limit = limit_of(c, 10),
		.cursor = call_query(c, "cursor"),
	};
	struct record_page page;
	json_t *history;

	if (record_history(c->app->service.record, c->arena, &q, &page, e) != 0)
		return -1;
	history = json_array();
	for (size_t i = 0; i < page.count; i++)
		json_array_append_new(history, session_json(&page.items[i]));
	return call_answer_new(c, json_pack("{s:s, s:I, s:o, s:o}", "userId", q.user_id, "totalRecords",
				      (json_int_t)page.total, "history", history, "nextCursor",
				      json_text(page.next_cursor)));
}
