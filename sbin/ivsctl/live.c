/* live: stages and viewers of the live store. */
#include "sbin/ivsctl/ivsctl.h"

#include "app/app.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 1000 };

int cmd_stages_add(int argc, char **argv, json_t **result, struct err *e)
{
	struct app app;
	struct state_stage stage = { .created_at_ms = clock_now_ms() };
	int rc;

	if (argc < 2 || argc > 3)
		return EXIT_USAGE;
	if (!uri_is_stage_arn(argv[0]))
		return err_set(e, ERR_VALIDATION, "%s is not the ARN of a stage", argv[0]);
	if (strncmp(argv[1], "https://", 8) != 0 || strlen(argv[1]) >= STATE_URL_SIZE)
		return err_set(e, ERR_VALIDATION, "the WHIP URL must begin with https://");
	rc = app_open(&app, "ivsctl", APP_STORES, e);
	if (rc == 0) {
		stage.arn = argv[0];
		stage.name = uri_arn_id(argv[0]);
		stage.whip_url = argv[1];
		stage.events_url = app.conf->master_events_url;
		stage.capacity = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
		rc = state_stage_put(app.service.state, &stage, e);
		*result = rc == 0 ? json_pack("{s:s, s:I}", "stageArn", stage.arn, "capacity", (json_int_t)stage.capacity) :
				    NULL;
	}
	app_close(&app);
	return rc;
}

static json_t *viewers_json(const struct state_viewer_page *page)
{
	json_t *out = json_array();

	for (size_t i = 0; i < page->count; i++) {
		const struct state_viewer *v = &page->items[i];
		json_array_append_new(out, json_pack("{s:s, s:s, s:o, s:o}", "userId", v->user_id, "participantId",
					       v->participant_id, "joinedAt", json_time(v->joined_at_ms), "lastHeartbeat",
					       json_time(v->last_seen_ms)));
	}
	return out;
}

static int list_all(struct app *app, const char *arn, json_t *out, struct err *e)
{
	struct state_query q = { .stage_arn = arn, .limit = PAGE, .time = service_time(&app->service, clock_now_ms()) };
	struct arena *a = arena_new(64 << 20);
	struct state_viewer_page page;
	int rc;

	do {
		rc = state_viewer_list(app->service.state, a, &q, &page, e);
		if (rc == 0) {
			json_t *items = viewers_json(&page);
			json_array_extend(out, items);
			json_decref(items);
			q.cursor = page.next_cursor;
		}
	} while (rc == 0 && q.cursor != NULL);
	arena_free(a);
	return rc;
}

int cmd_viewers_list(int argc, char **argv, json_t **result, struct err *e)
{
	struct app app;
	int rc;

	if (argc != 1)
		return EXIT_USAGE;
	rc = app_open(&app, "ivsctl", APP_STORES, e);
	if (rc == 0) {
		*result = json_array();
		rc = list_all(&app, argv[0], *result, e);
	}
	app_close(&app);
	return rc;
}

int cmd_viewers_count(int argc, char **argv, json_t **result, struct err *e)
{
	struct app app;
	int64_t n;
	int rc;

	(void)argv;
	if (argc != 0)
		return EXIT_USAGE;
	rc = app_open(&app, "ivsctl", APP_STORES, e);
	if (rc == 0)
		rc = state_total(app.service.state, service_time(&app.service, clock_now_ms()), &n, e);
	if (rc == 0)
		*result = json_pack("{s:I}", "totalViewers", (json_int_t)n);
	app_close(&app);
	return rc;
}
