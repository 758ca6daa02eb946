/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mails of a membership, each in its reader's language, written in the transaction that it tells of. */
#include "memberships.h"

#include <talloc.h>

static const struct { const char *subject, *sentence, *next, *button; } words[] = {
	[LETTER_ASKED] = { N_("Your request to join"), N_("Your request was received. You get an answer by e-mail."), NULL,
			   N_("See my memberships:") },
	[LETTER_DUE] = { N_("Your membership: the dues"), N_("Welcome! Your membership counts as soon as the dues are paid."),
			 N_("You may pay on site, or answer this mail to ask how."), N_("See my memberships:") },
	[LETTER_ACTIVE] = { N_("Your membership is active"), N_("Thank you: your membership is active."), NULL,
			    N_("My card and my certificate:") },
	[LETTER_REFUSED] = { N_("Your request to join"), N_("Your request to join could not be accepted."),
			     N_("Answer this mail if you would like to know more."), N_("See my memberships:") },
	[LETTER_RENEWAL] = { N_("Your membership: the next period"),
			     N_("Your membership ends soon. Here is the next one, if you wish to stay:"),
			     N_("It counts as soon as the dues are paid. You do not wish to renew? Say so on this page, or pay"
				" nothing: then it ends by itself and you owe nothing."), N_("See it, or do not renew:") },
	[LETTER_REMINDER] = { N_("A reminder: your dues"),
			      N_("Your dues have not reached us yet. If they are on their way, please take no notice of this mail."),
			      N_("A difficulty? Answer this mail, we will find a solution."), N_("See my memberships:") },
	[LETTER_ENDED] = { N_("Your membership has ended"),
			   N_("Your dues were not paid, so your membership has ended. You owe nothing."),
			   N_("You are welcome to join again."), N_("Join again:") },
};

static json_t *view_of(struct ct_request *r, const struct ct_result *m, enum letter letter)
{
	char days[CT_TIME_UI];
	json_t *view = json_object();
	int64_t dues = ct_col_int(m, "dues_cents");

	ct_put_text(view, "name_ui", ct_col_text(m, "name"));
	ct_put_text(view, "sentence_ui", _(words[letter].sentence));
	ct_put_text(view, "plan_ui", ct_col_text(m, "plan"));
	ct_put_text(view, "days_ui", ct_days_ui(days, ct_col_day(m, "from_d"), ct_col_day(m, "to_d"), CT_NO_DAY, r->lang));
	ct_put_text(view, "dues_ui", dues ? talloc_asprintf(r, _("Dues: %s"),
							    ct_money_show(r, dues, ct_col_text(m, "currency"), r->lang)) : NULL);
	ct_put_text(view, "next_ui", words[letter].next ? _(words[letter].next) : NULL);
	ct_put_text(view, "button_ui", _(words[letter].button));
	ct_put_text(view, "link_ui", ct_url_absolute(r, letter == LETTER_ENDED
		? ct_url(r, "/o/%s/join", ct_col_text(m, "slug")) : "/memberships"));
	return view;
}

int letter_send(struct ct_request *r, int64_t id, enum letter letter, struct ct_error *e)
{
	struct ct_mail mail = { .template = "memberships/mail.txt" };
	struct ct_result *m;
	const char *before;
	int rc = ct_one(r, "letter", CT_ARGS(CT_NUM(id)), &m, e);

	if (rc || ct_col_null(m, "email"))
		return rc;
	mail.org = ct_col_int(m, "org_id");
	mail.party = ct_col_int(m, "reader_id");
	mail.to = ct_col_text(m, "email");
	mail.to_name = ct_col_text(m, "reader");
	before = ct_speak(r, ct_col_text(m, "lang"));
	mail.subject = talloc_asprintf(r, "%s – %s", _(words[letter].subject), ct_col_text(m, "org"));
	mail.view = view_of(r, m, letter);
	rc = ct_mail(r, &mail, e);
	ct_speak(r, before);
	return rc;
}
