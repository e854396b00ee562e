/* state_sqlite: opening, and the table of operations. */
#include "store/state_sqlite.h"

#include "base/mem.h"
#include "store/state_sqlite_impl.h"

#include <stdlib.h>

static void close_store(struct state *s)
{
	db_close(state_db(s));
	free(s);
}

static int ping(struct state *s, struct err *e)
{
	return db_ping(state_db(s), e);
}

static const struct state_ops ops = {
	.close = close_store,
	.ping = ping,
	.stage_put = sqlite_stage_put,
	.stage_get = sqlite_stage_get,
	.stage_del = sqlite_stage_del,
	.stage_list = sqlite_stage_list,
	.stage_live = sqlite_stage_live,
	.publisher_live = sqlite_publisher_live,
	.issue = sqlite_issue,
	.join = sqlite_join,
	.undo = sqlite_undo,
	.beat = sqlite_beat,
	.leave = sqlite_leave,
	.sweep = sqlite_sweep,
	.viewer_get = sqlite_viewer_get,
	.viewer_list = sqlite_viewer_list,
	.total = sqlite_total,
	.admit = sqlite_admit,
	.revoke = sqlite_revoke,
	.remember = sqlite_remember,
	.lease = sqlite_lease,
	.setting_set = sqlite_setting_set,
	.setting_get = sqlite_setting_get,
	.purge = sqlite_purge,
	.outbox_add = sqlite_outbox_add,
	.outbox_claim = sqlite_outbox_claim,
	.outbox_ack = sqlite_outbox_ack,
	.outbox_depth = sqlite_outbox_depth,
};

struct state *state_sqlite_open(const char *path, int64_t timeout_ms, struct err *e)
{
	struct state_sqlite *s = mem_alloc(sizeof *s);

	s->base.ops = &ops;
	if (db_open(&s->db, path, "state", timeout_ms, e) == 0)
		return &s->base;
	free(s);
	return NULL;
}
