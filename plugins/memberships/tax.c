/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tax receipts as they are stored: given and voided (ADR 0050). */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/file.h>

#include "tax.h"

struct ct_day tax_today(const struct ct_request *r)
{
	const struct ct_zone *zone;
	struct ct_error e;

	return ct_zone_get("Europe/Paris", &zone, &e) ? ct_local_day((struct ct_local){ r->now.s }) : ct_zone_day(zone, r->now);
}

struct gift gift_of(const struct ct_result *row, const json_t *addresses)
{
	return (struct gift){
		.membership = ct_col_int(row, "id"), .party = ct_col_int(row, "party_id"), .cents = ct_col_int(row, "given_cents"),
		.given_name = ct_col_text(row, "given_name"), .family_name = ct_col_text(row, "family_name"),
		.means = ct_col_text(row, "paid_means"), .currency = ct_col_text(row, "currency"), .paid = ct_col_day(row, "paid_d"),
		.address = ct_address_of(addresses, ct_col_int(row, "party_id")),
	};
}

static bool said(const char *text)
{
	return text && *text;
}

const char *gift_lack(const struct gift *g)
{
	const struct ct_address *a = &g->address;

	if (!said(g->given_name) || !said(g->family_name))
		return "name";
	if (!a->country || !said(a->town) || (!said(a->street) && !said(a->hamlet)) || (!strcmp(a->country, "FR") && !said(a->postcode)))
		return "address";
	return NULL;
}

/* ---- the sheet: all that is printed, in French ---- */

static void add_line(json_t *lines, const char *text)
{
	if (said(text))
		ct_add_text(lines, text);
}

static void put_address(struct ct_request *r, json_t *o, const struct ct_address *a)
{
	json_t *lines = ct_put_array(o, "lines");

	add_line(lines, a->recipient);
	add_line(lines, a->building);
	add_line(lines, a->street);
	add_line(lines, a->hamlet);
	add_line(lines, talloc_asprintf(r, "%s%s%s", a->postcode ? a->postcode : "", a->postcode ? " " : "", a->town));
	if (strcmp(a->country, "FR") != 0)
		add_line(lines, a->country);
}

static const char *category_text(const char *code)
{
	for (const struct ct_choice *c = tax_categories; c->value; c++)
		if (!strcmp(c->value, code))
			return _(c->label);
	return code;
}

static void put_body(struct ct_request *r, json_t *sheet, const struct eligibility *g)
{
	json_t *o = ct_put_object(sheet, "body");

	ct_put_text(o, "name", g->name);
	ct_put_text(o, "siren", g->siren);
	ct_put_text(o, "rna", g->rna);
	ct_put_text(o, "purpose", g->purpose);
	ct_put_text(o, "category", g->category);
	ct_put_text(o, "category_text", category_text(g->category));
	ct_put_text(o, "category_detail", g->detail);
	ct_put_text(o, "signatory", g->signatory);
	ct_put_text(o, "capacity", g->capacity);
	ct_put_text(o, "accent", g->accent);
	put_address(r, o, &g->address);
}

static json_t *sheet_of(struct ct_request *r, const struct eligibility *e, const struct gift *g, const char *number)
{
	json_t *sheet = json_object(), *donor;

	ct_own(r, sheet, (void (*)(void *))json_decref);
	ct_put_text(sheet, "model", "11580*05");
	ct_put_text(sheet, "number", number);
	ct_put_day(sheet, "given", tax_today(r), "fr");
	ct_put_day(sheet, "paid", g->paid, "fr");
	ct_put_int(sheet, "amount_cents", g->cents);
	ct_put_text(sheet, "currency", g->currency);
	ct_put_text(sheet, "articles", e->articles);
	ct_put_text(sheet, "form", "manual");
	ct_put_text(sheet, "nature", "money");
	ct_put_text(sheet, "means", g->means);
	put_body(r, sheet, e);
	donor = ct_put_object(sheet, "donor");
	ct_put_text(donor, "family_name", g->family_name);
	ct_put_text(donor, "given_name", g->given_name);
	put_address(r, donor, &g->address);
	return sheet;
}

