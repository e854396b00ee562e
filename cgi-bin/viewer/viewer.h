/* Handlers of the viewer program. */
#ifndef IVS_CGI_VIEWER_H
#define IVS_CGI_VIEWER_H

#include "app/route.h"

route_handler post_viewer_rejoin;
route_handler post_viewer_heartbeat;
route_handler post_viewer_heartbeat_batch;
route_handler post_viewer_leave;
route_handler get_viewer_list;
route_handler get_viewer_duration;
route_handler get_viewer_history;

#endif
