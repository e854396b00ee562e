/*
 * admit: revocation and rate limits of a call, in one round trip.
 */
#ifndef IVS_APP_ADMIT_H
#define IVS_APP_ADMIT_H

#include "app/route.h"
#include "base/err.h"

/*
 * Take the limits that the call is under (c->limit gets the tightest).
 * ERR_UNAUTHORIZED for a revoked token, ERR_RATE_LIMIT_EXCEEDED. token_user:
 * userId for which a token is asked, or NULL. While the state store is down,
 * limits fall back to buckets of this process and revocation is not known.
 */
int admit(struct call *c, const char *token_user, struct err *e);

#endif
