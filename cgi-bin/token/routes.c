/* Routes of the token program. */
#include "cgi-bin/routes.h"
#include "cgi-bin/token/token.h"

const struct route token_routes[] = {
	{ .method = "POST", .path = "/token/publisher", .permission = PERM_TOKEN_PUBLISHER, .limit = LIMIT_TOKEN,
	    .owner = OWNER_BODY, .body = "token-publisher.json", .flags = ROUTE_SECRET, .handle = post_token_publisher,
	    .summary = "A token to publish to a stage" },
	{ .method = "POST", .path = "/token/viewer", .permission = PERM_TOKEN_VIEWER, .limit = LIMIT_TOKEN,
	    .owner = OWNER_BODY, .body = "token-viewer.json", .flags = ROUTE_SECRET, .handle = post_token_viewer,
	    .summary = "A token to watch, and a seat" },
	{ .method = "POST", .path = "/token/mediaserver", .permission = PERM_TOKEN_MEDIASERVER,
	    .limit = LIMIT_CALLER, .body = "token-mediaserver.json", .flags = ROUTE_SECRET,
	    .handle = post_token_mediaserver, .summary = "A token for a media server" },
	{ .method = "POST", .path = "/token/batch", .permission = PERM_NONE, .limit = LIMIT_CALLER,
	    .body = "token-batch.json", .flags = ROUTE_SECRET, .handle = post_token_batch,
	    .summary = "Up to 100 tokens at once" },
	{ .method = "POST", .path = "/token/renew", .permission = PERM_NONE, .limit = LIMIT_CALLER,
	    .body = "token-renew.json", .flags = ROUTE_SECRET, .handle = post_token_renew,
	    .summary = "A new token for the same participant" },
	{ .method = NULL },
};
