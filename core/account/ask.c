/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking for a link: to sign in, or for a new password. The request does the same whatever address was typed:
 * it counts, and leaves one row for the job process, which alone looks whether there is such an account. So
 * neither the answer nor its time tells (docs/adr/0015).
 */
#include <comptoir/limit.h>
#include <string.h>
#include <talloc.h>

#include "account/account.h"
#include "account/link.h"
#include "route/state.h"

enum { PER_ACCOUNT = 5, PER_ADDRESS = 30, WINDOW_SECONDS = 3600 };

const struct ct_field ct_ask_fields[] = { { "email", N_("E-mail"), CT_EMAIL, .required = true,
					    .autocomplete = "username" },
					  { "next", N_("Then go to"), CT_TEXT, .max = 500 },
					  { 0 } };

const struct ct_field ct_forgotten_fields[] = {
	{ "email", N_("E-mail"), CT_EMAIL, .required = true, .autocomplete = "username" }, { 0 }
};

struct asking {
	const char *purpose, *email, *next;
};

static int ask(struct ct_request *r, void *arg, struct ct_error *e)
{
	const struct asking *a = arg;
	const struct ct_limit by_account = { "link to", a->email, PER_ACCOUNT, WINDOW_SECONDS };
	const struct ct_limit by_address = { "link from", ct_limit_address(r), PER_ADDRESS,
					     WINDOW_SECONDS };
	json_t *payload;
	int rc = ct_limit_take(r, &by_address, e);

	if (rc || (rc = ct_limit_take(r, &by_account, e)))
		return rc;
	payload = json_object();
	ct_put_text(payload, "purpose", a->purpose);
	ct_put_text(payload, "email", a->email);
	ct_put_text(payload, "next", a->next);
	return ct_later(r, "account.link", payload, e);
}

int ct_ask_link(struct ct_request *r, const char *purpose, const char *email, const char *next,
		struct ct_error *e)
{
	struct asking a = { purpose, email, next };
	int rc = ct_transaction(r, ask, &a, e);

	if (rc)
		return rc;
	ct_template(r, "core/login-sent");
	ct_put_text(r->view, "email", email);
	ct_put_text(r->view, "heading_ui", _("Look into your mail"));
	ct_answer(r, 202);
	return 0;
}

int ct_ask_post(struct ct_request *r, struct ct_error *e)
{
	return ct_ask_link(r, "sign_in", ct_in_text(r, "email"), ct_login_next(r), e);
}

int ct_forgotten_page(struct ct_request *r, struct ct_error *e)
{
	(void)e;
	ct_put_controls(r, r->view, "fields_ui", ct_forgotten_fields, NULL);
	return 0;
}

int ct_forgotten_post(struct ct_request *r, struct ct_error *e)
{
	return ct_ask_link(r, "reset", ct_in_text(r, "email"), NULL, e);
}

static int mail(struct ct_request *r, void *arg, struct ct_error *e)
{
	return ct_link_mail(r, arg, e);
}

/* In the job process. A repetition mails a second link, which does no harm. */
int ct_ask_later(struct ct_request *r, const json_t *payload, struct ct_error *e)
{
	const char *purpose = json_string_value(json_object_get(payload, "purpose"));
	const char *email = json_string_value(json_object_get(payload, "email"));
	struct ct_new_link new = { .next = json_string_value(json_object_get(payload, "next")) };
	struct ct_result *row;
	int rc = ct_query(r, "account_by_login", CT_ARGS(CT_STR(email)), &row, e);

	if (rc || !ct_next(row))
		return rc;
	new.account = ct_col_int(row, "id");
	new.purpose = purpose && !strcmp(purpose, "reset") ? CT_LINK_RESET : CT_LINK_SIGN_IN;
	return ct_transaction(r, mail, &new, e);
}
