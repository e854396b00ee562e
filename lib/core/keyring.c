/*
 * keyring: key pairs in memory, sorted by age; the folder they come from is
 * written by ivsctl alone.
 */
#include "core/keyring.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/uri.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 16, PATH_SIZE = 4096, FILE_MAX = 16384 };

struct pair {
	struct crypto_key *key;
	char *arn;
	int64_t created_ms;
	bool is_active;
};

struct keyring {
	struct pair pairs[KEYS_MAX];
	size_t count;
};

static int add_pem(struct keyring *k, const char *pem, size_t len, struct pair pair, struct err *e)
{
	pair.key = crypto_key_parse_pem(pem, len, e);
	if (pair.key == NULL)
		return -1;
	if (crypto_key_alg(pair.key) != CRYPTO_ES384 || !crypto_key_is_private(pair.key)) {
		crypto_key_free(pair.key);
		return err_set(e, ERR_VALIDATION, "%s: IVS takes private keys on curve P-384 only", pair.arn);
	}
	pair.arn = mem_strdup(pair.arn);
	k->pairs[k->count++] = pair;
	return 0;
}

/* ID.json and ID.pem. */
static int add_files(struct keyring *k, const char *dir, const char *id, struct err *e)
{
	char path[PATH_SIZE];
	struct pair pair = { .key = NULL };
	json_t *about;
	char *pem;
	size_t len;
	int rc = -1;

	snprintf(path, sizeof path, "%s/%s.json", dir, id);
	about = json_parse_file(path, FILE_MAX, e);
	snprintf(path, sizeof path, "%s/%s.pem", dir, id);
	pem = about != NULL ? file_read_secret(path, FILE_MAX, &len, e) : NULL;
	pair.arn = (char *)(uintptr_t)json_str(about, "arn", "");
	pair.is_active = strcmp(json_str(about, "state", ""), "active") == 0;
	if (pem != NULL && !uri_is_key_arn(pair.arn))
		err_set(e, ERR_VALIDATION, "%s/%s.json: arn must be like arn:aws:ivs:REGION:ACCOUNT:public-key/ID", dir, id);
	else if (pem != NULL && clock_parse(json_str(about, "createdAt", ""), &pair.created_ms) == 0)
		rc = add_pem(k, pem, len, pair, e);
	else if (pem != NULL)
		err_set(e, ERR_VALIDATION, "%s/%s.json: createdAt must be an ISO 8601 time", dir, id);
	mem_free_secret(pem);
	json_decref(about);
	return rc;
}

static int load_dir(struct keyring *k, const char *dir, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int rc = 0;

	while (d != NULL && rc == 0 && (entry = readdir(d)) != NULL) {
		char *dot = strrchr(entry->d_name, '.');
		if (dot == NULL || strcmp(dot, ".json") != 0 || entry->d_name[0] == '.')
			continue;
		*dot = '\0';
		rc = k->count < KEYS_MAX ? add_files(k, dir, entry->d_name, e) :
					   err_set(e, ERR_VALIDATION, "%s holds more than %d keys", dir, (int)KEYS_MAX);
	}
	if (d != NULL)
		closedir(d);
	return rc;
}

static const struct pair *newest_active(const struct keyring *k)
{
	const struct pair *best = NULL;

	for (size_t i = 0; i < k->count; i++) {
		const struct pair *p = &k->pairs[i];
		if (p->is_active && (best == NULL || p->created_ms > best->created_ms))
			best = p;
	}
	return best;
}

static int load(struct keyring *k, const struct conf *c, struct err *e)
{
	struct pair configured = { .arn = c->public_key_arn, .is_active = true };

	if (*c->private_key != '\0')
		return add_pem(k, c->private_key, strlen(c->private_key), configured, e);
	return load_dir(k, c->keys_dir, e);
}

struct keyring *keyring_open(const struct conf *c, struct err *e)
{
	struct keyring *k = mem_alloc(sizeof *k);

