/*
 * bucket: rate limits of this process alone, for the time that the state
 * store is down. A fixed table; two callers that share a slot share its
 * limit, which errs on the strict side.
 */
#ifndef IVS_AUTH_BUCKET_H
#define IVS_AUTH_BUCKET_H

#include "store/state.h"

/* As state_admit, without revocation (revoked is false). Never fails. */
void bucket_take(const struct state_admit *in, struct state_admitted *out);

#endif
