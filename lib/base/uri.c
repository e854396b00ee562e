/*
 * uri: decoding what comes in paths and queries, once and strictly.
 */
#include "base/uri.h"

#include <string.h>

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Length of the character that starts at s, 0 when it is not well-formed (RFC 3629). */
static size_t utf8_length(const unsigned char *s, size_t left)
{
	unsigned char c = s[0];
	size_t n = c < 0x80 ? 1 : c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	}
	if ((c == 0xE0 && s[1] < 0xA0) || (c == 0xED && s[1] > 0x9F)) /* overlong; surrogates */
		return 0;
	if ((c == 0xF0 && s[1] < 0x90) || (c == 0xF4 && s[1] > 0x8F)) /* overlong; beyond U+10FFFF */
		return 0;
	return n;
}

bool uri_is_utf8(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;

	while (len > 0) {
		size_t n = utf8_length(p, len);
		if (n == 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7F;
}

/* One character of s at *i, decoded; -1 for a broken escape. */
static int decode_one(const char *s, size_t len, size_t *i, bool plus_is_space)
{
	int high, low;

	if (s[*i] == '+' && plus_is_space)
		return ' ';
	if (s[*i] != '%')
		return (unsigned char)s[*i];
	if (*i + 2 >= len)
		return -1;
	high = hex_value(s[*i + 1]);
	low = hex_value(s[*i + 2]);
	*i += 2;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

char *uri_decode(struct arena *a, const char *s, size_t len, bool plus_is_space, struct err *e)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int c = decode_one(s, len, &i, plus_is_space);
		if (c < 0) {
			err_set(e, ERR_VALIDATION, "a percent-escape in the URL is broken: %% must be followed by two hex digits");
			return NULL;
		}
		if (is_control((unsigned char)c)) {
			err_set(e, ERR_VALIDATION, "the URL contains a control character");
			return NULL;
		}
		out[n++] = (char)c;
	}
	if (!uri_is_utf8(out, n)) {
		err_set(e, ERR_VALIDATION, "the URL is not UTF-8");
		return NULL;
	}
	return out;
}

static int add_pair(struct arena *a, const char *s, size_t len, struct uri_param *out, struct err *e)
{
	const char *equals = memchr(s, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - s) : len;

	out->name = uri_decode(a, s, name_len, true, e);
	out->value = equals != NULL ? uri_decode(a, equals + 1, len - name_len - 1, true, e) : "";
	return out->name != NULL && out->value != NULL ? 0 : -1;
}

static bool is_repeated(const struct uri_param *out, int n)
{
	for (int i = 0; i < n; i++) {
		if (strcmp(out[i].name, out[n].name) == 0)
			return true;
	}
	return false;
}

int uri_query(struct arena *a, const char *s, struct uri_param out[URI_QUERY_MAX], struct err *e)
{
	int n = 0;

	while (*s != '\0') {
		size_t len = strcspn(s, "&");
		if (len > 0 && n == URI_QUERY_MAX)
			return err_set(e, ERR_VALIDATION, "the query has more than %d parameters", (int)URI_QUERY_MAX);
		if (len > 0) {
			if (add_pair(a, s, len, &out[n], e) != 0)
				return -1;
			if (is_repeated(out, n))
				return err_set(e, ERR_VALIDATION, "the query parameter %s is given twice", out[n].name);
			n++;
		}
		s += len + (s[len] == '&');
	}
	return n;
}

/* Skip at least one character that ok accepts; NULL when there is none. */
static const char *run(const char *s, int (*ok)(int c))
{
	const char *start = s;

	while (*s != '\0' && ok((unsigned char)*s))
		s++;
	return s > start ? s : NULL;
}

static int is_region(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static int is_number(int c)
{
	return c >= '0' && c <= '9';
}

static int is_resource(int c)
{
	return (c >= 'A' && c <= 'Z') || is_region(c);
}

static bool is_arn(const char *s, const char *resource)
{
	static const char prefix[] = "arn:aws:ivs:";

	if (s == NULL || strlen(s) >= URI_ARN_SIZE || strncmp(s, prefix, sizeof prefix - 1) != 0)
		return false;
	s = run(s + sizeof prefix - 1, is_region);
	if (s == NULL || *s != ':')
		return false;
	s = run(s + 1, is_number);
	if (s == NULL || strncmp(s, resource, strlen(resource)) != 0)
		return false;
	s = run(s + strlen(resource), is_resource);
	return s != NULL && *s == '\0';
}

bool uri_is_stage_arn(const char *s)
{
	return is_arn(s, ":stage/");
}

bool uri_is_key_arn(const char *s)
{
	return is_arn(s, ":public-key/");
}

const char *uri_arn_id(const char *arn)
{
	const char *slash = strrchr(arn, '/');

	return slash != NULL ? slash + 1 : arn;
}
