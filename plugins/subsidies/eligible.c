/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For whom an agreement is, and where: added and taken away on its page, one after the other. */
#include <talloc.h>

#include "subsidies.h"

const struct ct_field subsidies_eligible_add_fields[] = {
	{ "party", N_("Person or organisation"), CT_REF, .ref = "contact" },
	{ "place", N_("Place"), CT_REF, .ref = "place" },
	{ 0 }
};

/* What a trace of such a row says. */
static const struct ct_field traces[] = {
	{ "agreement", N_("Agreement"), CT_REF, .ref = "subsidies.agreement" },
	{ "party", N_("Person or organisation"), CT_REF, .ref = "party" },
	{ "place", N_("Place"), CT_REF, .ref = "place" },
	{ 0 }
};

const struct ct_kind subsidies_kinds[] = {
	{ "eligible", N_("For whom an agreement is"), "eligible_find", .labels = "eligible_labels", .see = MAY_SEE,
	  .traces = traces },
	{ 0 }
};

static const char *add_action(struct ct_request *r, int64_t agreement)
{
	return ct_url(r, "/agreements/%lld/eligible", (long long)agreement);
}

/* One of the two fields, as the array `key` of controls; NULL where the reader may not see what there is to choose. */
static int put_control(struct ct_request *r, json_t *object, const char *key, size_t at, struct ct_error *e)
{
	struct ct_field *one = talloc_zero_array(r, struct ct_field, 2);
	json_t *controls;

	one[0] = subsidies_eligible_add_fields[at];
	controls = ct_put_controls(r, object, key, one, NULL);
	return ct_put_choices(r, &one[0], json_array_get(controls, 0), e);
}

int subsidies_put_add_forms(struct ct_request *r, int64_t agreement, struct ct_error *e)
{
	json_t *form;
	int rc;

	ct_put_null(r->view, "add_ui");
	if (!ct_may(r, MAY_EDIT, r->org) || !ct_may(r, MAY_NAME, r->org))
		return 0;
	form = ct_put_object(r->view, "add_ui");
	ct_put_text(form, "action", add_action(r, agreement));
	rc = put_control(r, form, "party_fields", 0, e);
	return rc ? rc : put_control(r, form, "place_fields", 1, e);
}

/* Again, after something was refused: the field that was meant, alone. */
int subsidies_eligible_form(struct ct_request *r, struct ct_error *e)
{
	bool is_place = ct_in_typed(r, "place") && *ct_in_typed(r, "place");
	json_t *form = ct_put_object(r->view, "form_ui"), *crumb;

	ct_put_text(form, "action", add_action(r, r->subject));
	ct_put_bool(form, "multipart", false);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", is_place ? _("Add this place") : _("Add this contact"));
	ct_put_text(form, "cancel_href", subsidies_link(r, r->subject));
	ct_put_text(form, "note", NULL);
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Subsidies"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%lld/agreements", (long long)r->org));
	ct_put_text(r->view, "heading_ui", is_place ? _("Where it holds") : _("For whom it is"));
	return put_control(r, form, "fields", is_place, e);
}

/* What a trace says of a row: keys, by field. */
static json_t *trace(int64_t agreement, int64_t party, int64_t place)
{
	json_t *o = json_object();

	ct_put_id(o, "agreement", agreement);
	ct_put_id(o, "party", party);
	ct_put_id(o, "place", place);
	return o;
}

static int add(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t party = ct_in_int(r, "party"), place = ct_in_int(r, "place"), id;
	int rc = ct_insert(r, "eligible_add", CT_ARGS(CT_NUM(r->subject), CT_ID(party), CT_ID(place)), &id, e);

	(void)arg;
	if (rc == CT_CONFLICT)
		return ct_fail_field(e, party ? "party" : "place", "%s", _("It is there already."));
	return rc ? rc : ct_audit(r, "eligible", id, "create", NULL, trace(r->subject, party, place), e);
}

int subsidies_eligible_add(struct ct_request *r, struct ct_error *e)
{
	int rc;

	if (ct_in_set(r, "party") == ct_in_set(r, "place"))
		return ct_fail_field(e, "party", "%s", _("Choose a contact or a place, one of the two."));
	rc = ct_transaction(r, add, NULL, e);
	if (rc)
		return rc;
	ct_put_id(r->view, "id", r->subject);
	ct_notice(r, "%s", _("It is added."));
	ct_redirect(r, 201, subsidies_link(r, r->subject));
	return 0;
}

struct removal { int64_t agreement; };

static int take_away(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct removal *m = arg;
	struct ct_result *row;
	int rc = ct_one(r, "eligible_row", CT_ARGS(CT_NUM(r->subject)), &row, e);

	if (rc || (rc = ct_exec(r, "eligible_remove", CT_ARGS(CT_NUM(r->subject)), e)))
		return rc;
	m->agreement = ct_col_int(row, "agreement_id");
	return ct_audit(r, "eligible", r->subject, "delete",
			trace(m->agreement, ct_col_int(row, "party_id"), ct_col_int(row, "place_id")), NULL, e);
}

int subsidies_eligible_remove(struct ct_request *r, struct ct_error *e)
{
	struct removal m = { 0 };
	int rc = ct_transaction(r, take_away, &m, e);

	if (rc)
		return rc;
	ct_put_id(r->view, "id", m.agreement);
	ct_notice(r, "%s", _("It counts no more from now on. What was taken until now stays as long as it does not change."));
	ct_redirect(r, 200, subsidies_link(r, m.agreement));
	return 0;
}
