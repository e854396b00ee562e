/*
 * conf: values from the environment and RUN_DIR/ivs.env through the table.
 * The only module that reads the environment.
 */
#include "base/conf_table.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uri.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 256 * 1024, SECRET_MIN = 32, NAME_SIZE = 64 };

/* What a load works on. */
struct load {
	struct conf *conf;
	json_t *file;      /* settings of ivs.env: name → text */
	json_t *errors;    /* [{name, value, message}] */
};

static void complain(struct load *l, const char *name, const char *value, const char *message)
{
	json_array_append_new(l->errors, json_pack("{s:s, s:o, s:s}", "name", name, "value", json_text(value), "message",
					     message));
}

static char **string_at(struct conf *c, const struct conf_row *r)
{
	return (char **)(void *)((char *)c + r->offset);
}

static int64_t *int_at(struct conf *c, const struct conf_row *r)
{
	return (int64_t *)(void *)((char *)c + r->offset);
}

static void set_string(struct conf *c, const struct conf_row *r, const char *value)
{
	char **at = string_at(c, r);

	mem_free_secret(*at);
	*at = mem_strdup(value);
}

/* ---- one value: NULL when it was taken, else what would be right ---- */

static const char *take_int(struct conf *c, const struct conf_row *r, const char *value)
{
	static char message[96];
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (*value == '\0' || *end != '\0' || errno != 0 || n < r->min || n > r->max) {
		snprintf(message, sizeof message, "must be a whole number from %lld to %lld", (long long)r->min,
		    (long long)r->max);
		return message;
	}
	*int_at(c, r) = n;
	return NULL;
}

static const char *take_seconds(struct conf *c, const struct conf_row *r, const char *value)
{
	static char message[96];
	char *end;
	double s = strtod(value, &end);

	if (*value == '\0' || *end != '\0' || !isfinite(s) || s * 1000 < (double)r->min || s * 1000 > (double)r->max) {
		snprintf(message, sizeof message, "must be seconds from %g to %g", (double)r->min / 1000,
		    (double)r->max / 1000);
		return message;
	}
	*int_at(c, r) = llround(s * 1000);
	return NULL;
}

static const char *take_bool(struct conf *c, const struct conf_row *r, const char *value)
{
	bool yes = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;

	if (!yes && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
		return "must be true or false";
	*(bool *)(void *)((char *)c + r->offset) = yes;
	return NULL;
}

static int word_index(const char *const *words, const char *value)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], value) == 0)
			return i;
	}
	return -1;
}

static const char *bad_word(const struct conf_row *r)
{
	static char message[128];
	size_t n = (size_t)snprintf(message, sizeof message, "must be one of:");

	for (int i = 0; r->words[i] != NULL && n < sizeof message; i++)
		n += (size_t)snprintf(message + n, sizeof message - n, " %s", r->words[i]);
	return message;
}

static const char *take_word(struct conf *c, const struct conf_row *r, const char *value)
{
	int i = word_index(r->words, value);

	if (i < 0)
		return bad_word(r);
	*int_at(c, r) = i;
	return NULL;
}

static bool has_scheme(const char *value, const char *scheme)
{
	size_t n = strlen(scheme);

	return strncmp(value, scheme, n) == 0 && value[n] != '\0' && strpbrk(value, " \"\\<>") == NULL &&
	    strlen(value) < 256;
}

/* The texts that must have a form; "" (not set) always fits but for store URLs. */
static const char *check_text(const struct conf_row *r, const char *value)
{
	if (r->type == CONF_SQLITE_URL)
		return has_scheme(value, "sqlite:") ? NULL : "must be sqlite:PATH (this version has no other store)";
	if (r->words != NULL && word_index(r->words, value) < 0)
		return bad_word(r);
	if (*value == '\0')
		return NULL;
	if (r->type == CONF_STAGE_ARN && !uri_is_stage_arn(value))
		return "must be like arn:aws:ivs:us-west-2:123456789012:stage/AbCd1234";
	if (r->type == CONF_KEY_ARN && !uri_is_key_arn(value))
		return "must be like arn:aws:ivs:us-west-2:123456789012:public-key/AbCd1234";
	if (r->type == CONF_HTTPS_URL && !has_scheme(value, "https://"))
		return "must be an https:// URL of at most 255 characters";
	if (r->type == CONF_WSS_URL && !has_scheme(value, "wss://"))
		return "must be a wss:// URL of at most 255 characters";
	return NULL;
}

static const char *take(struct conf *c, const struct conf_row *r, const char *value)
{
	const char *message;

	switch (r->type) {
	case CONF_INT:
		return take_int(c, r, value);
	case CONF_SECONDS:
		return take_seconds(c, r, value);
	case CONF_BOOL:
		return take_bool(c, r, value);
	case CONF_WORD:
		return take_word(c, r, value);
	default:
		message = check_text(r, value);
		if (message == NULL)
			set_string(c, r, value);
		return message;
	}
}

