/*
 * state: the live state, and the interface that every store of it has.
 *
 * Who sits where, which stages exist, who publishes, rate limits, revocation,
 * replay memory, leases, settings, and the outbox from which durable records
 * (record.h) are fed. Each call is one round trip and atomic. What holds on
 * every backend, and what tests/unit/state_contract.c states:
 *
 *  - Seats are claimed atomically: never more viewers than the capacity.
 *  - A viewer counts while now - last sign of life < timeout, evaluated when
 *    it is read. Sweeping is housekeeping, not correctness.
 *  - A session opens once and closes once; a session that timed out closed at
 *    its last sign of life, whoever notices.
 *  - What changes the count appends its record to the outbox in the same step.
 *  - Joining again under the same user is not a second viewer.
 *
 * Time is an argument everywhere (now_ms), so that tests can move it. A clock
 * that jumps back never makes a sign of life older: last_seen only grows.
 * Errors: ERR_SERVICE_UNAVAILABLE when the store is down or does not answer
 * in time (retry_after_s set); what else is said at each call.
 */
#ifndef IVS_STORE_STATE_H
#define IVS_STORE_STATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/uri.h"
#include "store/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STATE_USER_SIZE = 101,   /* a user id: 100 characters … */
	STATE_USER_BYTES = 401,  /* … of UTF-8 */
	STATE_URL_SIZE = 256,
	STATE_ADMIT_MAX = 128    /* limits in one call */
};

/* Now, and how old a sign of life may be: counted while now_ms - last_seen_ms < timeout_ms. */
struct state_time {
	int64_t now_ms;
	int64_t timeout_ms;
};

/* ---- stages ---- */

struct state_stage {
	const char *arn;
	const char *name;
	const char *whip_url;      /* stage.endpoints.whip */
	const char *events_url;    /* stage.endpoints.events */
	int64_t capacity;          /* seats; 0: the configured default */
	bool auto_scaled;
	int64_t created_at_ms;
	int64_t live_until_ms;     /* a publisher is live while now < this; 0: none */
	int64_t viewers;           /* live count when it was read; ignored by stage_put */
};

struct state_stage_page {
	struct state_stage *items;
	size_t count;
	int64_t total;
	const char *next_cursor;   /* NULL: no more */
};

/* ---- seats ---- */

struct state_join {
	const char *stage_arn;     /* NULL: the least loaded stage with a live publisher and a free seat */
	const char *user_id;
	const char *participant_id;
	const char *session_id;    /* used when a session is opened */
	int64_t default_capacity;  /* for stages without their own */
	const char *user_agent;    /* NULL unknown */
	const char *ip_address;    /* NULL unknown */
	const struct record_token *token; /* recorded in the same step (its stage_arn filled in); NULL: none */
	struct state_time time;
};

struct state_seat {
	char stage_arn[URI_ARN_SIZE];
	char whip_url[STATE_URL_SIZE];
	char events_url[STATE_URL_SIZE];
	char session_id[ID_SESSION_SIZE];
	bool is_new;               /* a session was opened by this call */
	int64_t viewers;           /* live count with this one */
	int64_t capacity;
	int64_t joined_at_ms;
	char previous_participant_id[65]; /* of the same live session before this call; "" when is_new */
};

struct state_beat {
	const char *stage_arn;
	const char *user_id;
};

struct state_beats {
	const struct state_beat *items;
	size_t count;
	bool *found;               /* caller's, count of them */
	struct state_time time;
};

struct state_viewer {
	const char *user_id;
	const char *participant_id;
	const char *session_id;
	int64_t joined_at_ms;
	int64_t last_seen_ms;
};

struct state_query {
	const char *stage_arn;
	int limit;                 /* 1-1000 */
	const char *cursor;        /* NULL: from the start. One that was not ours: ERR_VALIDATION */
	struct state_time time;
};

struct state_viewer_page {
	struct state_viewer *items; /* live viewers only, by joining time, then user */
	size_t count;
	int64_t total;             /* live viewers of the stage */
	const char *next_cursor;
};

/* ---- admission: revocation and limits in one round trip ---- */

struct state_limit {
	const char *key;           /* what is counted, "ip:192.0.2.1" */
	int64_t limit;             /* requests a window; > 0 */
	int64_t window_ms;
};

struct state_limit_result {
	bool allowed;
	int64_t remaining;         /* requests left right now */
	int64_t reset_ms;          /* from now until the limit is whole again */
	int64_t retry_ms;          /* from now until one more would pass; 0 when allowed */
};

struct state_admit {
	const struct state_limit *limits; /* taken all or none: a refusal consumes nothing */
	size_t nlimits;            /* 0 … STATE_ADMIT_MAX */
	bool each;                 /* instead: every limit by itself (for batches; a key may occur several times) */
	const char *jti;           /* NULL: do not ask */
	const char *sub;           /* NULL: do not ask */
	int64_t issued_at_ms;      /* of that JWT: what was issued to sub at or before its revocation is revoked */
	int64_t now_ms;
};

