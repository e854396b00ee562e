/*
 * file: small files, whole. Writing replaces: a reader sees the old or the
 * new text, and a full disk leaves the old one.
 */
#include "base/file.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static int fail(struct err *e, const char *what, const char *path)
{
	int saved = errno;
	enum err_code code = saved == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL;

	err_set(e, code, "cannot %s %s: %s", what, path, strerror(saved));
	errno = saved;
	return -1;
}

static int read_all(int fd, char *p, size_t max, size_t *len)
{
	*len = 0;
	while (*len < max) {
		ssize_t n = read(fd, p + *len, max - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	return 0;
}

static int check_kind(const char *path, int fd, mode_t forbidden, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(e, "look at", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_VALIDATION, "%s is not a regular file", path);
	if ((st.st_mode & forbidden) != 0)
		return err_set(e, ERR_VALIDATION, "%s may be read by others: run chmod 600 on it", path);
	return 0;
}

/* One byte more than max is tried, to see that the file ends. */
static char *read_checked(const char *path, size_t max, mode_t forbidden, size_t *len, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;

	if (fd < 0) {
		fail(e, "read", path);
		return NULL;
	}
	if (check_kind(path, fd, forbidden, e) != 0)
		goto out;
	text = mem_alloc(max + 2);
	if (read_all(fd, text, max + 1, len) != 0)
		fail(e, "read", path);
	else if (*len > max)
		err_set(e, ERR_VALIDATION, "%s is larger than %zu bytes", path, max);
	else
		goto out;
	mem_wipe(text, max + 2);
	free(text);
	text = NULL;
out:
	close(fd);
	return text;
}

char *file_read(const char *path, size_t max, size_t *len, struct err *e)
{
	size_t n;
	char *text = read_checked(path, max, 0, &n, e);

	if (text != NULL && len != NULL)
		*len = n;
	return text;
}

char *file_read_secret(const char *path, size_t max, size_t *len, struct err *e)
{
	size_t n;
	char *text = read_checked(path, max, 077, &n, e);

	if (text == NULL)
		return NULL;
	if (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	if (len != NULL)
		*len = n;
	return text;
}

static int write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return fsync(fd);
}

/* So that the rename itself survives a power cut. */
static int sync_folder(const char *path)
{
	char copy[PATH_SIZE];
	int fd, rc;

	snprintf(copy, sizeof copy, "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int file_write(const char *path, const void *p, size_t len, mode_t mode, struct err *e)
{
	char tmp[PATH_SIZE];
	int fd;

	if (snprintf(tmp, sizeof tmp, "%s.XXXXXX", path) >= (int)sizeof tmp)
		return err_set(e, ERR_VALIDATION, "a path is longer than %d bytes", (int)PATH_SIZE);
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return fail(e, "write beside", path);
	if (fchmod(fd, mode) != 0 || write_all(fd, p, len) != 0) {
		fail(e, "write", path);
		close(fd);
		unlink(tmp);
		return -1;
	}
	close(fd);
	if (rename(tmp, path) != 0) {
		fail(e, "replace", path);
		unlink(tmp);
		return -1;
	}
	return sync_folder(path) == 0 ? 0 : fail(e, "sync the folder of", path);
}

int file_lock(const char *path, int timeout_ms, struct err *e)
{
	const struct timespec pause = { 0, 2000000 };
	int64_t deadline = clock_mono_ms() + timeout_ms;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return fail(e, "open", path);
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			fail(e, "lock", path);
			close(fd);
			return -1;
		}
		if (clock_mono_ms() >= deadline) {
			close(fd);
			return err_set(e, ERR_SERVICE_UNAVAILABLE, "%s is locked by another process", path);
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

int file_mkdir(const char *path, mode_t mode, struct err *e)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return 0;
	if (errno != EEXIST)
		return fail(e, "make the folder", path);
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_VALIDATION, "%s is not a folder", path);
	return 0;
}
