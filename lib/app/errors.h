/*
 * errors: the one error table. What status, texts and log level an err_code
 * has is known here and nowhere else.
 */
#ifndef IVS_APP_ERRORS_H
#define IVS_APP_ERRORS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"

#include <stdbool.h>

/* HTTP status of a code, 400 … 503. */
int errors_status(enum err_code code);

/* How loud the request's log line is. */
enum log_level errors_level(enum err_code code);

/*
 * The message for the client: the error's own words, or those of its code
 * when it has none; in Traditional Chinese on request, where a translation
 * exists the exact one, otherwise that of the code. INTERNAL_ERROR never
 * shows its own words unless development is set. The arena's or constant.
 */
const char *errors_message(const struct err *e, bool chinese, bool development, struct arena *a);

/* The Chinese of one of our constant English texts ("Viewer left"); the text itself when there is none. */
const char *errors_translate(const char *english, bool chinese);

#endif
