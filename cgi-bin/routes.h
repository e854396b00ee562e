/*
 * routes: the route tables of all programs. Each program serves its own;
 * meta lists them all.
 */
#ifndef IVS_CGI_ROUTES_H
#define IVS_CGI_ROUTES_H

#include "app/route.h"

extern const struct route token_routes[];
extern const struct route viewer_routes[];
extern const struct route stats_routes[];
extern const struct route health_routes[];
extern const struct route meta_routes[];

/* All of them, ended by NULL. */
extern const struct route *const all_routes[];

#endif
