/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of an organisation: the list and the page of each, for whoever looks after them. */
#include "tax.h"

#include <string.h>
#include <talloc.h>

const struct ct_choice membership_states[] = {
	{ "asked", N_("waits for an answer") }, { "due", N_("dues awaited") }, { "coming", N_("paid, to come") },
	{ "active", N_("active") }, { "over", N_("over") }, { "ended", N_("ended") }, { "refused", N_("not accepted") }, { 0 }
};

const struct ct_field member_fields[] = {
	{ "name", N_("Name"), CT_TEXT, .read_only = true, .list = true, .search = true },
	{ "sort_name", NULL, CT_TEXT, .read_only = true },
	{ "email", N_("E-mail"), CT_EMAIL, .read_only = true, .search = true },
	{ "party", N_("Who"), CT_REF, .required = true, .ref = "contact", .fixed = true,
	  .help = N_("One of your contacts; a new one is added among the contacts first.") },
	{ "plan", N_("Plan"), CT_REF, .required = true, .ref = "memberships.plan", .fixed = true, .list = true, .filter = true },
	{ "bracket", N_("Bracket"), CT_REF, .ref = "memberships.bracket", .fixed = true,
	  .help = N_("Of a plan by bracket: which price applies.") },
	{ "from", N_("First day"), CT_DATE, .fixed = true, .list = true, .help = N_("Empty: today.") },
	{ "to", N_("Last day"), CT_DATE, .read_only = true, .list = true },
	{ "year", N_("Year"), CT_INT, .read_only = true, .filter = true, .min = 1900, .max = 2200 },
	{ "state", N_("State"), CT_CHOICE, .choices = membership_states, .read_only = true, .list = true, .filter = true },
	{ "dues", N_("Dues"), CT_MONEY, .min = 0, .max = 100000000, .list = true,
	  .help = N_("Empty: as the plan says. Once they are paid, they stay as they are.") },
	{ "gift", N_("Gift in it"), CT_MONEY, .read_only = true },
	{ "paid", N_("Paid"), CT_BOOL, .fixed = true, .help = N_("Tick it where the dues have been handed over.") },
	{ "means", N_("Means of payment"), CT_CHOICE, .choices = paid_means, .fixed = true, .column = "paid_means",
	  .help = N_("Where they are paid and you know it. A tax receipt says it.") },
	{ "paid_on", N_("Paid on"), CT_DATE, .fixed = true, .column = "paid_d", .help = N_("Empty: today.") },
	{ "due", N_("Dues owed since"), CT_DATE, .read_only = true },
	{ "renews", N_("Propose the next period"), CT_BOOL, .initial = "1",
	  .help = N_("By a mail before this one ends.") },
	{ "note", N_("Our note"), CT_LONG_TEXT, .max = 2000, .own = true, .help = N_("Only your organisation reads it.") },
	{ 0 }
};

const struct ct_view_field member_view[] = { { 0 } };

static json_t *control_of(json_t *controls, const char *name)
{
	json_t *control;
	size_t i;

	json_array_foreach(controls, i, control)
		if (!strcmp(json_string_value(json_object_get(control, "name")), name))
			return control;
	return NULL;
}

/* From the page of a contact: its key stands in the address. */
int member_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	const char *party = ct_in_typed(r, "party");
	json_t *control = id ? NULL : control_of(controls, "party"), *option;
	size_t i;

	(void)e;
	if (!control || !party)
		return 0;
	if (json_is_true(json_object_get(control, "is_input")) && json_is_null(json_object_get(control, "value")))
		ct_put_text(control, "value", party);
	json_array_foreach(json_object_get(control, "options"), i, option)
		ct_put_bool(option, "selected", !strcmp(json_string_value(json_object_get(option, "value")), party));
	return 0;
}

static int add(struct ct_request *r, int64_t *id, struct ct_error *e)
{
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	struct joining j = { .party = ct_in_int(r, "party"), .bracket = ct_in_int(r, "bracket"), .source = "desk",
			     .has_dues = ct_in_set(r, "dues"), .dues = ct_in_int(r, "dues"), .paid = ct_in_int(r, "paid"),
			     .means = ct_in_text(r, "means"), .paid_day = ct_in_day(r, "paid_on"), .note = ct_in_text(r, "note") };
	struct plan plan;
	int rc = plan_load(r, ct_in_int(r, "plan"), &plan, e);

	if (rc)
		return rc;
	if (ct_day_set(j.paid_day) && j.paid_day.n > tax_today(r).n)
		return ct_fail_field(e, "paid_on", "%s", _("This day is still to come."));
	if (j.paid && !ct_day_set(j.paid_day))
		j.paid_day = tax_today(r);
	j.plan = &plan;
	j.span = span_at(plan.period, plan.first_month, ct_in_set(r, "from") ? ct_in_day(r, "from") : today);
	rc = membership_make(r, &j, id, e);
	return rc || ct_in_int(r, "renews") ? rc : ct_exec(r, "set_renews", CT_ARGS(CT_NUM(0), CT_NUM(*id)), e);
}

