/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A catalogue of La Filature, and quotes made of it: lapsed, accepted, waiting for an answer, and one being written.
 * And what the lead of its workshops has prepared: an invoice that was issued, and one that waits for the treasurer.
 */
#include "client.h"
#include "demo.h"
#include "quote.h"

enum { VALID_DAYS = 30, CENTS_E4 = 100, ONE_E4 = 10000, OFFERS = 4, QUOTE_PARTS = 2 };

static const struct { const char *label, *unit, *vat_code; int64_t price; } offers[OFFERS] = {
	{ "Atelier numérique, la demi-journée", "C62", "S20", 24000 },
	{ "Accueil de votre groupe", "HUR", "S20", 3000 },
	{ "Plateau-repas", "C62", "S10", 1450 },
	{ "Impression d’une affiche A2", "C62", "S20", 1200 },
};

/* `parts`: how many of which of the offers. `age`: in days; 0: still a draft. */
static const struct {
	const char *client, *title, *order_ref;
	int age, answered;
	const char *state, *by;
	struct { size_t offer; int64_t n; } parts[QUOTE_PARTS];
} quotes[] = {
	{ "Chorale des Quatre-Vents", "Affiches du concert d’automne", NULL, 45, 0, NULL, NULL, { { 3, 40 } } },
	{ "Commune de Valbrune", "Trois ateliers numériques pour les aînés", "2026-0417", 20, 12, "accepted",
	  "Claire Dumont, direction générale", { { 0, 3 }, { 2, 36 } } },
	{ "Chorale des Quatre-Vents", "Week-end de répétition", NULL, 15, 9, "refused", NULL, { { 1, 16 }, { 2, 54 } } },
	{ "Jeanne Morel", "Affiches de l’atelier d’écriture", NULL, 4, 0, NULL, NULL, { { 3, 5 }, { 1, 2 } } },
	{ "Commune de Valbrune", "Fête de quartier", NULL, 0, 0, NULL, NULL, { { 2, 80 }, { 1, 6 } } },
};

static int add_offers(struct ct_request *r, int64_t *ids, struct ct_error *e)
{
	int rc = 0;

	for (size_t k = 0; k < OFFERS && !rc; k++) {
		rc = ct_insert(r, "demo_offer", CT_ARGS(CT_NUM(r->org), CT_STR(offers[k].label), CT_STR(offers[k].unit),
			CT_NUM(offers[k].price), CT_STR(offers[k].vat_code)), &ids[k], e);
		if (!rc)
			rc = ct_audit(r, "offer", ids[k], "create", NULL, NULL, e);
	}
	return rc;
}

static int write_quote(struct ct_request *r, size_t k, const int64_t *offer_ids, int64_t *id_r, struct ct_error *e)
{
	struct ct_day today = today_of(r);
	int64_t client, line;
	int rc = demo_key(r, "demo_contact", quotes[k].client, &client, e);

	if (rc || (rc = ct_insert(r, "quote_add", CT_ARGS(CT_NUM(r->org), CT_NUM(client), CT_STR(quotes[k].title),
		CT_DAY(ct_day_add(today, VALID_DAYS)), CT_NULL, CT_NULL, CT_STR(quotes[k].order_ref), CT_NULL,
		CT_NULL, CT_NULL), id_r, e)) ||
	    (rc = ct_audit(r, "quote", *id_r, "create", NULL, NULL, e)))
		return rc;
	for (size_t p = 0; p < QUOTE_PARTS && quotes[k].parts[p].n && !rc; p++) {
		size_t o = quotes[k].parts[p].offer;
		int64_t n = quotes[k].parts[p].n;

		rc = ct_insert(r, "quote_line_add", CT_ARGS(CT_NUM(*id_r), CT_NUM(offer_ids[o]), CT_STR(offers[o].label),
			CT_NUM(n * ONE_E4), CT_STR(offers[o].unit), CT_NUM(offers[o].price * CENTS_E4),
			CT_NUM(n * offers[o].price), CT_STR("include_vat"), CT_STR(offers[o].vat_code)), &line, e);
	}
	return rc;
}

static int send_quote(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct rules rules;
	struct quote q;
	int rc = rules_load(r, today_of(r), &rules, e);

	if (rc || (rc = quote_load(r, id, today_of(r), &rules, &q, e)))
		return rc;
	return quote_issue(r, id, q.bill.totals.gross_cents, NULL, e);
}

/* ---- of a project ---- */

static const struct { const char *client, *label; int64_t cents; bool issued; } works[] = {
	{ "Chorale des Quatre-Vents", "Atelier d’affiches du jeudi", 18000, true },
	{ "Jeanne Morel", "Atelier de reliure du jeudi, quatre séances", 9600, false },
};

static int write_work(struct ct_request *r, size_t k, const struct ct_result *project, int64_t *id_r,
		      struct ct_error *e)
{
	const struct ct_arg work = CT_NUM(ct_col_int(project, "id")), lead = CT_NUM(ct_col_int(project, "lead_id"));
	struct ct_payer who = { .party = 0 };
	int64_t client, cents = works[k].cents;
	int rc = demo_key(r, "demo_contact", works[k].client, &who.party, e);

	if (rc || (rc = client_get(r, r->org, &who, 0, &client, e)) ||
	    (rc = ct_insert(r, "draft_add", CT_ARGS(CT_NUM(r->org), CT_NUM(client), work, CT_STR("invoice"), CT_STR("EUR"), CT_NULL,
		CT_STR(works[k].client), lead), id_r, e)) ||
	    (rc = ct_exec(r, "source_put", CT_ARGS(CT_NUM(r->org), CT_STR("invoicing.document"), CT_NUM(*id_r), CT_STR("Ligne libre")), e)) ||
	    (rc = ct_exec(r, "line_add", CT_ARGS(CT_STR(works[k].label), CT_NUM(ONE_E4), CT_STR("C62"), CT_NUM(cents * CENTS_E4),
		CT_NUM(cents), CT_STR("include_vat"), CT_STR("S20"), CT_NULL, CT_NULL, CT_NUM(*id_r)), e)) ||
	    (rc = ct_exec(r, "hand_over", CT_ARGS(CT_UTC(r->now), lead, CT_NUM(*id_r)), e)))
		return rc;
	return ct_audit(r, "document", *id_r, "create", NULL, NULL, e);
}

int demo_works(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *project;
	int64_t id;
	int rc = ct_one(r, "demo_project", CT_ARGS(CT_NUM(r->org)), &project, e);

	for (size_t k = 0; k < sizeof(works) / sizeof(works[0]) && !rc; k++) {
		rc = write_work(r, k, project, &id, e);
		if (!rc && works[k].issued)
			rc = demo_issue(r, id, e);
	}
	return rc;
}

int demo_quotes(struct ct_request *r, struct ct_error *e)
{
	struct ct_utc now = r->now;
	struct ct_day today = today_of(r);
	int64_t offer_ids[OFFERS], id;
	int rc = add_offers(r, offer_ids, e);

	for (size_t k = 0; k < sizeof(quotes) / sizeof(quotes[0]) && !rc; k++) {
		struct quote_answer answer = { quotes[k].state, quotes[k].by, ct_day_add(today, -quotes[k].answered) };

		demo_clock(r, ct_day_add(today, -quotes[k].age), now);
		rc = write_quote(r, k, offer_ids, &id, e);
		if (!rc && quotes[k].age)
			rc = send_quote(r, id, e);
		demo_clock(r, answer.day, now);
		if (!rc && quotes[k].state)
			rc = quote_answer(r, id, &answer, e);
	}
	r->now = now;
	return rc;
}
