/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Roles: who may do what in an operator, or for a client. A role is ended, never deleted, and nobody gives
 * herself one. An organisation that has an administrator keeps one: organisation.roles_version is the guard
 * row, raised before the administrators that are left are counted.
 */
#include <string.h>

#include "field/form.h"
#include "people/people.h"
#include "route/state.h"

const struct ct_choice ct_roles[] = {
	{ "admin", N_("administrator") }, { "manager", N_("manager") }, { "treasurer", N_("treasurer") },
	{ "opener", N_("opener") }, { "member", N_("member") }, { "contact", N_("contact") },
	{ "may_book", N_("may commit it") }, { "accounts", N_("accounts") }, { 0 }
};

const struct ct_field ct_role_fields[] = {
	{ "name", N_("Who"), CT_TEXT, .read_only = true, .list = true, .search = true },
	{ "person", N_("Person"), CT_REF, .ref = "contact", .required = true, .fixed = true,
	  .help = N_("One of your contacts.") },
	{ "role", N_("Role"), CT_CHOICE, .required = true, .fixed = true, .choices = ct_roles, .list = true, .filter = true },
	{ "from", N_("From"), CT_DATE, .list = true, .help = N_("Empty: from today on.") },
	{ "to", N_("Last day"), CT_DATE, .list = true, .help = N_("Empty: until further notice.") },
	{ "given_by", N_("Given by"), CT_REF, .ref = "party", .ref_org = CT_REF_PUBLIC, .read_only = true, .list = true },
	{ 0 }
};

bool ct_role_of_operator(const char *role)
{
	return strcmp(role, "contact") != 0 && strcmp(role, "may_book") != 0 && strcmp(role, "accounts") != 0;
}

static int operates(struct ct_request *r, bool *operates_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "org_operates", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (!rc)
		*operates_r = ct_col_int(row, "operates");
	return rc;
}

static json_t *options_of(json_t *controls, const char *name)
{
	json_t *control;
	size_t i;

	json_array_foreach(controls, i, control)
		if (!strcmp(json_string_value(json_object_get(control, "name")), name))
			return json_object_get(control, "options");
	return NULL;
}

static void drop_option(json_t *options, const char *value)
{
	for (size_t i = json_array_size(options); i-- > 0;)
		if (!strcmp(json_string_value(json_object_get(json_array_get(options, i), "value")), value))
			json_array_remove(options, i);
}

static int only_persons(struct ct_request *r, json_t *options, struct ct_error *e)
{
	struct ct_result *rows;
	int rc;

	if (!json_array_size(options))
		return 0;
	rc = ct_query(r, "role_not_persons", CT_ARGS(CT_NUM(r->org)), &rows, e);
	while (!rc && ct_next(rows))
		drop_option(options, ct_col_text(rows, "id"));
	return rc;
}

/* Of the choices only those that this sort of organisation has, and only people. */
int ct_role_form(struct ct_request *r, int64_t id, json_t *controls, struct ct_error *e)
{
	json_t *roles = options_of(controls, "role");
	bool operator = false;
	int rc = id ? 0 : operates(r, &operator, e);

	if (id || rc)
		return rc;
	for (const struct ct_choice *c = ct_roles; c->value; c++)
		if (ct_role_of_operator(c->value) != operator)
			drop_option(roles, c->value);
	return only_persons(r, options_of(controls, "person"), e);
}

static int check_new(struct ct_request *r, struct ct_error *e)
{
	const char *role = ct_in_text(r, "role");
	struct ct_result *row;
	bool operator = false;
	int rc = operates(r, &operator, e);

	if (rc)
		return rc;
	if (ct_role_of_operator(role) != operator)
		ct_in_error(r, "role", "%s", _("This role does not exist in this organisation."));
	if (ct_in_int(r, "person") == r->person)
		ct_in_error(r, "person", "%s", _("Nobody gives herself a role: ask another administrator."));
	rc = ct_one(r, "role_candidate", CT_ARGS(CT_NUM(r->org), CT_STR(role), CT_NUM(ct_in_int(r, "person"))), &row, e);
	if (rc)
		return rc;
	if (strcmp(ct_col_text(row, "kind"), "person") != 0)
		ct_in_error(r, "person", "%s", _("Only a person can hold a role."));
	else if (operator && !ct_col_int(row, "has_account"))
		ct_in_error(r, "person", "%s", _("This person has no account here yet, so nothing could be done with the role."));
	if (ct_col_int(row, "held"))
		ct_in_error(r, "role", "%s", _("This person holds this role already."));
	return 0;
}

