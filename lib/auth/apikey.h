/*
 * apikey: named API keys, kept in one JSON file as SHA-256 and read again
 * when the file changes, so that a key made or revoked by ivsctl counts in
 * every process with its next request.
 *
 * A key is "ivs_" and 43 base64url characters (256 random bits).
 */
#ifndef IVS_AUTH_APIKEY_H
#define IVS_AUTH_APIKEY_H

#include "base/arena.h"
#include "base/err.h"
#include "auth/principal.h"

#include <jansson.h>
#include <stdint.h>

enum { APIKEY_TEXT_SIZE = 48 };

struct apikeys;

/* path may not exist yet (no keys then). master: API_SECRET_KEY, "" for none (its hash is kept, not the text). Never NULL unless the file is unreadable or malformed. */
struct apikeys *apikeys_open(const char *path, const char *master, struct err *e);
void apikeys_free(struct apikeys *k);

/*
 * Who is the caller with this key? ERR_UNAUTHORIZED when nobody; revoked and
 * expired keys are nobody. Looks at the file's state first; a file that became
 * unreadable or malformed keeps the keys read last and logs once.
 */
int apikeys_find(struct apikeys *k, struct arena *a, const char *key, struct principal *out, struct err *e);

struct apikey_spec {
	const char *name;          /* 1-64 of [A-Za-z0-9._-], unique among living keys */
	permission_set permissions;
	int64_t rate_limit;        /* requests a minute; -1: the configured one */
	int64_t expires_at_ms;     /* -1: never */
};

/* Make a key and store its hash (file locked, replaced atomically). ERR_CONFLICT for a name in use. text gets the key: wipe it. */
int apikey_create(const char *path, const struct apikey_spec *spec, char text[APIKEY_TEXT_SIZE], struct err *e);

/* [{name, permissions, rateLimit, createdAt, expiresAt, revokedAt, prefix}], no hash. New reference or NULL. */
json_t *apikey_list(const char *path, struct err *e);

/* Revoke the living key of that name. ERR_NOT_FOUND. */
int apikey_revoke(const char *path, const char *name, struct err *e);

#endif
