/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People made from outside a request: by comptoirctl and by the sample data. Each call is to be made
 * inside a transaction and leaves its audit row.
 */
#ifndef CORE_ACCOUNT_USERS_H
#define CORE_ACCOUNT_USERS_H

#include <comptoir/request.h>

struct ct_new_person {
	const char *email;		/* also the login, in lower case */
	const char *given_name, *family_name;
	const char *phone;		/* E.164, or NULL */
	const char *lang;		/* NULL: "fr" */
	const char *password;		/* NULL: cannot sign in by password */
	const char *password_hash;	/* instead of `password`, where one hash serves many */
	bool installation_admin;
};

/* A person with an account; *person_r is party.id. CT_CONFLICT where the login is taken. */
int ct_user_add(struct ct_request *r, const struct ct_new_person *, int64_t *person_r, int64_t *account_r,
		struct ct_error *e) CT_MUST_USE;

/* Gives `role` ("manager" …) in the organisation from today on. */
int ct_user_role(struct ct_request *r, int64_t person, int64_t org, const char *role, struct ct_error *e) CT_MUST_USE;

/* A new API token of the account, as text on r; it cannot be read again. */
int ct_user_token(struct ct_request *r, int64_t account, const char *label, const char **token_r,
		  struct ct_error *e) CT_MUST_USE;

struct ct_new_org {
	const char *slug, *legal_name, *usual_name, *accent, *siren;
	bool operates, is_network;
};

int ct_org_add(struct ct_request *r, const struct ct_new_org *, int64_t *org_r, struct ct_error *e) CT_MUST_USE;

#endif
