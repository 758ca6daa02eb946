/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/users.h"

#include <string.h>
#include <talloc.h>

#include "account/password.h"
#include "base/random.h"
#include "people/people.h"
#include "route/query.h"
#include "route/state.h"

/* The queries are this module's or that of people, whoever calls. */
static int insert(struct ct_request *r, const struct ct_plugin *module, const char *query,
		  struct ct_args args, int64_t *id_r, struct ct_error *e)
{
	int rc;

	CT_AS(r, module, rc = ct_insert(r, query, args, id_r, e));
	return rc;
}

static int trace(struct ct_request *r, const struct ct_plugin *module, const char *kind, int64_t id,
		 struct ct_error *e)
{
	int rc;

	CT_AS(r, module, rc = ct_audit(r, kind, id, "create", NULL, NULL, e));
	return rc;
}

int ct_user_add(struct ct_request *r, const struct ct_new_person *new, int64_t *person_r,
		int64_t *account_r, struct ct_error *e)
{
	char hash[CT_PASSWORD_HASH];
	const char *stored = new->password_hash;
	int64_t person, account;
	int rc;

	if (new->password && (rc = ct_password_hash(r->s->core, new->password, hash, e)))
		return rc;
	if (new->password)
		stored = hash;
	if ((rc = insert(r, &ct_plugin_people, "person_add",
			 CT_ARGS(CT_STR(new->given_name), CT_STR(new->family_name),
				 CT_STR(new->email), CT_STR(new->phone),
				 CT_STR(new->lang ? new->lang : "fr")),
			 &person, e)) ||
	    (rc = insert(r, &ct_plugin_account, "account_add",
			 CT_ARGS(CT_STR(new->email), CT_NUM(person), CT_STR(stored),
				 CT_NUM(new->installation_admin)),
			 &account, e)) ||
	    (rc = trace(r, &ct_plugin_account, "account", account, e)))
		return rc;
	*person_r = person;
	*account_r = account;
	return 0;
}

int ct_user_role(struct ct_request *r, int64_t person, int64_t org, const char *role,
		 struct ct_error *e)
{
	struct ct_day today = { (int32_t)(r->now.s / 86400) };
	int64_t id;
	int rc = insert(r, &ct_plugin_people, "role_add",
		CT_ARGS(CT_NUM(person), CT_NUM(org), CT_STR(role), CT_DAY(today), CT_ID(r->person)),
		&id, e);

	if (!rc)
		rc = ct_contact_know(r, org, person, e);
	if (!rc)
		CT_AS(r, &ct_plugin_people, rc = ct_audit_made(r, org, "role", id, e));
	return rc;
}

int ct_user_token(struct ct_request *r, int64_t account, const char *label, const char **token_r,
		  struct ct_error *e)
{
	const char *secret = ct_token(r, 32);
	struct ct_utc expires = { r->now.s + 365 * 86400 };
	int64_t id;
	int rc = insert(r, &ct_plugin_account, "token_create",
			CT_ARGS(CT_STR(ct_hash_token(r, secret)), CT_NUM(account), CT_STR(label),
				CT_UTC(expires), CT_NUM(0)),
			&id, e);

	if (!rc)
		rc = trace(r, &ct_plugin_account, "token", id, e);
	if (!rc)
		*token_r = secret;
	return rc;
}

int ct_org_add(struct ct_request *r, const struct ct_new_org *new, int64_t *org_r,
	       struct ct_error *e)
{
	int64_t id, none;
	int rc;

	if ((rc = insert(r, &ct_plugin_people, "org_party_add",
		     CT_ARGS(CT_STR(new->legal_name), CT_STR(new->usual_name), CT_STR(new->siren)),
		     &id, e)) ||
	    (rc = insert(r, &ct_plugin_people, "org_add",
			 CT_ARGS(CT_NUM(id), CT_STR(new->slug), CT_NUM(new->operates),
				 CT_NUM(new->is_network), CT_STR(new->accent)),
			 &none, e)) ||
	    (rc = trace(r, &ct_plugin_people, "organisation", id, e)))
		return rc;
	*org_r = id;
	return 0;
}
