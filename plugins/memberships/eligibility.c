/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an organisation gives tax receipts: switched on by a person, who is named, and what then stands on them. */
#include <string.h>
#include <talloc.h>

#include "tax.h"

const struct ct_choice tax_categories[] = {
	{ "general", N_("Work or body of general interest") },
	{ "rup_association", N_("Association recognised as being of public utility") },
	{ "rup_foundation", N_("Foundation recognised as being of public utility") },
	{ "alsace_moselle", N_("Association of Moselle, Bas-Rhin or Haut-Rhin whose mission is recognised as being of public utility") },
	{ "aid", N_("Body that helps people in difficulty free of charge (meals, care, housing)") },
	{ "festival", N_("Body that organises shows or exhibitions open to all") },
	{ "insertion", N_("Workshop, site or association that brings people back to work") },
	{ "other", N_("Another body") },
	{ 0 }
};

static const struct ct_choice articles[] = {
	{ "200", N_("article 200 of the CGI (income tax)") },
	{ "200-978", N_("articles 200 and 978 of the CGI (income tax and tax on real-estate wealth)") },
	{ 0 }
};

const struct ct_field eligibility_fields[] = {
	{ "eligible", N_("Our gifts qualify: we give tax receipts"), CT_BOOL,
	  .help = N_("Untick it to stop. What was given stays as it is.") },
	{ "purpose", N_("Purpose of the body"), CT_LONG_TEXT, .max = 400, .heading = N_("What stands on the receipts"),
	  .help = N_("As your statutes say it, in a sentence or two.") },
	{ "category", N_("Category of the body"), CT_CHOICE, .choices = tax_categories, .initial = "general" },
	{ "category_detail", N_("Of which decree or decision"), CT_TEXT, .max = 200,
	  .help = N_("Where it is recognised: date of the decree and of its publication. Of another body: which.") },
	{ "articles", N_("Gifts give a right to"), CT_CHOICE, .required = true, .choices = articles, .initial = "200",
	  .help = N_("Article 978 is for foundations that are recognised as being of public utility, and few others.") },
	{ "signatory", N_("Who signs"), CT_TEXT, .max = 80, .help = N_("Given name and name.") },
	{ "capacity", N_("As what"), CT_TEXT, .max = 80, .help = N_("“President”, “Treasurer”.") },
	{ "with_dues", N_("Dues bring no benefit and qualify as well"), CT_BOOL, .heading = N_("What counts"),
	  .help = N_("Otherwise only the gift above the floor of a free price counts. Dues of a plan that buys something never do. A lower price for rooms may be a benefit: ask before you tick this.") },
	{ "prefix", N_("Numbers of receipts begin with"), CT_TEXT, .required = true, .max = 10, .initial = "RF",
	  .help = N_("Capital letters and digits. RF gives RF-2026-00001. A year that has begun keeps its own.") },
	{ 0 }
};

static bool known(const char *code, const char *const *list)
{
	for (; code && *list; list++)
		if (!strcmp(code, *list))
			return true;
	return false;
}

static void need(struct ct_request *r, const char *field, const char *sentence)
{
	if (!ct_in_set(r, field))
		ct_in_error(r, field, "%s", sentence);
}

int eligibility_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	static const char *const decreed[] = { "rup_association", "rup_foundation", "alsace_moselle", "other", NULL };
	const char *prefix = ct_in_text(r, "prefix"), *category = ct_in_text(r, "category"), *said = ct_in_text(r, "articles");

	(void)id;
	if (prefix && prefix[strspn(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
		ct_in_error(r, "prefix", "%s", _("Only capital letters and digits, without accents."));
	if (said && strcmp(said, "200") != 0 && (!category || strcmp(category, "rup_foundation") != 0))
		ct_in_error(r, "articles", "%s", _("Article 978 does not hold for this category."));
	if (!ct_in_int(r, "eligible"))
		return ct_in_fail(r, e);
	need(r, "purpose", _("It stands on each receipt: please say it."));
	need(r, "category", _("Please choose the box of the form that is yours."));
	need(r, "signatory", _("Please say who signs."));
	need(r, "capacity", _("Please say as what she or he signs."));
	if (known(category, decreed))
		need(r, "category_detail", _("The form asks for it in this category."));
	return ct_in_fail(r, e);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): this is what ct_record.write looks like */
int eligibility_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec(r, "eligibility_born", CT_ARGS(CT_NUM(*id)), e);

	if (rc)
		return rc;
	rc = ct_exec_count(r, "eligibility_write",
			   CT_ARGS(CT_NUM(ct_in_int(r, "eligible")), CT_UTC(r->now), CT_ID(r->person), CT_STR(ct_in_text(r, "purpose")),
				   CT_STR(ct_in_text(r, "category")), CT_STR(ct_in_text(r, "category_detail")), CT_STR(ct_in_text(r, "articles")),
				   CT_NUM(ct_in_int(r, "with_dues")), CT_STR(ct_in_text(r, "signatory")), CT_STR(ct_in_text(r, "capacity")),
				   CT_STR(ct_in_text(r, "prefix")), CT_NUM(*id), CT_NUM(version)),
			   &count, e);
	return rc || count ? rc : ct_lost(e);
}

/* Above the form: the warning, who switched it on, and what the organisation lacks. */
int eligibility_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	const struct ct_zone *zone;
	struct eligibility g;
	struct ct_result *row;
	char when[CT_TIME_UI];
	int rc;

	(void)controls;
	if ((rc = eligibility_load(r, id, &g, e)) || (rc = ct_one(r, "eligibility", CT_ARGS(CT_NUM(id)), &row, e)) ||
	    (rc = ct_zone_get("Europe/Paris", &zone, e)))
		return rc;
	ct_template(r, "memberships/tax-settings");
	ct_put_text(r->view, "lack_ui", eligibility_lack(&g));
	ct_put_text(r->view, "receipts_ui", ct_url(r, "/o/%s/tax-receipts", ct_path(r, "org")));
	ct_put_text(r->view, "switched_ui", !g.on ? NULL
		    : talloc_asprintf(r, _("Switched on by %s, %s."), ct_col_text(row, "switcher"),
				      ct_local_ui(when, ct_zone_local(zone, ct_col_utc(row, "since_utc")), CT_NO_DAY, r->lang)));
	return 0;
}

int eligibility_load(struct ct_request *r, int64_t org, struct eligibility *g, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "eligibility", CT_ARGS(CT_NUM(org)), &row, e);

	if (rc)
		return rc;
	*g = (struct eligibility){
		.org = org, .on = ct_col_int(row, "eligible"), .name = ct_col_text(row, "name"), .siren = ct_col_text(row, "siren"),
		.rna = ct_col_text(row, "rna"), .accent = ct_col_text(row, "accent"), .purpose = ct_col_text(row, "purpose"),
		.category = ct_col_text(row, "category"), .detail = ct_col_text(row, "category_detail"),
		.articles = ct_col_text(row, "articles"), .signatory = ct_col_text(row, "signatory"),
		.capacity = ct_col_text(row, "capacity"),
	};
	return ct_party_address(r, org, &g->address, e);
}

const char *eligibility_lack(const struct eligibility *g)
{
	if (!g->siren && !g->rna)
		return _("A receipt names your SIREN or RNA: please give it under “Our organisation”.");
	if (!g->address.country || (!g->address.street && !g->address.hamlet) || !g->address.postcode)
		return _("A receipt names your address: please complete it under “Our organisation”.");
	return NULL;
}
