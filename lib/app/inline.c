/*
 * inline: each process looks once a second; the lease of a job lets one of
 * them work.
 */
#include "app/inline.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "core/jobs.h"

enum { EVERY_MS = 1000, BUDGET_MS = 50 };

/* Process state: when this process looked last, and its name as a lease holder. */
static struct {
	int64_t looked_ms;
	char owner[ID_SESSION_SIZE];
} self;

static void run(const struct service *s, const struct job *j, int64_t deadline_ms)
{
	struct err e;
	int done = 0;

	err_init(&e);
	if (job_run(j, s, self.owner, deadline_ms, &done, &e) != 0)
		log_write(LOG_WARN, "job %s failed: %s (%s)", j->name, e.message, e.cause);
	err_clear(&e);
}

void inline_work(struct app *app)
{
	int64_t now = clock_mono_ms();
	int64_t deadline = now + BUDGET_MS;

	if (app->conf->worker_mode != CONF_WORKER_INLINE || app->service.state == NULL)
		return;
	if (self.looked_ms != 0 && now - self.looked_ms < EVERY_MS)
		return;
	if (self.owner[0] == '\0')
		id_make(self.owner, sizeof self.owner);
	for (const struct job *j = jobs; j->name != NULL && clock_mono_ms() < deadline; j++)
		run(&app->service, j, deadline);
	self.looked_ms = clock_mono_ms();
}
