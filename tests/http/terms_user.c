/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plugin that asks what the core knows of terms and grants, for test_terms.py. */
#include <comptoir/plugin.h>
#include <comptoir/terms.h>

static const struct ct_permission permissions[] = { { "asks.work", "Ask", CT_ROLE_MEMBER }, { 0 } };

static const struct ct_field grant_fields[] = {
	{ "to", "To", CT_REF, .ref = "organisation", .ref_org = CT_REF_PUBLIC, .required = true },
	{ "scope", "Scope", CT_TEXT, .required = true, .max = 16 },
	{ 0 }
};

static const struct ct_field kind_fields[] = { { "kind", "Kind", CT_TEXT, .required = true, .max = 16 }, { 0 } };

static const struct ct_view_field grant_view[] = { { "granted", "boolean", "" }, { 0 } };
static const struct ct_view_field terms_view[] = {
	{ "version", "integer", "" }, { "title", "text", "" }, { "text", "text", "" }, { 0 }
};

static int granted(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_put_bool(r->view, "granted", ct_granted(r, r->org, ct_in_int(r, "to"), ct_in_text(r, "scope")));
	return 0;
}

static int in_force(struct ct_request *r, struct ct_error *e)
{
	struct ct_terms terms;
	int rc = ct_terms_in_force(r, r->org, ct_in_text(r, "kind"), &terms, e);

	if (rc)
		return rc;
	ct_put_int(r->view, "version", terms.version);
	ct_put_text(r->view, "title", terms.id ? terms.title : NULL);
	ct_put_text(r->view, "text", terms.id ? terms.text : NULL);
	return 0;
}

static int accept_in(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct ct_terms *terms = arg;

	return ct_terms_accept(r, terms->id, r->person, "asks.thing", 7, e);
}

static int accept_terms(struct ct_request *r, struct ct_error *e)
{
	struct ct_terms terms;
	int rc = ct_terms_in_force(r, r->org, ct_in_text(r, "kind"), &terms, e);

	if (!rc && !terms.id)
		rc = ct_fail(e, CT_MISSING, "%s", "nothing to accept");
	if (rc || (rc = ct_transaction(r, accept_in, &terms, e)))
		return rc;
	ct_put_int(r->view, "version", terms.version);
	ct_put_text(r->view, "title", terms.title);
	ct_put_text(r->view, "text", terms.text);
	return 0;
}

static const struct ct_route routes[] = {
	{ "GET", "/o/{org}/asks/granted", CT_ORG, "asks.work", NULL, granted, grant_fields, grant_view, "Granted" },
	{ "GET", "/o/{org}/asks/terms", CT_ORG, "asks.work", NULL, in_force, kind_fields, terms_view, "Terms" },
	{ "POST", "/o/{org}/asks/terms", CT_ORG, "asks.work", NULL, accept_terms, kind_fields, terms_view, "Terms" },
	{ 0 }
};

CT_PLUGIN(asks) = { CT_HEAD("asks"), .title = "Asks", .permissions = permissions, .routes = routes };
