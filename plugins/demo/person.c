/* SPDX-License-Identifier: GPL-3.0-or-later */
/* To be somebody of the sample network by one button, without password. */
#include <string.h>
#include <talloc.h>

#include <comptoir/demo.h>

#include "demo.h"

const struct ct_field demo_sign_in_fields[] = { { "person", N_("Person"), CT_TEXT, .required = true,
						  .max = 254 },
						{ "next", N_("Then go to"), CT_TEXT, .max = 500 },
						{ 0 } };

static const struct {
	const char *role, *label, *may;
} roles[] = {
	{ "member", N_("member"), N_("Books for herself or himself, at the price of members.") },
	{ "opener", N_("opener"),
	  N_("Opens the place as a volunteer: sees who comes, and books on the spot.") },
	{ "manager", N_("room manager"),
	  N_("Looks after rooms and bookings, and answers requests.") },
	{ "treasurer", N_("treasurer"), N_("Looks after prices and money.") },
	{ "admin", N_("administrator"), N_("Sets everything up, and says who may do what.") },
	{ "contact", N_("contact of a client"), N_("Books for an association that pays.") },
	{ NULL, N_("looks after the installation"),
	  N_("Sees jobs and organisations, but no booking of anybody.") },
};

static const char *label_of(struct ct_request *r, const struct ct_demo_person *p,
			    const char **may_r)
{
	size_t i = 0, last = sizeof(roles) / sizeof(roles[0]) - 1;

	while (i < last && (!p->role || strcmp(roles[i].role, p->role) != 0))
		i++;
	*may_r = _(roles[i].may);
	return talloc_asprintf(r, "%s %s, %s", p->given_name, p->family_name, _(roles[i].label));
}

int demo_offer(struct ct_request *r, struct ct_error *e)
{
	size_t n;
	const struct ct_demo_person *people = ct_demo_people(&n);
	json_t *offer = NULL;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		const char *org = ct_demo_org_name(people[i].org), *may,
			   *label = label_of(r, &people[i], &may);

		if (!offer || strcmp(people[i].org, people[i - 1].org) != 0)
			offer = ct_offer(r, org ? org : _("The installation"));
		ct_offer_button(offer, label, may, "/demo/sign-in", "person", people[i].email);
	}
	return 0;
}

static bool is_of_demo(const char *email)
{
	size_t n;
	const struct ct_demo_person *people = ct_demo_people(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(people[i].email, email))
			return true;
	return false;
}

static int sign_in(struct ct_request *r, void *arg, struct ct_error *e)
{
	return ct_sign_in(r, arg, e);
}

int demo_sign_in(struct ct_request *r, struct ct_error *e)
{
	char *email = talloc_strdup(r, ct_in_text(r, "person"));
	const char *next = ct_login_next(r);
	int rc;

	if (!is_of_demo(email))
		return ct_fail_field(e, "person", _("Nobody of the demonstration is called so."));
	rc = ct_transaction(r, sign_in, email, e);
	if (!rc)
		ct_redirect(r, 200, next ? next : "/");
	return rc;
}
