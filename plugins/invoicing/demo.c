/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The till of the sample network: issuers under each VAT regime, and the invoices of the three months that are over.
 * Each month is billed on the first of the next one, and some of it paid on the 20th, by the clock of the request,
 * so that numbers and days are those of a year. And some guarantees.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <comptoir/demo.h>

#include "credit.h"
#include "demo.h"
#include "documents.h"
#include "invoicing.h"
#include "payments.h"
#include "slip.h"

enum { MONTHS = 3, CREDITED = 4 };	/* one of so many invoices of the second month is credited */

/* Numbers are invented, and have the check digits of real ones. */
static const struct demo_issuer {
	const char *org, *form, *regime, *siren, *vat_no, *rna, *iban, *end;
	bool bills;
} issuers[] = {
	{ "filature", "Association loi 1901", "normal", "111222402", "FR22111222402", "W595000402", "FR7630006000010002223330071",
	  "Merci de faire vivre La Filature.", true },
	{ "canal", "SCIC SA à capital variable", "normal", "111222410", "FR46111222410", NULL, "FR7630006000010002223330168", NULL, true },
	{ "rives", "Association loi 1901", "exempt", "111222501", NULL, "W595000501", "FR7630006000010002223331041",
	  "Maison des rives, gestion désintéressée.", true },
	{ "hangar", "Association loi 1901", "franchise", "111222485", NULL, "W595000485", "FR7630006000010002223330847", NULL, true },
	{ "bobine", "Association loi 1901", "franchise", "111222436", NULL, "W595000436", "FR7630006000010002223330362", NULL, false },
	{ "jardin", "Association loi 1901", "franchise", "111222469", NULL, "W595000469", NULL, NULL, false },
	{ "verriere", "Coopérative", "normal", "111222451", "FR72111222451", NULL, "FR7630006000010002223330556", NULL, false },
};

/* Who pays, and whose address the sample network does not have yet. */
static const struct { const char *org, *email, *street, *postcode, *town; } payers[] = {
	{ "lys-lez", NULL, "7 rue de la Lys", "59280", "Armentières" },
	{ NULL, "membre@demo.example", "21 rue des Fileurs", "59000", "Lille" },
	{ NULL, "membre@canal.example", "4 quai du Halage", "59100", "Roubaix" },
};

int demo_key(struct ct_request *r, const char *query, const char *name, int64_t *id_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, query, CT_ARGS(CT_STR(name)), &row, e);

	if (!rc)
		*id_r = ct_col_int(row, "id");
	return rc;
}

static int add_issuer(struct ct_request *r, const struct demo_issuer *i, struct ct_error *e)
{
	int64_t regime;
	int rc;

	if ((rc = ct_exec(r, "demo_identity", CT_ARGS(CT_STR(i->siren), CT_STR(i->vat_no), CT_STR(i->rna), CT_NUM(r->org)), e)) ||
	    (rc = ct_exec(r, "demo_seat", CT_ARGS(CT_NUM(r->org)), e)) ||
	    (rc = ct_exec(r, "demo_issuer", CT_ARGS(CT_NUM(r->org), CT_STR(i->form), CT_STR(i->iban),
						    CT_STR(i->iban ? "AGRIFRPP" : NULL), CT_STR(i->end)), e)) ||
	    (rc = ct_insert(r, "demo_regime", CT_ARGS(CT_NUM(r->org), CT_STR(i->regime)), &regime, e)))
		return rc;
	return ct_audit(r, "regime", regime, "create", NULL, NULL, e);
}

static int add_payers(struct ct_request *r, struct ct_error *e)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(payers) / sizeof(payers[0]) && !rc; i++) {
		int64_t party;

		rc = payers[i].org ? demo_key(r, "demo_org", payers[i].org, &party, e) : demo_key(r, "demo_person", payers[i].email, &party, e);
		if (!rc)
			rc = ct_exec(r, "demo_address", CT_ARGS(CT_NUM(party), CT_STR(payers[i].street), CT_STR(payers[i].postcode),
								CT_STR(payers[i].town)), e);
	}
	return rc;
}

