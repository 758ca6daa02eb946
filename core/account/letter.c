/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/letter.h"

#include "account/account.h"
#include "route/state.h"

int ct_letter_send(struct ct_request *r, const struct ct_letter *l, struct ct_error *e)
{
	const struct ct_mail mail = {
		.org = l->org,
		.party = l->party,
		.to = l->to,
		.to_name = l->name,
		.lang = l->lang,
		.subject = l->subject,
		.template = "core/mail-account.txt",
		.view = json_object(),
	};

	ct_put_text(mail.view, "name_ui", l->name);
	ct_put_text(mail.view, "sentence_ui", l->sentence);
	ct_put_text(mail.view, "link_ui", l->link);
	ct_put_text(mail.view, "until_ui", l->until);
	ct_put_text(mail.view, "next_ui", l->next);
	return ct_mail(r, &mail, e);
}

int ct_letter_notice(struct ct_request *r, int64_t account, const char *subject,
		     const char *sentence, struct ct_error *e)
{
	struct ct_letter l = { .link = ct_url_absolute(r, "/login/forgotten") };
	struct ct_result *row;
	const char *before;
	int rc = ct_one(r, "account_mailbox", CT_ARGS(CT_NUM(account)), &row, e);

	if (rc)
		return rc;
	l.to = ct_col_text(row, "login");
	l.name = ct_col_text(row, "name");
	l.lang = ct_col_text(row, "lang");
	l.party = ct_col_int(row, "person_id");
	before = ct_speak(r, l.lang);
	l.subject = _(subject);
	l.sentence = _(sentence);
	l.next = _(
		"If it was not you, choose a new password at this address at once: it signs everybody else out.");
	rc = ct_letter_send(r, &l, e);
	ct_speak(r, before);
	return rc;
}
