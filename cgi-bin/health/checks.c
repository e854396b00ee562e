/*
 * checks: each in a child process with a second to live. The outcome is
 * shared through a file, since the stores themselves may be what is down.
 */
#include "cgi-bin/health/health.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "core/jobs.h"
#include "store/open.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHARED_MS = 2000, CHECK_MS = 1000, WORKER_SILENT_MS = 120000, FILE_MAX = 4096 };

static bool check_state(const struct conf *c)
{
	struct state *s = state_open(c->state_url, c->store_timeout_ms, NULL);
	bool ok = s != NULL && state_ping(s, NULL) == 0;

	state_close(s);
	return ok;
}

static bool check_records(const struct conf *c)
{
	struct record *r = record_open(c->record_url, c->store_timeout_ms, NULL);
	bool ok = r != NULL && record_ping(r, NULL) == 0;

	record_close(r);
	return ok;
}

/* Without a daemon (inline, cron) nobody has to be seen. */
static bool check_worker(const struct conf *c)
{
	struct service s = { .conf = c };
	struct arena *a;
	int64_t at = 0;
	bool ok;

	if (c->worker_mode != CONF_WORKER_DAEMON)
		return true;
	s.state = state_open(c->state_url, c->store_timeout_ms, NULL);
	a = arena_new(1 << 16);
	ok = s.state != NULL && job_worker_seen_get(&s, a, &at, NULL) == 0 &&
	    clock_now_ms() - at < WORKER_SILENT_MS;
	arena_free(a);
	state_close(s.state);
	return ok;
}

static bool (*const checks[HEALTH_COUNT])(const struct conf *c) = {
	[HEALTH_STATE] = check_state,
	[HEALTH_RECORDS] = check_records,
	[HEALTH_WORKER] = check_worker,
};

struct running {
	pid_t pid;
	int fd;      /* closed by the child's end: that is the signal */
};

static struct running start(const struct conf *c, int which)
{
	struct running r = { -1, -1 };
	int ends[2];

	if (pipe(ends) != 0)
		return r;
	r.pid = fork();
	if (r.pid == 0) {
		close(ends[0]);
		_exit(checks[which](c) ? 0 : 1);
	}
	close(ends[1]);
	r.fd = ends[0];
	return r;
}

/* Wait for the child until deadline; one that is late is killed and unhealthy. */
static bool finish(const struct running *r, int64_t deadline)
{
	int64_t left = deadline - clock_mono_ms();
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	int status = 1;

	if (r->pid < 0)
		return false;
	if (poll(&p, 1, left > 0 ? (int)left : 0) <= 0)
		kill(r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(r->fd);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void run_checks(const struct conf *c, struct health_result *out)
{
	int64_t started = clock_mono_ms();
	struct running running[HEALTH_COUNT];

	for (int i = 0; i < HEALTH_COUNT; i++)
		running[i] = start(c, i);
	for (int i = 0; i < HEALTH_COUNT; i++) {
		out->healthy[i] = finish(&running[i], started + CHECK_MS);
		out->latency_ms[i] = clock_mono_ms() - started;
	}
	out->at_ms = clock_now_ms();
}

static void store_results(const char *path, const struct health_result *r)
{
	json_t *j = json_pack("{s:I, s:[], s:[]}", "at", (json_int_t)r->at_ms, "healthy", "latency");
	char *text;

	for (int i = 0; i < HEALTH_COUNT; i++) {
		json_array_append_new(json_object_get(j, "healthy"), json_boolean(r->healthy[i]));
		json_array_append_new(json_object_get(j, "latency"), json_integer(r->latency_ms[i]));
	}
	text = json_print(j);
	file_write(path, text, strlen(text), 0600, NULL); /* not shared then; the next process checks itself */
	free(text);
	json_decref(j);
}

static bool load_results(const char *path, struct health_result *out)
{
	json_t *j = json_parse_file(path, FILE_MAX, NULL);
	int64_t age = clock_now_ms() - json_int(j, "at", 0);
	bool fresh = age >= 0 && age < SHARED_MS;

	out->at_ms = json_int(j, "at", 0);
	for (int i = 0; i < HEALTH_COUNT; i++) {
		size_t at = (size_t)i;
		out->healthy[i] = json_is_true(json_array_get(json_object_get(j, "healthy"), at));
		out->latency_ms[i] =
		    (int64_t)json_integer_value(json_array_get(json_object_get(j, "latency"), at));
	}
	json_decref(j);
	return fresh;
}

void health_results(const struct conf *c, struct health_result *out)
{
	char path[4096], lock[4100];
	int fd;

	snprintf(path, sizeof path, "%s/health.json", c->run_dir);
	snprintf(lock, sizeof lock, "%s.lck", path);
	if (load_results(path, out))
		return;
	fd = file_lock(lock, CHECK_MS, NULL); /* one checks, the others wait for its outcome */
	if (!load_results(path, out)) {
		run_checks(c, out);
		store_results(path, out);
	}
	if (fd >= 0)
		close(fd);
}