/* What something is missing for stays a draft, whose page says what. */
static int issue_draft(struct ct_request *r, int64_t id, const struct issuer *i, const struct rules *rules,
		       struct ct_error *e)
{
	struct ct_address payer = { NULL };
	struct bill b;
	int rc = bill_load(r, id, today_of(r), rules, &b, e);

	if (rc || (b.party && (rc = ct_party_address(r, b.party, &payer, e))))
		return rc;
	if (b.totals.gross_cents <= 0 || json_array_size(bill_obstacles(r, &b, i, &payer)) > 0)
		return 0;
	return issue_document(r, id, b.totals.gross_cents, NULL, e);
}

int demo_issue(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct issuer issuer;
	struct rules rules;
	int rc = issuer_load(r, r->org, today_of(r), &issuer, e);

	if (rc || (rc = rules_load(r, today_of(r), &rules, e)))
		return rc;
	return issue_draft(r, id, &issuer, &rules, e);
}

static int bill_clients(struct ct_request *r, struct ct_day from, struct ct_day to, struct ct_error *e)
{
	struct ct_result *row;
	struct issuer issuer;
	struct rules rules;
	int64_t *ids;
	size_t n;
	int rc;

	if ((rc = issuer_load(r, r->org, today_of(r), &issuer, e)) || (rc = rules_load(r, today_of(r), &rules, e)) ||
	    (rc = ct_query(r, "demo_owing", CT_ARGS(CT_NUM(r->org), CT_DAY(from), CT_DAY(to)), &row, e)))
		return rc;
	while (!rc && ct_next(row)) {
		rc = draft_make(r, ct_col_int(row, "client_id"), from, to, &ids, &n, e);
		for (size_t i = 0; i < n && !rc; i++)
			rc = issue_draft(r, ids[i], &issuer, &rules, e);
	}
	return rc;
}

static int credit_some(struct ct_request *r, struct ct_day from, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_query(r, "demo_issued", CT_ARGS(CT_NUM(r->org), CT_DAY(from)), &row, e);

	for (size_t i = 0; !rc && ct_next(row); i++) {
		struct credit_wish w = { .document = ct_col_int(row, "id"), .total = ct_col_int(row, "gross_cents"),
					 .reason = "Réunion annulée", .n = (size_t)ct_col_int(row, "n"),
					 .keys = talloc_strdup(r, ct_col_text(row, "charges")) };

		if (i % CREDITED == 1)
			rc = credit_issue(r, &w, e);
	}
	return rc;
}

/* Of the oldest all but one in four, then two in three, then one in three; of one in five only half. */
static bool is_paid(int back, size_t i)
{
	return back == MONTHS ? i % 4 != 2 : back == 2 ? i % 3 != 1 : i % 3 == 0;
}

static int pay_some(struct ct_request *r, int back, struct ct_day issued, struct ct_error *e)
{
	static const char *const means[] = { "transfer", "cheque", "transfer", "direct_debit" };
	struct ct_result *row;
	int64_t id;
	int rc = ct_query(r, "demo_open", CT_ARGS(CT_NUM(r->org), CT_DAY(issued)), &row, e);

	for (size_t i = 0; !rc && ct_next(row); i++) {
		int64_t left = ct_col_int(row, "left_cents");
		size_t way = (i + (size_t)(MONTHS - back)) % 4;
		struct payment p = { .client = ct_col_int(row, "client_id"), .uid = ct_new_uid(r), .means = means[way],
				     .currency = ct_col_text(row, "currency"), .amount = i % 5 == 4 && left > 1 ? left / 2 : left,
				     .reference = way == 1 ? talloc_asprintf(r, "70%d12%02zu", back, i) : NULL,
				     .received = today_of(r) };

		if (is_paid(back, i))
			rc = payment_record(r, &p, talloc_asprintf(r, "[%lld]", (long long)ct_col_int(row, "id")), &id, e);
	}
	return rc;
}

/* All cheques that wait go to the bank. */
static int take_cheques(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int64_t n, id;
	int rc = ct_one(r, "demo_cheques", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc || !(n = ct_col_int(row, "n")))
		return rc;
	rc = slip_make(r, talloc_strdup(r, ct_col_text(row, "payments")), (size_t)n, NULL, &id, e);
	return rc ? rc : slip_deposit(r, id, today_of(r), e);
}