/* What is asked before it is paid may be changed: then the gift is what goes beyond what it was without one. */
static int change_dues(struct ct_request *r, const struct membership *m, struct ct_error *e)
{
	int64_t dues = ct_in_int(r, "dues");
	int rc;

	if (!ct_in_set(r, "dues") || dues == m->dues)
		return 0;
	if (strcmp(m->state, "due") != 0 && strcmp(m->state, "asked") != 0)
		return ct_fail_field(e, "dues", "%s", _("These dues are paid, or nobody asks for them: they stay as they are."));
	rc = ct_exec(r, "set_dues", CT_ARGS(CT_NUM(dues), CT_NUM(dues), CT_NUM(m->id)), e);
	return rc ? rc : dues_post(r, m->id, e);
}

int member_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	struct membership m;
	int64_t count;
	int rc;

	if (!*id)
		return add(r, id, e);
	rc = ct_exec_count(r, "change", CT_ARGS(CT_NUM(ct_in_int(r, "renews")), CT_STR(ct_in_text(r, "note")), CT_NUM(*id),
						CT_NUM(r->org), CT_NUM(version)), &count, e);
	if (rc)
		return rc;
	if (!count)
		return ct_lost(e);
	rc = membership_lock(r, *id, &m, e);
	return rc ? rc : change_dues(r, &m, e);
}

int member_before_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "membership", CT_ARGS(CT_NUM(id)), &row, e);

	if (rc || (strcmp(ct_col_text(row, "state"), "ended") && strcmp(ct_col_text(row, "state"), "refused")))
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s", _("This membership has ended already."));
}

int member_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	struct membership m;
	int rc = membership_lock(r, id, &m, e);

	if (rc)
		return rc;
	if (m.version != version + 1)	/* the lock raised it */
		return ct_lost(e);
	*archived_r = true;
	return membership_end(r, &m, "left", e);
}

/* ---- its page ---- */

static void put_act(struct ct_request *r, json_t *acts, int64_t id, const char *what, const char *label, bool usual)
{
	json_t *o = ct_add_object(acts);

	ct_put_text(o, "action", ct_url(r, "/memberships/%lld/%s", (long long)id, what));
	ct_put_text(o, "label", label);
	ct_put_bool(o, "usual", usual);
}

static void put_acts(struct ct_request *r, const struct ct_result *m)
{
	json_t *acts = ct_put_array(r->view, "acts_ui");
	const char *state = ct_col_text(m, "state");
	int64_t id = ct_col_int(m, "id");

	ct_put_null(r->view, "pay_ui");
	if (!ct_may(r, MAY_EDIT, r->org))
		return;
	if (!strcmp(state, "asked")) {
		put_act(r, acts, id, "accept", _("Accept the request"), true);
		put_act(r, acts, id, "refuse", _("Refuse the request"), false);
	} else if (!strcmp(state, "due")) {
		paid_put(r, "pay_ui", id, NULL, CT_NO_DAY, false);
	} else if (!strcmp(state, "active") && !ct_col_null(m, "hand_utc")) {
		paid_put(r, "pay_ui", id, ct_col_text(m, "hand_means"), ct_col_day(m, "hand_d"), true);
		put_act(r, acts, id, "unpaid", _("Take back that they are paid"), false);
	} else if (!strcmp(state, "ended")) {
		if (!ct_col_null(m, "hand_utc"))
			put_act(r, acts, id, "unpaid", _("Take back that they are paid"), false);
		if (ct_col_day(m, "to_d").n >= r->now.s / 86400)
			put_act(r, acts, id, "reopen", _("Take the membership up again"), false);
	}
}

/* Why it ended, and where the dues stand. */
static const char *remark(const struct ct_result *m)
{
	const char *reason = ct_col_text(m, "reason"), *state = ct_col_text(m, "state");

	if (reason && !strcmp(reason, "unpaid"))
		return _("It ended because the dues were not paid in time. Nothing is owed.");
	if (reason && !strcmp(reason, "declined"))
		return _("The member did not wish to renew.");
	if (reason && !strcmp(reason, "unanswered"))
		return _("The request was not answered before its last day.");
	if (!strcmp(state, "due") && ct_col_int(m, "posted"))
		return _("The dues stand among what is to be billed. Once they are paid there, the membership is active by itself.");
	if (!strcmp(state, "active") && ct_col_int(m, "posted") && !ct_col_null(m, "hand_utc"))
		return _("The dues were marked as paid by hand, and stand among what is to be billed all the same.");
	return NULL;
}

int member_show(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *m;
	bool paid;
	int rc = ct_one(r, "membership", CT_ARGS(CT_NUM(id)), &m, e);

	if (rc)
		return rc;
	ct_template(r, "memberships/member");
	put_acts(r, m);
	paid = !strcmp(ct_col_text(m, "state"), "active");
	ct_put_text(r->view, "certificate_ui", paid ? ct_url(r, "/memberships/%s/certificate.pdf", ct_col_text(m, "uid")) : NULL);
	ct_put_text(r->view, "card_ui", paid ? ct_url(r, "/memberships/%s/card.pdf", ct_col_text(m, "uid")) : NULL);
	ct_put_text(r->view, "remark_ui", remark(m));
	return 0;
}
