/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the sample network shows of hours and rules: public and school holidays, a closure at Christmas with a
 * booking in it, an evening of members, the badge of a machine, conditions to accept, a limit. Stored after the
 * bookings, which were made before any of it was asked for.
 */
#include <string.h>

#include "closure.h"
#include "demo.h"
#include "reservation.h"

enum { WEDNESDAY = 4, WEEK = 31 };

struct here { int64_t place, org; };

static int find(struct ct_request *r, const char *slug, struct here *here_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "demo_place", CT_ARGS(CT_STR(slug)), &row, e);

	if (!rc)
		*here_r = (struct here){ ct_col_int(row, "id"), ct_col_int(row, "org_id") };
	return rc;
}

/* Stores a row, whose first value is its organisation, and leaves its trace there. */
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

static int policy_named(struct ct_request *r, int64_t org, const char *label, int64_t *id_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "demo_policy_named", CT_ARGS(CT_NUM(org), CT_STR(label)), &row, e);

	if (!rc)
		*id_r = ct_col_int(row, "id");
	return rc;
}

/* Closed on public holidays, where the law has them. */
static int add_holidays(struct ct_request *r, struct ct_error *e)
{
	static const struct { const char *place, *computed; } all[] = {
		{ "atelier-du-canal", "fr" }, { "la-peniche", "fr" }, { "case-reunion", "fr_reunion" },
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && !rc; i++) {
		struct here at;
		int64_t calendar;

		if ((rc = find(r, all[i].place, &at, e)) ||
		    (rc = add(r, "setup_calendar_add", CT_ARGS(CT_NUM(at.org), CT_STR("Jours fériés"), CT_STR(all[i].computed)),
			      "day_calendar", &calendar, e)))
			break;
		rc = ct_exec(r, "demo_not_in", CT_ARGS(CT_NUM(calendar), CT_NUM(at.place)), e);
	}
	return rc;
}

/* A café that opens later while there is no school. */
static int add_school(struct ct_request *r, struct ct_error *e)
{
	static const struct { int from[3], to[3]; const char *label; } all[] = {
		{ { 2026, 10, 17 }, { 2026, 11, 1 }, "Vacances de la Toussaint" }, { { 2026, 12, 19 }, { 2027, 1, 3 }, "Vacances de Noël" },
		{ { 2027, 2, 20 }, { 2027, 3, 7 }, "Vacances d’hiver" }, { { 2027, 4, 17 }, { 2027, 5, 2 }, "Vacances de printemps" },
	};
	struct here at;
	int64_t calendar;
	int rc;

	if ((rc = find(r, "la-marelle", &at, e)) ||
	    (rc = add(r, "setup_calendar_add", CT_ARGS(CT_NUM(at.org), CT_STR("Vacances scolaires, zone B"), CT_NULL),
		      "day_calendar", &calendar, e)))
		return rc;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && !rc; i++)
		rc = add(r, "import_add", CT_ARGS(CT_NUM(at.org), CT_NUM(calendar),
			 CT_DAY(ct_day_make(all[i].from[0], all[i].from[1], all[i].from[2])),
			 CT_DAY(ct_day_make(all[i].to[0], all[i].to[1], all[i].to[2])), CT_STR(all[i].label), CT_NULL),
			 "day_range", NULL, e);
	if (rc)
		return rc;
	return add(r, "demo_closed_in", CT_ARGS(CT_NUM(at.org), CT_NUM(at.place), CT_NUM(WEEK), CT_NUM(10 * 60),
						CT_NUM(12 * 60), CT_NUM(calendar)), "opening", NULL, e);
}

