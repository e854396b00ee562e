/*
 * errors: the one error table, and the Chinese of what we say.
 *
 * Translations are looked up by the English format that err_set was given;
 * {0} … {3} stand for its arguments, in any order.
 */
#include "app/errors.h"

#include "base/buf.h"

#include <assert.h>
#include <string.h>

static const struct {
	int status;
	enum log_level level;
	const char *english;
	const char *chinese;
} table[ERR_COUNT] = {
	[ERR_NONE] = { 200, LOG_INFO, "", "" },
	[ERR_VALIDATION] = { 400, LOG_INFO, "The request does not fit its schema", "請求內容不符合規格" },
	[ERR_INVALID_JSON] = { 400, LOG_INFO, "The body is not valid JSON", "請求內容不是有效的 JSON" },
	[ERR_UNSUPPORTED_API_VERSION] = { 400, LOG_INFO, "This API version does not exist", "不支援此 API 版本" },
	[ERR_UNAUTHORIZED] = { 401, LOG_INFO, "Authentication is required", "需要身分驗證" },
	[ERR_FORBIDDEN] = { 403, LOG_INFO, "The caller is not allowed to do this", "沒有權限執行此操作" },
	[ERR_NOT_FOUND] = { 404, LOG_INFO, "Not found", "找不到資源" },
	[ERR_METHOD_NOT_ALLOWED] = { 405, LOG_INFO, "The method is not allowed here", "不允許使用此方法" },
	[ERR_CONFLICT] = { 409, LOG_INFO, "The request conflicts with the present state", "請求與目前狀態衝突" },
	[ERR_PAYLOAD_TOO_LARGE] = { 413, LOG_INFO, "The body is too large", "請求內容過大" },
	[ERR_UNSUPPORTED_MEDIA_TYPE] = { 415, LOG_INFO, "The body must be application/json",
	    "請求內容必須是 application/json" },
	[ERR_RATE_LIMIT_EXCEEDED] = { 429, LOG_INFO, "Too many requests", "請求過於頻繁，請稍後再試" },
	[ERR_TOKEN_GENERATION_FAILED] = { 500, LOG_ERROR, "The token could not be made", "無法產生權杖" },
	[ERR_INTERNAL] = { 500, LOG_ERROR, "An internal error occurred", "伺服器內部錯誤" },
	[ERR_STAGE_FULL] = { 503, LOG_INFO, "The stage is full", "頻道人數已滿" },
	[ERR_STAGE_LIMIT_REACHED] = { 503, LOG_WARN, "The limit of stages is reached", "頻道數量已達上限" },
	[ERR_SERVICE_UNAVAILABLE] = { 503, LOG_ERROR, "The service is unavailable for the moment",
	    "服務暫時無法使用，請稍後再試" },
};

static const struct {
	const char *english;
	const char *chinese;
} translations[] = {
#include "app/errors_zh.h"
};

int errors_status(enum err_code code)
{
	assert(code < ERR_COUNT);
	return table[code].status;
}

enum log_level errors_level(enum err_code code)
{
	assert(code < ERR_COUNT);
	return table[code].level;
}

const char *errors_translate(const char *english, bool chinese)
{
	if (!chinese || english == NULL)
		return english;
	for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++) {
		if (strcmp(translations[i].english, english) == 0)
			return translations[i].chinese;
	}
	return english;
}

/* Put the arguments of e where the translation says {n}. */
static const char *fill_in(const char *text, const struct err *e, struct arena *a)
{
	struct buf b;
	const char *out;

	buf_init(&b, 1024);
	for (const char *p = text; *p != '\0'; p++) {
		int n = p[0] == '{' && p[1] >= '0' && p[1] <= '3' && p[2] == '}' ? p[1] - '0' : -1;
		if (n < 0) {
			buf_addc(&b, *p);
			continue;
		}
		if (n < e->nargs)
			buf_adds(&b, e->args[n]);
		p += 2;
	}
	out = arena_strdup(a, b.data);
	buf_clear(&b);
	return out;
}

const char *errors_message(const struct err *e, bool chinese, bool development, struct arena *a)
{
	const char *text;

	assert(e->code < ERR_COUNT);
	if (e->code == ERR_INTERNAL && !development)
		return chinese ? table[e->code].chinese : table[e->code].english;
	if (!chinese)
		return e->message[0] != '\0' ? arena_strdup(a, e->message) : table[e->code].english;
	if (e->format == NULL)
		return table[e->code].chinese;
	text = errors_translate(e->format, true);
	return text == e->format ? table[e->code].chinese : fill_in(text, e, a);
}
