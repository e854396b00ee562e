/*
 * tokens: admission, then signing. What is recorded is decided before the
 * token exists, in the same atomic step as the seat; a token that then cannot
 * be signed is recorded void and its seat given back.
 */
#include "core/tokens.h"

#include "base/id.h"
#include "base/json.h"
#include "core/participant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RENEW_BEFORE_S = 300, RENEW_GRACE_S = 300 };

static const struct {
	const char *name;
	const char *prefix;    /* of the user id that IVS sees */
	bool can_publish;
	bool can_subscribe;
} kinds[TOKEN_KIND_COUNT] = {
	[TOKEN_PUBLISHER] = { "publisher", "broadcaster-", true, false },
	[TOKEN_VIEWER] = { "viewer", "viewer-", false, true },
	[TOKEN_MEDIASERVER] = { "mediaserver", "media-server-", true, true },
};

const char *token_kind_name(enum token_kind kind)
{
	return kinds[kind].name;
}

int token_kind_parse(const char *name)
{
	for (int i = 0; i < TOKEN_KIND_COUNT; i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return i;
	}
	return -1;
}

static int64_t ttl_of(const struct conf *c, enum token_kind kind)
{
	return kind == TOKEN_PUBLISHER ? c->token_ttl_publisher_s :
	    kind == TOKEN_VIEWER	   ? c->token_ttl_viewer_s :
					     c->token_ttl_mediaserver_s;
}

/* A token in the making. */
struct making {
	const struct service *service;
	const struct request_info *who;
	enum token_kind kind;
	const char *user_id;       /* without prefix */
	struct participant p;
	struct record_token record;
	struct state_seat seat;
};

static int set_attributes(struct making *m, const json_t *given, struct err *e)
{
	json_t *attributes = given != NULL ? json_copy((json_t *)given) : json_object();
	size_t size;

	json_object_set_new(attributes, "role", json_string(kinds[m->kind].name));
	json_object_set_new(attributes, "timestamp", json_time(m->who->now_ms));
	m->p.attributes = arena_json(m->who->arena, attributes);
	size = participant_attributes_size(attributes);
	if (size <= PARTICIPANT_ATTRIBUTES_MAX)
		return 0;
	err_detail_new(e, "errors", json_pack("[{s:s, s:s, s:s}]", "path", "/attributes", "keyword", "maxBytes", "message",
					"must have at most 1024 bytes with role and timestamp"));
	return err_set(e, ERR_VALIDATION, "%s: %s", "/attributes", "must have at most 1024 bytes with role and timestamp");
}

/* Times are whole seconds from here on, so that exp and expiresAt agree. */
static void set_times(struct making *m)
{
	m->p.issued_at_s = m->who->now_ms / 1000;
	m->p.expires_at_s = m->p.issued_at_s + ttl_of(m->service->conf, m->kind);
	m->record = (struct record_token){
		.participant_id = m->p.participant_id,
		.token_type = kinds[m->kind].name,
		.user_id = m->user_id,
		.issued_at_ms = m->who->now_ms,
		.expires_at_ms = m->p.expires_at_s * 1000,
		.request_id = m->who->request_id,
		.issued_by = m->who->issued_by,
	};
}

static struct state_join join_of(const struct making *m, const char *stage_arn, const char *session)
{
	return (struct state_join){
		.stage_arn = stage_arn,
		.user_id = m->user_id,
		.participant_id = m->p.participant_id,
		.session_id = session,
		.default_capacity = m->service->conf->stage_capacity,
		.user_agent = m->who->user_agent,
		.ip_address = m->who->ip_address,
		.token = &m->record,
		.time = service_time(m->service, m->who->now_ms),
	};
}

static int issue_without_seat(struct making *m, const char *stage_arn, struct err *e)
{
	const struct conf *c = m->service->conf;
	bool goes_live = m->kind == TOKEN_PUBLISHER && c->publisher_live == CONF_PUBLISHER_TOKEN;
	struct state_issue in = {
		.stage_arn = stage_arn,
		.token = &m->record,
		.live_until_ms = goes_live ? m->record.expires_at_ms : 0,
		.now_ms = m->who->now_ms,
	};

	return state_issue(m->service->state, &in, &m->seat, e);
}

/*
 * The live store is down: the master stage's endpoints are configuration, and
 * the record goes to the durable store at once. No seat is counted.
 */
