/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Delete my account": what goes, what stays and why, and what has to be settled before. */
#include <comptoir/people.h>
#include <talloc.h>

#include "account/account.h"
#include "account/forget.h"
#include "account/letter.h"
#include "account/session.h"
#include "account/strength.h"
#include "route/state.h"

const struct ct_field ct_leave_fields[] = { CT_ME_CURRENT, { 0 } };

static const struct ct_field needed_fields[] = {
	{ "current", N_("Your present password"), CT_SECRET, .required = true,
	  .max = CT_PASSWORD_MAX, .autocomplete = "current-password" },
	{ 0 }
};

static void add_due(json_t *due, const char *text, const char *href)
{
	json_t *item = ct_add_object(due);

	ct_put_text(item, "text", text);
	ct_put_text(item, "href", href);
}

/* An organisation or an installation that nobody can look after any more would be lost. */
static int put_last_admin(struct ct_request *r, json_t *due, struct ct_error *e)
{
	struct ct_arg today = CT_DAY(((struct ct_day){ (int32_t)(r->now.s / 86400) }));
	struct ct_result *row;
	int rc = ct_query(r, "last_admin_of",
			  CT_ARGS(CT_NUM(r->person), today, today, today), &row, e);

	while (!rc && ct_next(row))
		add_due(due,
			talloc_asprintf(
				r,
				_("You are the last administrator of %s. Give this role to somebody first."),
				ct_col_text(row, "name")),
			NULL);
	if (rc || !r->s->caller.installation_admin)
		return rc;
	rc = ct_one(r, "installation_admins", CT_ARGS(CT_NUM(r->person)), &row, e);
	if (!rc && !ct_col_int(row, "others"))
		add_due(due,
			_("You are the last administrator of the installation. Name another one first."),
			NULL);
	return rc;
}

static int put_due(struct ct_request *r, json_t *view, struct ct_error *e)
{
	int rc = ct_forget_due(r, r->person, view, "due", e);

	return rc ? rc : put_last_admin(r, json_object_get(view, "due"), e);
}

int ct_leave_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_me_form form = { .action = "/me/delete",
				   .submit = _("Delete my account for good") };
	struct ct_result *me;
	json_t *due;
	int rc;

	if ((rc = ct_me_row(r, &me, e)) || (rc = put_due(r, r->view, e)))
		return rc;
	form.fields = ct_col_int(me, "has_password") ? needed_fields : NULL;
	ct_me_put_form(r, &form);
	ct_me_put_proof(r, me);
	due = json_object_get(r->view, "due");
	ct_put_bool(r->view, "may_leave", !json_array_size(due));
	return 0;
}

/* Of two administrators who leave at once, the second waits here and then finds herself the last. */
static int lock(struct ct_request *r, struct ct_error *e)
{
	struct ct_arg today = CT_DAY(((struct ct_day){ (int32_t)(r->now.s / 86400) }));
	int rc = ct_exec(r, "leave_guard", CT_ARGS(CT_NUM(r->person), today, today), e);

	if (!rc && r->s->caller.installation_admin)
		rc = ct_exec(r, "installation_guard", CT_NO_ARGS, e);
	return rc;
}

/* The last mail goes to nobody who is known here any more, so it is not hers in the outbox. */
static int say_goodbye(struct ct_request *r, const struct ct_result *me, struct ct_error *e)
{
	const struct ct_letter l = {
		.to = ct_col_text(me, "login"),
		.name = r->s->caller.name,
		.lang = r->lang,
		.subject = _("Your account is deleted"),
		.sentence = _(
			"Your account is deleted, as you asked. Your name and how to reach you are no longer kept here, but in the papers that the law wants kept."),
		.next = _(
			"If it was not you, please tell us: we cannot bring the account back, but we can look into it."),
	};

	return ct_letter_send(r, &l, e);
}

static int leave(struct ct_request *r, void *arg, struct ct_error *e)
{
	json_t *found = ct_own_json(r, json_object()), *due;
	int rc = lock(r, e);

	if (rc || (rc = put_due(r, found, e)))
		return rc;
	due = json_object_get(found, "due");
	if (json_array_size(due))
		return ct_fail(e, CT_CONFLICT, "%s",
			       json_string_value(json_object_get(json_array_get(due, 0), "text")));
	if ((rc = ct_session_end(r, e)) || (rc = ct_forget(r, r->person, e)))
		return rc;
	return say_goodbye(r, arg, e);
}

int ct_leave_post(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *me;
	int rc;

	if ((rc = ct_me_by_hand(r, e)) || (rc = ct_me_row(r, &me, e)) ||
	    (rc = ct_me_prove(r, me, e)) || (rc = ct_transaction(r, leave, me, e)))
		return rc;
	/* from here on it is a visitor who reads the answer */
	r->person = 0;
	r->s->caller = (struct ct_caller){ .roles = ct_own_json(r, json_array()) };
	ct_template(r, "core/me-gone");
	ct_put_text(r->view, "heading_ui", _("Your account is deleted"));
	return 0;
}
