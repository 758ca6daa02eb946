/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account/forget.h"

#include <comptoir/people.h>
#include <talloc.h>

#include "account/account.h"
#include "account/letter.h"
#include "route/state.h"

enum { MERGED_DEPTH = 20 };

static int call_forgotten(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_party_forget_f *)function)(r, arg, e);
}

static int call_due(struct ct_request *r, ct_any_f *function, void *arg, struct ct_error *e)
{
	return ((ct_party_due_f *)function)(r, arg, e);
}

static int read_addresses(struct ct_request *r, int64_t party, const char **addresses_r, struct ct_error *e)
{
	struct ct_result *row;
	int rc = ct_one(r, "proved_addresses", CT_ARGS(CT_NUM(party)), &row, e);

	if (!rc)
		*addresses_r = ct_col_text(row, "addresses");
	return rc;
}

int ct_forget_due(struct ct_request *r, int64_t party, json_t *object, const char *key,
		  struct ct_error *e)
{
	struct ct_party_due due = { party, ct_put_array(object, key), NULL };
	int rc = read_addresses(r, party, &due.addresses, e);

	return rc ? rc : ct_raise(r, "party.due", call_due, &due, e);
}

/* The name that everybody gets, in the installation's language. */
static int clear_party(struct ct_request *r, int64_t party, struct ct_error *e)
{
	const char *before = ct_speak(r, NULL), *name = _("Anonymous person");
	int rc = ct_exec(r, "forget_party", CT_ARGS(CT_STR(name), CT_UTC(r->now), CT_NUM(party)),
			 e);

	ct_speak(r, before);
	return rc;
}

/* Of the person's rows and of her accounts', by whose keys they are found. */
static int clear_trail(struct ct_request *r, int64_t party, struct ct_error *e)
{
	static const char *const of_people[] = { "party", "contact", "person" };
	const char *ids = talloc_asprintf(r, "[%lld]", (long long)party);
	struct ct_result *accounts;
	int rc = ct_one(r, "accounts_of", CT_ARGS(CT_NUM(party)), &accounts, e);

	for (size_t i = 0; i < sizeof(of_people) / sizeof(of_people[0]) && !rc; i++)
		CT_AS(r, &ct_plugin_people, rc = ct_audit_forget(r, of_people[i], ids, e));
	return rc ? rc : ct_audit_forget(r, "account", ct_col_text(accounts, "ids"), e);
}

static int clear_rows(struct ct_request *r, int64_t party, struct ct_error *e)
{
	static const char *const queries[] = {
		"forget_addresses", "forget_notes", "forget_sessions", "forget_tokens",
		"forget_links",	    "forget_mails", "forget_asked", "forget_accounts",
	};
	struct ct_day yesterday = { (int32_t)(r->now.s / 86400) - 1 };
	int rc = clear_party(r, party, e);

	if (!rc)
		rc = clear_trail(r, party, e);
	if (!rc)
		rc = ct_exec(r, "forget_roles",
			     CT_ARGS(CT_DAY(yesterday), CT_NUM(party), CT_DAY(yesterday)), e);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]) && !rc; i++)
		rc = ct_exec(r, queries[i], CT_ARGS(CT_NUM(party)), e);
	return rc;
}

static int forget(struct ct_request *r, int64_t party, unsigned depth, struct ct_error *e)
{
	struct ct_party_forget forgotten = { party, NULL };
	struct ct_result *merged;
	int64_t count = 0;
	/* the guard; what hooks want to know of her still stands there */
	int rc = ct_exec_count(r, "forget_once", CT_ARGS(CT_UTC(r->now), CT_NUM(party)), &count, e);

	if (rc || !count)
		return rc;
	if ((rc = read_addresses(r, party, &forgotten.addresses, e)) ||
	    (rc = ct_raise(r, "party.forgotten", call_forgotten, &forgotten, e)) ||
	    (rc = clear_rows(r, party, e)) ||
	    (rc = ct_query(r, "merged_into", CT_ARGS(CT_NUM(party)), &merged, e)))
		return rc;
	while (ct_next(merged) && depth < MERGED_DEPTH && !rc)
		rc = forget(r, ct_col_int(merged, "id"), depth + 1, e);
	if (!rc)
		CT_AS(r, &ct_plugin_people,
		      rc = ct_audit(r, "party", party, "forget", NULL, NULL, e));
	return rc;
}

int ct_forget(struct ct_request *r, int64_t party, struct ct_error *e)
{
	int rc;

	CT_AS(r, &ct_plugin_account, rc = forget(r, party, 0, e));
	return rc;
}
