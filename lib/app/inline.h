/*
 * inline: the background work where no daemon may run (WORKER_MODE=inline):
 * a little of it after an answer, at most once a second in each process.
 */
#ifndef IVS_APP_INLINE_H
#define IVS_APP_INLINE_H

#include "app/app.h"

/* Run the jobs that are due, for at most 50 ms in all. Nothing in other modes. */
void inline_work(struct app *app);

#endif
