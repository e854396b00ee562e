/*
 * state_sqlite_impl: what the parts of the SQLite backend share.
 */
#ifndef IVS_STORE_STATE_SQLITE_IMPL_H
#define IVS_STORE_STATE_SQLITE_IMPL_H

#include "store/db_sqlite.h"
#include "store/state.h"

struct state_sqlite {
	struct state base;
	struct db db;
};

static inline struct db *state_db(struct state *s)
{
	return &((struct state_sqlite *)(void *)s)->db;
}

/* Append a record and free its text. Inside a transaction. */
int sqlite_outbox_take(struct db *db, char *record, struct err *e);

/* Close the timed-out sessions of a stage (0: of any), at most max. Inside a transaction. */
int sqlite_evict(struct db *db, int64_t stage_id, struct state_time t, int max, struct err *e);

/* Close the seat that a row of SQLITE_SEAT_COLUMNS describes; resets the statement. */
int sqlite_close_seat(struct db *db, sqlite3_stmt *row, int64_t left_at_ms, const char *reason, struct err *e);

#define SQLITE_SEAT_COLUMNS \
	"SELECT s.stage_id, g.arn, s.user_id, s.participant_id, s.session_id, s.joined_at, s.last_seen," \
	" s.user_agent, s.ip_address FROM seats s JOIN stages g ON g.id = s.stage_id "

/* The operations by part. */
int sqlite_stage_put(struct state *s, const struct state_stage *in, struct err *e);
int sqlite_stage_get(struct state *s, struct arena *a, const struct state_query *q, struct state_stage *out,
    struct err *e);
int sqlite_stage_del(struct state *s, const char *arn, struct state_time t, struct err *e);
int sqlite_stage_list(struct state *s, struct arena *a, const struct state_query *q, struct state_stage_page *out,
    struct err *e);
int sqlite_stage_live(struct state *s, const char *arn, int64_t live_until_ms, struct err *e);
int sqlite_publisher_live(struct state *s, int64_t now_ms, bool *live, struct err *e);
int sqlite_issue(struct state *s, const struct state_issue *in, struct state_seat *out, struct err *e);

int sqlite_join(struct state *s, const struct state_join *in, struct state_seat *out, struct err *e);
int sqlite_undo(struct state *s, const struct state_join *in, const struct state_seat *seat, struct err *e);
int sqlite_beat(struct state *s, const struct state_beats *in, struct err *e);
int sqlite_leave(struct state *s, const struct state_beat *who, struct state_time t, bool *left, struct err *e);
int sqlite_sweep(struct state *s, struct state_time t, int max, int *closed, struct err *e);
int sqlite_viewer_get(struct state *s, struct arena *a, const struct state_beat *who, struct state_viewer *out,
    struct err *e);
int sqlite_viewer_list(struct state *s, struct arena *a, const struct state_query *q, struct state_viewer_page *out,
    struct err *e);
int sqlite_total(struct state *s, struct state_time t, int64_t *viewers, struct err *e);

int sqlite_admit(struct state *s, const struct state_admit *in, struct state_admitted *out, struct err *e);
int sqlite_revoke(struct state *s, const struct state_revocation *in, struct err *e);
int sqlite_remember(struct state *s, const struct state_memory *in, bool *seen, struct err *e);
int sqlite_lease(struct state *s, const struct state_lease *in, bool *held, struct err *e);
int sqlite_setting_set(struct state *s, const char *name, const char *value, struct err *e);
int sqlite_setting_get(struct state *s, struct arena *a, const char *name, const char **value, struct err *e);
int sqlite_purge(struct state *s, int64_t now_ms, int max, int *removed, struct err *e);

int sqlite_outbox_add(struct state *s, const char *const *records, size_t n, struct err *e);
int sqlite_outbox_claim(struct state *s, struct arena *a, const struct state_outbox_claim *in,
    struct state_outbox_batch *out, struct err *e);
int sqlite_outbox_ack(struct state *s, const int64_t *seqs, size_t n, struct err *e);
int sqlite_outbox_depth(struct state *s, int64_t *depth, struct err *e);

#endif
