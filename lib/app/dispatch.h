/*
 * dispatch: the request pipeline. In this order, always, once:
 *
 *   path (404) → version (400) → method (405, Allow) → authenticate (401)
 *   → authorize (403) → limits (429) → read within the cap (413, 415)
 *   → parse (400) → validate (400, all errors) → handler → envelope → log
 *
 * CORS preflight is answered after the path; routes marked open skip
 * authentication.
 */
#ifndef IVS_APP_DISPATCH_H
#define IVS_APP_DISPATCH_H

#include "app/route.h"
#include "http/message.h"

struct dispatch;

/* Compile what the tables (NULL-ended array) name. Borrows app and tables. NULL and what is wrong with a schema. */
struct dispatch *dispatch_new(struct app *app, const struct route *const *tables, struct err *e);
void dispatch_free(struct dispatch *d);

/* An http_handler_cb; ctx is the struct dispatch. */
void dispatch_handle(void *ctx, const struct http_request *req, struct http_response *out);

/* An http_after_cb: the housekeeping of WORKER_MODE=inline; ctx is the struct dispatch. */
void dispatch_after(void *ctx);

#endif
