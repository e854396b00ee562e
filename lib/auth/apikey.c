/*
 * apikey: keys as SHA-256 in a file. The hash needs no salt and no stretching:
 * a key is 256 random bits, not a password.
 */
#include "auth/apikey.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 4 << 20, LOCK_MS = 5000, PREFIX = 8 };

struct apikeys {
	char *path;
	char master[CRYPTO_SHA256_HEX_SIZE]; /* hash of API_SECRET_KEY; "" none */
	json_t *file;                        /* as read last; NULL: none yet */
	struct stat seen;                    /* of the file as read last */
};

/* {"keys": []} when there is no file. NULL and why when it is no key file. */
static json_t *load(const char *path, struct err *e)
{
	struct err inner;
	json_t *j;

	err_init(&inner);
	j = json_parse_file(path, FILE_MAX, &inner);
	if (j == NULL && inner.code == ERR_NOT_FOUND) {
		err_clear(&inner);
		return json_pack("{s:[]}", "keys");
	}
	err_move(e, &inner);
	if (j != NULL && !json_is_array(json_object_get(j, "keys"))) {
		err_set(e, ERR_VALIDATION, "%s is not a file of API keys: it must be {\"keys\":[...]}", path);
		json_decref(j);
		return NULL;
	}
	return j;
}

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Read the file again when it changed. What cannot be read leaves the keys read last. */
static int refresh(struct apikeys *k, struct err *e)
{
	struct stat now;
	json_t *j;

	memset(&now, 0, sizeof now);
	if (stat(k->path, &now) != 0 && k->file != NULL && k->seen.st_ino == 0)
		return 0;
	if (k->file != NULL && is_unchanged(&now, &k->seen))
		return 0;
	k->seen = now;
	j = load(k->path, e);
	if (j == NULL)
		return -1;
	json_decref(k->file);
	k->file = j;
	return 0;
}

struct apikeys *apikeys_open(const char *path, const char *master, struct err *e)
{
	struct apikeys *k = mem_alloc(sizeof *k);

	k->path = mem_strdup(path);
	if (*master != '\0')
		crypto_sha256_hex(master, strlen(master), k->master);
	if (refresh(k, e) == 0)
		return k;
	apikeys_free(k);
	return NULL;
}

void apikeys_free(struct apikeys *k)
{
	if (k == NULL)
		return;
	json_decref(k->file);
	free(k->path);
	free(k);
}

static bool is_alive(const json_t *key, int64_t now_ms)
{
	int64_t expires;
	const char *text = json_str(key, "expiresAt", NULL);

	if (json_str(key, "revokedAt", NULL) != NULL)
		return false;
	return text == NULL || (clock_parse(text, &expires) == 0 && now_ms < expires);
}

static bool same_hash(const char *a, const char *b)
{
	return strlen(a) == CRYPTO_SHA256_HEX_SIZE - 1 && mem_equal_ct(a, b, CRYPTO_SHA256_HEX_SIZE - 1);
}

/* All keys are looked at, so that time tells nothing about which one fits. */
static const json_t *match(const struct apikeys *k, const char *hash)
{
	const json_t *found = NULL;
	int64_t now = clock_now_ms();
	json_t *key;
	size_t i;

	json_array_foreach(json_object_get(k->file, "keys"), i, key) {
		if (same_hash(json_str(key, "sha256", ""), hash) && is_alive(key, now))
			found = key;
	}
	return found;
}

static void fill_in(const json_t *key, struct arena *a, struct principal *out)
{
	json_t *name;
	size_t i;

	out->name = arena_strdup(a, json_str(key, "name", ""));
	out->rate_limit = json_int(key, "rateLimit", -1);
	json_array_foreach(json_object_get(key, "permissions"), i, name) {
		if (json_is_string(name))
			permission_add(&out->permissions, json_string_value(name), NULL); /* unknown: nothing */
	}
}

