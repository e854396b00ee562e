/*
 * keyring: the P-384 key pairs that sign participant tokens.
 *
 * Either one pair from the configuration (IVS_PRIVATE_KEY and
 * IVS_PUBLIC_KEY_ARN) or a folder of them (IVS_KEYS_DIR): ID.pem, the private
 * key, mode 0600, and ID.json, {arn, createdAt, state}. The newest "active"
 * key signs; every key verifies. Read once; never logged.
 */
#ifndef IVS_CORE_KEYRING_H
#define IVS_CORE_KEYRING_H

#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"

#include <jansson.h>

struct keyring;

/* Read the keys. A key that is not P-384, is readable by others, or has no fitting ARN stops the start: NULL and which file, what, and what would be right. No key at all is such an error too. */
struct keyring *keyring_open(const struct conf *c, struct err *e);
void keyring_free(struct keyring *k); /* k may be NULL */

/* The key that signs, and its ARN (the kid). Borrowed. */
const struct crypto_key *keyring_signing(const struct keyring *k, const char **arn);

/* The key of that ARN, NULL when we have none. Borrowed. */
const struct crypto_key *keyring_find(const struct keyring *k, const char *arn);

/* Make a pair in the folder; arn NULL: one is made up in the form of a real one from region and the master stage's account. Returns {arn, state, publicKey, createdAt} or NULL. */
json_t *keyring_generate(const struct conf *c, const char *arn, struct err *e);

/* [{arn, state: "active"|"previous", createdAt, publicKey (PEM), signing: bool}]. New reference or NULL. */
json_t *keyring_list(const struct conf *c, struct err *e);

#endif
