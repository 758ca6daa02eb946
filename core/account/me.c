/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "My account": the overview, and what its pages share. */
#include <string.h>
#include <talloc.h>

#include "account/account.h"
#include "account/password.h"
#include "base/log.h"
#include "people/people.h"
#include "route/query.h"
#include "route/state.h"
#include "view/page.h"

#include <comptoir/limit.h>

enum { FRESH_SECONDS = 900, PROOFS = 10, WINDOW_SECONDS = 900 };

int ct_me_row(struct ct_request *r, struct ct_result **row_r, struct ct_error *e)
{
	return ct_one(r, "my_account",
		      CT_ARGS(CT_NUM(r->s->caller.session), CT_NUM(r->s->caller.account)), row_r,
		      e);
}

int ct_me_by_hand(const struct ct_request *r, struct ct_error *e)
{
	if (!r->s->caller.token)
		return 0;
	return ct_fail(e, CT_DENIED, "%s", _("A token may not do this. Please sign in."));
}

void ct_me_put_form(struct ct_request *r, const struct ct_me_form *form)
{
	json_t *ui = ct_put_object(r->view, "form_ui");
	json_t *crumbs = ct_put_array(r->view, "breadcrumbs_ui"), *crumb = ct_add_object(crumbs);

	ct_put_text(crumb, "label", _("My account"));
	ct_put_text(crumb, "href", "/me");
	ct_put_text(r->view, "lead_ui", form->lead);
	ct_put_text(ui, "action", form->action);
	ct_put_bool(ui, "multipart", false);
	ct_put_controls(r, ui, "fields", form->fields, form->current);
	ct_put_array(ui, "hidden");
	ct_put_text(ui, "submit", form->submit);
	ct_put_text(ui, "cancel_href", "/me");
	ct_put_text(ui, "note", form->note);
	ct_put_null(r->view, "prove_ui");
}

static bool is_fresh(const struct ct_request *r, const struct ct_result *me)
{
	struct ct_utc began = ct_col_utc(me, "began_utc");

	return ct_utc_set(began) && r->now.s - began.s <= FRESH_SECONDS;
}

void ct_me_put_proof(struct ct_request *r, const struct ct_result *me)
{
	json_t *prove;

	ct_put_null(r->view, "prove_ui");
	if (ct_col_int(me, "has_password") || is_fresh(r, me))
		return;
	prove = ct_put_object(r->view, "prove_ui");
	ct_put_text(prove, "next", r->s->path);
	ct_put_text(prove, "login", ct_col_text(me, "login"));
	ct_put_null(r->view, "form_ui");
}

/* Who has no password is not asked for it. */
static const struct ct_field *without_present(struct ct_request *r, const struct ct_field *fields, bool has_password)
{
	struct ct_field *list;
	size_t n = 0, kept = 0;

	while (fields[n].name)
		n++;
	list = talloc_zero_array(r, struct ct_field, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool present = !strcmp(fields[i].name, "current");

		if (present && !has_password)
			continue;
		list[kept] = fields[i];
		list[kept++].required |= present;
	}
	return list;
}

int ct_me_put_proved_form(struct ct_request *r, struct ct_me_form *form, struct ct_error *e)
{
	struct ct_result *me;
	int rc = ct_me_row(r, &me, e);

	if (rc)
		return rc;
	form->fields = without_present(r, form->fields, ct_col_int(me, "has_password") != 0);
	ct_me_put_form(r, form);
	ct_me_put_proof(r, me);
	return 0;
}

static int take(struct ct_request *r, void *limit, struct ct_error *e)
{
	return ct_limit_take(r, limit, e);
}

static int give_back(struct ct_request *r, void *limit, struct ct_error *e)
{
	return ct_limit_give_back(r, limit, e);
}

/* Counted before it is judged, so that of many at once no more than the limit are; else given back. */
static int judge(struct ct_request *r, const struct ct_result *me, const char *typed, struct ct_error *e)
{
	struct ct_limit limit = { "proofs of", ct_col_text(me, "login"), PROOFS, WINDOW_SECONDS };
	struct ct_error ignored;
	bool right = false;
	int rc = ct_transaction_apart(r, take, &limit, e);

	if (rc)
		return rc;
	rc = ct_password_verify(r->s->core, typed, ct_col_text(me, "password_hash"), &right, e);
	if (!rc && !right)
		return ct_fail_field(e, "current", "%s",
				     _("This is not your present password. Capital letters count."));
	if (ct_transaction_apart(r, give_back, &limit, &ignored))
		ct_log(CT_LOG_WARNING, "limit", "why", ignored.text, NULL);
	return rc;
}

int ct_me_prove(struct ct_request *r, const struct ct_result *me, struct ct_error *e)
{
	const char *typed = ct_in_text(r, "current");

	if (!ct_col_int(me, "has_password"))
		return is_fresh(r, me)
			       ? 0
			       : ct_fail(e, CT_CONFLICT, "%s",
					 _("To be sure that it is you, sign in again by a link that we mail to you."));
	if (!typed)
		return ct_fail_field(e, "current", "%s", _("This is needed."));
	return judge(r, me, typed, e);
}

