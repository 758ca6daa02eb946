/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route/query.h"

#include <assert.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/people.h>

#include "base/log.h"
#include "base/random.h"
#include "db/db.h"
#include "db/transaction.h"
#include "job/job.h"
#include "route/state.h"
#include "server/scoreboard.h"
#include "view/row.h"

static const struct ct_query *named(const struct ct_request *r, const char *name)
{
	const struct ct_query *q = ct_plugin_query(r->plugin, name);

	assert(q);
	return q;
}

/* While it runs the scoreboard knows on which connection, so that an overdue request's query can be ended. */
static int run(struct ct_request *r, const struct ct_query *q, struct ct_args args,
	       struct ct_result **result_r, int64_t *count_r, int64_t *id_r, struct ct_error *e)
{
	struct ct_core *core = r->s->core;
	int rc;

	ct_slot_sql(core->slot, ct_db_thread_id(core->db));
	rc = ct_db_run(core->db, r, q, args, result_r, count_r, id_r, e);
	ct_slot_sql(core->slot, 0);
	return rc;
}

int ct_query_run(struct ct_request *r, const struct ct_query *q, struct ct_args args,
		 struct ct_result **result_r, struct ct_error *e)
{
	return run(r, q, args, result_r, NULL, NULL, e);
}

int ct_query(struct ct_request *r, const char *name, struct ct_args args,
	     struct ct_result **result_r, struct ct_error *e)
{
	return ct_query_run(r, named(r, name), args, result_r, e);
}

void ct_result_free(struct ct_result *result)
{
	talloc_free(result);
}

int ct_one(struct ct_request *r, const char *name, struct ct_args args, struct ct_result **result_r,
	   struct ct_error *e)
{
	struct ct_result *result;
	int rc = ct_query(r, name, args, &result, e);

	if (rc)
		return rc;
	if (!ct_next(result))
		return ct_fail(e, CT_MISSING, _("There is no page at this address."));
	*result_r = result;
	return 0;
}

int ct_rows(struct ct_request *r, const char *name, struct ct_args args, const char *key,
	    struct ct_error *e)
{
	struct ct_result *result;
	json_t *rows;
	int rc = ct_query(r, name, args, &result, e);

	if (rc)
		return rc;
	rows = ct_put_array(r->view, key);
	while (ct_next(result))
		json_array_append_new(rows, ct_row_json(r, result));
	return 0;
}

int ct_exec_run(struct ct_request *r, const struct ct_query *q, struct ct_args args,
		int64_t *count_r, int64_t *id_r, struct ct_error *e)
{
	int64_t count = 0, id = 0;
	int rc;

	assert(r->s->in_transaction);
	rc = run(r, q, args, NULL, &count, &id, e);
	if (rc)
		return rc;
	if (q->audits && strcmp(q->audits, "-") != 0)
		r->s->audit_owed = true;
	if (count_r)
		*count_r = count;
	if (id_r)
		*id_r = id;
	return 0;
}

int ct_exec(struct ct_request *r, const char *name, struct ct_args args, struct ct_error *e)
{
	return ct_exec_run(r, named(r, name), args, NULL, NULL, e);
}

int ct_exec_count(struct ct_request *r, const char *name, struct ct_args args, int64_t *count_r,
		  struct ct_error *e)
{
	return ct_exec_run(r, named(r, name), args, count_r, NULL, e);
}

int ct_insert(struct ct_request *r, const char *name, struct ct_args args, int64_t *id_r,
	      struct ct_error *e)
{
	return ct_exec_run(r, named(r, name), args, NULL, id_r, e);
}

/* What a try may change and a repetition must find as it was. */
struct attempt {
	struct ct_request *r;
	ct_body_f *body;
	void *arg;
	const struct ct_plugin *plugin;
	struct ct_response response;
	json_t *view, *notices, *errors;
	const char *set_cookie;
};

static json_t *restored(struct ct_request *r, const json_t *kept)
{
	return ct_own_json(r, json_deep_copy(kept));
}

static void reset(void *ctx)
{
	struct attempt *a = ctx;
	struct ct_request *r = a->r;

	r->plugin = a->plugin;
	r->view = restored(r, a->view);
	r->s->notices = restored(r, a->notices);
	r->s->errors = restored(r, a->errors);
	r->s->response = a->response;
	r->s->set_cookie = a->set_cookie;
	r->s->audit_owed = r->s->audit_left = false;
}

