/*
 * conf: the configuration, read once from one table.
 *
 * Values come from the environment and from RUN_DIR/ivs.env (KEY=VALUE lines;
 * the environment wins). Every setting is one row of a table in conf.c: name,
 * older names, type, default, bounds, secret or not, may change at run time,
 * a line of help. Every secret may be given as NAME_FILE instead. A bad value
 * stops the start: the error names the setting, the value (unless secret) and
 * what would be right. Nobody else calls getenv.
 */
#ifndef IVS_BASE_CONF_H
#define IVS_BASE_CONF_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum conf_provider { CONF_PROVIDER_KEYPAIR, CONF_PROVIDER_API };
enum conf_worker { CONF_WORKER_DAEMON, CONF_WORKER_INLINE, CONF_WORKER_CRON };
enum conf_publisher { CONF_PUBLISHER_TOKEN, CONF_PUBLISHER_EVENT };

/* Strings are owned by the struct, never NULL: "" means not set. */
struct conf {
	/* place */
	char *run_dir;             /* RUN_DIR: state, records, keys, sockets; default "run" */
	char *app_env;             /* APP_ENV, NODE_ENV: "production" by default, "development" shows causes */
	bool is_development;       /* derived from app_env */
	int64_t log_level;         /* LOG_LEVEL: enum log_level, "info" by default */

	/* stores */
	char *state_url;           /* STATE_URL: "sqlite:PATH"; default RUN_DIR/state.db */
	char *record_url;          /* RECORD_URL: "sqlite:PATH"; default RUN_DIR/records.db */
	int64_t store_timeout_ms;  /* STORE_TIMEOUT_MS: longest wait for a store in one call, 300 */

	/* IVS */
	char *aws_region;          /* AWS_REGION */
	char *master_stage_arn;    /* MASTER_STAGE_ARN */
	char *master_whip_url;     /* MASTER_STAGE_WHIP_URL */
	char *master_events_url;   /* MASTER_STAGE_EVENTS_URL */
	int64_t provider;          /* IVS_TOKEN_PROVIDER: enum conf_provider */
	char *keys_dir;            /* IVS_KEYS_DIR: key pairs made by ivsctl; default RUN_DIR/keys */
	char *private_key;         /* IVS_PRIVATE_KEY (PEM) or IVS_PRIVATE_KEY_FILE; secret; instead of keys_dir */
	char *public_key_arn;      /* IVS_PUBLIC_KEY_ARN: the ARN of that key */

	/* service */
	int64_t stage_capacity;    /* STAGE_CAPACITY, 50 */
	int64_t max_stages;        /* MAX_STAGES, 20 */
	int64_t heartbeat_timeout_ms; /* HEARTBEAT_TIMEOUT: seconds, a fraction allowed ("0.5"), 60; kept in ms */
	int64_t token_ttl_publisher_s;   /* TOKEN_TTL_PUBLISHER, 14400 */
	int64_t token_ttl_viewer_s;      /* TOKEN_TTL_VIEWER, 3600 */
	int64_t token_ttl_mediaserver_s; /* TOKEN_TTL_MEDIASERVER, 14400 */
	int64_t publisher_live;    /* PUBLISHER_LIVE: enum conf_publisher */
	int64_t max_body_bytes;    /* MAX_BODY_BYTES, 65536 */
	int64_t worker_mode;       /* WORKER_MODE: enum conf_worker */
	int64_t sweep_interval_ms; /* SWEEP_INTERVAL: seconds, kept in ms, 10 */

	/* who may call */
	char *api_secret_key;      /* API_SECRET_KEY: a key with every permission; secret */
	char *api_keys_file;       /* API_KEYS_FILE: named keys; default RUN_DIR/api-keys.json */
	char *internal_secret;     /* INTERNAL_SECRET: X-Internal-Secret of media servers; secret */
	char *jwt_secret;          /* JWT_SECRET: text of at least 32 bytes, or {"kid":"secret", …}: the first signs; secret */
	char *jwt_public_key_file; /* JWT_PUBLIC_KEY_FILE: PEM, for RS256/ES256 tokens of others */
	char *jwt_jwks_file;       /* JWT_JWKS_FILE: JWKS of others, chosen by kid */
	char *jwt_issuer;          /* JWT_ISSUER, "ivs-api-server" */
	int64_t jwt_ttl_s;         /* JWT_EXPIRES_IN: seconds, 86400 */
	bool skip_auth;            /* SKIP_AUTH: only with APP_ENV=development */

	/* limits: requests a window; 0 switches one off; may change at run time */
	int64_t rate_limit_ip;     /* RATE_LIMIT_IP (older: RATE_LIMIT_MAX_REQUESTS), 100 */
	int64_t rate_limit_key;    /* RATE_LIMIT_KEY, 6000 */
	int64_t rate_limit_user;   /* RATE_LIMIT_USER, 500 */
	int64_t rate_limit_admin;  /* RATE_LIMIT_ADMIN, 1000 */
	int64_t rate_limit_token;  /* RATE_LIMIT_TOKEN, 10 */
	int64_t rate_limit_window_ms; /* RATE_LIMIT_WINDOW_MS: window of the IP limit, 60000 */

	/* web */
	char *cors_origins;        /* CORS_ORIGINS: comma separated, "*" allowed */
	char *trusted_proxies;     /* TRUSTED_PROXIES: comma separated addresses whose X-Forwarded-For counts */
};

/*
 * Read the configuration. RUN_DIR itself comes from the environment. NULL and
 * one error that lists every bad setting (details.errors: [{name, value,
 * message}]) when something is wrong. Unknown names in ivs.env are an error
 * that says the line; the environment may hold anything.
 */
struct conf *conf_load(struct err *e);

/* Wipe the secrets and free. c may be NULL. */
void conf_free(struct conf *c);

/* [{name, value, source: "default"|"environment"|"file", secret, runtime, help}], secrets shown as "(set)" or "". New reference. */
json_t *conf_show(const struct conf *c);

/*
 * Change one setting of a running process: only those marked run time, same
 * checks. ERR_NOT_FOUND for an unknown name, ERR_VALIDATION for a bad value or
 * one that may not change.
 */
int conf_set(struct conf *c, const char *name, const char *value, struct err *e);

/* Is name a setting that may change at run time? */
bool conf_is_runtime(const char *name);

#endif