/* ---- where values come from ---- */

/* The value of one name and whence; NULL when nobody set it. Borrowed. */
static const char *find_name(const json_t *file, const char *name, const char **source)
{
	const char *value = getenv(name);

	*source = "environment";
	if (value != NULL)
		return value;
	*source = "file";
	return json_str(file, name, NULL);
}

static const char *find(const json_t *file, const struct conf_row *r, const char **source)
{
	const char *value = find_name(file, r->name, source);

	for (int i = 0; value == NULL && i < 2 && r->older[i] != NULL; i++)
		value = find_name(file, r->older[i], source);
	if (value == NULL)
		*source = "default";
	return value;
}

/* NAME_FILE of a secret. */
static void take_secret_file(struct load *l, const struct conf_row *r)
{
	char name[NAME_SIZE];
	const char *source, *path;
	struct err e;
	char *text;

	snprintf(name, sizeof name, "%s_FILE", r->name);
	path = find_name(l->file, name, &source);
	if (path == NULL)
		return;
	err_init(&e);
	text = file_read_secret(path, FILE_MAX, NULL, &e);
	if (text == NULL)
		complain(l, name, path, e.message);
	else
		set_string(l->conf, r, text);
	mem_free_secret(text);
	err_clear(&e);
}

/* "sqlite:state.db" or "keys" below RUN_DIR. */
static void take_default(struct load *l, const struct conf_row *r)
{
	const char *name = r->dflt, *scheme = "";
	char path[4096];

	if ((r->flags & CONF_IN_RUN_DIR) == 0) {
		take(l->conf, r, r->dflt);
		return;
	}
	if (r->type == CONF_SQLITE_URL) {
		scheme = "sqlite:";
		name += strlen(scheme);
	}
	snprintf(path, sizeof path, "%s%s/%s", scheme, l->conf->run_dir, name);
	set_string(l->conf, r, path);
}

static void take_row(struct load *l, const struct conf_row *r)
{
	const char *source;
	const char *value = find(l->file, r, &source);
	const char *message;

	take_default(l, r);
	if (value != NULL) {
		message = take(l->conf, r, value);
		if (message != NULL)
			complain(l, r->name, (r->flags & CONF_SECRET) != 0 ? "(secret)" : value, message);
	} else if ((r->flags & CONF_SECRET) != 0) {
		take_secret_file(l, r);
	}
}

/* ---- ivs.env ---- */

static const struct conf_row *row_of(const char *name)
{
	for (const struct conf_row *r = conf_table; r->name != NULL; r++) {
		if (strcmp(r->name, name) == 0)
			return r;
		for (int i = 0; i < 2 && r->older[i] != NULL; i++) {
			if (strcmp(r->older[i], name) == 0)
				return r;
		}
	}
	return NULL;
}

static bool is_known(const char *name)
{
	char stem[NAME_SIZE];
	size_t n = strlen(name);
	const struct conf_row *r;

	if (row_of(name) != NULL || conf_is_script_name(name))
		return true;
	if (n <= 5 || n >= sizeof stem || strcmp(name + n - 5, "_FILE") != 0)
		return false;
	snprintf(stem, sizeof stem, "%.*s", (int)(n - 5), name);
	r = row_of(stem);
	return r != NULL && (r->flags & CONF_SECRET) != 0;
}

static char *unquote(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
		s[--n] = '\0';
	if (n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n - 1] == s[0]) {
		s[n - 1] = '\0';
		return s + 1;
	}
	return s;
}

static void read_line(struct load *l, const char *path, int number, char *line)
{
	char *name = line + strspn(line, " \t"), *equals = strchr(line, '=');
	char where[4200];

	if (*name == '\0' || *name == '#' || *name == '\r')
		return;
	snprintf(where, sizeof where, "%s:%d", path, number);
	if (equals == NULL) {
		complain(l, where, NULL, "must be KEY=VALUE, or begin with #");
		return;
	}
	*equals = '\0';
	if (!is_known(name))
		complain(l, where, name, "is no setting; ivsctl config show lists them");
	else
		json_object_set_new(l->file, name, json_text(unquote(equals + 1)));
}

static void read_env_file(struct load *l)
{
	char path[4096];
	struct err e;
	char *text, *line, *rest;
	int number = 0;

	err_init(&e);
	snprintf(path, sizeof path, "%s/ivs.env", l->conf->run_dir);
	text = file_read(path, FILE_MAX, NULL, &e);
	if (text == NULL && e.code != ERR_NOT_FOUND)
		complain(l, "ivs.env", path, e.message);
	rest = text;
	while (text != NULL && (line = strsep(&rest, "\n")) != NULL)
		read_line(l, path, ++number, line);
	mem_free_secret(text);
	err_clear(&e);
}

/* ---- rules over several settings ---- */