static int issue_degraded(struct making *m, const char *stage_arn, struct err *down, struct err *e)
{
	const struct conf *c = m->service->conf;
	char *json;
	int rc;

	if (down->code != ERR_SERVICE_UNAVAILABLE || (stage_arn != NULL && strcmp(stage_arn, c->master_stage_arn) != 0)) {
		err_move(e, down);
		return -1;
	}
	err_clear(down);
	memset(&m->seat, 0, sizeof m->seat);
	snprintf(m->seat.stage_arn, sizeof m->seat.stage_arn, "%s", c->master_stage_arn);
	snprintf(m->seat.whip_url, sizeof m->seat.whip_url, "%s", c->master_whip_url);
	snprintf(m->seat.events_url, sizeof m->seat.events_url, "%s", c->master_events_url);
	m->seat.viewers = -1;
	m->record.stage_arn = m->seat.stage_arn;
	json = record_token_json(&m->record);
	rc = record_apply(m->service->record, (const char *const[]){ json }, 1, e);
	free(json);
	return rc;
}

static void describe(const struct making *m, const char *text, struct token *out)
{
	int64_t ttl = m->p.expires_at_s - m->p.issued_at_s;
	int64_t early = ttl / 5 < RENEW_BEFORE_S ? ttl / 5 : RENEW_BEFORE_S;

	*out = (struct token){
		.kind = m->kind,
		.text = text,
		.participant_id = m->p.participant_id,
		.user_id = m->user_id,
		.stage_arn = m->p.stage_arn,
		.whip_url = m->p.whip_url,
		.can_publish = m->p.can_publish,
		.can_subscribe = m->p.can_subscribe,
		.expires_at_ms = m->p.expires_at_s * 1000,
		.expires_in_s = ttl,
		.renew_after_ms = (m->p.expires_at_s - early) * 1000,
		.viewers = m->seat.viewers,
		.is_new_viewer = m->seat.is_new,
	};
}

/* Admission, then the signature; a seat is taken when has_seat. */
static int make(struct making *m, const char *stage_arn, bool has_seat, struct token *out, struct err *e)
{
	struct arena *a = m->who->arena;
	char session[ID_SESSION_SIZE];
	struct state_join join = join_of(m, stage_arn, id_make(session, sizeof session));
	struct err down;
	const char *text;
	int rc;

	err_init(&down);
	rc = has_seat ? state_join(m->service->state, &join, &m->seat, &down) : issue_without_seat(m, stage_arn, &down);
	if (rc != 0 && issue_degraded(m, stage_arn, &down, e) != 0)
		return -1;
	m->p.stage_arn = arena_strdup(a, m->seat.stage_arn);
	m->p.whip_url = m->p.whip_url != NULL ? m->p.whip_url : arena_strdup(a, m->seat.whip_url);
	m->p.events_url = m->p.events_url != NULL ? m->p.events_url : arena_strdup(a, m->seat.events_url);
	text = participant_sign(m->service->keys, a, &m->p, e);
	if (text == NULL) {
		if (rc == 0 && has_seat)
			state_undo(m->service->state, &join, &m->seat, NULL); /* the first error is the one to tell */
		return -1;
	}
	describe(m, text, out);
	return 0;
}

int token_issue(const struct service *s, const struct request_info *who, const struct token_request *in,
    struct token *out, struct err *e)
{
	struct making m = { .service = s, .who = who, .kind = in->kind, .user_id = in->user_id };
	char id[ID_PARTICIPANT_SIZE];
	const char *stage = in->stage_arn;

	m.p.participant_id = arena_strdup(who->arena, id_make(id, sizeof id));
	m.p.user_id = arena_printf(who->arena, "%s%s", kinds[in->kind].prefix, in->user_id);
	m.p.can_publish = kinds[in->kind].can_publish;
	m.p.can_subscribe = kinds[in->kind].can_subscribe;
	if (set_attributes(&m, in->attributes, e) != 0)
		return -1;
	set_times(&m);
	if (stage == NULL && in->kind != TOKEN_VIEWER)
		stage = s->conf->master_stage_arn;
	return make(&m, stage, in->kind == TOKEN_VIEWER, out, e);
}

/* The kind whose prefix a participant's user id has; its own id behind it. */
static int kind_of_user(const char *user_id, const char **own)
{
	for (int i = 0; i < TOKEN_KIND_COUNT; i++) {
		size_t n = strlen(kinds[i].prefix);
		if (strncmp(user_id, kinds[i].prefix, n) == 0 && user_id[n] != '\0') {
			*own = user_id + n;
			return i;
		}
	}
	return -1;
}