int ct_role_check(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");

	if (ct_day_set(to) && to.n < (ct_day_set(from) ? from.n : (int32_t)(r->now.s / 86400)))
		ct_in_error(r, "to", "%s", _("The last day is before the first."));
	return id ? 0 : check_new(r, e);
}

/* After the guard: somebody has to be left who administers the organisation from now on. */
static int keep_an_admin(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "admins_left", CT_ARGS(CT_NUM(r->org)), &row, e);

	if (rc || ct_col_int(row, "n"))
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s",
		       _("This is the last administrator. Make somebody else administrator first."));
}

static int change(struct ct_request *r, int64_t id, int64_t version, struct ct_day from, struct ct_day to,
		  struct ct_error *e)
{
	struct ct_result *row;
	int64_t count;
	bool admin;
	int rc = ct_exec(r, "roles_guard", CT_ARGS(CT_NUM(r->org)), e);

	if (rc || (rc = ct_one(r, "role_row", CT_ARGS(CT_NUM(id), CT_NUM(r->org)), &row, e)))
		return rc;
	admin = !strcmp(ct_col_text(row, "role"), "admin");
	rc = ct_exec_count(r, "role_change", CT_ARGS(CT_DAY(from), CT_DAY(to), CT_NUM(id), CT_NUM(r->org),
						     CT_NUM(version)), &count, e);
	if (rc)
		return rc;
	if (!count)
		return ct_lost(e);
	/* nor does an older invitation bring back what ends */
	if (ct_day_set(to) && (rc = ct_exec(r, "role_invitations_end", CT_ARGS(CT_NUM(id), CT_NUM(r->org)), e)))
		return rc;
	return admin ? keep_an_admin(r, e) : 0;
}

int ct_role_write(struct ct_request *r, int64_t *id, int64_t version, struct ct_error *e)
{
	struct ct_day from = ct_in_day(r, "from"), to = ct_in_day(r, "to");
	int rc;

	if (!ct_day_set(from))
		from = (struct ct_day){ (int32_t)(r->now.s / 86400) };
	if (*id)
		return change(r, *id, version, from, to, e);
	rc = ct_insert(r, "role_give", CT_ARGS(CT_NUM(ct_in_int(r, "person")), CT_NUM(r->org),
		CT_STR(ct_in_text(r, "role")), CT_DAY(from), CT_DAY(to), CT_NUM(r->person)), id, e);
	return rc ? rc : ct_contact_know(r, r->org, ct_in_int(r, "person"), e);
}

/* Refused beforehand too, so that the page says so; what counts is asked again behind the guard. */
int ct_role_before_delete(struct ct_request *r, int64_t id, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "role_is_last_admin", CT_ARGS(CT_NUM(id), CT_NUM(id), CT_NUM(r->org)), &row, e);

	if (rc || !ct_col_int(row, "last"))
		return rc;
	return ct_fail(e, CT_CONFLICT, "%s",
		       _("This is the last administrator. Make somebody else administrator first."));
}

/* It ends with yesterday, so that it counts no more from this moment on; one that had not begun never does. */
int ct_role_remove(struct ct_request *r, int64_t id, int64_t version, bool *archived_r, struct ct_error *e)
{
	struct ct_day yesterday = { (int32_t)(r->now.s / 86400) - 1 }, from;
	struct ct_result *row;
	int rc = ct_one(r, "role_row", CT_ARGS(CT_NUM(id), CT_NUM(r->org)), &row, e);

	if (rc)
		return rc;
	from = ct_col_day(row, "from_d");
	if (yesterday.n < from.n - 1)
		yesterday.n = from.n - 1;
	*archived_r = true;
	return change(r, id, version, from, yesterday, e);
}