struct state_admitted {
	bool revoked;              /* by jti or sub; then no limit was taken */
	struct state_limit_result *results; /* caller's, nlimits of them */
};

struct state_revocation {
	const char *jti;           /* one JWT; NULL when sub is given */
	const char *sub;           /* everything issued to sub until now; NULL when jti is given */
	int64_t until_ms;          /* remembered until then */
	int64_t now_ms;
	const char *by;            /* who revokes, for the record */
};

struct state_memory {
	const char *key;
	int64_t until_ms;
	int64_t now_ms;
};

struct state_lease {
	const char *name;
	const char *owner;
	int64_t ttl_ms;            /* 0 gives it up */
	int64_t now_ms;
};

/* ---- outbox ---- */

struct state_outbox_claim {
	const char *owner;         /* who takes them */
	int max;                   /* at most this many, oldest first */
	int64_t lease_ms;          /* others get them after this */
	int64_t now_ms;
};

struct state_outbox_batch {
	const char **records;      /* JSON texts */
	int64_t *seqs;             /* to acknowledge them */
	size_t count;
};

/* A publisher's or media server's token: recorded, and the stage marked live. */
struct state_issue {
	const char *stage_arn;
	const struct record_token *token;
	int64_t live_until_ms;     /* > 0: the stage has a live publisher until then (never shortened) */
	int64_t now_ms;
};

struct state;

struct state_ops {
	void (*close)(struct state *s);
	int (*ping)(struct state *s, struct err *e);

	int (*stage_put)(struct state *s, const struct state_stage *in, struct err *e);
	int (*stage_get)(struct state *s, struct arena *a, const struct state_query *q, struct state_stage *out,
	    struct err *e);
	int (*stage_del)(struct state *s, const char *arn, struct state_time t, struct err *e);
	int (*stage_list)(struct state *s, struct arena *a, const struct state_query *q,
	    struct state_stage_page *out, struct err *e);
	int (*stage_live)(struct state *s, const char *arn, int64_t live_until_ms, struct err *e);
	int (*publisher_live)(struct state *s, int64_t now_ms, bool *live, struct err *e);

	int (*issue)(struct state *s, const struct state_issue *in, struct state_seat *out, struct err *e);
	int (*join)(struct state *s, const struct state_join *in, struct state_seat *out, struct err *e);
	int (*undo)(struct state *s, const struct state_join *in, const struct state_seat *seat, struct err *e);
	int (*beat)(struct state *s, const struct state_beats *in, struct err *e);
	int (*leave)(struct state *s, const struct state_beat *who, struct state_time t, bool *left, struct err *e);
	int (*sweep)(struct state *s, struct state_time t, int max, int *closed, struct err *e);
	int (*viewer_get)(struct state *s, struct arena *a, const struct state_beat *who, struct state_viewer *out,
	    struct err *e);
	int (*viewer_list)(struct state *s, struct arena *a, const struct state_query *q,
	    struct state_viewer_page *out, struct err *e);
	int (*total)(struct state *s, struct state_time t, int64_t *viewers, struct err *e);

	int (*admit)(struct state *s, const struct state_admit *in, struct state_admitted *out, struct err *e);
	int (*revoke)(struct state *s, const struct state_revocation *in, struct err *e);
	int (*remember)(struct state *s, const struct state_memory *in, bool *seen, struct err *e);
	int (*lease)(struct state *s, const struct state_lease *in, bool *held, struct err *e);
	int (*setting_set)(struct state *s, const char *name, const char *value, struct err *e);
	int (*setting_get)(struct state *s, struct arena *a, const char *name, const char **value, struct err *e);
	int (*purge)(struct state *s, int64_t now_ms, int max, int *removed, struct err *e);

	int (*outbox_add)(struct state *s, const char *const *records, size_t n, struct err *e);
	int (*outbox_claim)(struct state *s, struct arena *a, const struct state_outbox_claim *in,
	    struct state_outbox_batch *out, struct err *e);
	int (*outbox_ack)(struct state *s, const int64_t *seqs, size_t n, struct err *e);
	int (*outbox_depth)(struct state *s, int64_t *depth, struct err *e);
};

/* First member of every backend's struct. */
struct state {
	const struct state_ops *ops;
};

/* All of these return 0 or -1 and block at most for the store's time-out. */

void state_close(struct state *s); /* s may be NULL */

/* Does the store answer, and can it be written? */
int state_ping(struct state *s, struct err *e);

/* Register or change a stage. An existing one keeps created_at_ms, live_until_ms and its viewers. */
int state_stage_put(struct state *s, const struct state_stage *in, struct err *e);

/* One stage, q->stage_arn. ERR_NOT_FOUND when it is not registered. Strings are the arena's. */
int state_stage_get(struct state *s, struct arena *a, const struct state_query *q, struct state_stage *out,
    struct err *e);

