/* Handlers of the token program, called after what they answer. */
#ifndef IVS_CGI_TOKEN_H
#define IVS_CGI_TOKEN_H

#include "app/route.h"
#include "core/tokens.h"

route_handler post_token_publisher;
route_handler post_token_viewer;
route_handler post_token_mediaserver;
route_handler post_token_batch;
route_handler post_token_renew;

/*
 * May the caller have this token? For requests whose kind is in the body: its
 * permission, the own-userId rule, and the internal secret for media servers.
 */
int token_allowed(const struct call *c, const struct token_request *in, struct err *e);

#endif
