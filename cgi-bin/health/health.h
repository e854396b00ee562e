/*
 * health: what the health program checks.
 *
 * A check runs in a child process of its own, so that nothing it opens can
 * hang the program; all run side by side, each within 1 s. Their outcome is
 * shared by all processes of the machine for 2 s through RUN_DIR/health.json.
 */
#ifndef IVS_CGI_HEALTH_H
#define IVS_CGI_HEALTH_H

#include "app/route.h"

route_handler get_health;
route_handler get_health_ready;
route_handler get_health_live;

enum health_check { HEALTH_STATE, HEALTH_RECORDS, HEALTH_WORKER, HEALTH_COUNT };

struct health_result {
	bool healthy[HEALTH_COUNT];
	int64_t latency_ms[HEALTH_COUNT];
	int64_t at_ms;             /* clock_now_ms of the checks */
};

/* The outcome of at most 2 s ago, or of checks run now. Blocks for at most about a second. */
void health_results(const struct conf *c, struct health_result *out);

/* Memory of this process group, in MB, and of the machine. */
void health_memory(double *used_mb, double *total_mb);

#endif