/* Forget a stage. ERR_CONFLICT, details.viewerCount, while it has live viewers; sessions that timed out are closed. */
int state_stage_del(struct state *s, const char *arn, struct state_time t, struct err *e);

/* Stages by ARN; q->stage_arn is not used. */
int state_stage_list(struct state *s, struct arena *a, const struct state_query *q, struct state_stage_page *out,
    struct err *e);

/* Set until when the stage's publisher is live, to earlier or later; 0: not live. ERR_NOT_FOUND. */
int state_stage_live(struct state *s, const char *arn, int64_t live_until_ms, struct err *e);

/* Is any stage's publisher live? */
int state_publisher_live(struct state *s, int64_t now_ms, bool *live, struct err *e);

/*
 * Record a token without a seat; out gets the stage's ARN and endpoints.
 * ERR_NOT_FOUND when the stage is not registered: nothing is recorded.
 */
int state_issue(struct state *s, const struct state_issue *in, struct state_seat *out, struct err *e);

/*
 * Take a seat, or refresh the one that this user has there. A live session
 * stays, its participant id and last sign of life are set. One that timed out
 * is closed at its last sign of life, and a new one opened. Timed-out
 * sessions never block a seat. Errors: ERR_NOT_FOUND (stage not registered,
 * or none asked for and no publisher live), ERR_STAGE_FULL
 * (details.stageArn, capacity; with no stage asked for: all are full).
 * Nothing changes on error.
 */
int state_join(struct state *s, const struct state_join *in, struct state_seat *out, struct err *e);

/*
 * Take back a join whose token could not be made: a session it opened is
 * removed and closed ("undone", at joined_at), a session it refreshed gets
 * its participant id back; in->token is recorded void. Harmless when the seat
 * has changed hands meanwhile.
 */
int state_undo(struct state *s, const struct state_join *in, const struct state_seat *seat, struct err *e);

/* Signs of life. found[i] says whether items[i] has a live session; one that timed out has not. */
int state_beat(struct state *s, const struct state_beats *in, struct err *e);

/* Leave. *left: there was a session (live or timed out, closed accordingly); no session is no error. */
int state_leave(struct state *s, const struct state_beat *who, struct state_time t, bool *left, struct err *e);

/* Close at most max timed-out sessions, oldest first. *closed == max: call again. */
int state_sweep(struct state *s, struct state_time t, int max, int *closed, struct err *e);

/* The session of a viewer, also one that timed out and is not swept yet. ERR_NOT_FOUND. Strings are the arena's. */
int state_viewer_get(struct state *s, struct arena *a, const struct state_beat *who, struct state_viewer *out,
    struct err *e);

/* Live viewers of a stage, page by page. A stage that is not registered: ERR_NOT_FOUND. */
int state_viewer_list(struct state *s, struct arena *a, const struct state_query *q,
    struct state_viewer_page *out, struct err *e);

/* Live viewers of all stages. */
int state_total(struct state *s, struct state_time t, int64_t *viewers, struct err *e);

/* Revocation, then rate limits (GCRA: a burst of limit, refilled evenly over the window). */
int state_admit(struct state *s, const struct state_admit *in, struct state_admitted *out, struct err *e);

/* Revoke a JWT or a subject. Recorded in the same step (RECORD_REVOCATION). */
int state_revoke(struct state *s, const struct state_revocation *in, struct err *e);

/* Replay memory: *seen says whether key was remembered already and its time is not over; if not, it is from now on. */
int state_remember(struct state *s, const struct state_memory *in, bool *seen, struct err *e);

/* Leader lease: *held when owner has name from now for ttl_ms; the holder renews by the same call. ttl_ms 0 gives it up. */
int state_take_lease(struct state *s, const struct state_lease *in, bool *held, struct err *e);

/* Small settings shared by all processes. value NULL removes; getting one that is not there gives *value NULL. */
int state_setting_set(struct state *s, const char *name, const char *value, struct err *e);
int state_setting_get(struct state *s, struct arena *a, const char *name, const char **value, struct err *e);

/* Drop at most max expired limits, revocations, replay keys and leases. */
int state_purge(struct state *s, int64_t now_ms, int max, int *removed, struct err *e);

/* Append records; all or none. */
int state_outbox_add(struct state *s, const char *const *records, size_t n, struct err *e);

/* Lease the oldest records that nobody holds. Memory is the arena's; count 0 when there are none. */
int state_outbox_claim(struct state *s, struct arena *a, const struct state_outbox_claim *in,
    struct state_outbox_batch *out, struct err *e);

/* They are stored durably: forget them. Acknowledging one twice is harmless. */
int state_outbox_ack(struct state *s, const int64_t *seqs, size_t n, struct err *e);

/* Records waiting, held or not. */
int state_outbox_depth(struct state *s, int64_t *depth, struct err *e);

#endif