/* ---- giving ---- */

struct numbered { int64_t year, serial; const char *number; };

/* The row of the year is raised before its receipts are counted: one after the other gets a number. */
static int take_number(struct ct_request *r, struct ct_day paid, struct numbered *n, struct ct_error *e)
{
	struct ct_result *row;
	int rc;

	n->year = ct_day_civil(paid).year;
	if ((rc = ct_exec(r, "series_next", CT_ARGS(CT_NUM(n->year), CT_NUM(r->org)), e)) ||
	    (rc = ct_one(r, "series_number", CT_ARGS(CT_NUM(r->org), CT_NUM(n->year)), &row, e)))
		return rc;
	n->serial = ct_col_int(row, "serial");
	n->number = talloc_asprintf(r, "%s-%lld-%05lld", ct_col_text(row, "prefix"), (long long)n->year, (long long)n->serial);
	return 0;
}

static int store_paper(struct ct_request *r, const json_t *sheet, const char *number, int64_t *file_r,
		       const char **sha256_r, struct ct_error *e)
{
	struct ct_file_new file = { .org = r->org, .type = "application/pdf", .readers = MAY_PLAN,
				    .name = talloc_asprintf(r, "%s %s.pdf", _("Tax receipt"), number) };
	struct ct_file stored;
	int rc = tax_draw(r, sheet, &file.bytes, &file.size, e);

	if (rc)
		return rc;
	rc = ct_file_store(r, &file, file_r, e);
	ct_drop(file.bytes); /* two hundred in one request */
	if (rc || (rc = ct_file_get(r, *file_r, &stored, e)))
		return rc;
	*sha256_r = talloc_strdup(r, stored.sha256);
	return 0;
}

static int store(struct ct_request *r, const struct gift *g, const struct numbered *n, const json_t *sheet,
		 struct ct_error *e)
{
	char *frozen = json_dumps(sheet, JSON_COMPACT);
	const char *donor = talloc_asprintf(r, "%s %s", g->given_name, g->family_name), *sha256;
	int64_t file, id;
	int rc = store_paper(r, sheet, n->number, &file, &sha256, e);

	if (!rc)
		rc = ct_insert(r, "tax_add",
			       CT_ARGS(CT_NUM(r->org), CT_NUM(n->year), CT_NUM(n->serial), CT_STR(n->number),
				       CT_NUM(g->membership), CT_NUM(g->party), CT_DAY(tax_today(r)), CT_DAY(g->paid),
				       CT_STR(g->means), CT_STR(g->currency), CT_NUM(g->cents), CT_STR(donor),
				       CT_STR(frozen), CT_NUM(file), CT_STR(sha256)),
			       &id, e);
	free(frozen);
	if (rc)
		return rc;
	return ct_audit(r, "tax_receipt", id, "create", NULL,
			json_pack("{s:s, s:I}", "number", n->number, "amount_cents", (json_int_t)g->cents), e);
}

static int give_one(struct ct_request *r, const struct eligibility *on, struct gift *g, const struct giving *w,
		    struct ct_error *e)
{
	const char *lack = gift_lack(g), *key = talloc_asprintf(r, "%lld", (long long)g->membership), *before;
	struct numbered n;
	json_t *sheet;
	int rc;

	if (lack)
		return ct_fail_field(e, "membership", _("A receipt needs the whole name and the address of %s."), g->family_name ? g->family_name : "–");
	if (!g->means)
		g->means = json_string_value(json_object_get(w->means, key));
	if (!g->means)
		return ct_fail_field(e, "means", _("Please say by which means %s %s paid."), g->given_name, g->family_name);
	if (g->paid.n > tax_today(r).n)
		return ct_fail_field(e, "membership", _("The payment of %s %s is of a day to come."), g->given_name, g->family_name);
	if ((rc = take_number(r, g->paid, &n, e)))
		return rc;
	before = ct_speak(r, "fr");
	sheet = sheet_of(r, on, g, n.number);
	rc = store(r, g, &n, sheet, e);
	ct_speak(r, before);
	return rc;
}

