/*
 * record: the JSON of records, and the calls through the backend's table. A
 * store that could not be opened (NULL) is one that is not available.
 */
#include "store/record.h"

#include "base/json.h"

#include <assert.h>

static char *print_free(json_t *j)
{
	char *text = json_print(j);

	json_decref(j);
	return text;
}

char *record_token_json(const struct record_token *t)
{
	return print_free(json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:I, s:I, s:s?, s:s?}", "kind", "token", "id",
	    t->participant_id, "issuedAt", (json_int_t)t->issued_at_ms, "tokenType", t->token_type, "userId",
	    t->user_id, "stageArn", t->stage_arn, "expiresAt", (json_int_t)t->expires_at_ms, "ttl",
	    (json_int_t)t->expires_at_ms / 1000, "requestId", t->request_id, "issuedBy", t->issued_by));
}

char *record_token_void_json(const char *participant_id, int64_t issued_at_ms)
{
	return print_free(json_pack("{s:s, s:s, s:I}", "kind", "tokenVoid", "id", participant_id, "issuedAt",
	    (json_int_t)issued_at_ms));
}

char *record_session_json(const struct record_session *s)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "kind",
	    s->left_at_ms < 0 ? "sessionOpen" : "sessionClose", "id", s->session_id, "userId", s->user_id, "stageArn",
	    s->stage_arn, "participantId", s->participant_id, "joinedAt", (json_int_t)s->joined_at_ms, "userAgent",
	    json_text(s->user_agent), "ipAddress", json_text(s->ip_address));

	if (s->left_at_ms >= 0) {
		json_object_set_new(j, "leftAt", json_integer(s->left_at_ms));
		json_object_set_new(j, "reason", json_text(s->reason));
	}
	return print_free(j);
}

static int missing(struct err *e)
{
	err_set(e, ERR_SERVICE_UNAVAILABLE, "the record store is not available, try again");
	if (e != NULL)
		e->retry_after_s = 1;
	return -1;
}

void record_close(struct record *r)
{
	if (r != NULL)
		r->ops->close(r);
}

int record_ping(struct record *r, struct err *e)
{
	return r != NULL ? r->ops->ping(r, e) : missing(e);
}

int record_apply(struct record *r, const char *const *records, size_t n, struct err *e)
{
	if (r == NULL)
		return missing(e);
	return n > 0 ? r->ops->apply(r, records, n, e) : 0;
}

int record_history(struct record *r, struct arena *a, const struct record_history_query *q, struct record_page *out,
    struct err *e)
{
	assert(q->limit >= 1 && q->limit <= 100);
	return r != NULL ? r->ops->history(r, a, q, out, e) : missing(e);
}

int record_last_session(struct record *r, struct arena *a, const struct record_who *who, struct record_session *out,
    struct err *e)
{
	return r != NULL ? r->ops->last_session(r, a, who, out, e) : missing(e);
}

int record_count(struct record *r, enum record_kind kind, int64_t *n, struct err *e)
{
	assert(kind < RECORD_KIND_COUNT);
	return r != NULL ? r->ops->count(r, kind, n, e) : missing(e);
}
