/*
 * viewers: signs of life, lists, durations, history.
 */
#ifndef IVS_CORE_VIEWERS_H
#define IVS_CORE_VIEWERS_H

#include "base/arena.h"
#include "base/err.h"
#include "core/service.h"

#include <stdbool.h>

struct viewer_join {
	const char *user_id;
	const char *stage_arn;
	const char *participant_id;
};

/* Take or refresh a seat without a token (POST /viewer/rejoin). As state_join. */
int viewer_rejoin(const struct service *s, const struct viewer_join *in, const struct request_info *who,
    struct state_seat *out, struct err *e);

/* One sign of life. ERR_NOT_FOUND without a live session. */
int viewer_heartbeat(const struct service *s, const struct state_beat *who, int64_t now_ms, struct err *e);

/* Many; found[i] as in state_beat. */
int viewer_heartbeats(const struct service *s, const struct state_beats *in, struct err *e);

/* Leave; idempotent. */
int viewer_leave(const struct service *s, const struct state_beat *who, int64_t now_ms, struct err *e);

struct viewer_at {
	struct state_beat who;
	int64_t now_ms;
};

/*
 * Seconds watched: of the session in the live store (until now, or until its
 * last sign of life when it timed out), else of the newest one in the
 * records. ERR_NOT_FOUND when there never was one.
 */
int viewer_duration(const struct service *s, struct arena *a, const struct viewer_at *in, int64_t *seconds,
    struct err *e);

#endif
