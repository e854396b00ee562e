/* service: the counting rule. */
#include "core/service.h"

struct state_time service_time(const struct service *s, int64_t now_ms)
{
	return (struct state_time){ .now_ms = now_ms, .timeout_ms = s->conf->heartbeat_timeout_ms };
}
