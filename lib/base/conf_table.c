/* conf_table: what can be set. */
#include "base/conf_table.h"

#include <string.h>

static const char *const providers[] = { "keypair", NULL };
static const char *const workers[] = { "daemon", "inline", "cron", NULL };
static const char *const publishers[] = { "token", "event", NULL };
static const char *const levels[] = { "debug", "info", "warn", "error", NULL };
static const char *const environments[] = { "production", "staging", "test", "development", NULL };

#define AT(member) .offset = offsetof(struct conf, member)
#define DAY 86400
#define LIMIT_HELP "requests a minute; 0: no limit"

const struct conf_row conf_table[] = {
	{ .name = "APP_ENV", .older = { "NODE_ENV" }, .type = CONF_STRING, AT(app_env), .dflt = "production",
	    .words = environments, .help = "production, staging, test, or development (errors show their cause)" },
	{ .name = "LOG_LEVEL", .type = CONF_WORD, AT(log_level), .dflt = "info", .words = levels,
	    .help = "least level that is logged" },
	{ .name = "STATE_URL", .type = CONF_SQLITE_URL, AT(state_url), .dflt = "sqlite:state.db",
	    .flags = CONF_IN_RUN_DIR, .help = "live state: sqlite:PATH" },
	{ .name = "RECORD_URL", .type = CONF_SQLITE_URL, AT(record_url), .dflt = "sqlite:records.db",
	    .flags = CONF_IN_RUN_DIR, .help = "durable records: sqlite:PATH" },
	{ .name = "STORE_TIMEOUT_MS", .type = CONF_INT, AT(store_timeout_ms), .dflt = "300", .min = 10, .max = 10000,
	    .help = "longest wait for a store in one call, ms" },
	{ .name = "AWS_REGION", .type = CONF_STRING, AT(aws_region), .dflt = "us-west-2", .help = "region of the stages" },
	{ .name = "MASTER_STAGE_ARN", .type = CONF_STAGE_ARN, AT(master_stage_arn), .dflt = "",
	    .help = "the stage that publishers use unless they name one" },
	{ .name = "MASTER_STAGE_WHIP_URL", .type = CONF_HTTPS_URL, AT(master_whip_url), .dflt = "",
	    .help = "its stage.endpoints.whip" },
	{ .name = "MASTER_STAGE_EVENTS_URL", .type = CONF_WSS_URL, AT(master_events_url),
	    .dflt = "wss://global.events.live-video.net", .help = "its stage.endpoints.events" },
	{ .name = "IVS_TOKEN_PROVIDER", .type = CONF_WORD, AT(provider), .dflt = "keypair", .words = providers,
	    .help = "how participant tokens are made; this version signs them itself" },
	{ .name = "IVS_KEYS_DIR", .type = CONF_STRING, AT(keys_dir), .dflt = "keys", .flags = CONF_IN_RUN_DIR,
	    .help = "folder of key pairs made by ivsctl keys generate" },
	{ .name = "IVS_PRIVATE_KEY", .type = CONF_STRING, AT(private_key), .dflt = "", .flags = CONF_SECRET,
	    .help = "P-384 private key (PEM) to use instead of that folder" },
	{ .name = "IVS_PUBLIC_KEY_ARN", .type = CONF_KEY_ARN, AT(public_key_arn), .dflt = "",
	    .help = "ARN of its public key at IVS" },
	{ .name = "STAGE_CAPACITY", .type = CONF_INT, AT(stage_capacity), .dflt = "50", .min = 1, .max = 1000000,
	    .help = "viewers a stage has room for" },
	{ .name = "MAX_STAGES", .type = CONF_INT, AT(max_stages), .dflt = "20", .min = 1, .max = 100000,
	    .help = "stages that may exist" },
	{ .name = "HEARTBEAT_TIMEOUT", .type = CONF_SECONDS, AT(heartbeat_timeout_ms), .dflt = "60", .min = 100,
	    .max = DAY * 1000LL, .help = "seconds a viewer counts after its last sign of life" },
	{ .name = "TOKEN_TTL_PUBLISHER", .type = CONF_INT, AT(token_ttl_publisher_s), .dflt = "14400", .min = 60,
	    .max = 14 * DAY, .help = "life of a publisher's token, seconds" },
	{ .name = "TOKEN_TTL_VIEWER", .type = CONF_INT, AT(token_ttl_viewer_s), .dflt = "3600", .min = 60,
	    .max = 14 * DAY, .help = "life of a viewer's token, seconds" },
	{ .name = "TOKEN_TTL_MEDIASERVER", .type = CONF_INT, AT(token_ttl_mediaserver_s), .dflt = "14400", .min = 60,
	    .max = 14 * DAY, .help = "life of a media server's token, seconds" },
	{ .name = "PUBLISHER_LIVE", .type = CONF_WORD, AT(publisher_live), .dflt = "token", .words = publishers,
	    .help = "a publisher is live from its token, or by events alone" },
	{ .name = "MAX_BODY_BYTES", .type = CONF_INT, AT(max_body_bytes), .dflt = "65536", .min = 1024, .max = 1 << 20,
	    .help = "largest request body" },
	{ .name = "WORKER_MODE", .type = CONF_WORD, AT(worker_mode), .dflt = "daemon", .words = workers,
	    .help = "who does the background work: ivs-worker, the programs after an answer, or cron" },
	{ .name = "SWEEP_INTERVAL", .type = CONF_SECONDS, AT(sweep_interval_ms), .dflt = "10", .min = 50,
	    .max = 3600 * 1000, .help = "seconds between two sweeps of timed-out sessions" },
	{ .name = "API_SECRET_KEY", .older = { "API_KEY" }, .type = CONF_STRING, AT(api_secret_key), .dflt = "",
	    .flags = CONF_SECRET, .help = "an API key with every permission" },
	{ .name = "API_KEYS_FILE", .type = CONF_STRING, AT(api_keys_file), .dflt = "api-keys.json",
	    .flags = CONF_IN_RUN_DIR, .help = "named API keys made by ivsctl apikey create" },
	{ .name = "INTERNAL_SECRET", .type = CONF_STRING, AT(internal_secret), .dflt = "", .flags = CONF_SECRET,
	    .help = "X-Internal-Secret of media servers" },
	{ .name = "JWT_SECRET", .type = CONF_STRING, AT(jwt_secret), .dflt = "", .flags = CONF_SECRET,
	    .help = "HS256 secret of at least 32 bytes, or {\"kid\":\"secret\", ...}: the first signs" },
	{ .name = "JWT_PUBLIC_KEY_FILE", .type = CONF_STRING, AT(jwt_public_key_file), .dflt = "",
	    .help = "PEM public key for RS256 or ES256 tokens of others" },
	{ .name = "JWT_JWKS_FILE", .type = CONF_STRING, AT(jwt_jwks_file), .dflt = "",
	    .help = "JWKS of others, chosen by kid" },
	{ .name = "JWT_ISSUER", .type = CONF_STRING, AT(jwt_issuer), .dflt = "ivs-api-server", .help = "iss of callers' tokens" },
	{ .name = "JWT_EXPIRES_IN", .type = CONF_INT, AT(jwt_ttl_s), .dflt = "86400", .min = 60, .max = 365 * DAY,
	    .help = "life of callers' tokens, seconds" },
	{ .name = "SKIP_AUTH", .type = CONF_BOOL, AT(skip_auth), .dflt = "false",
	    .help = "let everybody in; only with APP_ENV=development" },
	{ .name = "RATE_LIMIT_IP", .older = { "RATE_LIMIT_MAX_REQUESTS" }, .type = CONF_INT, AT(rate_limit_ip),
	    .dflt = "100", .max = 1000000000, .flags = CONF_RUNTIME, .help = "per address without API key: requests a window" },
	{ .name = "RATE_LIMIT_WINDOW_MS", .type = CONF_INT, AT(rate_limit_window_ms), .dflt = "60000", .min = 1000,
	    .max = DAY * 1000LL, .flags = CONF_RUNTIME, .help = "that window, ms" },
	{ .name = "RATE_LIMIT_KEY", .type = CONF_INT, AT(rate_limit_key), .dflt = "6000", .max = 1000000000,
	    .flags = CONF_RUNTIME, .help = "per API key: " LIMIT_HELP },
	{ .name = "RATE_LIMIT_USER", .type = CONF_INT, AT(rate_limit_user), .dflt = "500", .max = 1000000000,
	    .flags = CONF_RUNTIME, .help = "per user: " LIMIT_HELP },
	{ .name = "RATE_LIMIT_ADMIN", .type = CONF_INT, AT(rate_limit_admin), .dflt = "1000", .max = 1000000000,
	    .flags = CONF_RUNTIME, .help = "per admin: " LIMIT_HELP },
	{ .name = "RATE_LIMIT_TOKEN", .type = CONF_INT, AT(rate_limit_token), .dflt = "10", .max = 1000000000,
	    .flags = CONF_RUNTIME, .help = "tokens for one userId: " LIMIT_HELP },
	{ .name = "CORS_ORIGINS", .type = CONF_STRING, AT(cors_origins), .dflt = "", .help = "allowed origins, comma separated, or *" },
	{ .name = "TRUSTED_PROXIES", .type = CONF_STRING, AT(trusted_proxies), .dflt = "",
	    .help = "addresses whose X-Forwarded-For counts, comma separated" },
	{ .name = NULL },
};

int conf_is_script_name(const char *name)
{
	size_t n = strlen(name);

	return strcmp(name, "PORT") == 0 || strcmp(name, "BIND_ADDR") == 0 ||
	    (n > 6 && strcmp(name + n - 6, "_PROCS") == 0);
}