void demo_clock(struct ct_request *r, struct ct_day day, struct ct_utc now)
{
	r->now.s = (int64_t)day.n * 86400 + 8 * 3600;
	if (r->now.s > now.s)
		r->now = now;
}

static int bill_months(struct ct_request *r, struct ct_error *e)
{
	struct ct_utc now = r->now;
	struct ct_day this_month = ct_day_month(today_of(r));
	int rc = 0;

	for (int back = MONTHS; back > 0 && !rc; back--) {
		struct ct_day from = ct_day_add_months(this_month, -back), next = ct_day_add_months(from, 1);

		demo_clock(r, next, now);
		rc = bill_clients(r, from, ct_day_add(next, -1), e);
		if (!rc && back == 2)
			rc = credit_some(r, next, e);
		demo_clock(r, ct_day_add(next, 19), now);
		if (!rc)
			rc = pay_some(r, back, next, e);
		if (!rc && back == MONTHS)
			rc = take_cheques(r, e);
	}
	r->now = now;
	return rc;
}

/* What La Filature keeps of somebody, so many days ago; and of the last one it kept a part. */
static const struct { const char *org, *email, *subject, *means, *cheque; int cents, days, kept; } guarantees[] = {
	{ "lys-lez", NULL, "Grande salle, clé n° 4", "cheque", "7001183", 30000, 12, 0 },
	{ NULL, "membre@demo.example", "Badge de l’atelier", "cash", NULL, 2000, 40, 0 },
	{ "lys-lez", NULL, "Vidéoprojecteur", "cheque", "7001160", 15000, 30, 4000 },
};

static int add_guarantees(struct ct_request *r, struct ct_error *e)
{
	struct ct_day today = today_of(r);
	int64_t party, id;
	int rc = demo_key(r, "demo_org", "filature", &r->org, e);

	for (size_t i = 0; i < sizeof(guarantees) / sizeof(guarantees[0]) && !rc; i++) {
		rc = guarantees[i].org ? demo_key(r, "demo_org", guarantees[i].org, &party, e) : demo_key(r, "demo_person", guarantees[i].email, &party, e);
		if (rc || (rc = ct_insert(r, "guarantee_add", CT_ARGS(CT_NUM(r->org), CT_NUM(party), CT_STR(guarantees[i].subject),
			CT_NUM(guarantees[i].cents), CT_STR(guarantees[i].means), CT_STR(guarantees[i].cheque),
			CT_DAY(ct_day_add(today, -guarantees[i].days))), &id, e)) ||
		    (rc = ct_audit(r, "guarantee", id, "create", NULL, NULL, e)))
			return rc;
		if (guarantees[i].kept)
			rc = ct_exec(r, "guarantee_settle", CT_ARGS(CT_DAY(ct_day_add(today, -1)), CT_NUM(guarantees[i].kept),
								    CT_STR("Câble manquant"), CT_NUM(id)), e);
	}
	return rc;
}

int invoicing_demo(struct ct_request *r, struct ct_error *e)
{
	int rc = add_payers(r, e);

	if (!rc)
		rc = ct_exec(r, "demo_public", CT_NO_ARGS, e);
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]) && !rc; i++) {
		if ((rc = demo_key(r, "demo_org", issuers[i].org, &r->org, e)) || (rc = add_issuer(r, &issuers[i], e)))
			break;
		if (!strcmp(issuers[i].org, "filature"))
			rc = demo_openings(r, ct_day_add_months(ct_day_month(today_of(r)), -MONTHS), r->now, e);
		if (!rc && issuers[i].bills)
			rc = bill_months(r, e);
		if (!rc && !strcmp(issuers[i].org, "filature"))
			rc = demo_quotes(r, e);
		if (!rc && !strcmp(issuers[i].org, "filature"))
			rc = demo_works(r, e);
	}
	if (!rc)
		rc = add_guarantees(r, e);
	r->org = 0;
	return rc;
}