/* From the eve of Christmas at noon to the first Monday of January. */
static int add_christmas(struct ct_request *r, struct ct_error *e)
{
	struct ct_civil now = ct_local_civil((struct ct_local){ r->now.s });
	struct ct_day eve = ct_day_make(now.year, 12, 24), monday = ct_day_week(ct_day_add(eve, 14));
	struct here at;
	int64_t id;
	int rc;

	if ((rc = find(r, "atelier-du-canal", &at, e)) || (rc = ct_exec(r, "lock_place", CT_ARGS(CT_NUM(at.place)), e)) ||
	    (rc = add(r, "demo_closure", CT_ARGS(CT_NUM(at.org), CT_NUM(at.place), CT_LOCAL(ct_day_at(eve, 12 * 60)),
		      CT_LOCAL(ct_day_at(monday, 9 * 60)), CT_STR("Fermeture de Noël")), "closure", &id, e)))
		return rc;
	return closure_after(r, id, e);
}

/* Somebody who was trained; the audience of members is there with their prices (demo_prices.c). */
static int add_trained(struct ct_request *r, int64_t org, int64_t *audience_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = add(r, "demo_trained", CT_ARGS(CT_NUM(org), CT_STR("Formé·es à la découpeuse laser")), "audience", audience_r, e);

	if (rc || (rc = ct_one(r, "demo_person", CT_ARGS(CT_STR("membre@canal.example")), &row, e)))
		return rc;
	return add(r, "demo_trained_one", CT_ARGS(CT_NUM(org), CT_NUM(*audience_r), CT_NUM(ct_col_int(row, "id"))),
		   "audience_party", NULL, e);
}

static int members_of(struct ct_request *r, int64_t org, int64_t *audience_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "demo_members", CT_ARGS(CT_NUM(org)), &row, e);

	if (!rc)
		*audience_r = ct_col_int(row, "id");
	return rc;
}

/* Members have Wednesday evening for themselves; the laser cutter is for who was trained. */
static int add_members(struct ct_request *r, struct ct_error *e)
{
	int64_t members, trained, machines;
	struct here at;
	int rc;

	if ((rc = find(r, "atelier-du-canal", &at, e)) ||
	    (rc = members_of(r, at.org, &members, e)) || (rc = add_trained(r, at.org, &trained, e)) ||
	    (rc = add(r, "demo_evening", CT_ARGS(CT_NUM(at.org), CT_NUM(at.place), CT_NUM(WEDNESDAY), CT_NUM(19 * 60),
		      CT_NUM(22 * 60), CT_NUM(members)), "opening", NULL, e)) ||
	    (rc = policy_named(r, at.org, "Machines : quatre heures au plus", &machines, e)) ||
	    (rc = ct_exec(r, "demo_by_rule", CT_ARGS(CT_NUM(machines)), e)))
		return rc;
	return add(r, "demo_requirement", CT_ARGS(CT_NUM(at.org), CT_NUM(machines), CT_STR("badge"), CT_NULL, CT_NUM(trained),
		   CT_STR("la formation à la découpeuse laser")), "requirement", NULL, e);
}

/* Conditions of the large hall; and nobody borrows more than two things at once. */
static int add_conditions(struct ct_request *r, struct ct_error *e)
{
	static const char *const terms[] = { "rules", "sale" };
	int64_t hall, lending;
	struct here at;
	int rc;

	if ((rc = find(r, "la-filature", &at, e)) ||
	    (rc = policy_named(r, at.org, "Grande salle : installation et ménage", &hall, e)) ||
	    (rc = policy_named(r, at.org, "Prêt de matériel", &lending, e)))
		return rc;
	for (size_t i = 0; i < 2 && !rc; i++)
		rc = add(r, "demo_requirement", CT_ARGS(CT_NUM(at.org), CT_NUM(hall), CT_STR("terms"), CT_STR(terms[i]), CT_NULL,
							CT_NULL), "requirement", NULL, e);
	return rc ? rc : add(r, "demo_quota", CT_ARGS(CT_NUM(at.org), CT_NUM(lending), CT_STR("count"), CT_STR("open"), CT_NUM(2)),
			     "quota", NULL, e);
}

int demo_hours(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if ((rc = add_holidays(r, e)) || (rc = add_school(r, e)) || (rc = add_christmas(r, e)) ||
	    (rc = add_members(r, e)))
		return rc;
	return add_conditions(r, e);
}
