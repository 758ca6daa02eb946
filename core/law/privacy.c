/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Privacy: what article 13 of the GDPR asks to be said, for one controller. */
#include <string.h>
#include <talloc.h>

#include "law/law.h"
#include "route/state.h"

/* Ten years, where nobody says longer (C. com. L123-22). */
enum { DOCUMENT_MONTHS = 120 };

static void put_controller(struct ct_request *r, const struct ct_law *law)
{
	json_t *part = ct_part(r, "who", _("Who answers for your data"));
	const char *legal = ct_law_text(law, "legal_name"), *contact = ct_law_text(law, "privacy_contact");
	const char *email = ct_law_email(law, "privacy_email");

	ct_part_text(part, talloc_asprintf(r, law->network
		? _("%s decides why and how data are used on the common pages of this site. Each place answers for its own: its name stands at the top of its pages, and its own page about privacy at their bottom.")
		: _("%s decides why and how the data about its places and its visitors are used."), legal ? legal : law->name));
	ct_part_fact(part, _("Seat"), ct_law_seat(r, law), NULL);
	if (!ct_law_seat(r, law))
		ct_law_missing(r, law, _("Seat"));
	ct_part_fact(part, ct_law_int(law, "dpo") ? _("Data protection officer") : _("Who answers questions about data"),
		     contact, NULL);
	ct_law_mail_fact(r, part, _("E-mail"), email);
	if (!contact)
		ct_law_missing(r, law, _("Who answers questions about data"));
	if (!email)
		ct_law_missing(r, law, _("E-mail for questions about data"));
}

static int put_purposes(struct ct_request *r, struct ct_error *e)
{
	json_t *part = ct_part(r, "purposes", _("What your data are for"));
	int rc;

	ct_purpose(r, _("To answer you and to work with you"),
		   _("Name, e-mail address, telephone, what you wrote to us. Ground: our legitimate interest in answering and in running the place (GDPR, article 6.1.f)."));
	ct_purpose(r, _("To let you sign in, if you have an account"),
		   _("E-mail address, name, and your password in a form that nobody can read. Ground: the contract between us (article 6.1.b)."));
	rc = ct_raise_handlers(r, "privacy.collect", e);
	ct_purpose(r, _("To keep accounts"),
		   _("What stands on accounting documents. Ground: the law asks us to keep them (article 6.1.c)."));
	ct_purpose(r, _("To keep the service safe"),
		   _("Who changed what and when; technical logs with your device’s address. Ground: our legitimate interest in finding mistakes and misuse (article 6.1.f)."));
	ct_part_text(part, _("What a form marks as required is needed for what you ask of us: without it we cannot do it. All the rest is up to you. No decision about you is made by a program alone."));
	return rc;
}

static void put_recipients(struct ct_request *r, const struct ct_law *law)
{
	json_t *part = ct_part(r, "recipients", _("Who receives them"));
	const char *more = ct_law_text(law, "recipients"), *host = ct_law_text(law, "host_name");
	const char *abroad = ct_law_text(law, "outside_eu");

	ct_part_text(part, _("Those who work for the place, each as far as the work needs it; no other organisation of the network, unless you deal with it too. We sell no data."));
	if (host)
		ct_part_text(part, talloc_asprintf(r, _("The host of the site: %s."), host));
	ct_part_text(part, more);
	if (!more && !host)
		ct_law_missing(r, law, _("Who else receives data"));
	ct_part_text(part, abroad ? abroad : _("No transfer outside of the European Union was declared to us."));
}

static const char *months(struct ct_request *r, int64_t n)
{
	if (!n)
		return NULL;
	if (n % 12)
		return talloc_asprintf(r, ngettext_("%lld month", "%lld months", n), (long long)n);
	return talloc_asprintf(r, ngettext_("%lld year", "%lld years", n / 12), (long long)(n / 12));
}

/* What the site does by itself, unless the operator promises to do it sooner. */
static int64_t months_of(struct ct_request *r, const struct ct_law *law, const char *column)
{
	int64_t said = ct_law_int(law, column), done = ct_setting_int(r, "privacy.months");

	if (!strcmp(column, "keep_documents") && !said)
		return DOCUMENT_MONTHS;
	if (strcmp(column, "keep_contacts") != 0 || !done)
		return said;
	return said && said < done ? said : done;
}

static void put_retention(struct ct_request *r, const struct ct_law *law)
{
	const struct { const char *column, *label, *after; } rows[] = {
		{ "keep_contacts", _("Contacts and accounts"), _("after your last act; then they no longer name you") },
		{ "keep_documents", _("Accounting documents"), _("from the end of the year") },
		{ "keep_traces", _("Who changed what"), NULL },
		{ "keep_logs", _("Technical logs"), NULL },
	};
	json_t *part = ct_part(r, "retention", _("How long they are kept"));

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *length = months(r, months_of(r, law, rows[i].column));

		ct_part_fact(part, rows[i].label, length && rows[i].after
			? talloc_asprintf(r, "%s %s", length, rows[i].after) : length, NULL);
		if (!length)
			ct_law_missing(r, law, talloc_asprintf(r, _("How long: %s"), rows[i].label));
	}
}

static void put_rights(struct ct_request *r, const struct ct_law *law)
{
	json_t *part = ct_part(r, "rights", _("What you may ask for"));
	const char *email = ct_law_email(law, "privacy_email");

	ct_part_item(part, _("To see your data, and to have a copy that another program can read"), NULL);
	ct_part_item(part, _("To have them corrected"), NULL);
	ct_part_item(part, _("To have them erased, where no law has us keep them"), NULL);
	ct_part_item(part, _("To object to a use, or to have it held while we look into it"), NULL);
	ct_part_item(part, _("To take back a consent at any time"), NULL);
	ct_part_item(part, _("To say what becomes of your data after your death"), NULL);
	ct_part_text(part, _("With an account you find your data on your own page. Otherwise write to us: we answer within a month, and it costs nothing."));
	ct_part_link(part, _("My data"), "/me/data");
	ct_part_link(part, _("Delete my account"), "/me/delete");
	if (email)
		ct_part_link(part, _("Write to us"), talloc_asprintf(r, "mailto:%s", email));
	part = ct_part(r, "cnil", _("If our answer does not satisfy you"));
	ct_part_text(part, _("You may complain to the CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris CEDEX 07."));
	ct_part_link(part, _("Complain to the CNIL"), "https://www.cnil.fr/fr/plaintes");
}

int ct_privacy_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_law law;
	json_t *part;
	int rc = ct_law_find(r, &law, e);

	if (rc)
		return rc;
	put_controller(r, &law);
	rc = put_purposes(r, e);
	if (rc)
		return rc;
	put_recipients(r, &law);
	put_retention(r, &law);
	part = ct_part(r, "cookies", _("Cookies"));
	ct_part_text(part, _("This site sets a cookie when you sign in, to know you until you sign out; one for the language, if you choose another; and one that carries a message to the next page and is gone. None watches you, and nothing is asked of other sites. So there is nothing to agree to."));
	put_rights(r, &law);
	ct_law_more(r, &law, "privacy_text");
	return ct_law_done(r, &law, "privacy", _("Privacy"), e);
}
