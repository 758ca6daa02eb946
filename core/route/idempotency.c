/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "route/idempotency.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "base/log.h"
#include "base/random.h"
#include "http/upload.h"
#include "route/query.h"
#include "route/state.h"
#include "server/gateway.h"

enum { CLAIM_SECONDS = 90, KEPT_SECONDS = 86400, KEY_MAX = 200, BODY_MAX = 1 << 20 };

struct claim {
	const char *actor, *route, *key_hash, *body_hash;
	struct ct_utc now, soon;
	bool taken; /* somebody was there before */
};

/* A multipart body is not kept, so its fields stand for it. */
static const char *hash_body(struct ct_request *r)
{
	char *text;

	if (r->s->body)
		return ct_hash(r, r->s->body, r->s->body_len);
	text = talloc_strdup(r, "");
	for (size_t i = 0; r->s->form && i < r->s->form->n; i++)
		text = talloc_asprintf_append_buffer(text, "%s=%s\n", r->s->form->list[i].name,
						     r->s->form->list[i].value);
	for (size_t i = 0; i < r->s->n_uploads; i++)
		text = talloc_asprintf_append_buffer(text, "%s=%s %zu\n", r->s->uploads[i].name,
						     r->s->uploads[i].filename, r->s->uploads[i].size);
	return ct_hash(r, text, strlen(text));
}

static int claim_key(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct claim *claim = arg;
	int64_t count;
	int rc = ct_exec_count(r, "idempotency_claim",
			       CT_ARGS(CT_STR(claim->actor), CT_STR(claim->route),
				       CT_STR(claim->key_hash), CT_STR(claim->body_hash),
				       CT_STR(r->s->txn), CT_UTC(claim->now), CT_UTC(claim->soon)),
			       &count, e);

	claim->taken = !rc && !count;
	return rc;
}

/* After a crash: the one that takes the dead claim over also takes its transaction id. */
static int take_over(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct claim *claim = arg;
	int64_t count;
	int rc = ct_exec_count(r, "idempotency_take_over",
			       CT_ARGS(CT_UTC(claim->soon), CT_STR(claim->actor),
				       CT_STR(claim->route), CT_STR(claim->key_hash),
				       CT_UTC(claim->now)),
			       &count, e);

	claim->taken = !rc && !count;
	return rc;
}

static void replay(struct ct_request *r, const struct ct_result *row)
{
	const char *headers = ct_col_text(row, "headers"), *name, *value;
	json_t *list = ct_own_json(r, json_loads(headers ? headers : "{}", 0, NULL)), *text;
	size_t len;
	const void *body = ct_col_bytes(row, "body", &len);

	r->s->response.status = (int)ct_col_int(row, "status");
	json_object_foreach(list, name, text) {
		value = json_string_value(text);
		if (!strcmp(name, "Location"))
			r->s->response.redirect = talloc_strdup(r,
								value + strlen(r->s->core->prefix));
		else if (!strcmp(name, "Content-Type"))
			ct_body(r, talloc_strdup(r, value), body ? body : "", body ? len : 0);
	}
	ct_header(r, "Idempotent-Replayed", "true");
}

/* The first one died after it had stored something: what it would have answered is lost, what it did is not. */
static int refuse_stored(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "stored", CT_ARGS(CT_STR(r->s->txn)), &row, e);

	if (!rc && ct_next(row))
		rc = ct_fail(
			e, CT_CONFLICT,
			_("This was stored the first time, though the answer was lost. Look at your list."));
	return rc;
}

static int answer_taken(struct ct_request *r, struct claim *claim, bool *replayed_r,
			struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(
		r, "idempotency_find",
		CT_ARGS(CT_STR(claim->actor), CT_STR(claim->route), CT_STR(claim->key_hash)), &row,
		e);

	if (rc)
		return rc;
	if (!ct_next(row)) {
		ct_header(r, "Retry-After", "1");
		return ct_fail(e, CT_CONFLICT,
			       _("The same request is being worked on. Ask again in a second."));
	}
	if (strcasecmp(ct_col_text(row, "body_hash"), claim->body_hash) != 0)
		return ct_fail(e, CT_INVALID,
			       _("This Idempotency-Key was used for something else."));
	if (!strcmp(ct_col_text(row, "state"), "done")) {
		replay(r, row);
		*replayed_r = true;
		return 0;
	}
	if (ct_col_utc(row, "expires_utc").s <= claim->now.s) {
		memcpy(r->s->txn, ct_col_text(row, "txn_id"), sizeof(r->s->txn) - 1);
		rc = ct_transaction_apart(r, take_over, claim, e);
		if (rc || !claim->taken)
			return rc ? rc : refuse_stored(r, e);
	}
	ct_header(r, "Retry-After", "1");
	return ct_fail(e, CT_CONFLICT,
		       _("The same request is being worked on. Ask again in a second."));
}

