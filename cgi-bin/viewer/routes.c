/* Routes of the viewer program. */
#include "cgi-bin/routes.h"
#include "cgi-bin/viewer/viewer.h"

const struct route viewer_routes[] = {
	{ .method = "POST", .path = "/viewer/rejoin", .permission = PERM_VIEWER_WRITE, .limit = LIMIT_CALLER,
	    .owner = OWNER_BODY, .body = "viewer-rejoin.json", .handle = post_viewer_rejoin,
	    .summary = "Take the seat again after a break" },
	{ .method = "POST", .path = "/viewer/heartbeat", .permission = PERM_VIEWER_WRITE, .limit = LIMIT_CALLER,
	    .owner = OWNER_BODY, .body = "viewer-heartbeat.json", .handle = post_viewer_heartbeat,
	    .summary = "A sign of life" },
	{ .method = "POST", .path = "/viewer/heartbeat/batch", .permission = PERM_VIEWER_WRITE,
	    .limit = LIMIT_CALLER, .body = "viewer-heartbeat-batch.json", .handle = post_viewer_heartbeat_batch,
	    .summary = "Up to 500 signs of life" },
	{ .method = "POST", .path = "/viewer/leave", .permission = PERM_VIEWER_WRITE, .limit = LIMIT_CALLER,
	    .owner = OWNER_BODY, .body = "viewer-leave.json", .handle = post_viewer_leave,
	    .summary = "Leave; idempotent" },
	{ .method = "GET", .path = "/viewer/list/{stageArn}", .permission = PERM_VIEWER_READ, .limit = LIMIT_CALLER,
	    .query = "query-page.json", .handle = get_viewer_list, .summary = "Live viewers of a stage" },
	{ .method = "GET", .path = "/viewer/duration", .permission = PERM_VIEWER_READ, .limit = LIMIT_CALLER,
	    .owner = OWNER_QUERY, .query = "query-duration.json", .handle = get_viewer_duration,
	    .summary = "How long a viewer has watched" },
	{ .method = "GET", .path = "/viewer/history/{userId}", .permission = PERM_VIEWER_READ, .limit = LIMIT_CALLER,
	    .owner = OWNER_PATH, .query = "query-page.json", .handle = get_viewer_history,
	    .summary = "Sessions of a user, newest first" },
	{ .method = NULL },
};
