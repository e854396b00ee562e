/*
 * fcgi: the loop of a FastCGI program over libfcgi.
 *
 * The library's own accept is not used: it restarts on signals, spins when a
 * silent peer meets a signal, and waits without bound. Here a stop signal is
 * seen only inside ppoll, between requests; every connection carries one
 * request and has time-outs; and a body has a deadline in all.
 */
#include "http/gateway.h"

#include "base/clock.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { IO_TIMEOUT_S = 10, BODY_DEADLINE_MS = 10000, BACK_OFF_US = 50000 };

static volatile sig_atomic_t stopping;

bool http_stopping(void)
{
	return stopping != 0;
}

static void on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

bool fcgi_is_listening(void)
{
	int yes = 0;
	socklen_t len = sizeof yes;

	return getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 && yes != 0;
}

/* Stop signals are blocked but for the wait between two requests. */
static void catch_signals(void)
{
	static const int stops[] = { SIGTERM, SIGINT, SIGUSR1 };
	struct sigaction sa;
	sigset_t block;

	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_stop;
	sigemptyset(&block);
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
		sigaddset(&block, stops[i]);
		sigaction(stops[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &block, NULL);
	signal(SIGPIPE, SIG_IGN);
}

struct connection {
	FCGX_Request *fcgi;
	int64_t deadline_ms;   /* of the body, clock_mono_ms */
};

static const char *fcgi_param(void *ctx, const char *name)
{
	struct connection *c = ctx;

	return FCGX_GetParam(name, c->fcgi->envp);
}

static long fcgi_read(void *ctx, void *p, size_t len)
{
	struct connection *c = ctx;
	int n;

	if (clock_mono_ms() > c->deadline_ms)
		return -1;
	n = FCGX_GetStr(p, (int)len, c->fcgi->in);
	return n == 0 && FCGX_GetError(c->fcgi->in) != 0 ? -1 : n;
}

static int fcgi_write(void *ctx, const void *p, size_t len)
{
	struct connection *c = ctx;

	return FCGX_PutStr(p, (int)len, c->fcgi->out) == (int)len ? 0 : -1;
}

static void handle(const struct http_server *s, struct arena *a, FCGX_Request *r)
{
	struct connection c = { r, clock_mono_ms() + BODY_DEADLINE_MS };
	const struct http_input in = { &c, fcgi_param, fcgi_read };
	const struct gateway_output out = { &c, fcgi_write };

	gateway_handle(s, a, &in, &out);
}

/* The next connection, or -1 when there is none for now. */
static int next_connection(const sigset_t *waiting)
{
	static const struct timeval timeout = { IO_TIMEOUT_S, 0 };
	struct pollfd p = { .fd = 0, .events = POLLIN };
	int fd;

	if (ppoll(&p, 1, NULL, waiting) < 0)
		return -1; /* a signal: the caller looks at stopping */
	fd = accept4(0, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
			usleep(BACK_OFF_US);
		return -1; /* EAGAIN: another process was faster */
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
	return fd;
}

/* The library reads these two once, in FCGX_Init. */
static void bound_waits(void)
{
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "2000", 0);
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 0);
}

/*
 * Hand a connection to the library: with ipcFd set and keepConnection on, it
 * skips its own accept. keepConnection is then cleared, so that the
 * connection ends with its request. A request whose PARAMS are incomplete
 * gets no answer.
 */
static void serve_connection(const struct http_server *s, struct arena *a, FCGX_Request *r, int fd)
{
	r->ipcFd = fd;
	r->keepConnection = 1;
	if (FCGX_Accept_r(r) != 0)
		return;
	r->keepConnection = 0;
	if (FCGX_GetError(r->in) == 0)
		handle(s, a, r);
	FCGX_Finish_r(r);
	arena_reset(a);
	if (s->after != NULL)
		s->after(s->ctx);
}

int fcgi_serve(const struct http_server *s)
{
	FCGX_Request r;
	struct arena *a;
	sigset_t waiting;

	catch_signals();
	sigemptyset(&waiting);
	bound_waits();
	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		return 1;
	fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
	a = arena_new(s->max_arena);
	while (!stopping) {
		int fd = next_connection(&waiting);
		if (fd >= 0)
			serve_connection(s, a, &r, fd);
	}
	FCGX_Free(&r, 1);
	arena_free(a);
	return 0;
}