int gifts_addresses(struct ct_request *r, struct ct_result *rows, json_t **addresses_r, struct ct_error *e)
{
	char *ids = talloc_strdup(r, "[");

	for (size_t i = 0; ct_next(rows); i++)
		ids = talloc_asprintf_append(ids, "%s%lld", i ? "," : "", (long long)ct_col_int(rows, "party_id"));
	return ct_party_addresses(r, talloc_asprintf_append(ids, "]"), addresses_r, e);
}

static int ready(struct ct_request *r, struct eligibility *on, struct ct_error *e)
{
	int rc = eligibility_load(r, r->org, on, e);

	if (rc)
		return rc;
	if (!on->on)
		return ct_fail(e, CT_CONFLICT, "%s", _("No tax receipts are given here: somebody who answers for it has to switch them on first."));
	return eligibility_lack(on) ? ct_fail(e, CT_CONFLICT, "%s", eligibility_lack(on)) : 0;
}

int tax_give(struct ct_request *r, const struct giving *w, struct ct_error *e)
{
	struct eligibility on;
	struct ct_result *rows, *again;
	json_t *addresses;
	int rc;

	if ((rc = ready(r, &on, e)))
		return rc;
	if (!w->n)
		return ct_fail_field(e, "membership", "%s", _("Tick at least one payment."));
	if ((rc = ct_exec(r, "tax_lock", CT_ARGS(CT_STR(w->keys), CT_NUM(r->org)), e)) ||
	    (rc = ct_query(r, "gifts_chosen", CT_ARGS(CT_NUM(r->org), CT_STR(w->keys)), &rows, e)))
		return rc;
	if (ct_result_rows(rows) != w->n)
		return ct_fail(e, CT_CONFLICT, "%s", _("Some of these payments have a receipt by now, or were taken back. Here is what is left."));
	if ((rc = gifts_addresses(r, rows, &addresses, e)) ||
	    (rc = ct_query(r, "gifts_chosen", CT_ARGS(CT_NUM(r->org), CT_STR(w->keys)), &again, e)))
		return rc;
	while (!rc && ct_next(again)) {
		struct gift g = gift_of(again, addresses);

		rc = give_one(r, &on, &g, w, e);
	}
	return rc;
}

int tax_void(struct ct_request *r, int64_t id, const char *reason, struct ct_error *e)
{
	int64_t count;
	int rc = ct_exec_count(r, "tax_void", CT_ARGS(CT_UTC(r->now), CT_STR(reason), CT_NUM(id)), &count, e);

	if (rc)
		return rc;
	if (!count)
		return ct_fail(e, CT_CONFLICT, "%s", _("This receipt is void already."));
	return ct_audit(r, "tax_receipt", id, "void", NULL, json_pack("{s:s}", "reason", reason), e);
}

/* ---- comptoirctl verify ---- */

static int verify_paper(struct ct_request *r, const struct ct_result *row, struct ct_error *e)
{
	struct ct_file file;
	const void *bytes = NULL;
	int rc = ct_file_get(r, ct_col_int(row, "file_id"), &file, e);

	if (rc || (rc = ct_file_read(r, &file, &bytes, e)))
		return rc;
	ct_drop(bytes);
	if (!strcmp(file.sha256, ct_col_text(row, "sha256")))
		return 0;
	return ct_fail(e, CT_BROKEN, "the PDF of tax receipt %lld is another file", (long long)ct_col_int(row, "id"));
}

int tax_verify(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t last = 0;
	size_t n;
	int rc = ct_query(r, "verify_tax_holes", CT_NO_ARGS, &row, e);

	if (!rc && ct_next(row))
		return ct_fail(e, CT_BROKEN, "%s", "numbers of tax receipts have a hole");
	do {
		if (rc || (rc = ct_query(r, "verify_tax_papers", CT_ARGS(CT_NUM(last)), &row, e)))
			return rc;
		for (n = 0; !rc && ct_next(row); n++) {
			last = ct_col_int(row, "id");
			rc = verify_paper(r, row, e);
		}
	} while (n);
	return rc;
}
