/* principal: the own-userId rule. */
#include "auth/principal.h"

#include <string.h>

bool principal_may_act_for(const struct principal *p, const char *user_id)
{
	return p->kind != PRINCIPAL_USER || p->is_admin || strcmp(p->name, user_id) == 0;
}