static int claim_as_core(struct ct_request *r, struct claim *claim, bool *replayed_r,
			 struct ct_error *e)
{
	int rc = ct_transaction_apart(r, claim_key, claim, e);

	if (!rc && claim->taken)
		rc = answer_taken(r, claim, replayed_r, e);
	return rc;
}

int ct_idempotency_begin(struct ct_request *r, bool *replayed_r, struct ct_error *e)
{
	const char *key = r->s->gateway->param(r->s->gateway, "HTTP_IDEMPOTENCY_KEY");
	struct claim claim;
	int rc;

	if (!key || !*key || !r->person || !strcmp(r->s->method, "GET") || !strcmp(r->s->method, "HEAD"))
		return 0;
	if (strlen(key) > KEY_MAX)
		return ct_fail(e, CT_BAD, _("An Idempotency-Key has at most %d characters."),
			       KEY_MAX);
	claim = (struct claim){
		.actor = talloc_asprintf(r, "person %lld", (long long)r->person),
		.route = talloc_asprintf(r, "%s %s", r->s->method, r->s->path),
		.key_hash = ct_hash(r, key, strlen(key)),
		.body_hash = hash_body(r),
		.now = r->now,
		.soon = { r->now.s + CLAIM_SECONDS },
	};
	if (strlen(claim.route) > 160)
		claim.route = ct_hash(r, claim.route, strlen(claim.route));
	CT_AS(r, &ct_plugin_system, rc = claim_as_core(r, &claim, replayed_r, e));
	if (!rc && !*replayed_r) {
		r->s->idempotency_actor = claim.actor;
		r->s->idempotency_route = claim.route;
		r->s->idempotency_key = claim.key_hash;
	}
	return rc;
}

static int keep(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_response *a = &r->s->response;
	json_t *headers = arg;
	char *text;
	struct ct_utc end = { r->now.s + KEPT_SECONDS };
	int status = a->status ? a->status : 200, rc;

	if (status >= 500 && r->s->maybe_stored)
		return 0; /* the claim stays: whoever takes it over asks whether it was stored */
	if (status >= 500 || status == 429 || a->len > BODY_MAX || r->s->secret_answer)
		return ct_exec(r, "idempotency_drop",
			       CT_ARGS(CT_STR(r->s->idempotency_actor),
				       CT_STR(r->s->idempotency_route),
				       CT_STR(r->s->idempotency_key)),
			       e);
	text = json_dumps(headers, JSON_COMPACT);
	rc = ct_exec(r, "idempotency_keep",
		     CT_ARGS(CT_NUM(status), CT_STR(text), CT_BYTES(a->body, a->len), CT_UTC(end),
			     CT_STR(r->s->idempotency_actor), CT_STR(r->s->idempotency_route),
			     CT_STR(r->s->idempotency_key)),
		     e);
	free(text);
	return rc;
}

void ct_idempotency_finish(struct ct_request *r)
{
	const struct ct_response answer = r->s->response;
	json_t *headers;
	struct ct_error e;
	int rc;

	if (!r->s->idempotency_key)
		return;
	headers = ct_own_json(r, json_object());
	if (answer.redirect)
		ct_put_text(headers, "Location",
			    talloc_asprintf(r, "%s%s", r->s->core->prefix, answer.redirect));
	else if (ct_response_get(&answer, "Location"))
		ct_put_text(headers, "Location", ct_response_get(&answer, "Location"));
	if (answer.type)
		ct_put_text(headers, "Content-Type", answer.type);
	CT_AS(r, &ct_plugin_system, rc = ct_transaction_apart(r, keep, headers, &e));
	if (rc)
		ct_log(CT_LOG_WARNING, "idempotency", "request", r->id, "why", e.text, NULL);
}
