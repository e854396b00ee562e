/*
 * file: small files read and written whole.
 */
#ifndef IVS_BASE_FILE_H
#define IVS_BASE_FILE_H

#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Read a file of at most max bytes. The text (NUL-terminated) is the
 * caller's to free. Errors: ERR_NOT_FOUND when there is none, ERR_VALIDATION
 * when it is too large or not a regular file, ERR_INTERNAL otherwise; the
 * message names the path.
 */
char *file_read(const char *path, size_t max, size_t *len, struct err *e);

/* As file_read, for secrets: refuses a file that group or others may read (mode & 077) with ERR_VALIDATION saying chmod 600. One trailing newline is removed. */
char *file_read_secret(const char *path, size_t max, size_t *len, struct err *e);

/* Replace path atomically: temporary file beside it, fsync, rename. Nothing is lost when the disk is full. 0 or -1. */
int file_write(const char *path, const void *p, size_t len, mode_t mode, struct err *e);

/* Open (create, mode 0600) and flock path exclusively, waiting at most timeout_ms. The descriptor (close releases), or -1 (ERR_SERVICE_UNAVAILABLE on time-out). */
int file_lock(const char *path, int timeout_ms, struct err *e);

/* Make the folder (mode) unless it exists; parents must exist. 0 or -1. */
int file_mkdir(const char *path, mode_t mode, struct err *e);

#endif
