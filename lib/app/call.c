/*
 * call: what handlers use of a request in hand.
 */
#include "app/route.h"

#include "base/json.h"

const char *call_body(const struct call *c, const char *name)
{
	return json_str(c->body, name, NULL);
}

const char *call_query(const struct call *c, const char *name)
{
	return json_str(c->query, name, NULL);
}

int call_answer_new(struct call *c, json_t *data_new)
{
	c->answer.data = arena_json(c->arena, data_new);
	return 0;
}

int call_own(const struct call *c, const char *user_id, struct err *e)
{
	if (user_id == NULL || principal_may_act_for(&c->who, user_id))
		return 0;
	return err_set(e, ERR_FORBIDDEN, "this token may act for its own userId only");
}
