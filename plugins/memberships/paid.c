/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By which means dues were paid, and on which day: asked where somebody says so by hand. Neither has to be known. */
#include <string.h>
#include <talloc.h>

#include "memberships.h"

const struct ct_choice paid_means[] = {
	{ "cheque", N_("Cheque") }, { "transfer", N_("Transfer") }, { "card", N_("Card") }, { "cash", N_("Cash") },
	{ "direct_debit", N_("Direct debit") }, { "other", N_("Several, or another") }, { 0 }
};

const struct ct_field paid_fields[] = {
	{ "means", N_("Means of payment"), CT_CHOICE, .choices = paid_means, .help = N_("Where you know it. A tax receipt says it.") },
	{ "day", N_("Paid on"), CT_DATE, .help = N_("Empty: today.") },
	{ 0 }
};

const char *means_label(const char *means)
{
	for (const struct ct_choice *c = paid_means; c->value; c++)
		if (means && !strcmp(c->value, means))
			return _(c->label);
	return means;
}

void paid_put(struct ct_request *r, const char *key, int64_t id, const char *means, struct ct_day day, bool again)
{
	json_t *current = json_object(), *o = ct_put_object(r->view, key);
	char text[CT_TIME_TEXT];

	ct_own(r, current, (void (*)(void *))json_decref);
	ct_put_text(current, "means", means);
	ct_put_text(current, "day", ct_day_set(day) ? ct_day_text(text, day) : NULL);
	ct_put_text(o, "action", ct_url(r, "/memberships/%lld/paid", (long long)id));
	ct_put_text(o, "submit", again ? _("Correct it") : _("Mark the dues as paid"));
	ct_put_bool(o, "again", again);
	ct_put_controls(r, o, "fields", paid_fields, current);
}

/* A page of its own, where the form was refused. */
int paid_form(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *m;
	json_t *crumb;
	int rc = ct_one(r, "membership", CT_ARGS(CT_NUM(r->subject)), &m, e);

	if (rc)
		return rc;
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Members"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%s/members/%lld", ct_col_text(m, "slug"), (long long)r->subject));
	ct_put_id(r->view, "id", r->subject);
	paid_put(r, "pay_ui", r->subject, ct_col_text(m, "hand_means"), ct_col_day(m, "hand_d"), !ct_col_null(m, "hand_utc"));
	return 0;
}
