/*
 * participant: IVS participant tokens, self-signed with a key pair (provider
 * "keypair"): the claims, and reading one of ours back.
 *
 * Header {"alg":"ES384","typ":"JWT","kid":ARN}; claims exp, iat, jti,
 * resource, topic, events_url, whip_url, user_id, attributes, capabilities,
 * version "1.0". Times in seconds. See "Distribute participant tokens, key
 * pair" in the IVS Real-Time user guide.
 */
#ifndef IVS_CORE_PARTICIPANT_H
#define IVS_CORE_PARTICIPANT_H

#include "base/arena.h"
#include "base/err.h"
#include "core/keyring.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct participant {
	const char *participant_id; /* jti */
	const char *stage_arn;      /* resource; topic is its last part */
	const char *whip_url;
	const char *events_url;
	const char *user_id;        /* as IVS sees it: "viewer-alice" */
	const json_t *attributes;   /* object of strings, or NULL */
	bool can_publish;
	bool can_subscribe;
	int64_t issued_at_s;
	int64_t expires_at_s;
};

enum { PARTICIPANT_ATTRIBUTES_MAX = 1024 }; /* bytes of UTF-8, keys and values together */

/* Sign one with the signing key. The arena's; NULL: ERR_TOKEN_GENERATION_FAILED. */
char *participant_sign(const struct keyring *k, struct arena *a, const struct participant *p, struct err *e);

struct participant_token {
	const char *text;
	int64_t now_ms;
	int64_t grace_s;           /* how long it may be expired already */
};

/*
 * Read a token that one of our keys signed: signature, algorithm, version and
 * the type of each claim are checked. It may be expired by grace_s.
 * ERR_VALIDATION (details.errors with path "/token") otherwise, saying which.
 */
int participant_verify(const struct keyring *k, struct arena *a, const struct participant_token *in,
    struct participant *out, struct err *e);

/* Bytes that an object of strings counts. */
size_t participant_attributes_size(const json_t *attributes);

#endif
