/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the core knows of a request beside what handlers see (comptoir/request.h). One worker serves one
 * request at a time, so there is one of these at a time; it dies with the request.
 */
#ifndef CORE_ROUTE_STATE_H
#define CORE_ROUTE_STATE_H

#include <comptoir/plugin.h>

#include "core.h"
#include "http/params.h"
#include "http/response.h"
#include "plugin/registry.h"
#include "route/router.h"

enum ct_format { CT_FORMAT_HTML, CT_FORMAT_JSON, CT_FORMAT_CSV, CT_FORMAT_OWN };

/* Who asks: by cookie or by API token. All zero for a visitor. */
struct ct_caller {
	int64_t account, session, token;
	const char *csrf;		/* the session's secret, hex */
	const char *name, *email;
	bool installation_admin;
	bool read_only;			/* a token that may look only */
	json_t *roles;			/* [{org, slug, name, role, operates}], owned by the request */
};

struct ct_request_state {
	struct ct_core *core;
	struct ct_gateway *gateway;	/* NULL in a job */
	const char *method;
	const char *path;		/* below the prefix, still encoded */
	const char *query_text;
	enum ct_format format;
	const struct ct_route_entry *entry;
	struct ct_match match;
	struct ct_params *query, *cookies, *form;	/* form: the body's fields; empty for JSON */
	struct ct_upload *uploads;
	size_t n_uploads;
	json_t *json;			/* a JSON body, an object; or NULL */
	const void *body;		/* the bytes of a small body, for idempotency */
	size_t body_len;
	struct ct_caller caller;
	struct ct_value *values;	/* parallel to the route's fields */
	json_t *errors;			/* {field: sentence} */
	json_t *typed;			/* {field: text or [texts]}: what was typed */
	struct ct_response response;
	json_t *notices;
	const char *idempotency_actor, *idempotency_route, *idempotency_key;	/* a claim that is ours */
	const char *set_cookie;		/* of the session, written last */
	char txn[37];			/* the id that this request's transactions leave in txn_done */
	unsigned txn_count;
	bool in_transaction;
	bool maybe_stored;		/* a COMMIT of this request was answered, or may have been */
	bool secret_answer;		/* must not be kept for a repetition: it holds a secret */
	bool audit_owed, audit_left;
	unsigned tries;
	const char *subject_uid, *subject_label;
	bool subject_owner;		/* the caller owns the subject */
	const char *org_slug, *org_name, *org_colour, *org_colour_dark;
	struct { const char *uid; int64_t width, height; } org_logo;	/* uid NULL: none */
	bool embed;
};

/* A request of `plugin` that no client sent: for jobs and comptoirctl. */
struct ct_request *ct_request_new(void *mem, struct ct_core *, const struct ct_plugin *);

/* `json` (stolen) dies with the request. Returns it. */
json_t *ct_own_json(struct ct_request *r, json_t *json);

/* Runs `statement` with r->plugin set to `plugin`, so that names are looked up there. */
#define CT_AS(r, plugin_, statement) do { \
	const struct ct_plugin *as_before_ = (r)->plugin; \
	(r)->plugin = (plugin_); \
	statement; \
	(r)->plugin = as_before_; \
} while (0)

#endif