	if (load(k, c, e) == 0 && newest_active(k) != NULL)
		return k;
	err_set(e, ERR_VALIDATION, "there is no key pair in %s: run ivsctl keys generate, or set IVS_PRIVATE_KEY_FILE",
	    c->keys_dir);
	keyring_free(k);
	return NULL;
}

void keyring_free(struct keyring *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->count; i++) {
		crypto_key_free(k->pairs[i].key);
		free(k->pairs[i].arn);
	}
	free(k);
}

const struct crypto_key *keyring_signing(const struct keyring *k, const char **arn)
{
	const struct pair *p = newest_active(k);

	*arn = p->arn;
	return p->key;
}

const struct crypto_key *keyring_find(const struct keyring *k, const char *arn)
{
	for (size_t i = 0; i < k->count; i++) {
		if (strcmp(k->pairs[i].arn, arn) == 0)
			return k->pairs[i].key;
	}
	return NULL;
}

/* The account in an ARN, arn:aws:ivs:REGION:ACCOUNT:…; a made-up one without ARN. */
static const char *account_of(const char *arn, char out[32])
{
	const char *p = arn;

	for (int i = 0; i < 4 && p != NULL; i++)
		p = strchr(p + (i > 0), ':');
	snprintf(out, 32, "%.*s", p != NULL ? (int)strcspn(p + 1, ":") : 12, p != NULL ? p + 1 : "000000000000");
	return out;
}

static int write_pair(const char *dir, const char *id, const struct crypto_key *key, const json_t *about,
    struct err *e)
{
	char path[PATH_SIZE];
	char *pem = crypto_key_private_pem(key, e), *text = json_print(about);
	int rc = -1;

	snprintf(path, sizeof path, "%s/%s.pem", dir, id);
	if (pem != NULL && file_write(path, pem, strlen(pem), 0600, e) == 0) {
		snprintf(path, sizeof path, "%s/%s.json", dir, id);
		rc = file_write(path, text, strlen(text), 0600, e);
	}
	mem_free_secret(pem);
	free(text);
	return rc;
}

json_t *keyring_generate(const struct conf *c, const char *arn, struct err *e)
{
	char id[ID_PARTICIPANT_SIZE], account[32], made[URI_ARN_SIZE + 64];
	struct crypto_key *key = crypto_key_make_p384(e);
	char *public_pem = key != NULL ? crypto_key_public_pem(key, e) : NULL;
	json_t *about = NULL;

	id_make(id, sizeof id);
	snprintf(made, sizeof made, "arn:aws:ivs:%s:%s:public-key/%s", c->aws_region,
	    account_of(c->master_stage_arn, account), id);
	arn = arn != NULL ? arn : made;
	if (!uri_is_key_arn(arn))
		err_set(e, ERR_VALIDATION, "%s is not an ARN of a public key", arn);
	else if (public_pem != NULL && file_mkdir(c->keys_dir, 0700, e) == 0)
		about = json_pack("{s:s, s:s, s:o, s:s}", "arn", arn, "state", "active", "createdAt",
		    json_time(clock_now_ms()), "publicKey", public_pem);
	if (about != NULL && write_pair(c->keys_dir, id, key, about, e) != 0) {
		json_decref(about);
		about = NULL;
	}
	free(public_pem);
	crypto_key_free(key);
	return about;
}

json_t *keyring_list(const struct conf *c, struct err *e)
{
	struct keyring *k = mem_alloc(sizeof *k);
	json_t *out = NULL;

	if (load(k, c, e) == 0)
		out = json_array();
	for (size_t i = 0; out != NULL && i < k->count; i++) {
		const struct pair *p = &k->pairs[i];
		char *pem = crypto_key_public_pem(p->key, e);
		json_array_append_new(out, json_pack("{s:s, s:s, s:o, s:s?, s:b}", "arn", p->arn, "state",
					       p->is_active ? "active" : "previous", "createdAt",
					       json_time(p->created_ms > 0 ? p->created_ms : -1), "publicKey", pem,
					       "signing", p == newest_active(k)));
		free(pem);
	}
	keyring_free(k);
	return out;
}