/* What a renewal starts from. */
struct renewal {
	struct participant old;
	enum token_kind was;       /* kind of the participant */
	enum token_kind asks;      /* kind whose permission the new capabilities need */
	const char *user_id;
	bool can_publish;
	bool can_subscribe;
};

static int read_renewal(const struct service *s, const struct request_info *who, const struct token_renewal *in,
    struct renewal *out, struct err *e)
{
	const struct participant_token token = { in->text, who->now_ms, RENEW_GRACE_S };
	int kind;

	if (participant_verify(s->keys, who->arena, &token, &out->old, e) != 0)
		return -1;
	kind = kind_of_user(out->old.user_id, &out->user_id);
	if (kind < 0)
		return err_set(e, ERR_VALIDATION, "%s: %s", "/token", "must be a token of a publisher, viewer or media server");
	out->was = (enum token_kind)kind;
	out->can_publish = in->has_capabilities ? in->can_publish : out->old.can_publish;
	out->can_subscribe = in->has_capabilities ? in->can_subscribe : out->old.can_subscribe;
	out->asks = out->was == TOKEN_MEDIASERVER ? TOKEN_MEDIASERVER : out->can_publish ? TOKEN_PUBLISHER : TOKEN_VIEWER;
	return 0;
}

int token_renewal_kind(const struct service *s, const struct request_info *who, const struct token_renewal *in,
    struct token_request *out, struct err *e)
{
	struct renewal r;

	if (read_renewal(s, who, in, &r, e) != 0)
		return -1;
	*out = (struct token_request){ .kind = r.asks, .user_id = r.user_id, .stage_arn = r.old.stage_arn };
	return 0;
}

/* A viewer keeps its seat, also as a co-host: its participant stays the same. */
int token_renew(const struct service *s, const struct request_info *who, const struct token_renewal *in,
    struct token *out, struct err *e)
{
	struct making m = { .service = s, .who = who };
	struct renewal r;

	if (read_renewal(s, who, in, &r, e) != 0)
		return -1;
	m.kind = r.was;
	m.user_id = r.user_id;
	m.p = r.old;
	m.p.can_publish = r.can_publish;
	m.p.can_subscribe = r.can_subscribe;
	if (set_attributes(&m, in->attributes != NULL ? in->attributes : r.old.attributes, e) != 0)
		return -1;
	set_times(&m);
	return make(&m, r.old.stage_arn, r.was == TOKEN_VIEWER, out, e);
}

/* What a person needs to publish with OBS (WHIP) or the web SDK; within IVS' limits. */
static json_t *instructions(const struct token *t)
{
	return json_pack("{s:{s:s, s:s, s:s, s:{s:s, s:s, s:i, s:i, s:s, s:i}}, s:{s:s, s:s}}", "obs", "service", "WHIP",
	    "server", t->whip_url, "bearerToken", t->text, "settings", "videoCodec", "H.264", "audioCodec", "Opus",
	    "keyframeIntervalSeconds", 1, "maxBitrateKbps", 8500, "maxResolution", "1280x720", "bFrames", 0, "web",
	    "sdk", "amazon-ivs-web-broadcast", "method", "new Stage(token, strategy).join()");
}

static json_t *capabilities(const struct token *t)
{
	json_t *out = json_array();

	if (t->can_publish)
		json_array_append_new(out, json_string("PUBLISH"));
	if (t->can_subscribe)
		json_array_append_new(out, json_string("SUBSCRIBE"));
	return out;
}

json_t *token_json(const struct token *t)
{
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:o}", "token", t->text, "participantId",
	    t->participant_id, "userId", t->user_id, "stageArn", t->stage_arn, "capabilities", capabilities(t),
	    "expiresAt", json_time(t->expires_at_ms), "expiresIn", (json_int_t)t->expires_in_s, "renewAfter",
	    json_time(t->renew_after_ms));

	if (t->kind == TOKEN_PUBLISHER) {
		json_object_set_new(out, "whipEndpoint", json_text(t->whip_url));
		json_object_set_new(out, "instructions", instructions(t));
	}
	if (t->kind == TOKEN_VIEWER) {
		json_object_set_new(out, "currentViewers", t->viewers >= 0 ? json_integer(t->viewers) : json_null());
		json_object_set_new(out, "isNewViewer", json_boolean(t->is_new_viewer));
	}
	return out;
}
