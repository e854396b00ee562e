/* ivsctl: what its commands share. */
#ifndef IVS_SBIN_IVSCTL_H
#define IVS_SBIN_IVSCTL_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>

enum { EXIT_USAGE = 2 };

/* argv begins behind the command's words. 0 and *result (new, may be NULL), -1 and the error, or EXIT_USAGE. */
typedef int command_fn(int argc, char **argv, json_t **result, struct err *e);

command_fn cmd_init, cmd_config_check, cmd_config_show, cmd_apikey_create, cmd_apikey_list, cmd_apikey_revoke,
    cmd_keys_generate, cmd_keys_list, cmd_jwt_issue, cmd_stages_add, cmd_viewers_list, cmd_viewers_count, cmd_schema;

#endif
