/*
 * record: durable records, and the interface that every store of them has.
 *
 * A record is one JSON object with an id. Storing the same record twice has
 * the effect of storing it once, in any order of delivery, so that
 * at-least-once delivery from the outbox (state.h) is exactly-once in effect.
 * The functions below check arguments and call the backend's table; app
 * chooses the backend from RECORD_URL.
 */
#ifndef IVS_STORE_RECORD_H
#define IVS_STORE_RECORD_H

#include "base/arena.h"
#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds, and the member "kind" of their JSON. */
enum record_kind {
	RECORD_TOKEN,          /* "token": a token was issued */
	RECORD_TOKEN_VOID,     /* "tokenVoid": that token was never handed out (signing failed after admission) */
	RECORD_SESSION_OPEN,   /* "sessionOpen" */
	RECORD_SESSION_CLOSE,  /* "sessionClose" */
	RECORD_AUDIT,          /* "audit": an operator or a caller changed something */
	RECORD_REVOCATION,     /* "revocation" */
	RECORD_KIND_COUNT
};

/* A token that was issued. Strings are borrowed. Never the token itself. */
struct record_token {
	const char *participant_id; /* the id of the record */
	const char *token_type;     /* "publisher", "viewer", "mediaserver" */
	const char *user_id;        /* as the caller gave it */
	const char *stage_arn;      /* NULL: the state store fills in the stage it chose */
	int64_t issued_at_ms;
	int64_t expires_at_ms;
	const char *request_id;
	const char *issued_by;      /* name of the API key, or "user:<sub>" */
};

/* A session of a viewer. */
struct record_session {
	const char *session_id;     /* the id of both records */
	const char *user_id;
	const char *stage_arn;
	const char *participant_id;
	int64_t joined_at_ms;
	int64_t left_at_ms;         /* -1 while open */
	const char *reason;         /* of closing: "leave", "timeout", "undone"; NULL while open */
	const char *user_agent;     /* NULL unknown */
	const char *ip_address;     /* NULL unknown */
};

/*
 * The JSON of a record, compact, to be freed by the caller. A session with
 * left_at_ms < 0 is a sessionOpen, else a sessionClose; a close carries every
 * field of the session, so that it stands alone when it arrives first.
 * tokenVoid has the id alone. id of a token issued again under the same
 * participant (renewal) is participantId#issuedAt; the pair is unique.
 */
char *record_token_json(const struct record_token *t);
char *record_token_void_json(const char *participant_id, int64_t issued_at_ms);
char *record_session_json(const struct record_session *s);

/* A session as it is kept: the struct above with everything in the arena. */
struct record_page {
	struct record_session *items;
	size_t count;
	int64_t total;          /* records of that user in all */
	const char *next_cursor; /* NULL: no more */
};

struct record;

struct record_history_query {
	const char *user_id;
	int limit;              /* 1-100 */
	const char *cursor;     /* NULL: from the newest. One that was not ours: ERR_VALIDATION */
};

struct record_who {
	const char *user_id;
	const char *stage_arn;
};

struct record_ops {
	void (*close)(struct record *r);
	int (*ping)(struct record *r, struct err *e);
	int (*apply)(struct record *r, const char *const *records, size_t n, struct err *e);
	int (*history)(struct record *r, struct arena *a, const struct record_history_query *q,
	    struct record_page *out, struct err *e);
	int (*last_session)(struct record *r, struct arena *a, const struct record_who *who,
	    struct record_session *out, struct err *e);
	int (*count)(struct record *r, enum record_kind kind, int64_t *n, struct err *e);
};

/* First member of every backend's struct. */
struct record {
	const struct record_ops *ops;
};

/* All of these return 0 or -1; a store that does not answer in time is ERR_SERVICE_UNAVAILABLE. They block up to the store's time-out. */

void record_close(struct record *r); /* r may be NULL */
int record_ping(struct record *r, struct err *e);

/*
 * Store n records (JSON text as made above), all or none. A record that is
 * not one of ours (bad JSON, unknown kind, no id) fails the call with
 * ERR_VALIDATION, details.index saying which; nothing is stored then.
 */
int record_apply(struct record *r, const char *const *records, size_t n, struct err *e);

/* Sessions of a user, newest first. The page's memory is the arena's. */
int record_history(struct record *r, struct arena *a, const struct record_history_query *q,
    struct record_page *out, struct err *e);

/* The session of (user, stage) that joined last. ERR_NOT_FOUND when there is none. */
int record_last_session(struct record *r, struct arena *a, const struct record_who *who,
    struct record_session *out, struct err *e);

/* How many records of a kind are kept: tokens (void ones not counted), opened sessions, closed sessions, … */
int record_count(struct record *r, enum record_kind kind, int64_t *n, struct err *e);

#endif