int apikeys_find(struct apikeys *k, struct arena *a, const char *key, struct principal *out, struct err *e)
{
	char hash[CRYPTO_SHA256_HEX_SIZE];
	const json_t *found;
	struct err bad;

	err_init(&bad);
	if (refresh(k, &bad) != 0)
		log_write(LOG_ERROR, "the API keys read last stay in force: %s", bad.message);
	err_clear(&bad);
	crypto_sha256_hex(key, strlen(key), hash);
	memset(out, 0, sizeof *out);
	out->kind = PRINCIPAL_KEY;
	out->rate_limit = -1;
	found = match(k, hash);
	if (same_hash(k->master, hash)) {
		out->name = "API_SECRET_KEY";
		out->permissions = PERMISSION_ALL;
		return 0;
	}
	if (found == NULL)
		return err_set(e, ERR_UNAUTHORIZED, "this API key is unknown, revoked or expired");
	fill_in(found, a, out);
	return 0;
}

/* ---- the operator's side ---- */

static int save(const char *path, const json_t *j, struct err *e)
{
	char *text = json_dumps(j, JSON_INDENT(2));
	int rc = file_write(path, text, strlen(text), 0600, e);

	free(text);
	return rc;
}

static json_t *find_living(const json_t *file, const char *name)
{
	int64_t now = clock_now_ms();
	json_t *key;
	size_t i;

	json_array_foreach(json_object_get(file, "keys"), i, key) {
		if (strcmp(json_str(key, "name", ""), name) == 0 && is_alive(key, now))
			return key;
	}
	return NULL;
}

static bool is_name(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

	return n >= 1 && n <= 64 && s[n] == '\0';
}

/* Lock and load for a change; the lock's descriptor or -1. */
static int begin(const char *path, json_t **file, struct err *e)
{
	char lock[4096];
	int fd;

	snprintf(lock, sizeof lock, "%s.lck", path);
	fd = file_lock(lock, LOCK_MS, e);
	if (fd < 0)
		return -1;
	*file = load(path, e);
	if (*file != NULL)
		return fd;
	close(fd);
	return -1;
}

static json_t *entry(const struct apikey_spec *spec, const char *text)
{
	char hash[CRYPTO_SHA256_HEX_SIZE];

	crypto_sha256_hex(text, strlen(text), hash);
	return json_pack("{s:s, s:s, s:o, s:I, s:o, s:o, s:n, s:s#}", "name", spec->name, "sha256", hash, "permissions",
	    permission_list(spec->permissions), "rateLimit", (json_int_t)spec->rate_limit, "createdAt",
	    json_time(clock_now_ms()), "expiresAt", json_time(spec->expires_at_ms), "revokedAt", "prefix", text,
	    (int)PREFIX);
}

int apikey_create(const char *path, const struct apikey_spec *spec, char text[APIKEY_TEXT_SIZE], struct err *e)
{
	uint8_t random[32];
	json_t *file;
	int rc, fd;

	if (!is_name(spec->name))
		return err_set(e, ERR_VALIDATION, "the name of a key must be 1-64 characters of A-Z a-z 0-9 . _ -");
	fd = begin(path, &file, e);
	if (fd < 0)
		return -1;
	id_random(random, sizeof random);
	memcpy(text, "ivs_", 4);
	crypto_b64url_encode(random, sizeof random, text + 4);
	mem_wipe(random, sizeof random);
	if (find_living(file, spec->name) != NULL) {
		rc = err_set(e, ERR_CONFLICT, "there is a key %s already: revoke it first", spec->name);
	} else {
		json_array_append_new(json_object_get(file, "keys"), entry(spec, text));
		rc = save(path, file, e);
	}
	json_decref(file);
	close(fd);
	return rc;
}

json_t *apikey_list(const char *path, struct err *e)
{
	json_t *file = load(path, e), *out, *key;
	size_t i;

	if (file == NULL)
		return NULL;
	out = json_incref(json_object_get(file, "keys"));
	json_array_foreach(out, i, key)
		json_object_del(key, "sha256");
	json_decref(file);
	return out;
}

int apikey_revoke(const char *path, const char *name, struct err *e)
{
	json_t *file, *key;
	int rc, fd = begin(path, &file, e);

	if (fd < 0)
		return -1;
	key = find_living(file, name);
	if (key == NULL) {
		rc = err_set(e, ERR_NOT_FOUND, "there is no living key %s", name);
	} else {
		json_object_set_new(key, "revokedAt", json_time(clock_now_ms()));
		rc = save(path, file, e);
	}
	json_decref(file);
	close(fd);
	return rc;
}
