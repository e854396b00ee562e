/*
 * ivs-worker: the background work, as a daemon or one job at a time for cron.
 */
#include "app/app.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "core/jobs.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { TICK_MS = 100, SEEN_MS = 5000, JOB_BUDGET_MS = 2000, ONCE_BUDGET_MS = 60000, BACK_OFF_MAX_MS = 5000, JOBS_MAX = 8 };

static volatile sig_atomic_t stopping;

static void on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/* A daemon's memory. Times are clock_mono_ms. */
struct worker {
	struct app app;
	char owner[ID_SESSION_SIZE];
	int64_t due_ms[JOBS_MAX];
	int64_t seen_ms;
	int64_t back_off_ms;   /* 0: all is well */
};

static void catch_signals(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_stop;
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void failed(struct worker *w, const char *what, struct err *e)
{
	log_write(LOG_ERROR, "%s failed, trying again: %s (%s)", what, e->message, e->cause);
	w->back_off_ms = w->back_off_ms == 0 ? TICK_MS : w->back_off_ms * 2;
	if (w->back_off_ms > BACK_OFF_MAX_MS)
		w->back_off_ms = BACK_OFF_MAX_MS;
	err_clear(e);
}

static void run_due(struct worker *w, size_t i, struct err *e)
{
	int64_t now = clock_mono_ms();
	int done = 0;

	if (now < w->due_ms[i])
		return;
	w->due_ms[i] = now + jobs[i].interval_ms(w->app.conf);
	if (job_run(&jobs[i], &w->app.service, w->owner, now + JOB_BUDGET_MS, &done, e) != 0)
		failed(w, jobs[i].name, e);
	else if (done > 0)
		log_write(LOG_DEBUG, "%s: %d", jobs[i].name, done);
}

static void tick(struct worker *w)
{
	int64_t before = w->back_off_ms;
	struct err e;

	err_init(&e);
	app_reopen(&w->app);
	for (size_t i = 0; jobs[i].name != NULL && !stopping; i++)
		run_due(w, i, &e);
	if (w->back_off_ms == before)
		w->back_off_ms = 0;
	if (clock_mono_ms() - w->seen_ms >= SEEN_MS || w->seen_ms == 0) {
		if (job_worker_seen_set(&w->app.service, clock_now_ms(), &e) != 0)
			failed(w, "sign of life", &e);
		w->seen_ms = clock_mono_ms();
	}
	err_clear(&e);
}

static int run_daemon(struct worker *w)
{
	catch_signals();
	log_write(LOG_INFO, "ivs-worker starts");
	while (!stopping) {
		tick(w);
		poll(NULL, 0, (int)(w->back_off_ms > 0 ? w->back_off_ms : TICK_MS));
	}
	log_write(LOG_INFO, "ivs-worker stops");
	return 0;
}

static int run_once(struct worker *w, const struct job *j, struct err *e)
{
	int done = 0;

	if (job_run(j, &w->app.service, w->owner, clock_mono_ms() + ONCE_BUDGET_MS, &done, e) != 0)
		return -1;
	printf("%s: %d\n", j->name, done);
	return 0;
}

static int print_help(void)
{
	printf("ivs-worker [--once NAME]\n\nWithout option: run all jobs until SIGTERM. --once runs one job and ends:\n");
	for (const struct job *j = jobs; j->name != NULL; j++)
		printf("  %-6s %s\n", j->name, j->help);
	printf("Exit status: 0 done, 1 failed, 2 usage.\n");
	return 0;
}

static int work(const struct job *once, struct err *e)
{
	struct worker w;
	int rc = -1;

	memset(&w, 0, sizeof w);
	id_make(w.owner, sizeof w.owner);
	if (app_open(&w.app, "ivs-worker", APP_STORES, e) == 0)
		rc = once != NULL ? run_once(&w, once, e) : run_daemon(&w);
	app_close(&w.app);
	return rc;
}

int main(int argc, char **argv)
{
	const struct job *once = NULL;
	struct err e;
	int rc;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return print_help();
	if (argc == 3 && strcmp(argv[1], "--once") == 0)
		once = job_find(argv[2]);
	if (argc > 1 && once == NULL) {
		fprintf(stderr, "usage: ivs-worker [--once sweep|drain|purge]; see --help\n");
		return 2;
	}
	err_init(&e);
	rc = work(once, &e);
	if (rc != 0)
		log_write(LOG_ERROR, "%s (%s)", e.message, e.cause);
	err_clear(&e);
	return rc == 0 ? 0 : 1;
}
