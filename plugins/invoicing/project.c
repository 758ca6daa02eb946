/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project of a document: what there is to choose, and who may. */
#include "project.h"

#include <string.h>
#include <talloc.h>

#include <comptoir/limit.h>

enum { NAMED_A_DAY = 30, A_DAY = 86400 };

/* Whose projects the reader writes for: NULL, anybody's. */
static struct ct_arg lead_of(struct ct_request *r)
{
	return ct_may(r, MAY_CHOOSE, r->org) ? CT_NULL : CT_NUM(r->person);
}

void option_add(struct ct_request *r, json_t *control, const char *value, const char *label)
{
	json_t *options = json_object_get(control, "options"), *o = ct_add_object(options);
	const char *typed = json_string_value(json_object_get(control, "value"));

	ct_put_text(o, "value", value);
	ct_put_text(o, "label", label);
	ct_put_text(o, "id", talloc_asprintf(r, "%s-%zu", json_string_value(json_object_get(control, "id")), json_array_size(options)));
	ct_put_bool(o, "selected", typed && !strcmp(typed, value));
}

static int load(struct ct_request *r, bool all, struct ct_arg lead, int64_t one, struct ct_result **row_r,
		struct ct_error *e)
{
	return ct_query(r, "projects", CT_ARGS(CT_NUM(r->org), CT_NUM(all), lead, lead, CT_NUM(one)), row_r, e);
}

int project_choices(struct ct_request *r, json_t *controls, int64_t stored, struct ct_error *e)
{
	struct ct_result *row;
	size_t i = 0;
	json_t *control;
	int rc = load(r, false, lead_of(r), stored, &row, e);

	while (i < json_array_size(controls) &&
	       strcmp(json_string_value(json_object_get(json_array_get(controls, i), "name")), "project") != 0)
		i++;
	control = json_array_get(controls, i);
	while (!rc && ct_next(row))
		option_add(r, control, ct_col_text(row, "id"), ct_col_text(row, "label"));
	if (!rc && !ct_result_rows(row))
		json_array_remove(controls, i);
	return rc;
}

int project_check(struct ct_request *r, int64_t stored, struct ct_error *e)
{
	int64_t project = ct_in_int(r, "project");
	struct ct_result *row;
	int rc;

	if (project == stored && (project || ct_may(r, MAY_CHOOSE, r->org)))
		return 0;
	if (!project)
		return ct_may(r, MAY_CHOOSE, r->org) ? 0
		       : ct_fail_field(e, "project", "%s", _("Say for which of your projects it is."));
	rc = ct_query(r, "project_for", CT_ARGS(CT_NUM(project), CT_NUM(r->org), lead_of(r), lead_of(r)), &row, e);
	if (rc || ct_next(row))
		return rc;
	return ct_fail_field(e, "project", "%s", ct_may(r, MAY_CHOOSE, r->org) ? _("This project is not in force today.")
			     : _("This is not one of the projects that you lead today."));
}

/* ---- for whom ---- */

static int clients(struct ct_request *r, int64_t one, struct ct_result **row_r, struct ct_error *e)
{
	return ct_query(r, "project_clients", CT_ARGS(CT_NUM(r->person), CT_NUM(r->org), CT_NUM(r->person), CT_NUM(r->org),
						     CT_ID(one), CT_ID(one)), row_r, e);
}

int project_clients(struct ct_request *r, json_t *control, struct ct_error *e)
{
	struct ct_result *row;
	int rc = clients(r, 0, &row, e);

	while (!rc && ct_next(row))
		option_add(r, control, ct_col_text(row, "id"), ct_col_text(row, "label"));
	return rc;
}

int project_ask(struct ct_request *r, void *none, struct ct_error *e)
{
	const struct ct_limit limit = { "client named", talloc_asprintf(r, "%lld", (long long)r->person), NAMED_A_DAY, A_DAY };

	(void)none;
	return !ct_in_set(r, "known") || ct_may(r, MAY_CHOOSE, r->org) ? 0 : ct_limit_take(r, &limit, e);
}

int project_party(struct ct_request *r, int64_t *party_r, struct ct_error *e)
{
	const char *known = ct_in_text(r, "known");
	int64_t party = ct_in_int(r, "party");
	struct ct_result *row;
	int rc;

	*party_r = party;
	if (!party && !known)
		return ct_fail_field(e, "party", "%s", _("This is needed."));
	if (party && known)
		return ct_fail_field(e, "known", "%s", _("Choose one, or name one: not both."));
	if (known) {
		rc = ct_contact_exact(r, r->org, known, party_r, e);
		return rc || *party_r ? rc : ct_fail_field(e, "known", "%s", _("None of the contacts has exactly this one. Ask your treasurer."));
	}
	if (ct_may(r, MAY_CHOOSE, r->org))
		return 0;
	if ((rc = clients(r, party, &row, e)) || ct_next(row))
		return rc;
	return ct_fail_field(e, "party", "%s", _("There is no such choice."));
}

/* ---- lists ---- */

int projects_put(struct ct_request *r, int64_t chosen, struct ct_error *e)
{
	bool house = ct_may(r, MAY_SEE, r->org) || ct_may(r, MAY_CHOOSE, r->org);
	struct ct_result *row;
	json_t *control;
	int rc = load(r, true, house ? CT_NULL : CT_NUM(r->person), house ? chosen : 0, &row, e);

	ct_put_null(r->view, "projects_ui");
	if (rc || !ct_result_rows(row))
		return rc;
	control = ct_put_object(r->view, "projects_ui");
	ct_put_text(control, "id", "project");
	ct_put_text(control, "value", chosen ? talloc_asprintf(r, "%lld", (long long)chosen) : "");
	ct_put_array(control, "options");
	option_add(r, control, "", _("All"));
	while (ct_next(row))
		option_add(r, control, ct_col_text(row, "id"), ct_col_text(row, "label"));
	return 0;
}
