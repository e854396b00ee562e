/*
 * permission: what a caller may do, as a set of bits.
 */
#ifndef IVS_AUTH_PERMISSION_H
#define IVS_AUTH_PERMISSION_H

#include "base/err.h"

#include <jansson.h>
#include <stdint.h>

enum permission {
	PERM_TOKEN_PUBLISHER,   /* "token:publisher" */
	PERM_TOKEN_VIEWER,      /* "token:viewer" */
	PERM_TOKEN_MEDIASERVER, /* "token:mediaserver" */
	PERM_STAGE_READ,        /* "stage:read", … */
	PERM_STAGE_CREATE,
	PERM_STAGE_UPDATE,
	PERM_STAGE_DELETE,
	PERM_STAGE_REPLICATE,
	PERM_VIEWER_WRITE,
	PERM_VIEWER_READ,
	PERM_STATS_READ,
	PERM_AUTH_ISSUE,
	PERM_AUTH_REVOKE,
	PERM_EVENTS_WRITE,
	PERM_METRICS_READ,
	PERM_COUNT,
	PERM_NONE = PERM_COUNT /* a route that asks for none of them */
};

/* A set: bit n is permission n. */
typedef uint32_t permission_set;

#define PERMISSION_ALL ((permission_set)((1u << PERM_COUNT) - 1))
#define PERMISSION_BIT(p) ((permission_set)1u << (p))

/* "token:viewer"; "" for PERM_NONE. */
const char *permission_name(enum permission p);

/*
 * Add what a text means to *set: a name, a group "stage:*", "*" or "admin"
 * for all. ERR_VALIDATION for anything else, naming it and what exists.
 */
int permission_add(permission_set *set, const char *text, struct err *e);

/* The set as an array of names, new reference. */
json_t *permission_list(permission_set set);

#endif
