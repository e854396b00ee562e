/*
 * gcra: the arithmetic of rate limits, the same for every backend: a burst of
 * `limit`, refilled evenly over the window (generic cell rate algorithm).
 */
#ifndef IVS_STORE_GCRA_H
#define IVS_STORE_GCRA_H

#include "store/state.h"

/*
 * Would one more request pass at now_us, when the limit will be whole again
 * at tat_us (0: it is whole)? Fills *out and returns when it would be whole
 * afterwards; equal to before when refused. A tat further off than the window
 * (the clock jumped back) counts as an exhausted limit of one window; then the
 * value returned is smaller than the one given, and must be stored although
 * the request was refused.
 */
int64_t gcra_look(const struct state_limit *l, int64_t tat_us, int64_t now_us, struct state_limit_result *out);

#endif
