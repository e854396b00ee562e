/*
 * client: everything here comes from strangers and goes into logs, records
 * and limits, so it is bounded and made printable first.
 */
#include "app/client.h"

#include "base/id.h"
#include "base/uri.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

enum { ID_MAX = 128, AGENT_MAX = 256, ADDRESS_MAX = 64 };

static bool is_request_id(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

	return n >= 1 && n <= ID_MAX && s[n] == '\0';
}

const char *client_request_id(const struct http_request *r)
{
	const char *given = http_header(r, "x-request-id");
	char made[ID_REQUEST_SIZE];

	if (given != NULL && is_request_id(given))
		return arena_strdup(r->arena, given);
	return arena_strdup(r->arena, id_make(made, sizeof made));
}

static bool is_address(const char *s)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, s, bytes) == 1 || inet_pton(AF_INET6, s, bytes) == 1;
}

static bool is_trusted(const char *trusted, const char *address)
{
	size_t want = strlen(address);

	while (*trusted != '\0') {
		size_t n;
		trusted += strspn(trusted, ", \t");
		n = strcspn(trusted, ", \t");
		if (n == want && strncmp(trusted, address, n) == 0)
			return true;
		trusted += n;
	}
	return false;
}

/* The last element of the list that ends at *len, trimmed; *len moves before it. NULL at the start. */
static const char *last_element(struct arena *a, const char *list, size_t *len)
{
	size_t end = *len, start;

	if (end == 0)
		return NULL;
	for (start = end; start > 0 && list[start - 1] != ','; start--)
		;
	*len = start > 0 ? start - 1 : 0;
	while (start < end && isspace((unsigned char)list[start]))
		start++;
	while (end > start && isspace((unsigned char)list[end - 1]))
		end--;
	return arena_strndup(a, list + start, end - start);
}

const char *client_address(const struct http_request *r, const char *trusted)
{
	const char *address = r->remote_addr[0] != '\0' ? r->remote_addr : NULL;
	const char *list = http_header(r, "x-forwarded-for");
	size_t len = list != NULL ? strlen(list) : 0;

	while (address != NULL && list != NULL && is_trusted(trusted, address)) {
		const char *before = last_element(r->arena, list, &len);
		if (before == NULL || !is_address(before))
			break;
		address = before;
	}
	return address;
}

const char *client_agent(const struct http_request *r)
{
	const char *given = http_header(r, "user-agent");
	size_t len;
	char *out;

	if (given == NULL || *given == '\0')
		return NULL;
	len = strlen(given);
	if (len > AGENT_MAX)
		len = AGENT_MAX;
	while (len > 0 && ((unsigned char)given[len] & 0xC0) == 0x80)
		len--; /* not in the middle of a character */
	out = arena_strndup(r->arena, given, len);
	for (char *p = out; *p != '\0'; p++) {
		if (iscntrl((unsigned char)*p))
			*p = ' ';
	}
	return uri_is_utf8(out, len) ? out : NULL;
}
