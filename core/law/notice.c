/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Legal notice and accessibility. */
#include <string.h>
#include <talloc.h>

#include "law/law.h"
#include "route/state.h"

/* A fact that the law asks for: where it is missing, whoever may fill it in is told. */
static void must(struct ct_request *r, const struct ct_law *law, json_t *part, const char *label, const char *text)
{
	ct_part_fact(part, label, text, NULL);
	if (!text)
		ct_law_missing(r, law, label);
}

static void may(json_t *part, const char *label, const char *text)
{
	if (text)
		ct_part_fact(part, label, text, NULL);
}

static const char *money(struct ct_request *r, const struct ct_law *law)
{
	int64_t cents = ct_law_int(law, "capital_cents");

	return cents ? ct_money_show(r, cents, "EUR", r->lang) : NULL;
}

static void put_publisher(struct ct_request *r, const struct ct_law *law)
{
	json_t *part = ct_part(r, "publisher", _("Who publishes this site"));
	const char *legal = ct_law_text(law, "legal_name"), *phone = ct_law_phone(r, law, "notice_phone");
	const char *email = ct_law_email(law, "notice_email");

	ct_part_fact(part, _("Name"), legal ? legal : law->name, NULL);
	if (legal && strcmp(legal, law->name) != 0)
		may(part, _("Known as"), law->name);
	must(r, law, part, _("Legal form"), ct_law_text(law, "legal_form"));
	may(part, _("Share capital"), money(r, law));
	must(r, law, part, _("Seat"), ct_law_seat(r, law));
	may(part, _("SIREN"), ct_law_text(law, "siren"));
	may(part, _("SIRET"), ct_law_text(law, "siret"));
	may(part, _("RNA"), ct_law_text(law, "rna"));
	may(part, _("Registered at"), ct_law_text(law, "registered"));
	may(part, _("VAT number"), ct_law_text(law, "vat_no"));
	must(r, law, part, _("Telephone"), phone ? phone : ct_law_phone(r, law, "phone"));
	ct_law_mail_fact(r, part, _("E-mail"), email);
	if (!email)
		ct_law_missing(r, law, _("E-mail"));
	must(r, law, part, _("Publication director"), ct_law_text(law, "director"));
}

int ct_notice_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_law law;
	json_t *part;
	int rc = ct_law_find(r, &law, e);

	if (rc)
		return rc;
	put_publisher(r, &law);
	part = ct_part(r, "host", _("Who hosts this site"));
	must(r, &law, part, _("Name of the host"), ct_law_text(&law, "host_name"));
	must(r, &law, part, _("Address of the host"), ct_law_text(&law, "host_address"));
	must(r, &law, part, _("Telephone of the host"), ct_law_phone(r, &law, "host_phone"));
	part = ct_part(r, "report", _("Something is wrong here?"));
	ct_part_text(part, _("Tell us if something on this site is mistaken, hurts somebody or is against the law: we look at it and answer."));
	ct_part_link(part, _("How to reach us"), talloc_asprintf(r, "%s#contact", ct_law_href(r, &law, "help")));
	part = ct_part(r, "software", _("The software"));
	ct_part_text(part, _("This site is made with Comptoir, free software under the GNU General Public License, version 3 or later."));
	ct_law_more(r, &law, "notice_text");
	return ct_law_done(r, &law, "notice", _("Legal notice"), e);
}

/* ---- accessibility ---- */

static const char *conformity(struct ct_request *r, const struct ct_law *law)
{
	const char *state = ct_law_text(law, "access_state");
	int64_t rate = ct_law_int(law, "access_rate");

	if (!state)
		return _("Its conformity has not been assessed yet. Until an audit was made, we say neither that it conforms nor that it does not.");
	if (!strcmp(state, "full"))
		return _("It conforms fully with the general accessibility framework RGAA, version 4.1.");
	if (strcmp(state, "partial") != 0)
		return _("It does not conform with the general accessibility framework RGAA, version 4.1.");
	return !rate ? _("It conforms in part with the general accessibility framework RGAA, version 4.1.")
		     : talloc_asprintf(r, _("It conforms in part with the general accessibility framework RGAA, version 4.1: %lld %% of the criteria are met."),
				       (long long)rate);
}

static void put_audit(struct ct_request *r, const struct ct_law *law)
{
	struct ct_day day = law->row ? ct_col_day(law->row, "access_audit_d") : CT_NO_DAY;
	char text[CT_TIME_UI];
	json_t *part = ct_part(r, "state", _("State of conformity"));

	ct_part_text(part, conformity(r, law));
	if (ct_day_set(day))
		ct_part_fact(part, _("Day of the audit"), ct_day_ui(text, day, r->lang), NULL);
	may(part, _("Who made the audit"), ct_law_text(law, "access_auditor"));
	if (!ct_law_text(law, "access_state"))
		ct_law_missing(r, law, _("Conformity with the RGAA"));
	part = ct_part(r, "gaps", _("What is not accessible"));
	ct_part_text(part, ct_law_text(law, "access_gaps") ? ct_law_text(law, "access_gaps")
		: _("No list was published yet. If something keeps you from using this site, tell us: we help you at once, and mend it."));
}

static void put_recourse(struct ct_request *r)
{
	json_t *part = ct_part(r, "recourse", _("If we do not answer"));

	ct_part_text(part, _("If you told us what you cannot use and had no satisfying answer, you may turn to the Défenseur des droits: by the form on its site, through its delegate near you, or by post, at no cost and without a stamp."));
	ct_part_text(part, "Défenseur des droits\nLibre réponse 71120\n75342 Paris CEDEX 07");
	ct_part_link(part, _("Write to the Défenseur des droits"), "https://formulaire.defenseurdesdroits.fr/");
	ct_part_link(part, _("Find a delegate"), "https://www.defenseurdesdroits.fr/saisir/delegues");
}

int ct_access_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_law law;
	json_t *part;
	const char *phone;
	int rc = ct_law_find(r, &law, e);

	if (rc)
		return rc;
	part = ct_part(r, "promise", NULL);
	ct_part_text(part, talloc_asprintf(r, _("%s wants everybody to be able to use this site, as article 47 of law no. 2005-102 of 11 February 2005 asks. This declaration is about %s."),
					   law.name, r->s->core->url));
	put_audit(r, &law);
	part = ct_part(r, "made", _("How it is made"));
	ct_part_text(part, _("The pages are made to be used with a keyboard, with a screen reader, with letters twice as large, on a phone, and without scripts (HTML, CSS, SVG). Programs check a part of this at each change; they do not replace an audit by people."));
	part = ct_part(r, "contact", _("Tell us what you cannot use"));
	ct_part_text(part, _("Say on which page, and what you wanted to do: we answer, and give you what you need in another way."));
	phone = ct_law_phone(r, &law, "access_phone");
	ct_law_mail_fact(r, part, _("E-mail"), ct_law_email(&law, "access_email"));
	if (!ct_law_email(&law, "access_email"))
		ct_law_missing(r, &law, _("E-mail for difficulties"));
	may(part, _("Telephone"), phone ? phone : ct_law_phone(r, &law, "phone"));
	put_recourse(r);
	ct_law_more(r, &law, "access_text");
	return ct_law_done(r, &law, "accessibility", _("Accessibility"), e);
}
