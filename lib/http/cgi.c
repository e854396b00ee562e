/*
 * cgi: one request of plain CGI (RFC 3875): environment, standard input,
 * standard output. The environment is the protocol here, not configuration.
 */
#include "http/gateway.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BODY_DEADLINE_MS = 10000 };

extern char **environ;

static const char *env_param(void *ctx, const char *name)
{
	size_t n = strlen(name);

	(void)ctx;
	for (char **p = environ; *p != NULL; p++) {
		if (strncmp(*p, name, n) == 0 && (*p)[n] == '=')
			return *p + n + 1;
	}
	return NULL;
}

/* ctx: the moment (clock_mono_ms) at which the whole body must be there. */
static long stdin_read(void *ctx, void *p, size_t len)
{
	const int64_t *deadline = ctx;
	int64_t left = *deadline - clock_mono_ms();
	struct pollfd in = { .fd = 0, .events = POLLIN };
	ssize_t n;

	if (left <= 0 || poll(&in, 1, (int)left) <= 0)
		return -1;
	do {
		n = read(0, p, len);
	} while (n < 0 && errno == EINTR);
	return n;
}

static int stdout_write(void *ctx, const void *p, size_t len)
{
	const char *s = p;

	(void)ctx;
	while (len > 0) {
		ssize_t n = write(1, s, len);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			s += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int not_a_cgi(void)
{
	fprintf(stderr, "This is a FastCGI and CGI program: descriptor 0 must be a listening socket\n"
			"(spawn-fcgi, multiwatch), or a web server must run it as CGI. See --help.\n");
	return 2;
}

int cgi_serve(const struct http_server *s)
{
	int64_t deadline = clock_mono_ms() + BODY_DEADLINE_MS;
	const struct http_input in = { &deadline, env_param, stdin_read };
	const struct gateway_output out = { NULL, stdout_write };
	struct arena *a;

	if (env_param(NULL, "REQUEST_METHOD") == NULL)
		return not_a_cgi();
	signal(SIGPIPE, SIG_IGN);
	a = arena_new(s->max_arena);
	gateway_handle(s, a, &in, &out);
	arena_free(a);
	close(1); /* the answer is complete; what follows must not keep the client */
	if (s->after != NULL)
		s->after(s->ctx);
	return 0;
}
