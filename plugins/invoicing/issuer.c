/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "issuer.h"

#include <string.h>
#include <talloc.h>

#include "documents.h"

static const struct ct_choice regimes[] = {
	{ "franchise", N_("Franchise: no VAT (CGI 293 B)") },
	{ "normal", N_("Subject to VAT") },
	{ "exempt", N_("Not subject, or all that is done is exempt (CGI 261)") },
	{ 0 }
};

static const struct ct_choice months[] = {
	{ "1", N_("January (calendar year)") }, { "2", N_("February") }, { "3", N_("March") }, { "4", N_("April") },
	{ "5", N_("May") }, { "6", N_("June") }, { "7", N_("July") }, { "8", N_("August") }, { "9", N_("September") },
	{ "10", N_("October") }, { "11", N_("November") }, { "12", N_("December") },
	{ 0 }
};

const struct ct_field issuer_fields[] = {
	{ "legal_form", N_("Legal form"), CT_TEXT, .required = true, .max = 80,
	  .help = N_("As it has to be printed: “Association loi 1901”, “SCIC SA à capital variable”.") },
	{ "registration", N_("Registration"), CT_TEXT, .max = 120,
	  .help = N_("Where there is one: “RCS Lille Métropole 123 456 782”, the capital of a company.") },
	{ "iban", N_("IBAN"), CT_IBAN, .heading = N_("Being paid"),
	  .help = N_("With it, each document has a code that banks’ applications read.") },
	{ "bic", N_("BIC"), CT_BIC },
	{ "payment_days", N_("Days to pay"), CT_INT, .required = true, .max = 60, .initial = "30",
	  .help = N_("From the day of issue; the law allows 60 between professionals, 45 where one invoice sums up several days, and 30 to public buyers.") },
	{ "invoice_prefix", N_("Numbers of invoices begin with"), CT_TEXT, .required = true, .max = 10, .initial = "F",
	  .heading = N_("Numbers"), .help = N_("Capital letters and digits. F gives F-2026-00001. Counts from the next year on, once one was issued.") },
	{ "receipt_prefix", N_("Numbers of dues begin with"), CT_TEXT, .required = true, .max = 10, .initial = "C",
	  .help = N_("Dues without counterpart are no invoices and have numbers of their own.") },
	{ "fiscal_month", N_("Numbers begin anew in"), CT_CHOICE, .required = true, .choices = months, .initial = "1",
	  .help = N_("With the calendar year, or with yours: from September on F-2026-27-00001. What was begun runs to its end.") },
	{ "letter_head", N_("Below your address"), CT_LONG_TEXT, .max = 300, .heading = N_("Texts of your documents"),
	  .help = N_("Opening hours, website, an approval: a few lines.") },
	{ "letter_intro", N_("Above the lines"), CT_LONG_TEXT, .max = 600 },
	{ "letter_end", N_("At the end"), CT_LONG_TEXT, .max = 1000, .help = N_("Thanks, or what you want people to know.") },
	{ 0 }
};

const struct ct_field regime_fields[] = {
	{ "vat_regime", N_("VAT regime"), CT_CHOICE, .required = true, .choices = regimes, .list = true },
	{ "on_debits", N_("Option for debits"), CT_BOOL,
	  .help = N_("VAT falls due when a document is issued, not when it is paid. It is printed on each.") },
	{ "from", N_("From"), CT_DATE, .required = true, .list = true },
	{ "to", N_("Last day"), CT_DATE, .list = true, .help = N_("Empty: until further notice.") },
	{ 0 }
};

static const struct ct_choice series_kinds[] = { { "invoice", N_("Invoices and credit notes") }, { "receipt", N_("Dues") },
						 { "quote", N_("Quotes") }, { "slip", N_("Cheque slips") },
						 { "opening", N_("Balances carried over") }, { 0 } };

const struct ct_field series_fields[] = {
	{ "kind", N_("Of"), CT_CHOICE, .required = true, .choices = series_kinds, .list = true, .fixed = true },
	{ "year", N_("Year"), CT_INT, .required = true, .min = 2020, .max = 2199, .list = true, .fixed = true,
	  .help = N_("In which they begin: 2026 also for those from September 2026 to August 2027.") },
	{ "from", N_("First day"), CT_DATE, .read_only = true, .list = true },
	{ "prefix", N_("Begins with"), CT_TEXT, .required = true, .max = 10, .list = true, .initial = "F" },
	{ "first_number", N_("First number"), CT_INT, .required = true, .min = 1, .max = 99999, .initial = "1", .list = true },
	{ "reason", N_("Reason"), CT_TEXT, .max = 200, .help = N_("Why it is not 1: “Until June with another program”.") },
	{ "next_number", N_("Next number"), CT_INT, .read_only = true, .list = true },
	{ 0 }
};