static int run_body(void *ctx, struct ct_error *e)
{
	struct attempt *a = ctx;
	int rc = a->r->s->lease ? ct_lease_hold(a->r, e) : 0;

	if (!rc)
		rc = a->body(a->r, a->arg, e);
	if (!rc && a->r->s->audit_owed && !a->r->s->audit_left)
		return ct_fail(e, CT_BROKEN, "%s wrote what it audits and left no trace",
			       a->r->plugin->name);
	return rc;
}

static int transaction(struct ct_request *r, const char *id, ct_body_f *body, void *arg,
		       struct ct_error *e)
{
	struct attempt a = {
		.r = r,
		.body = body,
		.arg = arg,
		.plugin = r->plugin,
		.response = r->s->response,
		.view = restored(r, r->view),
		.notices = restored(r, r->s->notices),
		.errors = restored(r, r->s->errors),
		.set_cookie = r->s->set_cookie,
	};
	struct ct_tries stats = { 0 };
	int rc;

	assert(!r->s->in_transaction);
	r->s->in_transaction = true;
	rc = ct_db_transaction(r->s->core->db, id, run_body, reset, &a, &stats, e);
	r->s->in_transaction = false;
	r->s->tries += stats.repeats;
	ct_board_add(r->s->core->board, CT_VALUE_REPEATS, stats.repeats);
	if (!rc && r->s->lease)
		ct_lease_held(r);
	/* stored, but by a try whose results are gone: the page says where to look */
	if (!rc && stats.stale)
		rc = ct_fail(e, CT_UNSURE, _("We do not know yet whether it is stored."));
	return rc;
}

bool ct_in_transaction(const struct ct_request *r)
{
	return r->s->in_transaction;
}

int ct_transaction(struct ct_request *r, ct_body_f *body, void *arg, struct ct_error *e)
{
	int rc;

	if (r->s->txn_count++)
		ct_uuid(r->s->txn);
	rc = transaction(r, r->s->txn, body, arg, e);
	r->s->maybe_stored |= !rc || rc == CT_UNSURE;
	return rc;
}

int ct_transaction_apart(struct ct_request *r, ct_body_f *body, void *arg, struct ct_error *e)
{
	char id[CT_UUID_SIZE];

	ct_uuid(id);
	return transaction(r, id, body, arg, e);
}

/* How a change came about: the pages tell a visitor from a job by it. */
static const char *way(const struct ct_request *r)
{
	if (!r->s->gateway)
		return r->s->core->board ? "job" : "command";
	return r->s->caller.token ? "program" : "page";
}

int ct_audit(struct ct_request *r, const char *kind, int64_t id, const char *action, json_t *before,
	     json_t *after, struct ct_error *e)
{
	char *old = before ? json_dumps(before, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	char *new = after ? json_dumps(after, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	const struct ct_plugin *plugin = r->plugin;
	int rc;

	json_decref(before);
	json_decref(after);
	CT_AS(r, &ct_plugin_system,
	      rc = ct_exec(r, "audit",
			   CT_ARGS(CT_UTC(r->now), CT_ID(r->org), CT_ID(r->person),
				   CT_ID(r->s->caller.token), CT_STR(r->id), CT_STR(plugin->name),
				   CT_STR(kind), CT_NUM(id), CT_STR(action), CT_STR(old),
				   CT_STR(new), CT_STR(way(r))),
			   e));
	free(old);
	free(new);
	if (!rc)
		r->s->audit_left = true;
	return rc;
}

int ct_audit_forget(struct ct_request *r, const char *kind, const char *ids, struct ct_error *e)
{
	const struct ct_plugin *plugin = r->plugin;
	int rc;

	if (!ids)
		return 0;
	CT_AS(r, &ct_plugin_system,
	      rc = ct_exec(r, "audit_forget",
			   CT_ARGS(CT_STR(ids), CT_STR(plugin->name), CT_STR(kind)), e));
	return rc;
}

int ct_audit_made(struct ct_request *r, int64_t org, const char *kind, int64_t id, struct ct_error *e)
{
	int64_t acting = r->org;
	int rc;

	r->org = org;
	rc = ct_audit(r, kind, id, "create", NULL, NULL, e);
	r->org = acting;
	return rc;
}
