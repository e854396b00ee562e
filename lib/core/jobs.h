/*
 * jobs: the background work, each as one bounded step that a daemon, cron or
 * a FastCGI process after its answer can take.
 *
 * Several processes may run them at the same time: a lease lets one work and
 * the others return at once.
 */
#ifndef IVS_CORE_JOBS_H
#define IVS_CORE_JOBS_H

#include "base/err.h"
#include "core/service.h"

#include <stdbool.h>

struct job {
	const char *name;          /* "sweep", "drain", "purge" */
	const char *help;          /* one line */
	int64_t (*interval_ms)(const struct conf *c); /* between two runs */
	/* One step. *done: how much was done; *more: there is more to do right now. */
	int (*run)(const struct service *s, const char *owner, int *done, bool *more, struct err *e);
};

/* The table, ended by a NULL name. sweep closes timed-out sessions; drain moves the outbox into the records; purge drops what expired. */
extern const struct job jobs[];

/* The job of that name or NULL. */
const struct job *job_find(const char *name);

/* Run until nothing more is to do or deadline_ms (clock_mono_ms) has come. *done sums up. */
int job_run(const struct job *j, const struct service *s, const char *owner, int64_t deadline_ms, int *done,
    struct err *e);

/* The worker says that it lives (a setting); and when it last said so, 0 for never. */
int job_worker_seen_set(const struct service *s, int64_t now_ms, struct err *e);
int job_worker_seen_get(const struct service *s, struct arena *a, int64_t *at_ms, struct err *e);

#endif
