/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rules hold for a whole place. The rest of a place is the core's record; this is what booking adds to it. */
#include <string.h>
#include <talloc.h>

#include "reservation.h"
#include "setup.h"

const struct ct_field setup_rules_fields[] = {
	{ "policy", N_("Rules"), CT_REF, .ref = "reservation.policy",
	  .help = N_("They hold for all that can be booked here, where its kind or it itself says nothing else. Empty: the"
		     " defaults.") },
	{ 0 }
};

const struct ct_view_field setup_rules_view[] = { { "place", "id", "" }, { "policy", "id", "null: the defaults" }, { 0 } };

static int put_policies(struct ct_request *r, json_t *control, struct ct_error *e)
{
	const char *value = json_string_value(json_object_get(control, "value"));
	json_t *options = json_object_get(control, "options");
	struct ct_result *row;
	int rc = ct_query(r, "policies_of_org", CT_ARGS(CT_NUM(r->org)), &row, e);

	while (!rc && ct_next(row)) {
		const char *id = talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "id"));
		json_t *o = ct_add_object(options);

		ct_put_text(o, "value", id);
		ct_put_text(o, "label", ct_col_text(row, "label"));
		ct_put_text(o, "id", talloc_asprintf(r, "f-policy-%s", id));
		ct_put_bool(o, "selected", value && !strcmp(value, id));
	}
	return rc;
}

int setup_rules_page(struct ct_request *r, struct ct_error *e)
{
	struct ct_result *row;
	json_t *form, *controls, *now, *crumb;
	int rc = ct_one(r, "place_rules", CT_ARGS(CT_NUM(r->subject)), &row, e);

	if (rc)
		return rc;
	ct_put_id(r->view, "place", r->subject);
	ct_put_id(r->view, "policy", ct_col_int(row, "policy_id"));
	now = json_object();
	if (ct_col_int(row, "policy_id"))
		ct_put_text(now, "policy", talloc_asprintf(r, "%lld", (long long)ct_col_int(row, "policy_id")));
	form = ct_put_object(r->view, "form_ui");
	ct_put_text(form, "action", ct_url(r, "/places/%s/rules", ct_path(r, "slug")));
	ct_put_bool(form, "multipart", false);
	controls = ct_put_controls(r, form, "fields", setup_rules_fields, now);
	json_decref(now);
	ct_put_array(form, "hidden");
	ct_put_text(form, "submit", _("Save the rules of the place"));
	ct_put_text(form, "cancel_href", ct_url(r, "/places/%s", ct_path(r, "slug")));
	ct_put_text(form, "note", NULL);
	crumb = ct_add_object(ct_put_array(r->view, "breadcrumbs_ui"));
	ct_put_text(crumb, "label", _("Rules"));
	ct_put_text(crumb, "href", ct_url(r, "/o/%lld/policies", (long long)r->org));
	ct_put_text(r->view, "heading_ui", talloc_asprintf(r, _("Rules of %s"), ct_col_text(row, "name")));
	return put_policies(r, json_array_get(controls, 0), e);
}

/* Under the locks of its rooms, by whose rules somebody may be booking at this moment. */
static int store(struct ct_request *r, void *arg, struct ct_error *e)
{
	int64_t policy = ct_in_int(r, "policy");
	struct ct_result *row;
	int rc;

	(void)arg;
	if ((rc = ct_exec(r, "lock_place", CT_ARGS(CT_NUM(r->subject)), e)) ||
	    (rc = ct_one(r, "place_rules", CT_ARGS(CT_NUM(r->subject)), &row, e)) ||
	    (rc = ct_exec(r, "place_rules_set", CT_ARGS(CT_NUM(r->subject), CT_ID(policy)), e)))
		return rc;
	return ct_audit(r, "policy", policy ? policy : ct_col_int(row, "policy_id"), "change",
			json_pack("{s:b}", "of_place", policy == 0), json_pack("{s:b}", "of_place", policy != 0), e);
}

int setup_rules(struct ct_request *r, struct ct_error *e)
{
	int rc = ct_transaction(r, store, NULL, e);

	if (rc)
		return rc;
	ct_put_id(r->view, "place", r->subject);
	ct_put_id(r->view, "policy", ct_in_int(r, "policy"));
	ct_notice(r, "%s", _("The rules of the place are saved."));
	ct_redirect(r, 200, ct_url(r, "/places/%s/rules", ct_path(r, "slug")));
	return 0;
}