static void check_secret(struct load *l, const char *value)
{
	json_t *keys, *item;
	const char *kid;

	if (*value == '\0')
		return;
	if (*value != '{') {
		if (strlen(value) < SECRET_MIN)
			complain(l, "JWT_SECRET", "(secret)", "must have at least 32 bytes");
		return;
	}
	keys = json_parse(value, strlen(value), NULL);
	if (!json_is_object(keys) || json_object_size(keys) == 0)
		complain(l, "JWT_SECRET", "(secret)", "begins with { and must then be {\"kid\":\"secret\", ...}");
	json_object_foreach(keys, kid, item) {
		if (!json_is_string(item) || json_string_length(item) < SECRET_MIN)
			complain(l, "JWT_SECRET", kid, "must have at least 32 bytes");
	}
	json_decref(keys);
}

static void check_rules(struct load *l)
{
	struct conf *c = l->conf;

	c->is_development = strcmp(c->app_env, "development") == 0;
	if (c->skip_auth && !c->is_development)
		complain(l, "SKIP_AUTH", "true", "is possible only with APP_ENV=development");
	if ((*c->private_key != '\0') != (*c->public_key_arn != '\0'))
		complain(l, "IVS_PUBLIC_KEY_ARN", c->public_key_arn, "and IVS_PRIVATE_KEY must be set together");
	check_secret(l, c->jwt_secret);
}

static int report(struct load *l, struct err *e)
{
	const json_t *first = json_array_get(l->errors, 0);

	if (first == NULL)
		return 0;
	err_set(e, ERR_VALIDATION, "%s=%s: %s", json_str(first, "name", ""), json_str(first, "value", ""),
	    json_str(first, "message", ""));
	err_detail_new(e, "errors", json_incref(l->errors));
	return -1;
}

struct conf *conf_load(struct err *e)
{
	struct load l = { .conf = mem_alloc(sizeof(struct conf)), .file = json_object(), .errors = json_array() };
	const char *run_dir = getenv("RUN_DIR");
	int rc;

	l.conf->run_dir = mem_strdup(run_dir != NULL && *run_dir != '\0' ? run_dir : "run");
	read_env_file(&l);
	for (const struct conf_row *r = conf_table; r->name != NULL; r++)
		take_row(&l, r);
	check_rules(&l);
	rc = report(&l, e);
	json_decref(l.file);
	json_decref(l.errors);
	if (rc == 0)
		return l.conf;
	conf_free(l.conf);
	return NULL;
}

static bool is_text(const struct conf_row *r)
{
	return r->type != CONF_INT && r->type != CONF_SECONDS && r->type != CONF_BOOL && r->type != CONF_WORD;
}

void conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	for (const struct conf_row *r = conf_table; r->name != NULL; r++) {
		if (is_text(r))
			mem_free_secret(*string_at(c, r));
	}
	free(c->run_dir);
	free(c);
}

static json_t *show_value(struct conf *c, const struct conf_row *r)
{
	if ((r->flags & CONF_SECRET) != 0)
		return json_string(**string_at(c, r) != '\0' ? "(set)" : "");
	switch (r->type) {
	case CONF_INT:
		return json_integer(*int_at(c, r));
	case CONF_SECONDS:
		return json_real((double)*int_at(c, r) / 1000);
	case CONF_BOOL:
		return json_boolean(*(bool *)(void *)((char *)c + r->offset));
	case CONF_WORD:
		return json_string(r->words[*int_at(c, r)]);
	default:
		return json_text(*string_at(c, r));
	}
}

json_t *conf_show(const struct conf *c)
{
	struct load l = { .conf = (struct conf *)c, .file = json_object(), .errors = json_array() };
	json_t *out = json_array();
	const char *source;

	read_env_file(&l);
	for (const struct conf_row *r = conf_table; r->name != NULL; r++) {
		find(l.file, r, &source);
		json_array_append_new(out,
		    json_pack("{s:s, s:o, s:s, s:b, s:b, s:s}", "name", r->name, "value", show_value(l.conf, r),
			"source", source, "secret", (r->flags & CONF_SECRET) != 0, "runtime",
			(r->flags & CONF_RUNTIME) != 0, "help", r->help));
	}
	json_decref(l.file);
	json_decref(l.errors);
	return out;
}

int conf_set(struct conf *c, const char *name, const char *value, struct err *e)
{
	const struct conf_row *r = row_of(name);
	const char *message;

	if (r == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s is no setting", name);
	if ((r->flags & CONF_RUNTIME) == 0)
		return err_set(e, ERR_VALIDATION, "%s cannot change while the service runs", name);
	message = take(c, r, value);
	return message == NULL ? 0 : err_set(e, ERR_VALIDATION, "%s %s", name, message);
}

bool conf_is_runtime(const char *name)
{
	const struct conf_row *r = row_of(name);

	return r != NULL && (r->flags & CONF_RUNTIME) != 0;
}
