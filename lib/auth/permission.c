/* permission: names and bits. */
#include "auth/permission.h"

#include <string.h>

static const char *const names[PERM_COUNT + 1] = {
	[PERM_TOKEN_PUBLISHER] = "token:publisher",
	[PERM_TOKEN_VIEWER] = "token:viewer",
	[PERM_TOKEN_MEDIASERVER] = "token:mediaserver",
	[PERM_STAGE_READ] = "stage:read",
	[PERM_STAGE_CREATE] = "stage:create",
	[PERM_STAGE_UPDATE] = "stage:update",
	[PERM_STAGE_DELETE] = "stage:delete",
	[PERM_STAGE_REPLICATE] = "stage:replicate",
	[PERM_VIEWER_WRITE] = "viewer:write",
	[PERM_VIEWER_READ] = "viewer:read",
	[PERM_STATS_READ] = "stats:read",
	[PERM_AUTH_ISSUE] = "auth:issue",
	[PERM_AUTH_REVOKE] = "auth:revoke",
	[PERM_EVENTS_WRITE] = "events:write",
	[PERM_METRICS_READ] = "metrics:read",
	[PERM_COUNT] = "",
};

const char *permission_name(enum permission p)
{
	return names[p];
}

/* "stage:*": the bits whose names begin with "stage:". */
static permission_set group_of(const char *text)
{
	size_t n = strlen(text);
	permission_set out = 0;

	if (n < 3 || strcmp(text + n - 2, ":*") != 0)
		return 0;
	for (int i = 0; i < PERM_COUNT; i++) {
		if (strncmp(names[i], text, n - 1) == 0)
			out |= PERMISSION_BIT(i);
	}
	return out;
}

int permission_add(permission_set *set, const char *text, struct err *e)
{
	permission_set found = group_of(text);

	if (strcmp(text, "*") == 0 || strcmp(text, "admin") == 0)
		found = PERMISSION_ALL;
	for (int i = 0; i < PERM_COUNT; i++) {
		if (strcmp(names[i], text) == 0)
			found = PERMISSION_BIT(i);
	}
	if (found == 0)
		return err_set(e, ERR_VALIDATION, "there is no permission %s: use one like token:viewer, a group like stage:*, or admin",
		    text);
	*set |= found;
	return 0;
}

json_t *permission_list(permission_set set)
{
	json_t *out = json_array();

	for (int i = 0; i < PERM_COUNT; i++) {
		if ((set & PERMISSION_BIT(i)) != 0)
			json_array_append_new(out, json_string(names[i]));
	}
	return out;
}