/* ---- the records ---- */

static void check_prefix(struct ct_request *r, const char *field)
{
	const char *text = ct_in_text(r, field);

	if (text && text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
		ct_in_error(r, field, "%s", _("Only capital letters and digits, without accents."));
}

static void check_own(struct ct_request *r, const char *field)
{
	const char *text = ct_in_text(r, field);

	check_prefix(r, field);
	if (text && (!strcmp(text, "D") || !strcmp(text, "R") || !strcmp(text, "RAN")))
		ct_in_error(r, field, "%s", _("Quotes begin with D, slips of cheques with R, balances carried over with RAN: numbers have to differ."));
}

int issuer_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	const char *invoices = ct_in_text(r, "invoice_prefix"), *receipts = ct_in_text(r, "receipt_prefix");

	(void)id;
	check_own(r, "invoice_prefix");
	check_own(r, "receipt_prefix");
	if (invoices && receipts && !strcmp(invoices, receipts))
		ct_in_error(r, "receipt_prefix", "%s", _("Invoices begin so already: numbers have to differ."));
	if (ct_in_set(r, "bic") && !ct_in_set(r, "iban"))
		ct_in_error(r, "iban", "%s", _("A BIC alone is no account: please give the IBAN."));
	return ct_in_fail(r, e);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): this is what ct_record.write looks like */
int issuer_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec(r, "issuer_born", CT_ARGS(CT_NUM(*id)), e);

	if (rc)
		return rc;
	rc = ct_exec_count(r, "issuer_write", CT_ARGS(CT_STR(ct_in_text(r, "legal_form")), CT_STR(ct_in_text(r, "registration")),
		CT_STR(ct_in_text(r, "iban")), CT_STR(ct_in_text(r, "bic")), CT_NUM(ct_in_int(r, "payment_days")), CT_STR(ct_in_text(r, "invoice_prefix")),
		CT_STR(ct_in_text(r, "receipt_prefix")), CT_STR(ct_in_text(r, "fiscal_month")), CT_STR(ct_in_text(r, "letter_head")),
		CT_STR(ct_in_text(r, "letter_intro")), CT_STR(ct_in_text(r, "letter_end")), CT_NUM(*id), CT_NUM(version)),
		&count, e);
	if (rc)
		return rc;
	return count ? 0 : ct_lost(e);
}

/* Name, address, numbers and logo are those of the organisation: the form says which, and where they are changed. */
int issuer_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	json_t *first = json_array_get(controls, 0);
	struct issuer i;
	int rc = issuer_load(r, id, today_of(r), &i, e);

	if (rc)
		return rc;
	ct_put_text(first, "heading", talloc_asprintf(r, "%s", i.name));
	ct_put_text(first, "help", talloc_asprintf(r, _("%s Name, address, SIREN (%s), RNA (%s), VAT number (%s) and logo are taken from “Our organisation”."),
		_("As it has to be printed: “Association loi 1901”, “SCIC SA à capital variable”."), i.siren ? i.siren : _("not given"),
		i.rna ? i.rna : _("not given"), i.vat_no ? i.vat_no : _("not given")));
	return 0;
}

int series_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	(void)id;
	if (!strcmp(ct_in_text(r, "kind"), "invoice") || !strcmp(ct_in_text(r, "kind"), "receipt"))
		check_own(r, "prefix");
	else
		check_prefix(r, "prefix");
	if (ct_in_int(r, "first_number") > 1 && !ct_in_set(r, "reason"))
		ct_in_error(r, "reason", "%s", _("Say why the numbers do not begin with 1."));
	return ct_in_fail(r, e);
}

