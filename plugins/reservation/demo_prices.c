/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who pays less in the sample network, what comes with a room, what cancelling costs; all of it invented. */
#include "demo.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *place, *code, *label;
	int priority;
} audiences[] = {
	{ "la-filature", "member", "adhérents", 20 },
	{ "la-filature", "association", "associations du quartier", 10 },
	{ "atelier-du-canal", "member", "adhérents", 20 },
};

static const struct {
	const char *place, *code, *email, *client;
} belongings[] = {
	{ "la-filature", "member", "membre@demo.example", NULL },
	{ "la-filature", "association", NULL, "lys-lez" },
	{ "atelier-du-canal", "member", "membre@canal.example", NULL },
};

static const struct {
	const char *place, *code, *label;
} reasons[] = {
	{ "la-filature", "town", "pris en charge par la ville" },
	{ "la-filature", "open", "rencontre ouverte à toutes et tous" },
	{ "la-filature", "gesture", "geste de la maison" },
	{ "atelier-du-canal", "partner", "partenaire" },
};

/* Exactly one of share (basis points) and cents; `before` 0: at any hour. */
static const struct {
	const char *place, *audience, *label;
	int share, cents, before, position;
} adjusts[] = {
	{ "la-filature", "member", "tarif adhérent", 3000, 0, 0, 10 },
	{ "la-filature", "association", "tarif associatif", 2000, 0, 0, 10 },
	{ "la-filature", NULL, "ouverture avant 8 h 30", 0, 4000, 510, 20 },
	{ "atelier-du-canal", "member", "tarif adhérent", 3000, 0, 0, 10 },
};

static const struct {
	const char *place, *label, *unit;
	int cents, max, notice;
} extras[] = {
	{ "la-filature", "café d’accueil", "person", 250, 40, 1440 },
	{ "la-filature", "ménage", "booking", 4500, 1, 0 },
	{ "la-filature", "tableau de conférence", "booking", 500, 3, 0 },
	{ "atelier-du-canal", "aide d’un encadrant", "hour", 2000, 0, 2880 },
};

static const struct {
	const char *place, *policy;
	int before, share;
} steps[] = {
	{ "la-filature", "Règles de la maison", 2880, 5000 },
	{ "la-filature", "Règles de la maison", 1440, 10000 },
	{ "la-peniche", "Péniche : sur demande", 10080, 5000 },
};

static int add(struct ct_request *r, const char *query, struct ct_args args, const char *kind, int64_t *id_r,
	       struct ct_error *e)
{
	int64_t id;
	int rc = ct_insert(r, query, args, &id, e);

	r->org = args.arg[0].i;
	if (!rc)
		rc = ct_audit(r, kind, id, "create", NULL, NULL, e);
	r->org = 0;
	if (!rc && id_r)
		*id_r = id;
	return rc;
}

static int key(struct ct_request *r, const char *query, struct ct_args args, int64_t *id_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, query, args, &row, e);

	if (!rc)
		*id_r = ct_col_int(row, "id");
	return rc;
}

static int find_place(struct ct_request *r, const char *slug, int64_t *place_r, int64_t *org_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "demo_place", CT_ARGS(CT_STR(slug)), &row, e);

	if (!rc) {
		*place_r = ct_col_int(row, "id");
		*org_r = ct_col_int(row, "org_id");
	}
	return rc;
}

static int audience_key(struct ct_request *r, int64_t org, const char *code, int64_t *id_r, struct ct_error *e)
{
	*id_r = 0;
	return code ? key(r, "demo_audience_of", CT_ARGS(CT_NUM(org), CT_STR(code)), id_r, e) : 0;
}

static int add_people(struct ct_request *r, struct ct_error *e)
{
	int64_t place, org, audience, party;
	int rc = 0;

	for (size_t i = 0; i < COUNT(audiences) && !rc; i++)
		if (!(rc = find_place(r, audiences[i].place, &place, &org, e)))
			rc = add(r, "demo_audience",
				 CT_ARGS(CT_NUM(org), CT_STR(audiences[i].code), CT_STR(audiences[i].label),
					 CT_NUM(audiences[i].priority)),
				 "audience", NULL, e);
	for (size_t i = 0; i < COUNT(belongings) && !rc; i++) {
		if ((rc = find_place(r, belongings[i].place, &place, &org, e)) ||
		    (rc = audience_key(r, org, belongings[i].code, &audience, e)) ||
		    (rc = belongings[i].email
				  ? key(r, "demo_person", CT_ARGS(CT_STR(belongings[i].email)), &party, e)
				  : key(r, "demo_client", CT_ARGS(CT_STR(belongings[i].client)), &party, e)))
			break;
		rc = add(r, "demo_belonging", CT_ARGS(CT_NUM(org), CT_NUM(audience), CT_NUM(party)),
			 "audience_party", NULL, e);
	}
	for (size_t i = 0; i < COUNT(reasons) && !rc; i++)
		if (!(rc = find_place(r, reasons[i].place, &place, &org, e)))
			rc = add(r, "demo_reason",
				 CT_ARGS(CT_NUM(org), CT_STR(reasons[i].code), CT_STR(reasons[i].label)),
				 "reason", NULL, e);
	return rc;
}

static int add_adjusts(struct ct_request *r, struct ct_error *e)
{
	int64_t place, org, audience;
	int rc = 0;

	for (size_t i = 0; i < COUNT(adjusts) && !rc; i++) {
		if ((rc = find_place(r, adjusts[i].place, &place, &org, e)) ||
		    (rc = audience_key(r, org, adjusts[i].audience, &audience, e)))
			break;
		rc = add(r, "demo_adjust",
			 CT_ARGS(CT_NUM(org), CT_NUM(place), CT_ID(audience), CT_STR(adjusts[i].label),
				 CT_ID(adjusts[i].share), CT_ID(adjusts[i].cents), CT_ID(adjusts[i].before),
				 CT_NUM(adjusts[i].position)),
			 "adjust", NULL, e);
	}
	for (size_t i = 0; i < COUNT(extras) && !rc; i++)
		if (!(rc = find_place(r, extras[i].place, &place, &org, e)))
			rc = add(r, "demo_extra",
				 CT_ARGS(CT_NUM(org), CT_NUM(place), CT_STR(extras[i].label),
					 CT_STR(extras[i].unit), CT_NUM(extras[i].cents),
					 CT_ID(extras[i].max), CT_ID(extras[i].notice), CT_NUM(i)),
				 "extra", NULL, e);
	return rc;
}

static int add_steps(struct ct_request *r, struct ct_error *e)
{
	int64_t place, org, policy;
	int rc = 0;

	for (size_t i = 0; i < COUNT(steps) && !rc; i++) {
		if ((rc = find_place(r, steps[i].place, &place, &org, e)) ||
		    (rc = key(r, "demo_policy_named", CT_ARGS(CT_NUM(org), CT_STR(steps[i].policy)), &policy, e)))
			break;
		rc = add(r, "demo_cancel_step",
			 CT_ARGS(CT_NUM(org), CT_NUM(policy), CT_NUM(steps[i].before), CT_NUM(steps[i].share)),
			 "cancel_step", NULL, e);
	}
	return rc;
}

int demo_prices(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if ((rc = add_people(r, e)) || (rc = add_adjusts(r, e)))
		return rc;
	return add_steps(r, e);
}
