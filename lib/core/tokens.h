/*
 * tokens: vending participant tokens, with admission and records.
 *
 * A viewer's token first takes a seat, atomically, together with the records
 * of the token and of the session; then it is signed. A token that cannot be
 * signed gives its seat back. Lifetimes are whole seconds, so that a token's
 * exp and expiresAt agree to the second.
 */
#ifndef IVS_CORE_TOKENS_H
#define IVS_CORE_TOKENS_H

#include "base/arena.h"
#include "base/err.h"
#include "core/service.h"

#include <jansson.h>
#include <stdbool.h>

enum token_kind { TOKEN_PUBLISHER, TOKEN_VIEWER, TOKEN_MEDIASERVER, TOKEN_KIND_COUNT };

/* "publisher" and back; -1 for anything else. */
const char *token_kind_name(enum token_kind kind);
int token_kind_parse(const char *name);

struct token_request {
	enum token_kind kind;
	const char *user_id;       /* the caller's, without prefix; the serverId of a media server */
	const char *stage_arn;     /* NULL: master stage (publisher), least loaded live stage (viewer) */
	const json_t *attributes;  /* object of strings or NULL */
};

/* A token and what the answer says of it. Strings are the arena's. */
struct token {
	enum token_kind kind;
	const char *text;
	const char *participant_id;
	const char *user_id;       /* as asked */
	const char *stage_arn;
	const char *whip_url;
	bool can_publish;
	bool can_subscribe;
	int64_t expires_at_ms;     /* whole seconds */
	int64_t expires_in_s;
	int64_t renew_after_ms;    /* 5 min before expiry, or at 80 % of a shorter life */
	int64_t viewers;           /* viewer: live count of the stage with this one */
	bool is_new_viewer;
};

/*
 * Issue a token. Errors: ERR_NOT_FOUND (stage not registered, no publisher
 * live), ERR_STAGE_FULL, ERR_VALIDATION (attributes beyond 1 KB, path
 * /attributes), ERR_TOKEN_GENERATION_FAILED (seat given back),
 * ERR_SERVICE_UNAVAILABLE. When the state store is down, publishers and media
 * servers, and viewers for a named or the master stage, are served with a
 * record written durably at once, if the stage is the master stage (whose
 * endpoints are configuration); no seat can be counted then (viewers -1).
 */
int token_issue(const struct service *s, const struct request_info *who, const struct token_request *in,
    struct token *out, struct err *e);

struct token_renewal {
	const char *text;          /* the token to renew */
	bool has_capabilities;     /* otherwise those of the token */
	bool can_publish;
	bool can_subscribe;
	const json_t *attributes;  /* NULL: those of the token; role and timestamp are set anew */
};

/* The kind that a renewal would issue: publish alone or both with a media server's id: its own kind; publish: publisher; subscribe alone: viewer. Also hands back the participant's own user id (without prefix) for the own-userId rule. Verifies the token. */
int token_renewal_kind(const struct service *s, const struct request_info *who, const struct token_renewal *in,
    struct token_request *out, struct err *e);

/*
 * Renew for the SDK's token exchange: jti, topic, resource, whip_url and
 * events_url stay; the same admission as a first token runs (a viewer takes or
 * refreshes its seat under the same participant id). ERR_VALIDATION for a
 * token that is not ours or expired for more than 5 minutes.
 */
int token_renew(const struct service *s, const struct request_info *who, const struct token_renewal *in,
    struct token *out, struct err *e);

/* The members of data as the contract lists them for the token's kind. New reference. */
json_t *token_json(const struct token *t);

#endif