static void put_roles(struct ct_request *r)
{
	json_t *list = ct_put_array(r->view, "roles"), *role;
	size_t i;

	json_array_foreach(r->s->caller.roles, i, role) {
		json_t *item = ct_add_object(list);
		const char *name = json_string_value(json_object_get(role, "role"));

		ct_put_text(item, "role", name);
		ct_put_text(item, "role_ui", ct_role_label(name));
		ct_put_text(item, "org", json_string_value(json_object_get(role, "slug")));
		ct_put_text(item, "name", json_string_value(json_object_get(role, "name")));
	}
}

static const char *grant_sub(struct ct_request *r, const json_t *grant)
{
	const char *org = json_string_value(json_object_get(grant, "organisation"));
	const char *from = json_string_value(json_object_get(grant, "from_ui"));
	const char *to = json_string_value(json_object_get(grant, "to_ui"));

	return to ? talloc_asprintf(r, _("For %s, from %s to %s"), org, from, to)
		  : talloc_asprintf(r, _("For %s, from %s on"), org, from);
}

/* What she may see elsewhere, and of whom, by grants to the organisations that she works for. */
static int put_grants(struct ct_request *r, struct ct_error *e)
{
	struct ct_arg today = CT_DAY(((struct ct_day){ (int32_t)(r->now.s / 86400) }));
	json_t *list = ct_put_array(r->view, "grants"), *item;
	struct ct_result *row;
	int rc = ct_query(r, "my_grants", CT_ARGS(CT_NUM(r->person), today, today, today), &row, e);

	while (!rc && ct_next(row)) {
		item = ct_add_object(list);
		ct_put_text(item, "owner", ct_col_text(row, "owner"));
		ct_put_text(item, "organisation", ct_col_text(row, "organisation"));
		ct_put_text(item, "scope", ct_col_text(row, "scope"));
		ct_put_text(item, "scope_ui", ct_grant_scope_label(ct_col_text(row, "scope")));
		ct_put_day(item, "from", ct_col_day(row, "from_d"), r->lang);
		ct_put_day(item, "to", ct_col_day(row, "to_d"), r->lang);
		ct_put_text(item, "sub_ui", grant_sub(r, item));
	}
	ct_put_bool(r->view, "has_grants_ui", json_array_size(list) > 0);
	return rc;
}

static int put_sessions(struct ct_request *r, struct ct_error *e)
{
	json_t *list, *session;
	int64_t current = r->s->caller.session;
	size_t i, others = 0;
	int rc = ct_rows(r, "my_sessions", CT_ARGS(CT_NUM(r->s->caller.account), CT_UTC(r->now)),
			 "sessions", e);

	list = json_object_get(r->view, "sessions");
	json_array_foreach(list, i, session) {
		const char *id = json_string_value(json_object_get(session, "id"));
		bool here = id && current &&
			    !strcmp(id, talloc_asprintf(r, "%lld", (long long)current));

		ct_put_bool(session, "current", here);
		others += !here;
	}
	ct_put_bool(r->view, "has_others_ui", others > 0);
	return rc;
}

static const char *phone_ui(struct ct_request *r, const char *phone)
{
	const struct ct_field field = { .name = "phone", .type = CT_PHONE };
	const struct ct_value value = { .set = phone != NULL, .text = phone };

	return phone ? ct_field_show(r, &field, &value, r->lang) : NULL;
}

static int put_address(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	const char *street, *postcode, *town;
	int rc = ct_query(r, "my_address", CT_ARGS(CT_NUM(r->person)), &row, e);

	ct_put_text(r->view, "address_ui", NULL);
	if (rc || !ct_next(row))
		return rc;
	street = ct_col_text(row, "street");
	postcode = ct_col_text(row, "postcode");
	town = ct_col_text(row, "town");
	ct_put_text(r->view, "address_ui",
		    talloc_asprintf(r, "%s%s%s%s%s", street ? street : "", street ? ", " : "",
				    postcode ? postcode : "", postcode ? " " : "", town));
	return 0;
}

int ct_me_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *me;
	int rc = ct_me_row(r, &me, e);

	if (rc)
		return rc;
	ct_put_id(r->view, "id", r->person);
	ct_put_text(r->view, "name", r->s->caller.name);
	ct_put_text(r->view, "email", r->s->caller.email);
	ct_put_text(r->view, "phone", ct_col_text(me, "phone"));
	ct_put_text(r->view, "phone_ui", phone_ui(r, ct_col_text(me, "phone")));
	ct_put_text(r->view, "lang", ct_col_text(me, "lang"));
	ct_put_text(r->view, "lang_ui",
		    strcmp(ct_col_text(me, "lang"), "en") ? "Français" : "English");
	ct_put_text(r->view, "login", ct_col_text(me, "login"));
	ct_put_bool(r->view, "has_password", ct_col_int(me, "has_password") != 0);
	ct_put_bool(r->view, "installation_admin", r->s->caller.installation_admin);
	put_roles(r);
	if ((rc = put_address(r, e)) || (rc = put_grants(r, e)) ||
	    (rc = ct_rows(r, "my_tokens", CT_ARGS(CT_NUM(r->s->caller.account), CT_UTC(r->now)),
			  "tokens", e)))
		return rc;
	return put_sessions(r, e);
}
