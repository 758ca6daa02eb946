/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <talloc.h>

#include "base/log.h"
#include "job/job.h"
#include "job/mail.h"
#include "route/query.h"
#include "route/state.h"
#include "server/scoreboard.h"

enum { CLAIM_SECONDS = 120, MAX_TRIES = 12 };

struct row {
	int64_t id, tries;
	const char *owner, *error;
	bool claimed;
};

static int claim(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct row *row = arg;
	int64_t count = 0;
	int rc = ct_exec_count(r, "outbox_claim",
			       CT_ARGS(CT_STR(row->owner), CT_NUM(CLAIM_SECONDS), CT_NUM(row->id)),
			       &count, e);

	row->claimed = count > 0;
	return rc;
}

/* Done, or not: then later, after 1, 2, 4 … minutes, and after twelve tries never. */
static int mark(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct row *row = arg;
	int64_t minutes = 1LL << (row->tries < 10 ? row->tries : 10);

	if (!row->error)
		return ct_exec(r, "outbox_done", CT_ARGS(CT_NUM(row->id), CT_STR(row->owner)), e);
	return ct_exec(r, "outbox_failed",
		       CT_ARGS(CT_STR(row->tries + 1 >= MAX_TRIES ? "dead" : "queued"),
			       CT_NUM(minutes), CT_STR(row->error), CT_NUM(row->id),
			       CT_STR(row->owner)),
		       e);
}

static int call_after(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_after_f *)function)(r, arg, e);
}

static int deliver(struct ct_request *r, const struct ct_result *row, struct ct_error *e)
{
	const char *payload = ct_col_text(row, "payload"), *topic = ct_col_text(row, "topic");
	json_t *json = json_loads(payload, 0, NULL);
	const char *stage;

	if (!json)
		return ct_fail(e, CT_BROKEN, "the payload is no JSON");
	ct_own_json(r, json);
	r->org = ct_col_int(row, "org_id");
	if (!strcmp(ct_col_text(row, "kind"), "mail"))
		return ct_mail_send(r, ct_col_text(row, "uid"), topic, json, e);
	stage = talloc_asprintf(r, "after.%s", topic);
	return ct_raise(r, stage, call_after, json, e);
}

static int deliver_one(struct ct_core *core, struct ct_request *list, const struct ct_result *found,
		       struct ct_error *e)
{
	struct row row = { .id = ct_col_int(found, "id"),
			   .tries = ct_col_int(found, "tries"),
			   .owner = ct_job_owner(list) };
	struct ct_request *r = ct_request_new(list, core, &ct_plugin_job);
	struct ct_error why = { 0 };
	int rc = ct_transaction(r, claim, &row, e);

	if (rc || !row.claimed) {
		talloc_free(r);
		return rc;
	}
	if (deliver(r, found, &why)) {
		row.error = why.text;
		ct_board_add(core->board, CT_VALUE_OUTBOX_FAILED, 1);
		ct_log(CT_LOG_WARNING, "outbox", "topic", ct_col_text(found, "topic"), "why",
		       why.text, NULL);
	} else {
		ct_board_add(core->board, CT_VALUE_OUTBOX_SENT, 1);
	}
	rc = ct_transaction(r, mark, &row, e);
	talloc_free(r);
	return rc;
}

int ct_outbox_deliver(struct ct_core *core, unsigned limit, unsigned *done_r, struct ct_error *e)
{
	struct ct_request *list = ct_request_new(NULL, core, &ct_plugin_job);
	struct ct_result *found, *waiting;
	unsigned done = 0;
	int rc = ct_query(list, "outbox_due", CT_ARGS(CT_NUM(limit)), &found, e);

	while (!rc && ct_next(found)) {
		rc = deliver_one(core, list, found, e);
		done++;
	}
	if (!rc && !(rc = ct_query(list, "outbox_waiting", CT_NO_ARGS, &waiting, e)) &&
	    ct_next(waiting)) {
		ct_board_set(core->board, CT_VALUE_OUTBOX_WAITING,
			     (uint64_t)ct_col_int(waiting, "waiting"));
		ct_board_set(core->board, CT_VALUE_OUTBOX_AGE,
			     (uint64_t)ct_col_int(waiting, "age"));
	}
	talloc_free(list);
	if (!rc)
		*done_r = done;
	return rc;
}

int ct_core_jobs(struct ct_core *core, int wake_fd)
{
	static bool registered;
	struct ct_error e;
	unsigned done = 0;

	(void)wake_fd;
	if (!registered && ct_jobs_register(core, &e)) {
		ct_log(CT_LOG_WARNING, "jobs", "why", e.text, NULL);
		return 5000;
	}
	registered = true;
	if (ct_jobs_due(core, &e) || ct_outbox_deliver(core, 50, &done, &e)) {
		ct_log(CT_LOG_WARNING, "jobs", "why", e.text, NULL);
		return 5000;
	}
	return done ? 100 : 1000;
}
