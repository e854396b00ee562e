/*
 * err: one error as a value.
 *
 * A fallible function returns 0 or -1 (constructors NULL) and, where a reason
 * matters, takes a `struct err *` last. The struct is the caller's, fixed in
 * size but for `details`, and may be NULL everywhere. The first error wins:
 * setting an error that is already set changes nothing, so that the deepest
 * and most exact one survives.
 *
 * The codes mirror the error table of the API contract; what status, text and
 * log level a code has is known to app/errors.c alone.
 */
#ifndef IVS_BASE_ERR_H
#define IVS_BASE_ERR_H

#include <jansson.h>

enum err_code {
	ERR_NONE = 0,
	ERR_VALIDATION,              /* body, query, path or an option does not fit */
	ERR_INVALID_JSON,            /* not JSON */
	ERR_UNSUPPORTED_API_VERSION, /* /api/v9 */
	ERR_UNAUTHORIZED,            /* nobody, or nobody we know */
	ERR_FORBIDDEN,               /* known, but not allowed */
	ERR_NOT_FOUND,
	ERR_METHOD_NOT_ALLOWED,
	ERR_CONFLICT,
	ERR_PAYLOAD_TOO_LARGE,
	ERR_UNSUPPORTED_MEDIA_TYPE,
	ERR_RATE_LIMIT_EXCEEDED,
	ERR_TOKEN_GENERATION_FAILED,
	ERR_INTERNAL,            /* a defect or a broken machine */
	ERR_STAGE_FULL,          /* no seat left */
	ERR_STAGE_LIMIT_REACHED, /* MAX_STAGES exist */
	ERR_SERVICE_UNAVAILABLE, /* a store that this call needs is down */
	ERR_COUNT
};

enum { ERR_TEXT_SIZE = 256, ERR_ARGS = 4, ERR_ARG_SIZE = 128 };

struct err {
	enum err_code code;
	int retry_after_s;                   /* seconds for Retry-After; 0: none */
	const char *format;                  /* the literal given to err_set: key of its translation */
	int nargs;                           /* arguments kept in args */
	char args[ERR_ARGS][ERR_ARG_SIZE];   /* the arguments as text, cut to fit, for a translation */
	char message[ERR_TEXT_SIZE];         /* English, for the client or the operator; no secret in it */
	char cause[ERR_TEXT_SIZE];           /* for the log only: errno text, SQLite's or OpenSSL's words */
	json_t *details;                     /* object for error.details, owned by the struct; may be NULL */
};

/* Make e an empty error. e may be NULL. */
void err_init(struct err *e);

/* Free the details and make e empty again. e may be NULL. */
void err_clear(struct err *e);

/* Is an error set? */
int err_is_set(const struct err *e);

/*
 * Set code and message unless an error is set already. fmt must be a string
 * literal; conversions %s, %.*s, %d, %u, %ld, %lu, %lld, %llu, %zu, %c and %%
 * (no other flags or widths) are understood and their arguments kept for
 * translation. Keeps errno. Returns -1 always, so that
 * `return err_set(e, ...)` reads well. e may be NULL.
 */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Add the cause, for the log only; the first one wins. Works before or after
 * err_set. Keeps errno. Returns -1 always. e may be NULL.
 */
int err_cause(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Put value under key in the details. Takes the reference to value_new, also
 * when e is NULL or memory ran out. value_new may be NULL (nothing happens).
 */
void err_detail_new(struct err *e, const char *key, json_t *value_new);

/* Move the error from src to dst unless dst has one; src is empty afterwards. Either may be NULL. */
void err_move(struct err *dst, struct err *src);

/* The code as the contract spells it, "STAGE_FULL"; "NONE" for ERR_NONE. Never NULL. */
const char *err_code_name(enum err_code code);

#endif