/* What was issued in between makes it somebody else's: its numbers stand. */
int series_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	const char *prefix = ct_in_text(r, "prefix"), *reason = ct_in_text(r, "reason");
	int64_t first = ct_in_int(r, "first_number"), year = ct_in_int(r, "year"), count;
	int rc;

	if (!*id)
		return ct_insert(r, "series_begin", CT_ARGS(CT_STR(ct_in_text(r, "kind")), CT_STR(prefix), CT_NUM(first), CT_NUM(first),
			CT_STR(reason), CT_NUM(year), CT_NUM(r->org)), id, e);
	rc = ct_exec_count(r, "series_change", CT_ARGS(CT_STR(prefix), CT_NUM(first), CT_NUM(first), CT_STR(reason), CT_NUM(*id),
						       CT_NUM(version)), &count, e);
	return rc || count ? rc : ct_lost(e);
}

int series_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "series_remove", CT_ARGS(CT_NUM(id), CT_NUM(version)), &count, e);

	*archived_r = false;
	return rc || count ? rc : ct_lost(e);
}

/* Whoever changes the periods of an issuer comes after the other: its row is the guard. */
int regime_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");
	struct ct_result *row;
	int rc;

	if (ct_day_set(to) && to.n < from.n)
		return ct_fail_field(e, "to", "%s", _("The last day is before the first."));
	if ((rc = ct_exec(r, "issuer_born", CT_ARGS(CT_NUM(r->org)), e)) ||
	    (rc = ct_exec(r, "issuer_guard", CT_ARGS(CT_NUM(r->org)), e)) ||
	    (rc = ct_query(r, "regime_overlap", CT_ARGS(CT_NUM(r->org), CT_NUM(id), CT_DAY(from), CT_DAY(to), CT_DAY(to)), &row, e)))
		return rc;
	if (ct_next(row)) {
		char first[CT_TIME_UI];

		return ct_fail_field(e, "from", _("There is a regime from %s on that counts on some of these days: end it first."),
				     ct_day_ui(first, ct_col_day(row, "from_d"), r->lang));
	}
	return 0;
}

/* ---- and what documents need of it ---- */

static int load_regimes(struct ct_request *r, struct issuer *i, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "issuer_regimes", CT_ARGS(CT_NUM(i->org)), &row, e);

	if (rc)
		return rc;
	i->regimes = talloc_array(r, struct regime, ct_result_rows(row) + 1);
	while (ct_next(row))
		i->regimes[i->n_regimes++] = (struct regime){ ct_col_text(row, "vat_regime"), ct_col_day(row, "from_d"),
							      ct_col_day(row, "to_d") };
	return 0;
}

const char *issuer_regime(const struct issuer *i, struct ct_day day)
{
	for (size_t k = 0; k < i->n_regimes; k++) {
		const struct regime *g = &i->regimes[k];

		if (g->from.n <= day.n && (!ct_day_set(g->to) || day.n <= g->to.n))
			return g->name;
	}
	return i->regime;
}

int issuer_load(struct ct_request *r, int64_t org, struct ct_day day, struct issuer *i, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "issuer", CT_ARGS(CT_DAY(day), CT_DAY(day), CT_NUM(org)), &row, e);

	if (rc)
		return rc;
	*i = (struct issuer){
		.org = org, .logo = ct_col_int(row, "logo_file_id"), .slug = ct_col_text(row, "slug"),
		.name = ct_col_text(row, "legal_name"),
		.siren = ct_col_text(row, "siren"), .rna = ct_col_text(row, "rna"), .vat_no = ct_col_text(row, "vat_no"),
		.email = ct_col_text(row, "email"), .accent = ct_col_text(row, "accent"),
		.legal_form = ct_col_text(row, "legal_form"), .registration = ct_col_text(row, "registration"),
		.iban = ct_col_text(row, "iban"), .bic = ct_col_text(row, "bic"),
		.invoice_prefix = ct_col_text(row, "invoice_prefix"), .receipt_prefix = ct_col_text(row, "receipt_prefix"),
		.fiscal_month = (int)ct_col_int(row, "fiscal_month"),
		.head = ct_col_text(row, "letter_head"), .intro = ct_col_text(row, "letter_intro"),
		.end = ct_col_text(row, "letter_end"), .payment_days = (int)ct_col_int(row, "payment_days"),
		.regime = ct_col_text(row, "vat_regime"), .on_debits = ct_col_int(row, "on_debits"),
	};
	rc = load_regimes(r, i, e);
	return rc ? rc : ct_party_address(r, org, &i->address, e);
}
