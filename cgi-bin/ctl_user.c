/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comptoirctl: accounts, their roles and their tokens. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "account/link.h"
#include "account/users.h"
#include "route/state.h"

struct new_user {
	struct ct_new_person person;
	const char *role, *org, *label, *token;
};

static int user_add(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_user *new = arg;
	int64_t person, account;

	return ct_user_add(r, &new->person, &person, &account, e);
}

static int find_account(struct ct_request *r, const char *email, struct ct_result **row_r,
			struct ct_error *e)
{
	if (ct_one(r, "account_of", CT_ARGS(CT_STR(email)), row_r, e))
		return e->rc == CT_MISSING ? ct_fail(e, CT_MISSING, "there is no account %s", email)
					   : e->rc;
	return 0;
}

static int user_role(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_user *new = arg;
	struct ct_result *account, *org;
	int rc = find_account(r, new->person.email, &account, e);

	if (rc)
		return rc;
	CT_AS(r, &ct_plugin_people,
	      rc = ct_one(r, "org_by_slug", CT_ARGS(CT_STR(new->org)), &org, e));
	if (rc)
		return e->rc == CT_MISSING
			       ? ct_fail(e, CT_MISSING, "there is no organisation %s", new->org)
			       : e->rc;
	return ct_user_role(r, ct_col_int(account, "person_id"), ct_col_int(org, "id"), new->role,
			    e);
}

static int user_token(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_user *new = arg;
	struct ct_result *account;
	int rc = find_account(r, new->person.email, &account, e);

	return rc ? rc : ct_user_token(r, ct_col_int(account, "id"), new->label, &new->token, e);
}

/* The password comes by standard input, so that it stands in no list of processes and no history. */
static char *read_password(void *mem)
{
	char line[256];

	if (isatty(STDIN_FILENO))
		fputs("password (it is shown): ", stderr);
	if (!fgets(line, sizeof(line), stdin))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return talloc_strdup(mem, line);
}

struct new_link {
	int64_t account;
	const char *url;
};

static int make_link(struct ct_request *r, void *arg, struct ct_error *e)
{
	struct new_link *link = arg;

	return ct_link_create(r, CT_LINK_RESET, link->account, CTL_LINK_DAYS * 86400, &link->url,
			      e);
}

int ctl_print_link(struct ct_core *core, int64_t account, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(NULL, core, &ct_plugin_account);
	struct new_link link = { .account = account };
	int rc = ct_transaction(r, make_link, &link, e);

	if (!rc)
		puts(link.url);
	talloc_free(r);
	return rc;
}

static int print_link_of(struct ctl_call *c, struct ct_request *r, const char *email,
			 struct ct_error *e)
{
	struct ct_result *account;
	int rc = find_account(r, email, &account, e);

	return rc ? rc : ctl_print_link(c->core, ct_col_int(account, "id"), e);
}

int ctl_user(struct ctl_call *c, struct ct_error *e)
{
	struct ct_request *r = ct_request_new(c->core, c->core, &ct_plugin_account);
	const char *action = c->argc > 0 ? c->argv[0] : "";
	struct new_user new = { .label = "comptoirctl" };
	int rc;

	new.person.email = c->argc > 1 ? c->argv[1] : NULL;
	if (!strcmp(action, "add") &&
	    (c->argc == 4 || (c->argc == 5 && !strcmp(c->argv[4], "--installation-admin")))) {
		new.person.given_name = c->argv[2];
		new.person.family_name = c->argv[3];
		new.person.installation_admin = c->argc == 5;
		new.person.password = read_password(r);
		if (!new.person.password || strlen(new.person.password) < 8)
			return ctl_wrong(
				e,
				"a password of at least 8 characters is expected on standard input");
		return ct_transaction(r, user_add, &new, e);
	}
	if (!strcmp(action, "role") && c->argc == 4) {
		new.org = c->argv[2];
		new.role = c->argv[3];
		return ct_transaction(r, user_role, &new, e);
	}
	if (!strcmp(action, "token") && (c->argc == 2 || c->argc == 3)) {
		new.label = c->argc == 3 ? c->argv[2] : new.label;
		rc = ct_transaction(r, user_token, &new, e);
		if (!rc)
			puts(new.token);
		return rc;
	}
	if (!strcmp(action, "link") && c->argc == 2)
		return print_link_of(c, r, new.person.email, e);
	return ctl_wrong(
		e,
		"user add EMAIL GIVEN FAMILY [--installation-admin] | user role EMAIL ORG ROLE | user token EMAIL [LABEL] | user link EMAIL");
}
