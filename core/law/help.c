/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help: what the plugins say of what they do, then what is the same everywhere. */
#include <string.h>
#include <talloc.h>

#include "law/law.h"
#include "route/state.h"

static void put_account(struct ct_request *r)
{
	json_t *part = ct_part(r, "account", _("Do I need an account?"));

	ct_part_text(part, _("Only if you come often: then you find what is yours in one place, and need not type your name again. Whoever looks after a place can give you one."));
	ct_part_text(part, _("To sign in, type the e-mail address and the password of your account. After several mistakes the page asks you to wait a little: this keeps others from guessing."));
	ct_part_text(part, _("If you have no password, or forgot it, let us send you a link: the page where you sign in has both."));
	ct_part_link(part, r->person ? _("My account") : _("Sign in"), r->person ? "/me" : "/login");
	part = ct_part(r, "find", _("I cannot find something"));
	ct_part_text(part, _("Type a name, a place or a telephone number into the search box. The beginning of a word is enough; capitals and accents do not matter."));
	ct_part_link(part, _("Search"), "/search");
	ct_part_link(part, _("All pages"), "/sitemap");
}

static const char *phone_shown(struct ct_request *r, const char *phone)
{
	const struct ct_field field = { .name = "phone", .type = CT_PHONE };
	const struct ct_value value = { .set = true, .text = phone };

	return phone ? ct_field_show(r, &field, &value, r->lang) : NULL;
}

static int put_places(struct ct_request *r, const struct ct_law *law, json_t *part, struct ct_error *e)
{
	int64_t org = law->slug ? law->org : 0;
	struct ct_result *rows;
	int rc = ct_query(r, "law_places", CT_ARGS(CT_ID(org), CT_ID(org)), &rows, e);

	while (!rc && ct_next(rows)) {
		const char *phone = ct_col_text(rows, "phone"), *email = ct_col_text(rows, "email");

		ct_part_fact(part, ct_col_text(rows, "name"), phone ? phone_shown(r, phone) : email,
			     talloc_asprintf(r, "%s:%s", phone ? "tel" : "mailto", phone ? phone : email));
	}
	return rc;
}

static int put_contact(struct ct_request *r, const struct ct_law *law, struct ct_error *e)
{
	const char *phone = ct_law_phone(r, law, "notice_phone"), *email = ct_law_email(law, "notice_email");
	int rc;
	json_t *part = ct_part(r, "data", _("What happens with my data?"));

	ct_part_text(part, _("What you type is used for what you ask of us, and for nothing else. You may see it, have it corrected and have it erased."));
	ct_part_link(part, _("Privacy"), ct_law_href(r, law, "privacy"));
	part = ct_part(r, "contact", _("How to reach us"));
	ct_part_text(part, _("If a page showed a number at its bottom when something failed, tell us that number: it helps us to find what happened."));
	if (!phone)
		phone = ct_law_phone(r, law, "phone");
	if (!phone && !law->slug)
		phone = phone_shown(r, ct_setting_text(r, "site.phone"));
	rc = put_places(r, law, part, e);
	if (phone || !json_array_size(json_object_get(part, "facts")))
		ct_part_fact(part, _("Telephone"), phone, NULL);
	if (email)
		ct_law_mail_fact(r, part, _("E-mail"), email);
	return rc;
}

int ct_help_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_law law;
	int rc = ct_law_find(r, &law, e);

	if (rc)
		return rc;
	if (ct_law_text(&law, "help_text"))
		ct_part_text(ct_part(r, "own", talloc_asprintf(r, _("From %s"), law.name)), ct_law_text(&law, "help_text"));
	rc = ct_raise_handlers(r, "help.collect", e);
	if (rc)
		return rc;
	put_account(r);
	rc = put_contact(r, &law, e);
	return rc ? rc : ct_law_done(r, &law, "help", _("Help"), e);
}
